"""Jobs become units, units run, and Prefect shows them.

One Prefect task per dataset and method stands for all of its units, each of which is one Ray task.
One fan-out orders the units of a whole stage, so that no core waits for a group to end. (A Prefect
task per unit would cost tens of milliseconds each and slow the server's database for the next run.)
"""

from __future__ import annotations

import asyncio
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from flows import store
from flows.running.artifacts import RUNNING, WAITING, Rows, shown
from flows.running.failures import UnitsFailedError
from flows.running.progress import reporting
from flows.running.units import StoredDataset, embed_unit, evaluate_unit, put_dataset, unit_names
from tasks.fanout import FanOut, Outcome
from topo.device import Device
from topo.params import Params, SamplingParams, SplitParams
from topo.plan import Job
from topo.seeding import derive_seed
from topo.splits import Split, stratified_split


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


@dataclass(frozen=True)
class JobRunner:
    """Runs jobs on prepared datasets, which lie in Ray's object store once.

    Attributes
    ----------
    fanout
        What runs the units.
    datasets
        Stored dataset of every name.
    split
        How datasets are split.
    sampling
        When subsamples are scored in place of all points.
    metrics
        Names of the metrics that score every embedding.
    device
        Where networks are trained and many points compared.
    """

    fanout: FanOut
    datasets: dict[str, StoredDataset]
    split: SplitParams
    sampling: SamplingParams
    metrics: tuple[str, ...]
    device: Device

    @classmethod
    def make(
        cls,
        fanout: FanOut,
        names: Iterable[str],
        params: Params,
        metrics: tuple[str, ...],
        device: Device,
    ) -> JobRunner:
        """Read prepared datasets and put them into the object store."""
        datasets = {name: put_dataset(store.read_dataset(name)) for name in dict.fromkeys(names)}
        return cls(fanout, datasets, params.split, params.sampling, metrics, device)

    async def run(self, job: Job) -> JobRun:
        """Embed and score one job.

        Parameters
        ----------
        job
            The job.

        Returns
        -------
        JobRun
            How its units ended.
        """
        data, split = self.datasets[job.dataset], self.split_of(job)
        unit = embed_unit(job, data, split, self.device)
        embedded = await self.fanout.run(unit)
        if embedded.result is None:
            return JobRun(job, embedded, None)
        scoring = evaluate_unit(
            job,
            data,
            split,
            embedded.result,
            metrics=self.metrics,
            sampling=self.sampling,
            cost=unit.cost,
            device=self.device,
        )
        return JobRun(job, embedded, await self.fanout.run(scoring))

    def split_of(self, job: Job) -> Split:
        """Draw the job's split: the same for every method."""
        seed = derive_seed("split", self.split.seed, job.dataset, job.split)
        return stratified_split(self.datasets[job.dataset].y, self.split.fractions, seed=seed)

    def cost(self, job: Job) -> float:
        """Rough seconds on one core of the job's embedding."""
        return embed_unit(job, self.datasets[job.dataset], self.split_of(job)).cost


async def run_jobs(jobs: Sequence[Job], runner: JobRunner) -> list[JobRun]:
    """Run jobs side by side, each followed by its group's Prefect task.

    Parameters
    ----------
    jobs
        What to run.
    runner
        What runs them.

    Returns
    -------
    list of JobRun
        In the order of the jobs.
    """
    works = {job: asyncio.create_task(runner.run(job)) for job in jobs}
    groups: dict[tuple[str, str], dict[Job, asyncio.Task[JobRun]]] = {}
    for job, work in works.items():
        groups.setdefault((job.dataset, job.method_name), {})[job] = work
    # Both units of a job carry its cost.
    cost = 2 * sum(runner.cost(job) for job in jobs)
    async with reporting(runner.fanout, get_run_logger(), n_units=2 * len(jobs), cost=cost):
        await asyncio.gather(
            *(follow_group(*place, Group(group, runner.fanout)) for place, group in groups.items()),
            return_exceptions=True,
        )
        return list(await asyncio.gather(*works.values()))


def raise_failures(outcomes: Iterable[Outcome]) -> None:
    """Raise where units failed.

    Parameters
    ----------
    outcomes
        How units ended.

    Raises
    ------
    UnitsFailedError
        Names the failed units with their reasons.
    """
    failed = [each for each in outcomes if each.state == "failed"]
    if failed:
        lines = "\n".join(f"  {each.name}: {each.reason}" for each in failed)
        raise UnitsFailedError(f"{len(failed)} units failed:\n{lines}")


@dataclass(frozen=True, eq=False)
class Group:
    """Jobs that one Prefect task stands for; a class of its own, so that Prefect looks not inside.

    Attributes
    ----------
    works
        The jobs, which run already.
    fanout
        What runs their units.
    """

    works: Mapping[Job, asyncio.Task[JobRun]]
    fanout: FanOut

    def table(self) -> Rows:
        """Return a row for every unit: how it ended, or that it has not."""
        ended = {each.name: each for each in self.fanout.outcomes}
        return [
            row
            for job in sorted(self.works, key=lambda job: job.name)
            for row in _rows(*unit_names(job), ended, self.fanout.running)
        ]


@task(task_run_name="{dataset} {method}", cache_policy=NO_CACHE, persist_result=False)
async def follow_group(dataset: str, method: str, group: Group) -> None:
    """Wait for the jobs of one dataset and method; show their progress and their units.

    Parameters
    ----------
    dataset, method
        Names.
    group
        The jobs.

    Raises
    ------
    UnitsFailedError
        Where one of them failed, so that Prefect shows the task as failed.
    """
    async with shown(f"{dataset}-{method}", table="units", rows=group.table):
        runs = await asyncio.gather(*group.works.values())
    raise_failures(outcome for run in runs for outcome in run.outcomes)


def _rows(
    embedding: str, scoring: str, ended: Mapping[str, Outcome], running: Container[str]
) -> Iterator[dict[str, object]]:
    """Rows of a job's two units; where the first has failed, the second never runs."""
    failed = embedding in ended and ended[embedding].state == "failed"
    for name, otherwise in ((embedding, WAITING), (scoring, "left out" if failed else WAITING)):
        outcome = ended.get(name)
        yield {
            "unit": name,
            "state": outcome.state if outcome else RUNNING if name in running else otherwise,
            "seconds": round(outcome.seconds, 2) if outcome else None,
            "attempts": outcome.attempts if outcome else None,
            "reason": outcome.reason if outcome else "",
        }
