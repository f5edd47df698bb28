"""A minute's standstill of the local Prefect server, in small, and that it cannot come."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

#: One connection has written and not committed, another waits for it in a thread of its own, and
#: the first one's thread collects a cursor of the second.
PROGRAM = """
import gc, sqlite3, sys, threading, time, weakref
from flows.services.prefect_process import collect_beside

path, cursor, where = sys.argv[1:]
if where == "beside":
    collect_beside()
first = sqlite3.connect(path, isolation_level=None)
for line in ("PRAGMA journal_mode = WAL", "CREATE TABLE t (x UNIQUE)", "INSERT INTO t VALUES (0)"):
    first.execute(line)
second = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
second.execute("PRAGMA busy_timeout = 3000")
collected = threading.Event()

class Cycle:
    def __init__(self):
        self.itself, self.cursor = self, second.cursor()

def leave_cursor():
    cycle = Cycle()
    weakref.finalize(cycle, collected.set)
    if cursor == "half read":
        cycle.cursor.execute("SELECT 1 UNION ALL SELECT 2").fetchone()
        return
    try:
        cycle.cursor.execute("INSERT INTO t VALUES (0)")
    except sqlite3.IntegrityError:
        pass

def write():
    try:
        second.execute("INSERT INTO t VALUES (2)")
    except sqlite3.OperationalError:
        pass

# Now, so that it is not due while the two are being set up.
gc.collect()
leave_cursor()
first.execute("BEGIN IMMEDIATE")
first.execute("INSERT INTO t VALUES (1)")
waiting = threading.Thread(target=write)
waiting.start()
time.sleep(0.5)
before = time.monotonic()
# So many that the thread that makes them is made to collect garbage.
kept = [[] for _ in range(100_000)]
assert collected.wait(20)
print("stood still" if time.monotonic() - before > 1.5 else "went on")
first.execute("COMMIT")
waiting.join()
"""


def run(folder: Path, *, cursor: str, where: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder / "t.db"), cursor, where],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.stdout.strip() or done.stderr


@pytest.mark.parametrize("cursor", ["failed", "half read"])
def test_thread_that_commits_collects_no_garbage(tmp_path: Path, cursor: str) -> None:
    assert run(tmp_path, cursor=cursor, where="beside") == "went on"


@pytest.mark.parametrize(
    ("cursor", "ends"),
    [
        # From Python 3.12 on sqlite3 ends a statement as soon as it fails.
        ("failed", "stood still" if sys.version_info < (3, 12) else "went on"),
        ("half read", "stood still"),
    ],
)
def test_thread_that_collects_waits_for_the_cursor(tmp_path: Path, cursor: str, ends: str) -> None:
    assert run(tmp_path, cursor=cursor, where="in it") == ends
