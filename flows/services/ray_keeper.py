"""Keep a local Ray, and leave nothing of it: `python -m flows.services.ray_keeper CORES`.

It makes Ray's private folder, prints the folder and then the cluster's address, and has both for as
long as its standard input is open: however the process ends that holds the other end, Ray is ended
and its folder removed. The same happens where Ray or a part of it ends by itself. Nothing heavy is
imported here, and nothing of Ray's runs in this process, which can break off the one it runs in.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil

from flows.services.child import child_command
from flows.services.ray_folder import (
    below,
    make_folder,
    remove_folder,
    token_variables,
    write_token,
)

_SECONDS_BETWEEN_LOOKS = 0.2
#: Ray ends its parts in order in a second or two.
_STOP_SECONDS = 5.0
#: Without these Ray is of no use, and waits for them: a minute while it starts.
_PARTS = {"gcs_server", "raylet"}
#: Linux's C library keeps up to 256 MiB of what was freed for the next matrix. To have the kernel
#: clear fresh pages for every matrix took a fifth of the processor time of a scoring.
_REUSED_MEMORY = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": str(2**28)}

_asked: list[int] = []


def main() -> None:
    """Have Ray until the input ends."""
    # Nothing may break off what is made or tidied up here: a request to end is only noted.
    signal.signal(signal.SIGTERM, lambda number, frame: _asked.append(number))
    folder = make_folder()
    try:
        variables = token_variables(write_token(folder))
        print(folder, flush=True)
        _keep(folder, variables)
    finally:
        remove_folder(folder)


def _keep(folder: Path, variables: dict[str, str]) -> None:
    ray = subprocess.Popen(
        child_command("flows.services.ray_head", str(below(folder)), *sys.argv[1:]),
        stdin=subprocess.DEVNULL,
        env={**_REUSED_MEMORY, **os.environ, **variables},
        # A group of its own, which has all that Ray starts but its workers.
        start_new_session=True,
    )
    parts: dict[str, psutil.Process] = {}
    try:
        while ray.poll() is None and not _is_asked_to_end():
            if lost := _lost_part(ray.pid, parts):
                print(f"its process {lost} ended", file=sys.stderr, flush=True)
                # In order nothing would end: Ray waits for the part.
                ray.kill()
                ray.wait()
    finally:
        _end(ray)


def _lost_part(ray: int, known: dict[str, psutil.Process]) -> str:
    """Name a part that was there and has ended, if there is one; add those that are new.

    Ray's own process does not notice it while it starts: it waits with Python's lock held.
    """
    if len(known) < len(_PARTS):
        with suppress(psutil.NoSuchProcess):
            children = psutil.Process(ray).children()
            known |= {each.name(): each for each in children if each.name() in _PARTS}
    return next((name for name, part in known.items() if not _is_alive(part)), "")


def _is_alive(part: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return part.is_running() and part.status() != psutil.STATUS_ZOMBIE
    return False


def _is_asked_to_end() -> bool:
    """Wait a moment for the end of the input."""
    return bool(_asked or select.select([sys.stdin], [], [], _SECONDS_BETWEEN_LOOKS)[0])


def _end(ray: subprocess.Popen[bytes]) -> None:
    """End Ray in order, and by force what has not ended; its workers end with their raylet."""
    ray.terminate()
    with suppress(subprocess.TimeoutExpired):
        ray.wait(timeout=_STOP_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(ray.pid, signal.SIGKILL)
    ray.wait()


if __name__ == "__main__":
    main()
