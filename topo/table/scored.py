"""Scores of one embedding beside controls, described: all metrics below one another."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple, get_args

import pandas as pd

from topo.methods.roles import CONTROLS
from topo.metrics.base import Direction
from topo.metrics.base import Group as MetricGroup
from topo.metrics.registry import METRICS
from topo.names import EMPTY, direction_arrow, method_title, metric_title
from topo.table.description import NOTHING, Cell, Group, Row, Table, Tables, Word
from topo.table.layout import IN_UNIT_OF_INPUT, entry_title
from topo.table.marks import earned, rank_printed
from topo.table.numbers import format_number, printed_mean

_OTHERS = "others"
_LONGEST_NAME = 18


class _Key(NamedTuple):
    """What a row of the table is about."""

    metric: str
    dimension: int | None
    scaling: str


_Values = Mapping[tuple[str, _Key], float]


def describe_scores(scores: pd.DataFrame) -> Tables:
    """Describe the scores of one dataset: a row for every metric, a column for every method.

    Returns
    -------
    Tables
        One table. The last column has, where a metric is a distance between diagrams, that of the
        input's diagram to the empty one. The best value of a row is marked where it beats the
        controls and that distance. Footnotes say why numbers are missing, once for each reason.
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
    " of the row, where it beats the controls and the empty diagram; ↓ lower is better, ↑ higher "
    "is better. PCA is the best linear map onto the plane; Random has nothing to do with the "
    "points. Empty diagram: what an embedding scores whose diagram vanishes. By its sum, maximum, "
    "best factor: diagrams are scaled so before they are compared. – there is no number; the "
    "reason stands below."
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
    direction, empty = _direction(key), _empty(key, methods, values)
    own = {method: values.get((method, key), math.nan) for method in methods}
    best = _best(own, empty, direction)
    cells = [Cell(_format(own[each]), rank=1 if each in best else None) for each in methods]
    title = f"{entry_title(key.metric, key.scaling)} {direction_arrow(direction)}".rstrip()
    meaning = METRICS[key.metric][0].meaning if key.metric in METRICS else ""
    return Row(title, (*cells, Cell(_format(empty))), meaning)


def _direction(key: _Key) -> Direction:
    for metric in METRICS.get(key.metric, ()):
        if (metric.dimension, metric.scaling) == (key.dimension, key.scaling):
            return metric.direction
    return "none"


def _best(values: Mapping[str, float], empty: float, direction: Direction) -> set[str]:
    """Name the embeddings, none of them a control, whose number is printed as the best one is."""
    printed = {
        name: printed_mean(value, math.nan)
        for name, value in {**values, EMPTY: empty}.items()
        if not math.isnan(value)
    }
    bounds = [printed.pop(name) for name in (*CONTROLS, EMPTY) if name in printed]
    ranks = rank_printed({name: values[name] for name in printed}, printed, direction)
    return {name for name in earned(printed, bounds, direction) if ranks[name] == 1}


def _empty(key: _Key, methods: Sequence[str], values: _Values) -> float:
    """Distance of the input's diagram to the empty one; every method's row has the same."""
    if key.scaling not in IN_UNIT_OF_INPUT or _direction(key) == "none":
        return math.nan
    empty = key._replace(scaling="empty")
    return next((values[name, empty] for name in methods if (name, empty) in values), math.nan)


def _format(value: float) -> str:
    return NOTHING if math.isnan(value) else format_number(value)


def _short(name: str) -> str:
    title = method_title(name)
    return title if len(title) <= _LONGEST_NAME else title[: _LONGEST_NAME - 1] + "…"
