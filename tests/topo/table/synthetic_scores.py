"""Score tables made up by hand, and the tables made from them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from topo.scores import SCORES, Hyperparameters, ScoreRow, aggregate
from topo.table import table1
from topo.table.layout import MAIN, NAMED

NAN = math.nan
SHOWN = [(column.metric, column.scaling) for column in (*MAIN, *NAMED)]
SHOWN += [("bottleneck", "empty"), ("sliced_wasserstein", "empty"), ("nesting", "raw")]
NO_FILE = "t10k-images-idx3-ubyte.gz is in no folder | and on no mirror"


def scores(
    method: str,
    start: float = 1.0,
    *,
    dataset: str = "spheres",
    splits: Sequence[int] = (0, 1, 2),
    model_seeds: Sequence[int] = (),
    missing: tuple[str, str] | None = None,
    only: Sequence[tuple[str, str]] = SHOWN,
    dimension: int = 0,
) -> list[ScoreRow]:
    """Make rows of every metric shown, the values start, start + 1, … over splits and seeds."""
    places = [(split, 0) for split in splits] + [(0, seed) for seed in model_seeds]
    status, reason = missing or ("ok", "")
    rows = []
    for metric, scaling in only:
        for index, (split, model_seed) in enumerate(places):
            is_diagram = metric in ("bottleneck", "sliced_wasserstein")
            rows.append(
                ScoreRow(
                    stage="benchmark",
                    dataset=dataset,
                    draw=0,
                    split=split,
                    method=method,
                    model_seed=model_seed,
                    seed=index,
                    hyperparameters=Hyperparameters(),
                    metric=metric,
                    dimension=dimension if is_diagram else None,
                    scaling=scaling,
                    value=NAN if missing else (70.0 if scaling == "empty" else start + index),
                    status=status,
                    reason=reason,
                )
            )
    return rows


def without(rows: list[ScoreRow], metric: str, status: str, reason: str) -> list[ScoreRow]:
    return [
        row._replace(value=NAN, status=status, reason=reason) if row.metric == metric else row
        for row in rows
    ]


def benchmark() -> list[ScoreRow]:
    rows = []
    starts = {"umap": 2, "tsne": 3, "topoae": 4, "ae": 5, "pca": 6, "random": 7}
    for dataset in ("spheres", "digits"):
        for method, start in starts.items():
            made = scores(method, float(start), dataset=dataset)
            if method in ("random", "umap", "tsne"):
                made = without(made, "reconstruction_error", "not applicable", "needs a decoder")
            rows += made
        rows += scores("ae", 5.0, dataset=dataset, splits=(), model_seeds=(1, 2))
    for method in ("random", "umap", "tsne", "topoae", "ae", "pca"):
        rows += scores(method, dataset="mnist", missing=("unavailable", NO_FILE))
    return rows


def table_of(rows: list[ScoreRow]) -> pd.DataFrame:
    return table1(aggregate(SCORES.frame(rows)))


def partial() -> list[ScoreRow]:
    rows = scores("tsne") + scores("umap", splits=(0, 2))
    rows += scores("umap", splits=(1,), missing=("failed", "ran longer than its limit of 60 s"))
    return rows + without(scores("ae"), "rmse", "failed", "distances overflow")
