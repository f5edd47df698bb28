"""Prefect's command line with garbage collected beside its event loop, for the local server.

Python collects garbage in the thread that happens to allocate, in a server mostly the event loop's.
A cursor of SQLite that has failed may be among it, kept by its exception. To end it, the thread
waits for the cursor's connection, which may wait, in its own thread, for the database's one writer;
and that one waits for the event loop, to commit. The server then answers nothing until SQLite gives
up, after a minute. (Seen with Prefect 3.8 and Python 3.11, once in some hundreds of flow runs.) A
thread that does nothing else may wait: the event loop goes on.
"""

from __future__ import annotations

import gc
import itertools
import threading
import time

_SECONDS_BETWEEN_COLLECTIONS = 1.0
#: Most garbage is young; to look through everything takes the interpreter for long.
_COLLECTIONS_UNTIL_ALL = 60


def collect_beside() -> None:
    """Have a thread collect garbage, and no other."""
    gc.disable()
    threading.Thread(target=_collect, name="garbage", daemon=True).start()


def _collect() -> None:
    for number in itertools.count(1):
        time.sleep(_SECONDS_BETWEEN_COLLECTIONS)
        gc.collect(2 if number % _COLLECTIONS_UNTIL_ALL == 0 else 1)


def main() -> None:
    """Be ``python -m prefect``."""
    collect_beside()
    from prefect.cli import app

    app()


if __name__ == "__main__":
    main()
