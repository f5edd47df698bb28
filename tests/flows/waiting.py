"""A child that waits until it is interrupted."""

from __future__ import annotations

import time

if __name__ == "__main__":
    try:
        print("waiting", flush=True)
        time.sleep(60)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
