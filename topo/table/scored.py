"""Scores of one embedding beside controls, described: all metrics below one another."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple, get_args

import pandas as pd

from topo.metrics.base import Direction
from topo.metrics.base import Group as MetricGroup
from topo.metrics.diagram import BEST_FACTORS
from topo.metrics.registry import METRICS
from topo.names import EMPTY, direction_arrow, method_title, metric_title, scaling_title
from topo.table.description import NOTHING, Cell, Group, Row, Table, Tables, Word
from topo.table.numbers import format_number

_OTHERS = "others"
#: These are the factors themselves.
_FACTORS = {f"{name}_factor" for name in BEST_FACTORS}
_LONGEST_NAME = 18
#: Values that agree to this share are equal: the order of additions decides the rest.
_ROUNDING = 1e-9


class _Key(NamedTuple):
    """What a row of the table is about."""

    metric: str
    dimension: int | None
    scaling: str


_Values = Mapping[tuple[str, _Key], float]


def describe_scores(scores: pd.DataFrame) -> Tables:
    """Describe the scores of one dataset: a row for every metric, a column for every method.

    Parameters
    ----------
    scores
        A score table with one row per method, metric, dimension and scaling.

    Returns
    -------
    Tables
        One table. The last column has, where a metric is a distance between diagrams, that of the
        input's diagram to the empty one. The best value of a row is marked, unless all are equal.
        Footnotes say why numbers are missing, once for each reason.
    """
    methods = scores["method"].unique().tolist()
    values = _values(scores)
    rows: dict[str, list[Row]] = {}
    for key in dict.fromkeys(key for _, key in values):
        if key.scaling != "empty":
            rows.setdefault(_family(key), []).append(_row(key, methods, values))
    order = [*get_args(MetricGroup), _OTHERS]
    table = Table(
        "Every metric",
        (Word("Best", rank=1), Word(_NOTE)),
        # Not subscripted: a file's name may have a "_".
        tuple((Word(_short(name)),) for name in (*methods, EMPTY)),
        tuple(Group(name, tuple(rows[name])) for name in order if name in rows),
        tuple(_missing(scores)),
    )
    return Tables((table,))


_NOTE = (
    " of the row; ↓ lower is better, ↑ higher is better. PCA is the best linear map onto "
    "the plane; Random has nothing to do with the points. Empty diagram: what an embedding scores "
    "whose diagram vanishes. By its sum, maximum, best factor: diagrams are scaled so before they "
    "are compared. – there is no number; the reason stands below."
)


def _missing(scores: pd.DataFrame) -> list[str]:
    missing = scores[scores["status"] != "ok"]
    return [
        f"{', '.join(_titles(rows))} ({_methods(rows)}): {rows['status'].iloc[0]}, {reason}."
        for (_, reason), rows in missing.groupby(["status", "reason"], sort=False)
    ]


def _titles(rows: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys(metric_title(name) for name in rows["metric"]))


def _methods(rows: pd.DataFrame) -> str:
    return ", ".join(method_title(name) for name in rows["method"].unique())


def _values(scores: pd.DataFrame) -> dict[tuple[str, _Key], float]:
    dimensions = [None if pd.isna(each) else int(each) for each in scores["dimension"]]
    keys = map(_Key, scores["metric"], dimensions, scores["scaling"])
    return dict(zip(zip(scores["method"], keys, strict=True), scores["value"], strict=True))


def _family(key: _Key) -> str:
    return METRICS[key.metric][0].group if key.metric in METRICS else _OTHERS


def _row(key: _Key, methods: Sequence[str], values: _Values) -> Row:
    direction = _direction(key)
    own = {method: values.get((method, key), math.nan) for method in methods}
    best = _best(own, direction)
    cells = [Cell(_format(own[each]), rank=1 if each in best else None) for each in methods]
    cells.append(Cell(_format(_empty(key, methods, values))))
    return Row(f"{_title(key)} {direction_arrow(direction)}".rstrip(), tuple(cells))


def _title(key: _Key) -> str:
    if key.scaling == "raw" or key.metric in _FACTORS:
        return metric_title(key.metric)
    return f"{metric_title(key.metric)}, by {scaling_title(key.scaling)}"


def _direction(key: _Key) -> Direction:
    for metric in METRICS.get(key.metric, ()):
        if (metric.dimension, metric.scaling) == (key.dimension, key.scaling):
            return metric.direction
    return "none"


def _best(values: Mapping[str, float], direction: Direction) -> set[str]:
    present = {method: value for method, value in values.items() if not math.isnan(value)}
    if direction == "none" or len(present) < 2:
        return set()
    end = (min if direction == "lower" else max)(present.values())
    best = {name for name, value in present.items() if math.isclose(value, end, rel_tol=_ROUNDING)}
    return best if len(best) < len(present) else set()


def _empty(key: _Key, methods: Sequence[str], values: _Values) -> float:
    """Distance of the input's diagram to the empty one; every method's row has the same."""
    if key.scaling != "raw":
        return math.nan
    empty = key._replace(scaling="empty")
    return next((values[name, empty] for name in methods if (name, empty) in values), math.nan)


def _format(value: float) -> str:
    return NOTHING if math.isnan(value) else format_number(value)


def _short(name: str) -> str:
    title = method_title(name)
    return title if len(title) <= _LONGEST_NAME else title[: _LONGEST_NAME - 1] + "…"
