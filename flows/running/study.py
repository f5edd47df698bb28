"""A study of the tuning: trials one after another, then the best of them judged again."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from prefect import task
from prefect.cache_policies import NO_CACHE

from flows.running.durations import Chain, SideBySide
from flows.running.groups import planned_units
from flows.running.jobs import JobRun, JobRunner
from flows.running.progress import RUNNING, WAITING, Rows, publish_table
from topo.candidates import DEFAULT
from topo.methods import METHODS
from topo.metrics.evaluation import Score
from topo.metrics.registry import METRICS
from topo.params import Params
from topo.plan import Job, plan_trial
from topo.scores import Hyperparameters
from topo.seeding import derive_seed
from topo.tuning import Study

#: Number of the trial that is none: the hyperparameters of ``methods``.
_NO_TRIAL = -1


class Trial(NamedTuple):
    """One trial of a study, or one judged again, or the reason why there is none.

    Attributes
    ----------
    dataset, method
        Whose study.
    trial
        Number within the study, from 0; -1 for the hyperparameters of ``methods``.
    repetition
        0 for the trial itself; above that, which time it was judged again.
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
    repetition: int
    hyperparameters: Hyperparameters
    objective: str
    value: float = float("nan")
    status: str = "ok"
    reason: str = ""

    @property
    def candidate(self) -> str:
        """Name of its hyperparameters."""
        return _candidate(self.trial)


def _candidate(trial: int) -> str:
    return DEFAULT if trial == _NO_TRIAL else f"trial {trial}"


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
        How many jobs it may have at work at once: its start-up trials, then one, then all that are
        judged again, and none once it has ended.
    judged_again
        The units that judge candidates again: as many as there can be, until these are known.
    """

    dataset: str
    method: str
    params: Params
    n_cores: int = field(init=False)
    judged_again: SideBySide = field(init=False)

    def __post_init__(self) -> None:
        self.n_cores = self.params.tune.n_startup_trials
        self.budget = self.params.tune.budget(self.dataset, self.method)
        self.judged_again = SideBySide([])

    def job(self, hyperparameters: Mapping[str, Any], variant: str, repetition: int = 0) -> Job:
        """Return the job of one trial, or one that judges it again."""
        return plan_trial(
            *(self.params, self.dataset, self.method, hyperparameters),
            repetition=repetition,
            variant=variant,
        )

    def places(self) -> list[Job]:
        """Return a job for every repetition, which says what data are needed."""
        return [self.job({}, "", repetition) for repetition in range(self.budget.judged_again + 1)]

    def planned_units(self, runner: JobRunner) -> Chain:
        """Return the units of all jobs, with the cost of the usual hyperparameters."""
        trials = [
            planned_units(self.job({}, f"trial {each}"), runner)
            for each in range(self.budget.n_trials)
        ]
        n_first = self.params.tune.n_startup_trials
        first = SideBySide([unit for trial in trials[:n_first] for unit in trial])
        n_candidates = min(self.budget.n_trials, self.params.tune.n_best) + 1
        self.plan_again([f"candidate {each}" for each in range(n_candidates)], runner)
        return [first, *(unit for trial in trials[n_first:] for unit in trial), self.judged_again]

    def plan_again(self, candidates: Sequence[str], runner: JobRunner) -> None:
        """Plan the units that judge candidates, by their names, again."""
        jobs = [
            self.job({}, f"{name} again", repetition)
            for name in candidates
            for repetition in range(1, self.budget.judged_again + 1)
        ]
        self.judged_again.units = [unit for job in jobs for unit in planned_units(job, runner)]

    def candidates(self, trials: Sequence[Trial]) -> dict[Hyperparameters, int]:
        """Return what is judged again: by hyperparameters, the number of the trial."""
        searched = self.params.tune.search[self.dataset][self.method]
        usual = self.params.methods[self.method].on(self.dataset).model_dump()
        found = {Hyperparameters.of({name: usual[name] for name in searched}): _NO_TRIAL}
        lower = study_direction(self.params.tune.objective) == "lower"
        successful = [trial for trial in trials if trial.status == "ok"]
        # Of equal ones the first.
        ranked = sorted(successful, key=lambda each: each.value if lower else -each.value)
        best: dict[Hyperparameters, int] = {}
        for each in ranked:
            best.setdefault(each.hyperparameters, each.trial)
        for given in list(best)[: self.params.tune.n_best]:
            found.setdefault(given, best[given])
        return found


@task(task_run_name="{dataset} {method}", cache_policy=NO_CACHE, persist_result=False)
async def run_study(dataset: str, method: str, study: StudyRun, runner: JobRunner) -> list[Trial]:
    """Run one study: the start-up trials side by side, trial after trial, then the best again."""
    stage = study.params.tune
    suggesting = Study(
        METHODS[method],
        stage.search[dataset][method],
        direction=study_direction(stage.objective),
        n_startup_trials=stage.n_startup_trials,
        seed=derive_seed("tune", stage.seed, dataset, method),
    )
    planned: list[tuple[int, int]] = [(number, 0) for number in range(study.budget.n_trials)]
    begun: list[tuple[int, int]] = []
    ended: dict[tuple[int, int], EndedTrial] = {}

    async def run(number: int, given: Mapping[str, Any], repetition: int = 0) -> Trial:
        begun.append((number, repetition))
        trial = Trial(
            dataset, method, number, repetition, Hyperparameters.of(given), stage.objective
        )
        variant = trial.candidate + (" again" if repetition else "")
        made = await runner.run(study.job(given, variant, repetition))
        trial = _with_value(trial, made)
        ended[number, repetition] = EndedTrial(trial, made)
        return trial

    def rows() -> Rows:
        return trial_rows(planned, begun, ended)

    async with publish_table(f"{dataset}-{method}-study", table="trials", rows=rows):
        first = [suggesting.ask() for _ in range(stage.n_startup_trials)]
        for trial in await asyncio.gather(*map(run, range(len(first)), first)):
            suggesting.tell(_reported_value(trial))
        study.n_cores = 1
        for number in range(len(first), study.budget.n_trials):
            # The Gaussian process is fitted in a thread: the other studies go on meanwhile.
            trial = await run(number, await asyncio.to_thread(suggesting.ask))
            suggesting.tell(_reported_value(trial))
        candidates = study.candidates([ended[key].trial for key in planned])
        study.plan_again([_candidate(number) for number in candidates.values()], runner)
        again = [
            (number, each.values, repetition)
            for each, number in candidates.items()
            for repetition in range(1, study.budget.judged_again + 1)
        ]
        planned += [(number, repetition) for number, _, repetition in again]
        study.n_cores = len(again)
        await asyncio.gather(*(run(*each) for each in again))
        study.n_cores = 0
    return [ended[key].trial for key in planned]


def study_direction(objective: str) -> Literal["lower", "higher"]:
    """Say which values of the objective are better."""
    return "lower" if METRICS[objective][0].direction == "lower" else "higher"


def _reported_value(trial: Trial) -> float | None:
    return trial.value if trial.status == "ok" else None


def trial_rows(
    planned: Sequence[tuple[int, int]],
    begun: Collection[tuple[int, int]],
    ended: Mapping[tuple[int, int], EndedTrial],
) -> Rows:
    """Return a row for every trial of a study, for Prefect, whether it has begun and ended or not.

    Each is known by the trial's number and the repetition. Seconds and attempts are those of a
    trial's units together.
    """
    return [
        _ended_row(ended[key])
        if key in ended
        # The page has the columns of the first row.
        else {**_place(*key), "state": RUNNING if key in begun else WAITING, **_UNKNOWN}
        for key in planned
    ]


_UNKNOWN = dict.fromkeys(("seconds", "attempts", "hyperparameters", "value", "reason"))


def _place(number: int, repetition: int) -> dict[str, Hashable]:
    return {"trial": DEFAULT if number == _NO_TRIAL else number, "repetition": repetition}


def _ended_row(ended: EndedTrial) -> dict[str, Any]:
    trial, run = ended
    return {
        **_place(trial.trial, trial.repetition),
        "state": trial.status,
        "seconds": round(sum(each.seconds for each in run.outcomes), 2),
        "attempts": sum(each.attempts for each in run.outcomes),
        "hyperparameters": trial.hyperparameters.text,
        "value": trial.value,
        "reason": trial.reason,
    }


def _with_value(trial: Trial, run: JobRun) -> Trial:
    if run.failure is not None:
        return trial._replace(status="failed", reason=run.failure.reason)
    assert run.scored is not None and run.scored.result is not None
    (values,) = run.scored.result.values[trial.objective]
    score = Score(*values)
    return trial._replace(value=score.value, status=score.status, reason=score.reason)
