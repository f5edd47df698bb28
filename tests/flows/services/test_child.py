from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.cluster import wait_for

ROOT = Path(__file__).parents[3]
PARENT = """
import signal, subprocess, sys
from flows.services.child import child_command
signal.signal(signal.SIGINT, signal.SIG_IGN)
child = subprocess.Popen(child_command("tests.flows.waiting"), start_new_session=True)
print(child.pid, flush=True)
child.wait()
print(child.returncode, flush=True)
"""


def start_parent() -> tuple[subprocess.Popen[str], int]:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert parent.stdout.readline() == "waiting\n"
    return parent, child


def is_there(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def test_child_ends_with_a_parent_that_is_killed() -> None:
    parent, child = start_parent()
    parent.kill()
    parent.communicate()
    assert wait_for(lambda: not is_there(child), seconds=10)


def test_child_hears_sigint_although_its_parent_ignores_it() -> None:
    parent, child = start_parent()
    os.kill(child, signal.SIGINT)
    output, _ = parent.communicate(timeout=20)
    assert output == "interrupted\n0\n"
