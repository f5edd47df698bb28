"""Command `score`: an embedding made elsewhere, by all metrics that apply, beside controls.

It needs no parameters, no Prefect and no Ray.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from flows import store
from flows.score.figures import DrawnEmbedding, draw_scored
from flows.score.input import ScoreInput, read_score_input
from flows.score.sampled import (
    Scored,
    draw_subsamples,
    estimate,
    estimates_csv,
    means,
    say_sampled,
)
from flows.services.machine import free_memory
from topo.controls import ControlComparison, compare_with_controls
from topo.metrics.evaluation import Score, evaluate
from topo.metrics.registry import METRICS
from topo.metrics.sampled import FEWEST_SAMPLES
from topo.names import method_title
from topo.report import render_scores
from topo.scores import SCORES, Hyperparameters, ScoreRow
from topo.table import describe_scores, to_text

_GIB = 2**30
#: Several matrices of n × n numbers stand in memory at once: measured at 1,800 and 5,000 points.
_BYTES_PER_PAIR = 70


def score(
    points: Path, embedding: Path, *, labels: Path | None, out: Path, sample: int | None = None
) -> None:
    """Score an embedding; print the table, write ``scores.csv`` and ``score.html``.

    Of more points than `sample`, some disjoint random subsamples of that size are scored instead:
    the table and the page show their means, ``scores.csv`` every one of them as a split, and
    ``estimates.csv`` means and standard errors. See `topo.metrics.sampled` for what that does to
    the meaning of each metric.

    Raises
    ------
    OSError
        Where a file is missing or the folder cannot be written.
    ValueError
        Where an array is not what it must be, or too large for this machine's memory.
    """
    arrays = read_score_input(points, embedding, labels)
    subsamples = draw_subsamples(len(arrays.X), sample)
    _check_memory(len(subsamples[0]), n_all=len(arrays.X), path=points)
    store.require_writable(out)
    title = f"{embedding.name} as an embedding of {points.name}"
    summary = " ".join([_summary(arrays), *say_sampled(subsamples, len(arrays.X))])
    print(f"{title}: {summary}")
    scored: list[Scored] = []
    for compared in compare_with_controls(*arrays, name=embedding.name, subsamples=subsamples):
        place = _of(compared.subsample, subsamples)
        print(f"  scoring {method_title(compared.name)}{place} ...", flush=True)
        scored.append(_scored(compared))
    table = SCORES.frame(_rows(scored, points.name))
    store.write_text(out / "scores.csv", SCORES.csv(table))
    if len(subsamples) > 1:
        estimates = estimate(scored, n_points=len(subsamples[0]), n_all=len(arrays.X))
        store.write_text(out / "estimates.csv", estimates_csv(estimates))
        table = SCORES.frame(_rows(means(estimates), points.name))
    drawn = [each.drawn for each in scored if each.split == 0 and each.drawn is not None]
    classes = None if arrays.labels is None else arrays.labels[subsamples[0]]
    figures = draw_scored(drawn, classes, dataset=points.name)
    page = render_scores(table, title=title, summary=summary, figures=figures)
    store.write_text(out / "score.html", page)
    print(f"\n{to_text(describe_scores(table))}")
    print(f"{out / 'scores.csv'} has every number, {out / 'score.html'} the figures too.")


def bytes_to_compare(n_points: int) -> int:
    """Return roughly how much memory one comparison takes at its highest."""
    return _BYTES_PER_PAIR * n_points**2


def _check_memory(n_points: int, *, n_all: int, path: Path) -> None:
    required, free = bytes_to_compare(n_points), free_memory()
    if required > free:
        # Half of what is free, since the next run may find less.
        sample = min(math.isqrt(free // (2 * _BYTES_PER_PAIR)), n_all // FEWEST_SAMPLES)
        raise ValueError(
            f"{path}: comparing {n_points} points takes about {required / _GIB:.1f} GiB of "
            f"memory, {free / _GIB:.1f} GiB are free: score random subsamples with --sample "
            f"{sample}, or give the same rows of all arrays, "
            f"at most {math.isqrt(free // _BYTES_PER_PAIR)} of them drawn at random"
        )


def _summary(arrays: ScoreInput) -> str:
    n, n_features = arrays.X.shape
    labels = arrays.labels
    classes = "no labels" if labels is None else f"{len(set(labels.tolist()))} classes"
    return f"{n} points, {n_features} → {arrays.Z.shape[1]} dimensions, {classes}."


def _of(number: int, subsamples: Sequence[object]) -> str:
    n = len(subsamples)
    return f", subsample {number + 1} of {n}" if n > 1 else ""


def _scored(compared: ControlComparison) -> Scored:
    return Scored(
        name=compared.name,
        seed=compared.seed,
        split=compared.subsample,
        scores=tuple(_scores(compared)),
        drawn=_drawn(compared),
    )


def _rows(scored: Iterable[Scored], dataset: str) -> Iterator[ScoreRow]:
    for one in scored:
        for each in one.scores:
            yield ScoreRow(
                stage="score",
                dataset=dataset,
                draw=0,
                split=one.split,
                method=one.name,
                model_seed=0,
                seed=one.seed,
                hyperparameters=Hyperparameters(),
                **each._asdict(),
            )


def _scores(compared: ControlComparison) -> Iterable[Score]:
    if compared.comparison is not None:
        return evaluate(compared.comparison, list(METRICS))
    return [
        Score(
            metric=each.name,
            dimension=each.dimension,
            scaling=each.scaling,
            value=float("nan"),
            status="not applicable",
            reason=compared.reason,
        )
        for metrics in METRICS.values()
        for each in metrics
    ]


def _drawn(compared: ControlComparison) -> DrawnEmbedding | None:
    """Keep what the figures show; the matrices can go."""
    if compared.comparison is None:
        return None
    latent, space = compared.comparison.latent, compared.comparison.input
    return DrawnEmbedding(
        name=compared.name,
        points=latent.points,
        diagram=latent.diagrams[0],
        input_diagram=space.diagrams[0],
    )
