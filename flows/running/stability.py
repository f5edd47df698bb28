"""Pictures drawn anew, for the regions in which points lie: `results/benchmark/stability`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from flows import store
from flows.running.durations import PlannedUnit
from flows.running.jobs import JobRunner
from flows.running.progress import show_progress
from flows.running.units import embed_unit
from tasks.fanout import Outcome
from topo.plan import Job
from topo.seeding import derive_seed
from topo.splits import Split, resample
from topo.stability import Draw


async def draw_anew(jobs: Sequence[Job], runner: JobRunner, *, share: float) -> list[Outcome]:
    """Embed the jobs of `topo.plan.plan_stability`, and write their pictures per dataset.

    Returns
    -------
    list of Outcome
        How the units ended; a picture that failed is left out.
    """
    units = [
        embed_unit(job, runner.datasets[job.dataset], drawn_split(job, runner, share=share))
        for job in jobs
    ]
    planned = [(PlannedUnit(unit.name, unit.cost),) for unit in units]
    async with show_progress(runner.fanout, planned):
        outcomes = await asyncio.gather(*map(runner.fanout.run, units))
    arrays: dict[str, dict[str, NDArray[np.generic]]] = {}
    for job, outcome in zip(jobs, outcomes, strict=True):
        if outcome.result is not None:
            whole = runner.split_of(job).test
            drawn = drawn_split(job, runner, share=share).test
            name = f"{job.method_name}/{job.model_seed}"
            arrays.setdefault(job.dataset, {}).update(
                {
                    f"{name}/rows": np.searchsorted(whole, drawn),
                    f"{name}/points": outcome.result.arrays["embedding"],
                }
            )
    for dataset, each in arrays.items():
        store.write_arrays(store.STABILITY / f"{dataset}.npz", **each)
    return list(outcomes)


def drawn_split(job: Job, runner: JobRunner, *, share: float) -> Split:
    """Return the points of a draw: those of the job's split, thinned; the same for all methods."""
    seed = derive_seed("stability", job.dataset, job.split, job.model_seed)
    return resample(runner.split_of(job), share, seed=seed)


def read_draws(dataset: str) -> dict[str, list[Draw]]:
    """Read what `draw_anew` has written of a dataset, by method; rows count within the test part.

    Returns
    -------
    dict
        Empty where nothing was drawn.
    """
    path = store.STABILITY / f"{dataset}.npz"
    arrays = store.read_arrays(path) if path.exists() else {}
    draws: dict[str, list[Draw]] = {}
    for name in sorted(key.removesuffix("/rows") for key in arrays if key.endswith("/rows")):
        method = name.partition("/")[0]
        draws.setdefault(method, []).append(Draw(arrays[f"{name}/rows"], arrays[f"{name}/points"]))
    return draws
