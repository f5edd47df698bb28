"""Command `score`: an embedding made elsewhere, by all metrics that apply, beside controls.

It needs no parameters, no Prefect and no Ray.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from flows import store
from flows.score.constant import without_constant
from flows.score.differences import differences, differences_csv, say_differences
from flows.score.figures import DrawnEmbedding, draw_scored
from flows.score.input import ScoreInput, read_score_input
from flows.score.judgement import judge
from flows.score.sampled import (
    N_SAMPLES,
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
from topo.metrics.sampled import FEWEST_SAMPLES, SMALLEST_SAMPLE
from topo.names import method_title
from topo.report import render_scores
from topo.scores import SCORES, Hyperparameters, ScoreRow
from topo.table import describe_scores, to_text

_GIB = 2**30
#: Several matrices of n × n numbers stand in memory at once: measured at 1,800 and 5,000 points.
_BYTES_PER_PAIR = 70


def score(
    points: Path,
    embeddings: Sequence[Path],
    *,
    labels: Path | None = None,
    label: str | None = None,
    columns: Sequence[str] | None = None,
    outer: str | None = None,
    distances: bool = False,
    out: Path,
    sample: int | None = None,
) -> None:
    """Score embeddings; print the table, write ``scores.csv`` and ``score.html``.

    Of more points than `sample`, some disjoint random subsamples of that size are scored instead:
    the table and the page show their means, ``scores.csv`` every one of them as a split, and
    ``estimates.csv`` means and standard errors. See `topo.metrics.sampled` for what that does to
    the meaning of each metric. Several embeddings are compared over such subsamples in
    ``differences.csv``.

    Raises
    ------
    OSError
        Where a file is missing or the folder cannot be written.
    ValueError
        Where an array is not what it must be, or too large for this machine's memory.
    """
    given = read_score_input(
        points,
        embeddings,
        labels=labels,
        label=label,
        columns=columns,
        outer=outer,
        distances=distances,
    )
    subsamples = draw_subsamples(len(given.X), sample)
    _check_memory(len(subsamples[0]), n_all=len(given.X), path=points)
    store.require_writable(out)
    names = list(given.embeddings)
    title = f"{', '.join(names)} as {_AN[len(names) > 1]} of {points.name}"
    seen = [*given.notes, *say_sampled(subsamples, len(given.X))]
    print(f"{title}: {_summary(given)}")
    _say(seen)
    scored = _score_all(given, subsamples, say=True)
    table = SCORES.frame(_rows(scored, points.name))
    store.write_text(out / "scores.csv", SCORES.csv(table))
    if len(subsamples) > 1:
        estimates = estimate(scored, n_points=len(subsamples[0]), n_all=len(given.X))
        store.write_text(out / "estimates.csv", estimates_csv(estimates))
        table = SCORES.frame(_rows(means(estimates), points.name))
    said = [*judge(table, names), *_compare(given, scored, subsamples, out)]
    _write_page(
        out, table, scored, given, subsamples, title, " ".join([_summary(given), *seen, *said])
    )
    print(f"\n{to_text(describe_scores(table))}")
    _say(said)
    print(f"{out / 'scores.csv'} has every number, {out / 'score.html'} the figures too.")


def _say(sentences: Iterable[str]) -> None:
    for sentence in sentences:
        print(textwrap.fill(sentence, 100, subsequent_indent="  ", break_long_words=False))


_AN = ("an embedding", "embeddings")


def _score_all(
    given: ScoreInput, subsamples: Sequence[NDArray[np.int64]], *, say: bool
) -> list[Scored]:
    (name, Z), *others = given.embeddings.items()
    scored = []
    for compared in compare_with_controls(
        given.X,
        Z,
        None if given.classes is None else given.classes.of_points,
        name=name,
        others=dict(others),
        outer=None if given.classes is None else given.classes.outer,
        distances=given.is_distances,
        subsamples=subsamples,
    ):
        if say:
            place = _of(compared.subsample, subsamples)
            print(f"  scoring {method_title(compared.name)}{place} ...", flush=True)
        scored.append(_scored(compared))
    return scored


def _compare(
    given: ScoreInput, scored: list[Scored], subsamples: Sequence[NDArray[np.int64]], out: Path
) -> list[str]:
    """Compare several embeddings over subsamples, and say what was found."""
    n = len(given.X)
    if len(given.embeddings) < 2:
        return []
    if len(subsamples) < FEWEST_SAMPLES:
        if n < N_SAMPLES * SMALLEST_SAMPLE:
            return [
                f"Differences have no interval: {N_SAMPLES} subsamples of {SMALLEST_SAMPLE} points "
                f"need {N_SAMPLES * SMALLEST_SAMPLE}, got {n}."
            ]
        subsamples = draw_subsamples(n, n // N_SAMPLES)
        scored = _score_all(given, subsamples, say=False)
    found = differences(
        {name: [each.scores for each in scored if each.name == name] for name in given.embeddings}
    )
    store.write_text(out / "differences.csv", differences_csv(found))
    return list(say_differences(found, n_points=len(subsamples[0])))


def _write_page(
    out: Path,
    table: pd.DataFrame,
    scored: Sequence[Scored],
    given: ScoreInput,
    subsamples: Sequence[NDArray[np.int64]],
    title: str,
    summary: str,
) -> None:
    drawn = [each.drawn for each in scored if each.split == 0 and each.drawn is not None]
    classes = None if given.classes is None else given.classes.of_points[subsamples[0]]
    outer = None if given.classes is None else given.classes.outer
    names = () if given.classes is None else given.classes.names
    figures = draw_scored(
        drawn, classes, dataset=str(table["dataset"].iloc[0]), outer=outer, names=names
    )
    page = render_scores(table, title=title, summary=summary, figures=figures)
    store.write_text(out / "score.html", page)


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


def _summary(given: ScoreInput) -> str:
    n, n_features = given.X.shape
    classes = "no labels" if given.classes is None else f"{len(given.classes.names)} classes"
    sizes = " and ".join(str(each.shape[1]) for each in given.embeddings.values())
    source = "distances" if given.is_distances else str(n_features)
    return f"{n} points, {source} → {sizes} dimensions, {classes}."


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
        return without_constant(evaluate(compared.comparison, list(METRICS)), compared.comparison)
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
