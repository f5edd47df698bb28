"""One run at a time in a checkout, so that no two runs ever mix their results.

The operating system lets a lock go when its process ends, however it ends: none is ever stale.
"""

from __future__ import annotations

import os
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
    # Only now: `doctor` comes by here, and must speak where packages are missing.
    from filelock import FileLock, Timeout

    require_writable(CACHE)
    try:
        # A lock by the file's mere existence would outlive a killed run.
        with FileLock(path, timeout=seconds, fallback_to_soft=False):
            path.write_text(f"{os.getpid()}\n")
            yield
    except Timeout as error:
        holder = path.read_text().strip() or "unknown"
        raise RuntimeError(
            f"another run works in this checkout (process {holder}); wait for its end, "
            "stop it, or run in another clone"
        ) from error
