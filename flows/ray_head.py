"""A Ray of one node, in a process of its own: `python -m flows.ray_head FOLDER CORES`.

Where the process that started it is killed, this one gets a SIGTERM, and has time to end Ray in
order: Ray's own processes would outlive a killed driver by a minute, and its folder for ever. Where
a part of Ray is killed, this one ends all the others, and its starter sees that.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from types import FrameType

#: A lost head never comes back; what waits for it would do so for a minute.
_RECONNECT_SECONDS = 10
_SECONDS_BETWEEN_LOOKS = 0.5


def main() -> None:
    """Start Ray, print its address, and stop it when asked to end."""
    folder, cores = sys.argv[1:]
    try:
        _serve(folder, int(cores))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _serve(folder: str, cores: int) -> None:
    import ray

    context = ray.init(
        num_cpus=cores,
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
        _wait_while_whole()
        shutil.rmtree(folder, ignore_errors=True)
        # Ray's client here would wait for the lost part, and break off this process without a word.
        os.killpg(os.getpgrp(), signal.SIGKILL)
    finally:
        ray.shutdown()


def _wait_while_whole() -> None:
    """Return when a process has ended without which Ray is of no use."""
    from ray._private.worker import _global_node

    started = _global_node.all_processes
    parts = [started[name][0].process for name in ("gcs_server", "raylet")]
    while all(part.poll() is None for part in parts):
        time.sleep(_SECONDS_BETWEEN_LOOKS)


def _end(number: int, frame: FrameType | None) -> None:
    # A second request must not break off what the first one has begun to tidy up.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise SystemExit(0)


if __name__ == "__main__":
    main()
