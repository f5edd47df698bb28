"""Stage `loops`: losses that see loops, and others, on data whose loops are known."""

from __future__ import annotations

from prefect import flow

from flows import store
from flows.running.parameters import params_of_run
from flows.running.scoring import score_jobs
from topo.device import Device
from topo.plan import plan_loops


@flow(name="loops")
async def loops(time_limit: float | None = None, device: Device = "cpu") -> None:
    """Run and score every job of the stage and write ``results/loops``; see `score_jobs`."""
    params = params_of_run()
    await score_jobs(
        {store.SCORES.name: plan_loops(params)},
        params,
        store.LOOPS,
        params.loops.metrics,
        time_limit=time_limit,
        device=device,
    )
