"""Jobs side by side, as Prefect shows them: one Prefect task for each dataset and method.

One fan-out orders the units of a whole stage, so that no core waits for a group to end. (A Prefect
task per unit would cost tens of milliseconds each and slow the server's database for the next run.)
"""

from __future__ import annotations

import asyncio
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

from prefect import task
from prefect.cache_policies import NO_CACHE

from flows.running.durations import PlannedUnit
from flows.running.failures import raise_failures
from flows.running.jobs import JobRun, JobRunner
from flows.running.progress import RUNNING, WAITING, Rows, publish_table, show_progress
from flows.running.units import UnitNames, unit_names
from tasks.fanout import FanOut, Outcome
from topo.plan import Job


async def run_jobs(jobs: Sequence[Job], runner: JobRunner) -> list[JobRun]:
    """Run jobs side by side, each followed by its group's Prefect task."""
    works = {job: asyncio.create_task(runner.run(job)) for job in jobs}
    groups: dict[tuple[str, str], dict[Job, asyncio.Task[JobRun]]] = {}
    for job, work in works.items():
        groups.setdefault((job.dataset, job.method_name), {})[job] = work
    async with show_progress(runner.fanout, (planned_units(job, runner) for job in jobs)):
        await asyncio.gather(
            *(
                follow_group(*place, OpaqueGroup(group, runner.fanout))
                for place, group in groups.items()
            ),
            return_exceptions=True,
        )
        return list(await asyncio.gather(*works.values()))


def planned_units(job: Job, runner: JobRunner) -> tuple[PlannedUnit, PlannedUnit]:
    """Return a job's two units; a scoring takes about as long whatever made the embedding."""
    names = unit_names(job)
    return (
        PlannedUnit(names.embedding, runner.cost(job)),
        PlannedUnit(names.scoring, runner.scoring_cost(job)),
    )


@dataclass(frozen=True, eq=False)
class OpaqueGroup:
    """Jobs under way that one Prefect task stands for; a class so that Prefect looks not inside."""

    works: Mapping[Job, asyncio.Task[JobRun]]
    fanout: FanOut

    def table(self) -> Rows:
        """Return a row for every unit: how it ended, or that it has not."""
        ended = {each.name: each for each in self.fanout.outcomes}
        return [
            row
            for job in sorted(self.works, key=lambda job: job.name)
            for row in _rows(unit_names(job), ended, self.fanout.running)
        ]


@task(task_run_name="{dataset} {method}", cache_policy=NO_CACHE, persist_result=False)
async def follow_group(dataset: str, method: str, group: OpaqueGroup) -> None:
    """Wait for the jobs of one dataset and method; show their progress and their units.

    Raises
    ------
    UnitsFailedError
        Where one of them failed, so that Prefect shows the task as failed.
    """
    async with publish_table(f"{dataset}-{method}", table="units", rows=group.table):
        runs = await asyncio.gather(*group.works.values())
    raise_failures(outcome for run in runs for outcome in run.outcomes)


def _rows(
    names: UnitNames, ended: Mapping[str, Outcome], running: Container[str]
) -> Iterator[dict[str, object]]:
    """Rows of a job's two units; where the first has failed, the second never runs."""
    embedded = ended.get(names.embedding)
    never = "left out" if embedded is not None and embedded.state == "failed" else WAITING
    for name, otherwise in ((names.embedding, WAITING), (names.scoring, never)):
        outcome = ended.get(name)
        yield {
            "unit": name,
            "state": outcome.state if outcome else RUNNING if name in running else otherwise,
            "seconds": round(outcome.seconds, 2) if outcome else None,
            "attempts": outcome.attempts if outcome else None,
            "reason": outcome.reason if outcome else "",
        }
