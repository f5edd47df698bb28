"""A Ray of one node, in a process of its own: `python -m flows.ray_head FOLDER CORES`.

Where a part of Ray is killed, this process ends, and all other parts with it: Ray would wait for
the lost one, while it starts for a minute.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil

#: A lost head never comes back; what waits for it would do so for a minute.
_RECONNECT_SECONDS = 10
_SECONDS_BETWEEN_LOOKS = 0.2
#: Without these Ray is of no use; they are children of this process.
_PARTS = {"gcs_server", "raylet"}

_ending = threading.Event()


def main() -> None:
    """Start Ray, print its address, and stop it when asked to end."""
    folder, cores = sys.argv[1:]
    import ray

    threading.Thread(target=_end_with_parts, daemon=True).start()
    context = ray.init(
        num_cpus=int(cores),
        include_dashboard=False,
        log_to_driver=False,
        logging_level="ERROR",
        _temp_dir=folder,
        _system_config={"gcs_rpc_server_reconnect_timeout_s": _RECONNECT_SECONDS},
    )
    try:
        # Ray has put a handler of its own in this place, which prints a stack trace.
        signal.signal(signal.SIGTERM, _end)
        print(context.address_info["gcs_address"], flush=True)
        while True:
            signal.pause()
    finally:
        ray.shutdown()


def _end_with_parts() -> None:
    """End this process when a part has ended that was there."""
    # Ray and DVC bring it.
    import psutil

    parts: dict[str, psutil.Process] = {}
    while not _ending.is_set():
        with suppress(psutil.NoSuchProcess):
            if len(parts) < len(_PARTS):
                children = psutil.Process().children()
                parts |= {each.name(): each for each in children if each.name() in _PARTS}
        for name, part in parts.items():
            if not _is_alive(part):
                print(f"its process {name} ended", file=sys.stderr, flush=True)
                # In order nothing would end: Ray's client waits for the part.
                os._exit(1)
        time.sleep(_SECONDS_BETWEEN_LOOKS)


def _is_alive(part: psutil.Process) -> bool:
    import psutil

    with suppress(psutil.NoSuchProcess):
        return part.is_running() and part.status() != psutil.STATUS_ZOMBIE
    return False


def _end(number: int, frame: FrameType | None) -> None:
    # A second request must not break off what the first one has begun to tidy up.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    _ending.set()
    raise SystemExit(0)


if __name__ == "__main__":
    main()
