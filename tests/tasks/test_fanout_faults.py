from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tasks.cache import UnitCache
from tasks.fanout import ATTEMPTS, FanOut
from tests.tasks import units

ROOT = Path(__file__).parents[2]


def outcomes_of(fault: str, folder: Path) -> dict[str, tuple[str, int, str]]:
    environment = {k: v for k, v in os.environ.items() if k != "RAY_ADDRESS"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.tasks.faults", fault, str(folder)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = json.loads(done.stdout.splitlines()[-1])
    return {name: (state, attempts, reason) for name, state, attempts, reason in rows}


def test_units_of_a_lost_node_run_elsewhere(tmp_path: Path) -> None:
    outcomes = outcomes_of("node", tmp_path)
    assert {state for state, _, _ in outcomes.values()} == {"computed"}
    again = [name for name, (_, attempts, _) in outcomes.items() if attempts > 1]
    assert 1 <= len(again) <= 2, outcomes


@pytest.mark.proof
@pytest.mark.skipif(
    psutil.virtual_memory().available < 6 * 2**30, reason="needs 6 GiB of free memory"
)
def test_unit_that_takes_too_much_memory_fails_alone(tmp_path: Path) -> None:
    outcomes = outcomes_of("memory", tmp_path)
    assert outcomes["modest"][0] == "computed"
    reason = f"OutOfMemoryError on each of {ATTEMPTS} attempts"
    assert outcomes["greedy"] == ("failed", ATTEMPTS, reason)


@pytest.mark.usefixtures("ray_cluster")
def test_full_disk_costs_what_is_kept_not_what_is_computed(full_folder: Path) -> None:
    fanout = FanOut(UnitCache(full_folder))

    async def both() -> list:
        small, large = units.doubling(), units.unit(units.large, "large")
        return [await fanout.run(small), await fanout.run(large)]

    small, large = asyncio.run(both())
    assert [small.state, large.state] == ["computed", "computed"]
    assert large.result is not None
    assert large.result.arrays["X"].nbytes == 2**20
    assert fanout.not_kept == {"large": "No space left on device"}
    assert fanout.cache.get(small.key) is not None
    assert fanout.cache.get(large.key) is None
