"""Training, looked at after so many epochs: `results/sweep/replay`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from flows import store
from flows.running.durations import PlannedUnit
from flows.running.jobs import JobRunner
from flows.running.progress import show_progress
from flows.running.units import embed_unit
from tasks.cache import UnitCache
from tasks.fanout import FanOut, Outcome
from topo.device import Device
from topo.params import Params
from topo.plan import Job, plan_replay
from topo.scores import Hyperparameters


class Replayed(NamedTuple):
    """A look at a training: method, draw and split, epochs among the hyperparameters.

    The points (n, 2) are in the order of the split; None for the reason given.
    """

    method: str
    draw: int
    split: int
    hyperparameters: Hyperparameters
    points: NDArray[np.float64] | None
    reason: str


async def replay_training(
    params: Params, *, time_limit: float | None, device: Device
) -> list[Outcome]:
    """Embed the jobs of `topo.plan.plan_replay`, and write their pictures per dataset.

    Returns
    -------
    list of Outcome
        How the units ended.
    """
    for stale in store.REPLAY.glob("*.npz"):
        stale.unlink()
    unavailable = store.read_unavailable()
    jobs = [job for job in plan_replay(params) if job.dataset not in unavailable]
    if not jobs:
        return []
    store.require_writable(store.REPLAY, store.UNITS)
    fanout = FanOut(UnitCache(store.UNITS), stage="sweep", time_limit=time_limit)
    runner = JobRunner.make(fanout, jobs, params, (), device)
    units = [
        embed_unit(job, runner.datasets[job.data], runner.split_of(job), device) for job in jobs
    ]
    async with show_progress(fanout, [(PlannedUnit(unit.name, unit.cost),) for unit in units]):
        outcomes = await asyncio.gather(*map(fanout.run, units))
    write_replays(jobs, outcomes)
    return list(outcomes)


def write_replays(jobs: Sequence[Job], outcomes: Sequence[Outcome]) -> None:
    """Write the pictures of jobs per dataset; of one that failed, the reason."""
    arrays: dict[str, dict[str, NDArray[np.generic]]] = {}
    for job, outcome in zip(jobs, outcomes, strict=True):
        of_dataset = arrays.setdefault(job.dataset, {})
        name = f"{job.method_name}/{job.draw}/{job.split}/{job.variant}"
        of_dataset[f"{name}/hyperparameters"] = np.array(job.hyperparameters.text)
        if outcome.result is None:
            of_dataset[f"{name}/reason"] = np.array(outcome.reason)
        else:
            of_dataset[f"{name}/points"] = outcome.result.arrays["embedding"]
    for dataset, each in arrays.items():
        store.write_arrays(store.REPLAY / f"{dataset}.npz", **each)


def read_replays() -> dict[str, list[Replayed]]:
    """Read what `replay_training` has written, by dataset; empty where there is nothing."""
    return {path.stem: _read(path.stem) for path in sorted(store.REPLAY.glob("*.npz"))}


def _read(dataset: str) -> list[Replayed]:
    arrays = store.read_arrays(store.REPLAY / f"{dataset}.npz")
    found = []
    for name in dict.fromkeys(key.rpartition("/")[0] for key in sorted(arrays)):
        method, draw, split, _ = name.split("/")
        chosen = Hyperparameters.parse(str(arrays[f"{name}/hyperparameters"]))
        points, reason = arrays.get(f"{name}/points"), str(arrays.get(f"{name}/reason", ""))
        found.append(Replayed(method, int(draw), int(split), chosen, points, reason))
    return found
