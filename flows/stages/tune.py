"""Stage `tune`: Bayesian optimisation on the validation points of split 0.

A study is sequential but for its start-up trials, which are drawn at random and wait for nothing;
the studies run side by side. Each trial is a job like all others, so a study that is started again
reads its finished trials from the unit cache and goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import pandas as pd
from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows import store
from flows.running.durations import Chain
from flows.running.groups import planned_units
from flows.running.idle_cores import use_idle_cores
from flows.running.jobs import JobRun, JobRunner
from flows.running.parameters import params_of_run
from flows.running.progress import RUNNING, WAITING, Rows, publish_table, show_progress
from flows.running.provenance import end_stage, write_provenance
from tasks.cache import UnitCache
from tasks.fanout import FanOut
from topo.device import Device
from topo.methods import METHODS
from topo.metrics.evaluation import Score
from topo.metrics.registry import METRICS
from topo.params import Params
from topo.plan import Job
from topo.scores import Hyperparameters
from topo.seeding import derive_seed
from topo.tuning import Study


class Trial(NamedTuple):
    """One trial of a study, or the reason why there is none.

    Attributes
    ----------
    dataset, method
        Whose study.
    trial
        Number within the study, from 0.
    hyperparameters
        The searched ones.
    objective, value
        Name and value of what is optimised; NaN where the trial failed.
    status, reason
        "ok", "failed" or "unavailable", and why.
    """

    dataset: str
    method: str
    trial: int
    hyperparameters: Hyperparameters
    objective: str
    value: float = float("nan")
    status: str = "ok"
    reason: str = ""


class EndedTrial(NamedTuple):
    """A trial and the run of its job."""

    trial: Trial
    run: JobRun


@dataclass(eq=False)
class StudyRun:
    """A study under way; a class of its own, so that Prefect looks not inside.

    Attributes
    ----------
    n_cores
        How many trials it may have at work at once: its start-up trials, then one, and none once it
        has ended.
    """

    dataset: str
    method: str
    params: Params
    runner: JobRunner
    n_cores: int = field(init=False)

    def __post_init__(self) -> None:
        self.n_cores = self.params.tune.n_startup_trials

    def job(self, hyperparameters: Mapping[str, Any], variant: str) -> Job:
        """Return the job of one trial."""
        method = self.params.method(self.method, self.dataset, hyperparameters)
        return Job(self.dataset, 0, self.method, 0, method, "validation", variant)

    def planned_units(self) -> Chain:
        """Return the units of all trials, with the cost of the usual hyperparameters."""
        trials = (self.job({}, f"trial {each}") for each in range(self.params.tune.n_trials))
        return [unit for trial in trials for unit in planned_units(trial, self.runner)]


@flow(name="tune")
async def tune(time_limit: float | None = None, device: Device = "cpu") -> None:
    """Run every study and write ``results/tune``: all trials, and the values chosen.

    Raises
    ------
    UnitsFailedError
        Where trials failed; the others are written all the same.
    """
    params = params_of_run()
    store.require_writable(store.TUNE, store.UNITS)
    unavailable = store.read_unavailable()
    fanout = FanOut(UnitCache(store.UNITS), time_limit=time_limit)
    available = [name for name in params.tune.search if name not in unavailable]
    runner = JobRunner.make(fanout, available, params, (params.tune.objective,), device)
    studies = [
        StudyRun(dataset, method, params, runner)
        for dataset in available
        for method in params.tune.search[dataset]
    ]
    async with (
        show_progress(fanout, [study.planned_units() for study in studies]),
        use_idle_cores(
            fanout, params, device, reserved=lambda: sum(study.n_cores for study in studies)
        ) as beside,
    ):
        finished = await asyncio.gather(
            *(run_study(study.dataset, study.method, study) for study in studies)
        )
    trials = [trial for each in finished for trial in each]
    trials += list(_unavailable_trials(params, unavailable))
    store.write_text(store.TUNE / "trials.csv", _trials_csv(trials))
    store.write_json(store.CHOSEN, choose(trials))
    write_provenance("idle_cores", [each for each in beside if each.state == "computed"])
    end_stage("tune", fanout.outcomes)


@task(task_run_name="{dataset} {method}", cache_policy=NO_CACHE, persist_result=False)
async def run_study(dataset: str, method: str, study: StudyRun) -> list[Trial]:
    """Run one study: the start-up trials side by side, then trial after trial."""
    stage = study.params.tune
    suggesting = Study(
        METHODS[method],
        stage.search[dataset][method],
        direction=_direction(stage.objective),
        n_startup_trials=stage.n_startup_trials,
        seed=derive_seed("tune", stage.seed, dataset, method),
    )
    begun: list[int] = []
    ended: dict[int, EndedTrial] = {}

    async def run_trial(number: int, suggested: Mapping[str, Any]) -> Trial:
        begun.append(number)
        run = await study.runner.run(study.job(suggested, f"trial {number}"))
        trial = _trial(run, number, suggested, stage.objective)
        ended[number] = EndedTrial(trial, run)
        return trial

    def rows() -> Rows:
        return trial_rows(begun, ended, n_trials=stage.n_trials)

    async with publish_table(f"{dataset}-{method}-study", table="trials", rows=rows):
        first = [suggesting.ask() for _ in range(stage.n_startup_trials)]
        trials = await asyncio.gather(*map(run_trial, range(len(first)), first))
        for trial in trials:
            suggesting.tell(_reported_value(trial))
        study.n_cores = 1
        for number in range(len(first), stage.n_trials):
            # The Gaussian process is fitted in a thread: the other studies go on meanwhile.
            trial = await run_trial(number, await asyncio.to_thread(suggesting.ask))
            suggesting.tell(_reported_value(trial))
        study.n_cores = 0
    return [ended[number].trial for number in range(stage.n_trials)]


def _reported_value(trial: Trial) -> float | None:
    return trial.value if trial.status == "ok" else None


def trial_rows(begun: Collection[int], ended: Mapping[int, EndedTrial], *, n_trials: int) -> Rows:
    """Return a row for every trial of a study, for Prefect, whether it has begun and ended or not.

    Seconds and attempts are those of a trial's units together.
    """
    return [
        _ended_row(ended[number])
        if number in ended
        # The page has the columns of the first row.
        else {"trial": number, "state": RUNNING if number in begun else WAITING, **_UNKNOWN}
        for number in range(n_trials)
    ]


_UNKNOWN = dict.fromkeys(("seconds", "attempts", "hyperparameters", "value", "reason"))


def _ended_row(ended: EndedTrial) -> dict[str, Any]:
    trial, run = ended
    return {
        "trial": trial.trial,
        "state": trial.status,
        "seconds": round(sum(each.seconds for each in run.outcomes), 2),
        "attempts": sum(each.attempts for each in run.outcomes),
        "hyperparameters": trial.hyperparameters.text,
        "value": trial.value,
        "reason": trial.reason,
    }


def _trial(run: JobRun, number: int, suggested: Mapping[str, Any], objective: str) -> Trial:
    trial = Trial(
        dataset=run.job.dataset,
        method=run.job.method_name,
        trial=number,
        hyperparameters=Hyperparameters.of(suggested),
        objective=objective,
    )
    if run.failure is not None:
        return trial._replace(status="failed", reason=run.failure.reason)
    assert run.scored is not None and run.scored.result is not None
    (values,) = run.scored.result.values[objective]
    score = Score(*values)
    return trial._replace(value=score.value, status=score.status, reason=score.reason)


def _unavailable_trials(params: Params, unavailable: Mapping[str, str]) -> Iterator[Trial]:
    for dataset, methods in params.tune.search.items():
        for method in methods if dataset in unavailable else ():
            yield Trial(
                dataset=dataset,
                method=method,
                trial=0,
                hyperparameters=Hyperparameters(),
                objective=params.tune.objective,
                status="unavailable",
                reason=unavailable[dataset],
            )


def _trials_csv(trials: Sequence[Trial]) -> str:
    """Write trials as CSV, one a row."""
    rows = [trial._replace(hyperparameters=trial.hyperparameters.text) for trial in trials]
    return pd.DataFrame(rows, columns=Trial._fields).to_csv(index=False)


def choose(trials: Sequence[Trial]) -> dict[str, dict[str, Any]]:
    """Return the hyperparameters of every study's best successful trial, by dataset and method."""
    chosen: dict[str, dict[str, Any]] = {}
    successful = [trial for trial in trials if trial.status == "ok"]
    # The best comes first; a later trial of the same study replaces nothing.
    for trial in sorted(successful, key=_badness):
        methods = chosen.setdefault(trial.dataset, {})
        methods.setdefault(trial.method, dict(trial.hyperparameters.values))
    return chosen


def _badness(trial: Trial) -> float:
    """Order of the trials: the lowest is the best; of equal ones the first is."""
    return trial.value if _direction(trial.objective) == "lower" else -trial.value


def _direction(objective: str) -> Literal["lower", "higher"]:
    return "lower" if METRICS[objective][0].direction == "lower" else "higher"
