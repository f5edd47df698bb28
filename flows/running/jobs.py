"""Jobs become units, and units run: each of them is one Ray task."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flows import store
from flows.running.units import (
    StoredDataset,
    embed_unit,
    evaluate_unit,
    put_dataset,
    scoring_cost,
)
from tasks.fanout import FanOut, Outcome
from topo.datasets.base import LabelledPoints
from topo.device import Device
from topo.params import Params, SamplingParams, SplitParams
from topo.plan import Job
from topo.seeding import derive_seed
from topo.splits import Split, stratified_split


@dataclass(frozen=True)
class JobRun:
    """A job with how its embedding ended, and its scores where there was one to score."""

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
    """Runs jobs on datasets, which lie in Ray's object store once.

    Attributes
    ----------
    datasets
        By the name of the draw (`Job.data`).
    sampling
        When subsamples are scored in place of all points.
    metrics
        Names of the metrics that score every embedding.
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
        jobs: Iterable[Job],
        params: Params,
        metrics: tuple[str, ...],
        device: Device,
    ) -> JobRunner:
        """Read or draw the datasets of jobs and put them into the object store."""
        draws = {job.data: (job.dataset, job.draw) for job in jobs}
        datasets = {name: put_dataset(load_data(*draw, params)) for name, draw in draws.items()}
        return cls(fanout, datasets, params.split, params.sampling, metrics, device)

    async def run(self, job: Job) -> JobRun:
        """Embed and score one job."""
        data, split = self.datasets[job.data], self.split_of(job)
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
            # Before further embeddings as costly as its own: what scoring takes is soon known.
            cost=unit.cost + self.scoring_cost(job),
            device=self.device,
        )
        return JobRun(job, embedded, await self.fanout.run(scoring))

    def split_of(self, job: Job) -> Split:
        """Draw the job's split: the same for every method."""
        return draw_split(self.datasets[job.data].y, job.data, job.split, self.split)

    def cost(self, job: Job) -> float:
        """Rough seconds on one core of the job's embedding."""
        return embed_unit(job, self.datasets[job.data], self.split_of(job)).cost

    def scoring_cost(self, job: Job) -> float:
        """Rough seconds on one core of the job's scoring: it compares all pairs of points."""
        return scoring_cost(len(job.rows(self.split_of(job))), self.sampling)


def load_data(name: str, draw: int, params: Params) -> LabelledPoints:
    """Read a prepared dataset, which is draw 0, or make another draw, in tenths of a second."""
    return params.datasets[name].drawn(draw).load(store.RAW) if draw else store.read_dataset(name)


def draw_split(y: NDArray[np.int64], data: str, number: int, params: SplitParams) -> Split:
    """Draw a split of points with classes `y`: the same wherever these data are asked for.

    Parameters
    ----------
    data
        Name of dataset and draw, see `topo.plan.data_name`.
    number
        Which split, from 0.
    """
    seed = derive_seed("split", params.seed, data, number)
    return stratified_split(y, params.fractions, seed=seed)
