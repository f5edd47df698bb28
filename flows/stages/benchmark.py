"""Stage `benchmark`: every method on every dataset, repeated, scored by every metric."""

from __future__ import annotations

from prefect import flow

from flows import store
from flows.running.parameters import params_of_run
from flows.running.scoring import score_jobs
from topo.device import Device
from topo.plan import plan_benchmark, plan_second_best, plan_untuned


@flow(name="benchmark")
async def benchmark(time_limit: float | None = None, device: Device = "cpu") -> None:
    """Run and score all jobs of the benchmark and write ``results/benchmark``; see `score_jobs`.

    Beside the benchmark stands that of the second-best hyperparameters of what is tuned, which
    tells what hangs on the choice.
    """
    params = params_of_run()
    # Where nothing is tuned that it runs, `tune` need not have run.
    tuned = len(plan_untuned(params)) < len(plan_benchmark(params, {}))
    chosen, second_best = (
        store.read_json(path, stage="tune") if tuned else {}
        for path in (store.CHOSEN, store.SECOND_BEST)
    )
    await score_jobs(
        {
            store.SCORES.name: plan_benchmark(params, chosen),
            store.SECOND_BEST_SCORES.name: plan_second_best(params, second_best),
        },
        params,
        store.BENCHMARK,
        params.benchmark.metrics,
        time_limit=time_limit,
        device=device,
    )
