"""Stage `benchmark`: every method on every dataset, repeated, scored by every metric."""

from __future__ import annotations

from prefect import flow

from flows import store
from flows.running.failures import raise_failures
from flows.running.jobs import JobRunner
from flows.running.parameters import params_of_run
from flows.running.provenance import write_provenance
from flows.running.scoring import score_jobs
from flows.running.stability import draw_anew
from tasks.cache import UnitCache
from tasks.fanout import FanOut
from topo.device import Device
from topo.params import Params
from topo.plan import (
    Chosen,
    plan_benchmark,
    plan_defaults,
    plan_second_best,
    plan_stability,
    plan_untuned,
)


@flow(name="benchmark")
async def benchmark(time_limit: float | None = None, device: Device = "cpu") -> None:
    """Run and score all jobs of the benchmark and write ``results/benchmark``; see `score_jobs`.

    Beside the benchmark stands that of the second-best hyperparameters of what is tuned, which
    tells what hangs on the choice, and that of the values that params.yaml has for them.
    """
    params = params_of_run()
    # Where nothing is tuned that it runs, `tune` need not have run.
    tuned = len(plan_untuned(params)) < len(plan_benchmark(params, {}))
    chosen, second_best = (
        store.read_json(path, stage="tune") if tuned else {}
        for path in (store.CHOSEN, store.SECOND_BEST)
    )
    await _draw_anew(params, chosen, time_limit=time_limit, device=device)
    await score_jobs(
        {
            store.SCORES.name: plan_benchmark(params, chosen),
            store.SECOND_BEST_SCORES.name: plan_second_best(params, second_best),
            store.DEFAULT_SCORES.name: plan_defaults(params),
        },
        params,
        store.BENCHMARK,
        params.benchmark.metrics,
        time_limit=time_limit,
        device=device,
    )


async def _draw_anew(
    params: Params, chosen: Chosen, *, time_limit: float | None, device: Device
) -> None:
    """Write the pictures of the stability, where params.yaml asks for any.

    Raises
    ------
    UnitsFailedError
        Where units failed, when the others are written.
    """
    stage = params.benchmark.stability
    for stale in store.STABILITY.glob("*.npz"):
        stale.unlink()
    if stage is None:
        return
    store.require_writable(store.STABILITY, store.UNITS)
    unavailable = store.read_unavailable()
    jobs = [job for job in plan_stability(params, chosen) if job.dataset not in unavailable]
    fanout = FanOut(UnitCache(store.UNITS), stage="benchmark", time_limit=time_limit)
    runner = JobRunner.make(fanout, jobs, params, (), device)
    outcomes = await draw_anew(jobs, runner, share=stage.share)
    write_provenance("stability", outcomes)
    raise_failures(outcomes)
