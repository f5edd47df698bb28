"""Work ahead: cores that a stage leaves idle compute units of later ones.

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
from flows.environment import AHEAD
from flows.jobs import JobRunner
from flows.provenance import write_provenance
from tasks.fanout import FanOut
from tasks.lanes import n_places
from topo.device import Device
from topo.params import Params
from topo.plan import Job, plan_benchmark, plan_sweep


@asynccontextmanager
async def working_ahead(
    fanout: FanOut, params: Params, device: Device, *, reserved: Callable[[], int]
) -> AsyncIterator[None]:
    """Compute units of later stages during a block, on cores that it leaves idle.

    Nothing is computed unless ``TOPO_AHEAD`` is set, as it is for a run of the whole study. At the
    block's end what is not finished is broken off. A unit that fails here is left for its own stage
    to try again and to report.

    Parameters
    ----------
    fanout
        The stage's own.
    params
        All parameters.
    device
        Where networks are trained.
    reserved
        Says how many cores the stage itself needs now.
    """
    if not os.environ.get(AHEAD):
        yield
        return
    ahead = FanOut(
        fanout.cache,
        time_limit=fanout.time_limit,
        limit=lambda gpus: spare(reserved, gpus),
    )
    running = asyncio.create_task(_run_all(ahead, params, device))
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await ahead.close()
        computed = [each for each in ahead.outcomes if each.state == "computed"]
        write_provenance("ahead", computed)
        if computed:
            get_run_logger().info("%d units of later stages computed on idle cores", len(computed))


async def _run_all(fanout: FanOut, params: Params, device: Device) -> None:
    unavailable = store.read_unavailable()
    planned = [
        (job, metrics)
        for jobs, metrics in jobs_ahead(params)
        for job in jobs
        if job.dataset not in unavailable
    ]
    names = (job.dataset for job, _ in planned)
    runner = JobRunner.make(fanout, names, params, (), device)
    await asyncio.gather(*(replace(runner, metrics=metrics).run(job) for job, metrics in planned))


def spare(reserved: Callable[[], int], gpus: float) -> int:
    """Return how many units may run beside a stage: on cores that it needs not; never on a GPU.

    Parameters
    ----------
    reserved
        Says how many cores the stage needs now.
    gpus
        Share of a GPU that each of the units takes.
    """
    return 0 if gpus else max(0, n_places() - reserved())


def jobs_ahead(params: Params) -> tuple[tuple[Sequence[Job], tuple[str, ...]], ...]:
    """Return the jobs of the benchmark and the sweep that no tuning changes, with their metrics.

    Parameters
    ----------
    params
        All parameters.
    """
    tune, stage = params.tune, params.benchmark
    untuned = [
        job
        for job in plan_benchmark(params, {})
        if job.method_name not in tune.search.get(tune.takes_from.get(job.dataset, job.dataset), {})
    ]
    return ((plan_sweep(params), params.sweep.metrics), (untuned, stage.metrics))
