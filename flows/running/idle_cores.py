"""Cores that a stage leaves idle compute units of later ones.

A study of the tuning is sequential, so that the last of them alone would keep one core. What the
benchmark and the sweep need of methods that are not tuned waits for nothing: it is computed
meanwhile and kept in the unit cache, where those stages find it.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from prefect import get_run_logger

from flows import store
from flows.environment import IDLE_CORES
from flows.running.jobs import JobRunner
from tasks.fanout import FanOut, Outcome
from tasks.slots import n_slots
from topo.device import Device
from topo.params import Params
from topo.plan import plan_sweep, plan_untuned


@asynccontextmanager
async def use_idle_cores(
    fanout: FanOut, params: Params, device: Device, *, reserved: Callable[[], int]
) -> AsyncIterator[Sequence[Outcome]]:
    """Compute units of later stages during a block, on cores that it leaves idle.

    Nothing is computed unless ``TOPO_IDLE_CORES`` is set, as it is for a run of the whole study,
    and never on a GPU. At the block's end what is not finished is broken off. A unit that fails
    here is left for its own stage to try again and to report. `reserved` says how many cores the
    stage itself needs now.

    Yields
    ------
    sequence of Outcome
        How the units ended that have; it grows during the block.
    """
    beside = FanOut(
        fanout.cache,
        stage="idle_cores",
        time_limit=fanout.time_limit,
        limit=lambda gpus: free_slots(reserved, gpus),
    )
    if not os.environ.get(IDLE_CORES):
        yield beside.outcomes
        return
    running = asyncio.create_task(_run_all(beside, params, device))
    try:
        yield beside.outcomes
    finally:
        running.cancel()
        (failure,) = await asyncio.gather(running, return_exceptions=True)
        await beside.close()
        n_computed = sum(each.state == "computed" for each in beside.outcomes)
        get_run_logger().info("%d units of later stages computed on idle cores", n_computed)
        if isinstance(failure, Exception):
            get_run_logger().warning("idle cores were used no longer: %r", failure)


async def _run_all(fanout: FanOut, params: Params, device: Device) -> None:
    planned = [
        *((job, params.sweep.metrics) for job in plan_sweep(params)),
        *((job, params.benchmark.metrics) for job in plan_untuned(params)),
    ]
    unavailable = store.read_unavailable()
    available = [(job, metrics) for job, metrics in planned if job.dataset not in unavailable]
    runner = JobRunner.make(fanout, (job for job, _ in available), params, (), device)
    async with asyncio.TaskGroup() as group:
        for job, metrics in available:
            group.create_task(replace(runner, metrics=metrics).run(job))


def free_slots(reserved: Callable[[], int], gpus: float) -> int:
    """Return how many units may run beside a stage: on cores that it needs not; never on a GPU."""
    return 0 if gpus else max(0, n_slots() - reserved())
