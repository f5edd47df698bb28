"""One run at a time in a checkout, so that no two runs ever mix their results.

The operating system lets a lock go when its process ends, however it ends: none is ever stale.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from flows.store import CACHE, require_writable

#: Set for the stages that the front door starts: they end when it does, and it holds the lock.
UNDER_FRONT_DOOR = "TOPO_UNDER_FRONT_DOOR"

_RUN = CACHE / "run.lock"
_STAGE = CACHE / "stage.lock"

#: A killed front door's last stage needs a moment to notice.
_STAGE_SECONDS = 60.0


@contextmanager
def sole_run() -> Iterator[None]:
    """Hold the checkout for a block, as the front door does.

    Raises
    ------
    RuntimeError
        Where another run holds it; names its process.
    """
    with _locked(_RUN, seconds=0.0):
        yield


@contextmanager
def sole_stage() -> Iterator[None]:
    """Hold the checkout for one stage, by itself or under the front door.

    Raises
    ------
    RuntimeError
        Where another run holds it; names its process.
    """
    with ExitStack() as stack:
        if UNDER_FRONT_DOOR not in os.environ:
            stack.enter_context(sole_run())
        stack.enter_context(_locked(_STAGE, seconds=_STAGE_SECONDS))
        yield


@contextmanager
def _locked(path: Path, *, seconds: float) -> Iterator[None]:
    require_writable(CACHE)
    deadline = time.monotonic() + seconds
    with path.open("a+") as file:
        while not _try_lock(file.fileno()):
            if time.monotonic() >= deadline:
                file.seek(0)
                holder = file.read().strip() or "unknown"
                raise RuntimeError(
                    f"another run works in this checkout (process {holder}); wait for its end, "
                    "stop it, or run in another clone"
                )
            time.sleep(0.2)
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
