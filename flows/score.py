"""Command `score`: an embedding made elsewhere, by all metrics that apply, beside controls.

It needs no parameters, no Prefect and no Ray.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from pathlib import Path

from flows import store
from flows.machine import free_memory
from flows.npy import Given, read_given
from flows.score_figures import Kept, draw_scored
from topo.controls import Compared, compare_with_controls
from topo.metrics import METRICS, Score, evaluate
from topo.names import method_title
from topo.report import render_scores
from topo.scores import ScoreRow, canonical_json, score_frame, to_csv_text
from topo.table import scored_text

_GIB = 2**30
#: Several matrices of n × n numbers stand in memory at once: measured at 1,800 and 5,000 points.
_BYTES_PER_PAIR = 70


def score(points: Path, embedding: Path, *, labels: Path | None, out: Path) -> None:
    """Score an embedding; print the table, write ``scores.csv`` and ``score.html``.

    Parameters
    ----------
    points, embedding, labels
        Files of arrays: (n, D) points, their (n, d) images, (n,) classes.
    out
        Folder to write to.

    Raises
    ------
    OSError
        Where a file is missing or the folder cannot be written.
    ValueError
        Where an array is not what it must be, or too large for this machine's memory.
    """
    given = read_given(points, embedding, labels)
    _check_memory(len(given.X), points)
    store.require_writable(out)
    title, summary = f"{embedding.name} as an embedding of {points.name}", _summary(given)
    print(f"{title}: {summary}")
    rows, kept = [], []
    for compared in compare_with_controls(*given, name=embedding.name):
        print(f"  scoring {method_title(compared.name)} ...", flush=True)
        rows += _rows(compared, dataset=points.name)
        kept += _keep(compared)
    frame = score_frame(rows)
    figures = draw_scored(kept, given.labels, dataset=points.name)
    page = render_scores(frame, title=title, summary=summary, figures=figures)
    store.write_text(out / "scores.csv", to_csv_text(frame))
    store.write_text(out / "score.html", page)
    print(f"\n{scored_text(frame)}\n{out / 'scores.csv'} has every number, {out / 'score.html'} "
          "the figures too.")  # fmt: skip


def bytes_to_compare(n_points: int) -> int:
    """Return roughly how much memory one comparison takes at its highest."""
    return _BYTES_PER_PAIR * n_points**2


def _check_memory(n_points: int, path: Path) -> None:
    required, free = bytes_to_compare(n_points), free_memory()
    if required > free:
        raise ValueError(
            f"{path}: comparing {n_points} points takes about {required / _GIB:.1f} GiB of "
            f"memory, {free / _GIB:.1f} GiB are free: give the same rows of both arrays, "
            f"at most {math.isqrt(free // _BYTES_PER_PAIR)} of them drawn at random"
        )


def _summary(given: Given) -> str:
    n, n_features = given.X.shape
    classes = "no labels" if given.labels is None else f"{len(set(given.labels.tolist()))} classes"
    return f"{n} points, {n_features} → {given.Z.shape[1]} dimensions, {classes}."


def _rows(compared: Compared, *, dataset: str) -> Iterator[ScoreRow]:
    for each in _scores(compared):
        yield ScoreRow(
            stage="score",
            dataset=dataset,
            split=0,
            method=compared.name,
            model_seed=0,
            seed=compared.seed,
            hyperparameters=canonical_json({}),
            **each._asdict(),
        )


def _scores(compared: Compared) -> Iterable[Score]:
    if compared.comparison is not None:
        return evaluate(compared.comparison, list(METRICS))
    return [
        Score(each.name, each.dimension, each.scaling, float("nan"), "not applicable",
              compared.reason)
        for metrics in METRICS.values() for each in metrics
    ]  # fmt: skip


def _keep(compared: Compared) -> Iterator[Kept]:
    """Keep what the figures show; the matrices can go."""
    if compared.comparison is not None:
        latent, space = compared.comparison.latent, compared.comparison.input
        yield Kept(compared.name, latent.points, latent.diagrams[0], space.diagrams[0])
