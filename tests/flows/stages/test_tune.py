"""What is judged again after the trials, and what is written of it."""

from __future__ import annotations

import json
import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from dvc.utils.serialize import loads_yaml

from flows import store
from flows.running.durations import Durations
from flows.running.study import StudyRun, Trial
from flows.stages.tune import write_trials
from tests.flows.checkout import ROOT
from topo.params import Params, parse_params
from topo.scores import Hyperparameters


@pytest.fixture
def params() -> Params:
    return parse_params(loads_yaml((ROOT / "params.yaml").read_text()))


def trial(number: int, value: float, *, repetition: int = 0, perplexity: float = 0.0) -> Trial:
    given = Hyperparameters.of({"perplexity": perplexity or 10.0 + number})
    status = "failed" if math.isnan(value) else "ok"
    return Trial(*("spheres", "tsne", number, repetition), given, "kl_0.1", value, status, "")


def numbers(trials: list[Trial], params: Params) -> list[int]:
    return list(StudyRun("spheres", "tsne", params).candidates(trials).values())


def test_the_best_trials_and_the_default_are_judged_again(params: Params) -> None:
    values = [5.0, 1.0, 4.0, math.nan, 2.0, 3.0]
    assert numbers([trial(*each) for each in enumerate(values)], params) == [-1, 1, 4, 5]


def test_equal_hyperparameters_are_judged_once(params: Params) -> None:
    # 30 is the default; the two others are one candidate, known by its better trial.
    given = [(0, 1.0, 30.0), (1, 4.0, 7.0), (2, 3.0, 7.0), (3, 5.0, 8.0)]
    trials = [trial(number, value, perplexity=each) for number, value, each in given]
    assert numbers(trials, params) == [-1, 2, 3]


def test_trials_that_all_failed_leave_the_default(params: Params) -> None:
    assert numbers([trial(0, math.nan)], params) == [-1]


def test_units_of_a_study_are_told_apart_and_on_draws_of_their_own(params: Params) -> None:
    study = StudyRun("spheres", "topoae", params)
    jobs = [*study.places(), study.job({}, "trial 0 again", 1), study.job({}, "default again", 1)]
    assert len({job.name for job in jobs}) == len(jobs)
    assert {job.draw for job in study.places()} == {1000 + r for r in range(6)}
    # Those that are judged in one repetition have its seed in common.
    assert jobs[-1].seed == jobs[-2].seed != jobs[0].seed


def test_plan_of_a_study_follows_what_is_judged_again(params: Params) -> None:
    runner: Any = SimpleNamespace(cost=lambda job: 2.0, scoring_cost=lambda job: 1.0)
    study = StudyRun("mnist", "topoae", params)
    planned = Durations([study.planned_units(runner)], {})
    # An embedding and its scoring for each trial, and twice for four candidates at most.
    assert planned.n_units == 2 * (5 + 2 * 4)
    study.plan_again(["default", "trial 3"], runner)
    assert planned.n_units == 2 * (5 + 2 * 2)
    assert "mnist/topoae trial 3 again/split 1002/embed" in {
        unit.name for unit in study.judged_again.units
    }


def test_the_choice_is_by_the_mean_of_the_further_judgements(
    params: Params, in_folder: Path
) -> None:
    again = {-1: (0.5, 0.52), 0: (0.4, 0.42), 1: (0.3, 0.32), 2: (0.35, 0.37)}
    trials = [trial(0, 0.1), trial(1, 0.2), trial(2, 0.15)]
    trials += [
        trial(number, value, repetition=repetition + 1)
        for number, values in again.items()
        for repetition, value in enumerate(values)
    ]
    write_trials(trials, params)
    # The first trial was best by its own value, and is third.
    assert json.loads(store.CHOSEN.read_text()) == {"spheres": {"tsne": {"perplexity": 11.0}}}
    assert json.loads(store.SECOND_BEST.read_text()) == {"spheres": {"tsne": {"perplexity": 12.0}}}
    candidates = pd.read_csv(store.CANDIDATES, keep_default_na=False)
    assert candidates["candidate"].tolist() == ["trial 1", "trial 2", "trial 0", "default"]
    assert candidates["mean"].astype(float).tolist() == pytest.approx([0.31, 0.36, 0.41, 0.51])
    (choice,) = pd.read_csv(store.CHOICES).itertuples()
    assert (choice.gain, choice.n) == (pytest.approx(0.2), 2)
    gained = pd.read_csv(store.GAINS)
    assert gained[["is_drawn", "repetition"]].to_numpy().tolist() == [[1, 0], [1, 1]]
    assert gained["gain"].tolist() == pytest.approx([0.2, 0.2])
    kept = pd.read_csv(store.TUNE / "trials.csv")
    assert len(kept) == len(trials)


def test_what_failed_once_is_not_chosen(params: Params, in_folder: Path) -> None:
    again = {-1: (0.5, 0.5), 0: (0.1, math.nan)}
    trials = [
        trial(number, value, repetition=repetition + 1)
        for number, values in again.items()
        for repetition, value in enumerate(values)
    ]
    write_trials(trials, params)
    assert json.loads(store.CHOSEN.read_text()) == {"spheres": {"tsne": {"perplexity": 9.0}}}
    assert json.loads(store.SECOND_BEST.read_text()) == {}


def test_without_any_study_empty_tables_are_written(params: Params, in_folder: Path) -> None:
    write_trials([], params)
    assert json.loads(store.CHOSEN.read_text()) == {}
    assert len(pd.read_csv(store.GAINS)) == 0
