"""Stage `benchmark`: every method on every dataset, repeated, scored by every metric."""

from __future__ import annotations

from prefect import flow

from flows import store
from flows.running.parameters import params_of_run
from flows.running.scoring import score_jobs
from topo.device import Device
from topo.plan import plan_benchmark, plan_untuned


@flow(name="benchmark")
async def benchmark(time_limit: float | None = None, device: Device = "cpu") -> None:
    """Run and score all jobs of the benchmark and write ``results/benchmark``; see `score_jobs`."""
    params = params_of_run()
    # Where nothing is tuned that it runs, `tune` need not have run.
    tuned = len(plan_untuned(params)) < len(plan_benchmark(params, {}))
    chosen = store.read_json(store.CHOSEN, stage="tune") if tuned else {}
    jobs = plan_benchmark(params, chosen)
    await score_jobs(
        jobs,
        params,
        store.BENCHMARK,
        params.benchmark.metrics,
        time_limit=time_limit,
        device=device,
    )
