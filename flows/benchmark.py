"""Stage `benchmark`: every method on every dataset, repeated, scored by every metric."""

from __future__ import annotations

from collections.abc import Mapping

from prefect import flow, get_run_logger

from flows import store
from flows.embeddings import write_embeddings
from flows.jobs import JobRun, JobRunner, raise_failures, run_jobs
from flows.provenance import write_provenance
from flows.rows import score_rows, unavailable_rows
from tasks.cache import UnitCache
from tasks.fanout import FanOut
from topo.params import Params, load_params
from topo.plan import plan_benchmark
from topo.scores import score_frame, to_csv_text


@flow(name="benchmark")
async def benchmark(time_limit: float | None = None) -> None:
    """Run and score every job of the benchmark and write ``results/benchmark``.

    Parameters
    ----------
    time_limit
        Seconds that one unit may take; None for no limit.

    Raises
    ------
    UnitsFailed
        Where units failed; tables are written all the same, with their reasons.
    """
    params = load_params(store.PARAMS)
    store.require_writable(store.BENCHMARK, store.UNITS)
    unavailable = store.read_unavailable()
    for name in params.benchmark.datasets:
        if name in unavailable:
            get_run_logger().warning("%s is unavailable: %s", name, unavailable[name])
    jobs = [job for job in plan_benchmark(params) if job.dataset not in unavailable]
    fanout = FanOut(UnitCache(store.UNITS), time_limit=time_limit)
    names = [job.dataset for job in jobs]
    runner = JobRunner.make(fanout, names, params.split, params.benchmark.metrics)
    runs = await run_jobs(jobs, runner)
    _write(params, runs, runner, unavailable)
    write_provenance("benchmark", fanout.outcomes)
    raise_failures(fanout.outcomes)


def _write(
    params: Params, runs: list[JobRun], runner: JobRunner, unavailable: Mapping[str, str]
) -> None:
    metrics = params.benchmark.metrics
    rows = [
        *score_rows("benchmark", runs, metrics),
        *unavailable_rows("benchmark", plan_benchmark(params), metrics, unavailable),
    ]
    store.write_text(store.SCORES, to_csv_text(score_frame(rows)))
    for dataset in runner.datasets:
        on_dataset = [run for run in runs if run.job.dataset == dataset]
        write_embeddings(store.BENCHMARK / f"{dataset}.npz", on_dataset, runner)
