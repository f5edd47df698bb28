"""A Ray of one node, in a process of its own: `python -m flows.services.ray_head FOLDER CORES`."""

from __future__ import annotations

import signal
import sys
from types import FrameType

#: A lost head never comes back; what waits for it would do so for a minute.
_RECONNECT_SECONDS = 10


def main() -> None:
    """Start Ray, print its address, and stop it when asked to end."""
    folder, cores = sys.argv[1:]
    import ray

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


def _end(number: int, frame: FrameType | None) -> None:
    # A second request must not break off what the first one has begun to tidy up.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise SystemExit(0)


if __name__ == "__main__":
    main()
