"""Stage `tune`: Bayesian optimisation on validation points that no other stage has.

A study is sequential but for its start-up trials, which are drawn at random and wait for nothing;
the studies run side by side. Each trial is a job like all others, so a study that is started again
reads its finished trials from the unit cache and goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
from prefect import flow

from flows import store
from flows.running.idle_cores import use_idle_cores
from flows.running.jobs import JobRunner
from flows.running.parameters import params_of_run
from flows.running.progress import show_progress
from flows.running.provenance import end_stage, write_provenance
from flows.running.study import StudyRun, Trial, run_study, study_direction
from tasks.cache import UnitCache
from tasks.fanout import FanOut
from topo.candidates import Candidate, compare_with_best, gain, gains, rank
from topo.device import Device
from topo.params import Params
from topo.scores import Hyperparameters


@flow(name="tune")
async def tune(time_limit: float | None = None, device: Device = "cpu") -> None:
    """Run every study and write ``results/tune``.

    ``trials.csv`` has all trials and how the best of them, and the default, were judged again,
    ``candidates.csv`` what that says, ``gains.csv`` what each choice gains over the default in
    every further repetition, ``choices.csv`` the mean of that with its interval, ``chosen.json``
    and ``second_best.json`` the values themselves.

    Raises
    ------
    UnitsFailedError
        Where trials failed; the others are written all the same.
    """
    params = params_of_run()
    store.require_writable(store.TUNE, store.UNITS)
    unavailable = store.read_unavailable()
    fanout = FanOut(UnitCache(store.UNITS), stage="tune", time_limit=time_limit)
    studies = [
        StudyRun(dataset, method, params)
        for dataset, methods in params.tune.search.items()
        for method in methods
        if dataset not in unavailable
    ]
    jobs = [job for study in studies for job in study.places()]
    runner = JobRunner.make(fanout, jobs, params, (params.tune.objective,), device)
    async with (
        show_progress(fanout, [study.planned_units(runner) for study in studies]),
        use_idle_cores(
            fanout, params, device, reserved=lambda: sum(study.n_cores for study in studies)
        ) as beside,
    ):
        finished = await asyncio.gather(
            *(run_study(study.dataset, study.method, study, runner) for study in studies)
        )
    trials = [trial for each in finished for trial in each]
    write_trials([*trials, *_unavailable_trials(params, unavailable)], params)
    write_provenance("idle_cores", [each for each in beside if each.state == "computed"])
    end_stage("tune", fanout.outcomes)


def write_trials(trials: Sequence[Trial], params: Params) -> None:
    """Write all tables of the stage, and what is chosen."""
    rows = [trial._replace(hyperparameters=trial.hyperparameters.text) for trial in trials]
    frame = pd.DataFrame(rows, columns=Trial._fields)
    store.write_text(store.TRIALS, frame.to_csv(index=False))
    candidates = candidates_of(trials)
    direction = study_direction(params.tune.objective)
    ranked = {place: rank(each, direction) for place, each in candidates.items()}
    for path, number in ((store.CHOSEN, 0), (store.SECOND_BEST, 1)):
        store.write_json(path, _at(ranked, number))
    compared, choices, gained = [], [], []
    for (dataset, method), each in candidates.items():
        ratio = _test_to_train(params, dataset)
        search = params.tune.search[dataset][method]
        table = compare_with_best(each, search, direction=direction, test_to_train=ratio)
        table["hyperparameters"] = [found.text for found in table["hyperparameters"]]
        compared.append(table.assign(dataset=dataset, method=method))
        found = gains(each, direction)
        place = (dataset, method, params.tune.objective)
        choices.append((*place, *gain(found, test_to_train=ratio)))
        is_drawn = params.datasets[dataset].draws
        gained += [(*place, int(is_drawn), number, value) for number, value in enumerate(found)]
    empty = pd.DataFrame(columns=["dataset", "method"])
    table = pd.concat(compared or [empty], ignore_index=True).set_index(["dataset", "method"])
    store.write_text(store.CANDIDATES, table.to_csv())
    for path, found_rows, columns in (
        (store.CHOICES, choices, ["gain", "half_width", "n"]),
        (store.GAINS, gained, ["is_drawn", "repetition", "gain"]),
    ):
        frame = pd.DataFrame(found_rows, columns=["dataset", "method", "objective", *columns])
        store.write_text(path, frame.to_csv(index=False))


def candidates_of(trials: Sequence[Trial]) -> dict[tuple[str, str], list[Candidate]]:
    """Gather what was judged again, by dataset and method; values in the order of repetitions."""
    found: dict[tuple[str, str], dict[str, list[Trial]]] = {}
    for trial in sorted(trials, key=lambda each: each.repetition):
        if trial.repetition > 0:
            study = found.setdefault((trial.dataset, trial.method), {})
            study.setdefault(trial.candidate, []).append(trial)
    return {
        place: [
            Candidate(name, each[0].hyperparameters, tuple(trial.value for trial in each))
            for name, each in study.items()
        ]
        for place, study in found.items()
    }


def _at(
    ranked: Mapping[tuple[str, str], Sequence[Candidate]], number: int
) -> dict[str, dict[str, Any]]:
    values: dict[str, dict[str, Any]] = {}
    for (dataset, method), candidates in ranked.items():
        if len(candidates) > number:
            chosen = dict(candidates[number].hyperparameters.values)
            values.setdefault(dataset, {})[method] = chosen
    return values


def _test_to_train(params: Params, dataset: str) -> float:
    """Return how much splits of one dataset overlap; 0 where every repetition draws its own."""
    fractions = params.split.fractions
    return 0.0 if params.datasets[dataset].draws else fractions.validation / fractions.train


def _unavailable_trials(params: Params, unavailable: Mapping[str, str]) -> Iterator[Trial]:
    for dataset, methods in params.tune.search.items():
        for method in methods if dataset in unavailable else ():
            yield Trial(
                dataset=dataset,
                method=method,
                trial=0,
                repetition=0,
                hyperparameters=Hyperparameters(),
                objective=params.tune.objective,
                status="unavailable",
                reason=unavailable[dataset],
            )
