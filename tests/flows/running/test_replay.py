"""Training that is looked at on its way: what is planned, written and read back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from flows.reporting.results import read_results
from flows.running.replay import read_replays, write_replays
from tasks.fanout import Outcome
from tasks.result import Result
from topo.params import load_params
from topo.plan import plan_replay, plan_sweep

ROOT = Path(__file__).parents[3]
PARAMS = load_params(ROOT / "params.yaml")
JOBS = list(plan_replay(PARAMS))


def test_epochs_of_the_sweep_are_not_fitted_twice() -> None:
    swept = {(job.data, job.split, job.method, job.seed) for job in plan_sweep(PARAMS)}
    shared = [job for job in JOBS if (job.data, job.split, job.method, job.seed) in swept]
    assert [job.variant for job in shared] == ["20 epochs", "100 epochs"]
    assert {job.seed for job in JOBS if job.method_name == "topoae"} == {shared[0].seed}


@pytest.mark.parametrize("failed", [False, True])
def test_looks_at_a_training_come_back_or_say_why_not(in_folder: Path, failed: bool) -> None:
    jobs, points = JOBS[:2], np.arange(6.0).reshape(3, 2)
    outcomes = [Outcome("a", "k", 1.0, "computed", Result({"embedding": points}, {}))] * 2
    if failed:
        outcomes[1] = Outcome("b", "l", 1.0, "failed", reason="out of memory")
    write_replays(jobs, outcomes)
    first, second = read_replays()["spheres"]
    assert (first.method, first.hyperparameters.values["epochs"]) == ("ae", 1)
    assert first.points is not None
    assert np.array_equal(first.points, points)
    assert second.reason == ("out of memory" if failed else "")
    assert (second.points is None) == failed
    said = "Stage sweep: SPHERES, AE after 2 epochs failed (out of memory)."
    assert (said in read_results().missing) == failed


def test_a_dataset_without_results_has_none(in_folder: Path) -> None:
    assert read_replays() == {}
    replay = PARAMS.sweep.model_copy(update={"replay": None})
    assert not list(plan_replay(PARAMS.model_copy(update={"sweep": replay})))
