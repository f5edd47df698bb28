"""What the stages `benchmark` and `sweep` share: jobs in, a score table and embeddings out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from prefect import get_run_logger

from flows import store
from flows.running.embeddings import write_embeddings
from flows.running.groups import run_jobs
from flows.running.jobs import JobRun, JobRunner
from flows.running.provenance import end_stage
from tasks.cache import UnitCache
from tasks.fanout import FanOut
from topo.device import Device
from topo.metrics.evaluation import Score
from topo.metrics.registry import METRICS
from topo.params import Params
from topo.plan import Job
from topo.scores import SCORES, ScoreRow


async def score_jobs(
    tables: Mapping[str, Sequence[Job]],
    params: Params,
    folder: Path,
    metrics: tuple[str, ...],
    *,
    time_limit: float | None,
    device: Device,
) -> None:
    """Run and score the jobs of some tables, by the name of the file, side by side; write them.

    Those of the first table have their embeddings kept too, per dataset. The folder has the stage's
    name. Jobs whose dataset is unavailable become rows that say so.

    Raises
    ------
    UnitsFailedError
        Where units failed, when everything is written.
    """
    store.require_writable(folder, store.UNITS)
    unavailable = store.read_unavailable()
    jobs = [job for each in tables.values() for job in each]
    for name in dict.fromkeys(job.dataset for job in jobs if job.dataset in unavailable):
        get_run_logger().warning("%s is unavailable: %s", name, unavailable[name])
    available = [job for job in jobs if job.dataset not in unavailable]
    fanout = FanOut(UnitCache(store.UNITS), stage=folder.name, time_limit=time_limit)
    runner = JobRunner.make(fanout, available, params, metrics, device)
    runs = {run.job: run for run in await run_jobs(available, runner)}
    for name, planned in tables.items():
        rows = [
            *score_rows(folder.name, _runs_of(planned, runs), metrics),
            *unavailable_rows(folder.name, planned, metrics, unavailable),
        ]
        store.write_text(folder / name, SCORES.csv(SCORES.frame(rows)))
    shown = next(iter(tables.values()))
    for stale in folder.glob("*.npz"):
        stale.unlink()
    for dataset in dict.fromkeys(job.dataset for job in available):
        on_dataset = [run for run in _runs_of(shown, runs) if run.job.dataset == dataset]
        write_embeddings(folder / f"{dataset}.npz", on_dataset, runner)
    end_stage(folder.name, fanout.outcomes)


def _runs_of(jobs: Iterable[Job], runs: Mapping[Job, JobRun]) -> list[JobRun]:
    return [runs[job] for job in jobs if job in runs]


def score_rows(stage: str, runs: Iterable[JobRun], metrics: Sequence[str]) -> Iterator[ScoreRow]:
    """Yield the rows of jobs that ran, each with a value, or with a status and a reason."""
    for run in runs:
        if run.scored is not None and run.scored.result is not None:
            scores = run.scored.result.values
            for values in (each for name in metrics for each in scores[name]):
                yield _row(stage, run.job, **Score(*values)._asdict())
        elif run.failure is not None:
            yield from _rows_without_value(stage, run.job, metrics, "failed", run.failure.reason)


def unavailable_rows(
    stage: str, jobs: Iterable[Job], metrics: Sequence[str], unavailable: Mapping[str, str]
) -> Iterator[ScoreRow]:
    """Yield the rows of jobs whose dataset cannot be had, for the reasons given by dataset."""
    for job in jobs:
        if job.dataset in unavailable:
            reason = unavailable[job.dataset]
            yield from _rows_without_value(stage, job, metrics, "unavailable", reason)


def _rows_without_value(
    stage: str, job: Job, metrics: Sequence[str], status: str, reason: str
) -> Iterator[ScoreRow]:
    for name in metrics:
        for metric in METRICS[name]:
            yield _row(
                stage,
                job,
                metric=metric.name,
                dimension=metric.dimension,
                scaling=metric.scaling,
                value=float("nan"),
                status=status,
                reason=reason,
            )


def _row(stage: str, job: Job, **score: Any) -> ScoreRow:
    return ScoreRow(
        stage=stage,
        dataset=job.dataset,
        draw=job.draw,
        split=job.split,
        method=job.method_name,
        model_seed=job.model_seed,
        seed=job.seed,
        hyperparameters=job.hyperparameters,
        **score,
    )
