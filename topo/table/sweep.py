"""The metrics of a sweep: a column for every value that was swept."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from topo.metrics.registry import METRICS
from topo.names import dataset_title, method_title
from topo.scores import aggregate
from topo.table.description import Table, Tables, Word
from topo.table.frame import unranked
from topo.table.groups import metric_groups

_INTRODUCTION = (
    "Means over the repetitions ± half the width of the 95 % t-interval, where there are several: "
    "over draws of the data, or for new samples where all are splits of the same points. "
    "↓ lower is better, ↑ higher is better. Values are not ranked."
)


def describe_sweep(scores: pd.DataFrame, *, test_to_train: float) -> Tables:
    """Describe all metrics of the sweep.

    Parameters
    ----------
    scores
        Score table of the stage `sweep`.
    test_to_train
        Test points per training point of a split.

    Returns
    -------
    Tables
        For every dataset and method a folded table for each group of metrics: a row for every
        metric, a column for every value that was swept. Nothing where there are no scores.
    """
    tables = [
        table
        for (dataset, method), rows in scores.groupby(["dataset", "method"], sort=False)
        for table in _tables(str(dataset), str(method), rows, test_to_train)
    ]
    if not tables:
        return Tables(())
    return Tables(tuple(tables), title="The sweep", introduction=(Word(_INTRODUCTION),))


def _tables(dataset: str, method: str, rows: pd.DataFrame, test_to_train: float) -> Iterator[Table]:
    chosen = [each.values for each in rows["hyperparameters"]]
    swept = [name for name in chosen[0] if len({each.get(name) for each in chosen}) > 1]
    words = [", ".join(f"{name} {_short(each[name])}" for name in swept) for each in chosen]
    # Of one value alone there is nothing to name.
    settings = [each or method_title(method) for each in words]
    table = unranked(aggregate(rows.assign(method=settings), test_to_train=test_to_train))
    groups = [METRICS[metric][0].group for metric in table["metric"]]
    title = f"{dataset_title(dataset)}, {method_title(method)}"
    yield from metric_groups(title, table.assign(group=groups, mark_all=math.nan))


def _short(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
