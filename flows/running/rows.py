"""From jobs to rows of the score table: one row per number, whether there is a number or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from flows.running.jobs import JobRun
from topo.metrics.evaluation import Score
from topo.metrics.registry import METRICS
from topo.plan import Job
from topo.scores import ScoreRow


def score_rows(stage: str, runs: Iterable[JobRun], metrics: Sequence[str]) -> Iterator[ScoreRow]:
    """Yield the rows of jobs that ran.

    Yields
    ------
    ScoreRow
        With a value, or with a status and a reason.
    """
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
    """Yield the rows of jobs whose dataset cannot be had.

    Parameters
    ----------
    stage
        Name of the stage.
    jobs
        All jobs; those on other datasets yield nothing.
    metrics
        Names of the metrics that were asked for.
    unavailable
        Reason by name of dataset.

    Yields
    ------
    ScoreRow
        With status "unavailable" and the reason.
    """
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
        split=job.split,
        method=job.method_name,
        model_seed=job.model_seed,
        seed=job.seed,
        hyperparameters=job.hyperparameters,
        **score,
    )
