"""A minute's standstill of the local Prefect server, in small, and that it cannot come."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

#: One connection has written and not committed, another waits for it in a thread of its own, and
#: the first one's thread collects a failed cursor of the second.
PROGRAM = """
import gc, sqlite3, sys, threading, time
from flows.prefect_process import collect_beside

path, beside = sys.argv[1:]
if beside == "beside":
    collect_beside()
first = sqlite3.connect(path, isolation_level=None)
for line in ("PRAGMA journal_mode = WAL", "CREATE TABLE t (x UNIQUE)", "INSERT INTO t VALUES (0)"):
    first.execute(line)
second = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
second.execute("PRAGMA busy_timeout = 4000")

class Cycle:
    def __init__(self):
        self.itself, self.cursor = self, second.cursor()

def leave_failed_cursor():
    try:
        Cycle().cursor.execute("INSERT INTO t VALUES (0)")
    except sqlite3.IntegrityError:
        pass

def write():
    try:
        second.execute("INSERT INTO t VALUES (2)")
        print("written")
    except sqlite3.OperationalError as error:
        print(error)

# Now, so that it is not due while the two are being set up.
gc.collect()
leave_failed_cursor()
first.execute("BEGIN IMMEDIATE")
first.execute("INSERT INTO t VALUES (1)")
waiting = threading.Thread(target=write)
waiting.start()
time.sleep(0.5)
# So many that the thread that makes them is made to collect garbage.
kept = [[] for _ in range(100_000)]
# Long enough for the other thread to collect it.
time.sleep(1.5)
first.execute("COMMIT")
waiting.join()
"""


@pytest.mark.parametrize(
    ("where", "ends"), [("in it", "database is locked"), ("beside", "written")]
)
def test_thread_that_commits_collects_no_garbage(tmp_path: Path, where: str, ends: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "t.db"), where],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.strip() == ends, done.stderr
