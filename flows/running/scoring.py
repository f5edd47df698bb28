"""What the stages `benchmark` and `sweep` share: jobs in, a score table and embeddings out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from prefect import get_run_logger

from flows import store
from flows.running.embeddings import write_embeddings
from flows.running.groups import run_jobs
from flows.running.jobs import JobRunner
from flows.running.provenance import end_stage
from flows.running.rows import score_rows, unavailable_rows
from tasks.cache import UnitCache
from tasks.fanout import FanOut
from topo.device import Device
from topo.params import Params
from topo.plan import Job
from topo.scores import SCORES


async def score_jobs(
    jobs: Sequence[Job],
    params: Params,
    folder: Path,
    metrics: tuple[str, ...],
    *,
    time_limit: float | None,
    device: Device,
) -> None:
    """Run and score jobs; write their score table, and their embeddings per dataset.

    The folder has the stage's name. Jobs whose dataset is unavailable become rows that say so.

    Raises
    ------
    UnitsFailedError
        Where units failed, when everything is written.
    """
    store.require_writable(folder, store.UNITS)
    unavailable = store.read_unavailable()
    for name in dict.fromkeys(job.dataset for job in jobs if job.dataset in unavailable):
        get_run_logger().warning("%s is unavailable: %s", name, unavailable[name])
    available = [job for job in jobs if job.dataset not in unavailable]
    fanout = FanOut(UnitCache(store.UNITS), time_limit=time_limit)
    names = [job.dataset for job in available]
    runner = JobRunner.make(fanout, names, params, metrics, device)
    runs = await run_jobs(available, runner)
    rows = [
        *score_rows(folder.name, runs, metrics),
        *unavailable_rows(folder.name, jobs, metrics, unavailable),
    ]
    store.write_text(folder / "scores.csv", SCORES.csv(SCORES.frame(rows)))
    for stale in folder.glob("*.npz"):
        stale.unlink()
    for dataset in runner.datasets:
        on_dataset = [run for run in runs if run.job.dataset == dataset]
        write_embeddings(folder / f"{dataset}.npz", on_dataset, runner)
    end_stage(folder.name, fanout.outcomes)
