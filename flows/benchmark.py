"""Stage `benchmark`: every method on every dataset, repeated, scored by every metric.

Orchestration: one Prefect task per dataset and method stands for all of its units, each of which is
one Ray task. One fan-out orders the units of the whole stage, so that no core waits for a group to
end. (A Prefect task per unit costs tens of milliseconds each and slows the server's database.)
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from prefect import flow, get_run_logger, task
from prefect.artifacts import (
    acreate_progress_artifact,
    acreate_table_artifact,
    aupdate_progress_artifact,
)
from prefect.cache_policies import NO_CACHE

from flows import store
from flows.progress import reporting
from flows.provenance import write_provenance
from flows.units import StoredDataset, embed_unit, evaluate_unit
from flows.units import store as put
from tasks.cache import UnitCache
from tasks.fanout import FanOut, Outcome
from topo.params import Params, load_params
from topo.plan import Job, plan_benchmark
from topo.scores import job_rows, score_frame, to_csv_text, unavailable_rows
from topo.seeding import derive_seed
from topo.splits import Split, stratified_split


class UnitsFailed(RuntimeError):
    """Some units failed; everything else of the stage is written."""


@dataclass(frozen=True)
class JobRun:
    """A job with how its units ended.

    Attributes
    ----------
    job
        The job.
    embedded
        How its embedding ended.
    scored
        How its scores ended; None where there was no embedding to score.
    """

    job: Job
    embedded: Outcome
    scored: Outcome | None

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The units that ran."""
        return (self.embedded,) if self.scored is None else (self.embedded, self.scored)

    @property
    def failure(self) -> Outcome | None:
        """The unit that failed, if one did."""
        return next((each for each in self.outcomes if each.state == "failed"), None)


@flow(name="benchmark")
async def benchmark(time_limit: float | None = None) -> None:
    """Run and score every job of the benchmark and write ``results/benchmark``.

    Parameters
    ----------
    time_limit
        Seconds that one unit may take; None for no limit.

    Raises
    ------
    UnitsFailed
        Where units failed; tables are written all the same, with their reasons.
    """
    params = load_params(store.PARAMS)
    store.require_writable(store.BENCHMARK, store.UNITS)
    unavailable = store.read_unavailable()
    jobs = [job for job in plan_benchmark(params) if job.dataset not in unavailable]
    fanout = FanOut(UnitCache(store.UNITS), time_limit=time_limit)
    runs = await _run_jobs(jobs, params, fanout)
    _write(runs, params, unavailable)
    write_provenance("benchmark", fanout.outcomes)
    failed = [run.failure for run in runs if run.failure is not None]
    if failed:
        raise UnitsFailed(_describe(failed))


async def _run_jobs(jobs: list[Job], params: Params, fanout: FanOut) -> list[JobRun]:
    names = dict.fromkeys(job.dataset for job in jobs)
    datasets = {name: put(store.read_dataset(name)) for name in names}
    splits = {
        place: _split(datasets[place[0]], params, *place)
        for place in dict.fromkeys((job.dataset, job.split) for job in jobs)
    }
    running = {
        job: asyncio.create_task(
            _run_job(
                job,
                datasets[job.dataset],
                splits[job.dataset, job.split],
                fanout,
                metrics=params.benchmark.metrics,
            )
        )
        for job in jobs
    }
    groups: dict[tuple[str, str], list[asyncio.Task[JobRun]]] = {}
    for job, work in running.items():
        groups.setdefault((job.dataset, job.method_name), []).append(work)
    cost = 2 * sum(
        job.method.cost(
            len(splits[job.dataset, job.split].train),
            len(splits[job.dataset, job.split].test),
            datasets[job.dataset].shape[1],
        )
        for job in jobs
    )
    async with reporting(fanout, get_run_logger(), n_units=2 * len(jobs), cost=cost):
        await asyncio.gather(
            *(follow_group(*place, _Group(works)) for place, works in groups.items()),
            return_exceptions=True,
        )
    return [await work for work in running.values()]


def _split(data: StoredDataset, params: Params, dataset: str, split: int) -> Split:
    seed = derive_seed("split", params.split.seed, dataset, split)
    return stratified_split(data.y, params.split.fractions, seed=seed)


async def _run_job(
    job: Job, data: StoredDataset, split: Split, fanout: FanOut, *, metrics: tuple[str, ...]
) -> JobRun:
    rows = split.test
    unit = embed_unit(job, data, rows, split)
    embedded = await fanout.run(unit)
    if embedded.result is None:
        return JobRun(job, embedded, None)
    scored = await fanout.run(
        evaluate_unit(job, data, rows, embedded.result, metrics=metrics, cost=unit.cost)
    )
    return JobRun(job, embedded, scored)


@dataclass(frozen=True, eq=False)
class _Group:
    """Jobs that one Prefect task stands for, opaque to Prefect."""

    works: list[asyncio.Task[JobRun]]


@task(task_run_name="{dataset} {method}", cache_policy=NO_CACHE, persist_result=False)
async def follow_group(dataset: str, method: str, group: _Group) -> None:
    """Wait for the jobs of one dataset and method; show their progress and their units.

    Parameters
    ----------
    dataset, method
        Names.
    group
        The jobs, which run already.

    Raises
    ------
    UnitsFailed
        Where one of them failed, so that Prefect shows the task as failed.
    """
    key = f"{dataset}-{method}".replace("_", "-")
    progress = await acreate_progress_artifact(0.0, key=f"{key}-progress")
    runs = []
    for work in asyncio.as_completed(group.works):
        runs.append(await work)
        await aupdate_progress_artifact(progress, 100.0 * len(runs) / len(group.works))
    outcomes = [outcome for run in runs for outcome in run.outcomes]
    await acreate_table_artifact(_table(outcomes), key=f"{key}-units")
    failed = [each for each in outcomes if each.state == "failed"]
    if failed:
        raise UnitsFailed(_describe(failed))


def _table(outcomes: Iterable[Outcome]) -> list[dict[str, object]]:
    return [
        {
            "unit": each.name,
            "state": each.state,
            "seconds": round(each.seconds, 2),
            "attempts": each.attempts,
            "reason": each.reason,
        }
        for each in sorted(outcomes, key=lambda each: each.name)
    ]


def _describe(failed: list[Outcome]) -> str:
    lines = "\n".join(f"  {each.name}: {each.reason}" for each in failed)
    return f"{len(failed)} of the units failed:\n{lines}"
