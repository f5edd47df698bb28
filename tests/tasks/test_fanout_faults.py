from __future__ import annotations

import asyncio
import json
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil
import pytest

from tasks.cache import UnitCache
from tasks.fanout import ATTEMPTS, FanOut
from tests.tasks import units

ROOT = Path(__file__).parents[2]


def facts_of(fault: str, folder: Path) -> Any:
    environment = {k: v for k, v in os.environ.items() if k != "RAY_ADDRESS"}
    # Nodes are handed the project's code, and that of the tests' units is no part of it.
    environment["PYTHONPATH"] = str(ROOT)
    done = subprocess.run(
        [sys.executable, "-m", "tests.tasks.faults", fault, str(folder)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def outcomes_of(fault: str, folder: Path) -> dict[str, tuple[str, int, str]]:
    rows = facts_of(fault, folder)
    return {name: (state, attempts, reason) for name, state, attempts, reason in rows}


def test_units_of_a_lost_node_run_elsewhere(tmp_path: Path) -> None:
    outcomes = outcomes_of("node", tmp_path)
    assert {state for state, _, _ in outcomes.values()} == {"computed"}
    again = [name for name, (_, attempts, _) in outcomes.items() if attempts > 1]
    assert 1 <= len(again) <= 2, outcomes


@pytest.mark.proof
def test_units_follow_nodes_that_join_and_leave_and_the_bits_stay(tmp_path: Path) -> None:
    facts = facts_of("change", tmp_path)
    assert facts["states"] == ["computed"]
    assert facts["at once"] == [3, 4, 3]
    assert facts["again"] <= 2, "only what ran or waited on the lost node runs again"
    assert facts["equal"], "one worker gave other embeddings"


@pytest.mark.proof
def test_node_with_other_packages_is_refused_and_a_gpu_is_used(tmp_path: Path) -> None:
    installed = version("torch")
    facts = facts_of("foreign", tmp_path)
    assert [each[:2] for each in facts["GPUs"]] == [
        ["core", 0],
        *([f"gpu {n}", 1] for n in range(6)),
    ]
    # A process would keep what it has of its first GPU.
    assert len({process for _, n_gpus, process in facts["GPUs"] if n_gpus}) == 6
    # Not from the checkout, which these nodes happen to have too.
    assert all("py_modules_files" in place for place in facts["code"]), facts["code"]
    own = f"node {platform.node()} has torch 0.1 instead of {installed}: install constraints.txt"
    assert facts["reasons"][0] == ""
    assert facts["reasons"][1:] == [
        f"VersionsDifferError: {own} there, or take it out of the cluster"
    ]
    assert facts["refusal"].startswith("the Ray cluster differs from this machine")
    assert f"has torch 0.1 instead of {installed}" in facts["refusal"]


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
