from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows import lock
from flows.lock import UNDER_FRONT_DOOR, sole_run, sole_stage

ROOT = Path(__file__).parents[2]
HOLD = "from flows.lock import {0}\nwith {0}():\n print('held', flush=True)\n input()"


@pytest.fixture
def other(in_folder: Path, request: pytest.FixtureRequest) -> subprocess.Popen[str]:
    """Another process that holds the checkout in the way that the test names."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD.format(request.param)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


@pytest.mark.parametrize("other", ["sole_run", "sole_stage"], indirect=True)
@pytest.mark.parametrize("second", [sole_run, sole_stage])
def test_second_run_says_whose_turn_it_is(other: subprocess.Popen[str], second) -> None:
    message = rf"another run works in this checkout \(process {other.pid}\); wait for its end"
    with pytest.raises(RuntimeError, match=message), second():
        raise AssertionError("the block must not run")


@pytest.mark.parametrize("other", ["sole_run"], indirect=True)
def test_killed_run_leaves_no_lock(other: subprocess.Popen[str]) -> None:
    other.kill()
    other.wait()
    with sole_run():
        pass


@pytest.mark.parametrize("other", ["sole_run"], indirect=True)
def test_stage_runs_under_its_own_front_door(other, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(UNDER_FRONT_DOOR, "1")
    with sole_stage():
        pass


@pytest.mark.parametrize("other", ["sole_stage"], indirect=True)
def test_stage_waits_for_that_of_a_killed_front_door(other, monkeypatch) -> None:
    monkeypatch.setenv(UNDER_FRONT_DOOR, "1")
    monkeypatch.setattr(lock, "_STAGE_SECONDS", 20.0)
    started = time.monotonic()
    ending = subprocess.Popen(["sh", "-c", f"sleep 1; kill -9 {other.pid}"])
    with sole_stage():
        assert time.monotonic() - started > 0.9
    ending.wait()
