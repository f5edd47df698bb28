"""What the explorer's script reads: names, scores and, as short texts, the arrays."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from topo.metrics.registry import METRICS
from topo.names import dataset_title, direction_arrow, metric_title, scaling_title
from topo.report.content import ReportEmbedding, ReportInput
from topo.report.points import embedding_arrays, input_arrays, measure_input
from topo.report.settings import Key, Names, names


class _Metric(NamedTuple):
    """A metric as the score table names it."""

    name: str
    dimension: int | None
    scaling: str


class _Score(NamedTuple):
    """A value, or the reason why there is none."""

    metric: _Metric
    value: float | None
    reason: str


def explorer_data(
    inputs: Sequence[ReportInput], embeddings: Sequence[ReportEmbedding], scores: pd.DataFrame
) -> dict[str, Any]:
    """Gather what the explorer shows.

    Parameters
    ----------
    inputs
        Input sides of the embeddings.
    embeddings
        The embeddings.
    scores
        Their score table; what has rows but no embedding is listed without points.

    Returns
    -------
    dict
        JSON values: "inputs" and "items", with arrays as in `topo.report.points`, and "metrics",
        in the order of the items' values. Items of one dataset, sample and series stand in the
        order of a slider.

    Raises
    ------
    ValueError
        If two embeddings or inputs share their names, an embedding lacks its input or the scores
        that it says it has, or an array is not finite or has not one row per label.
    """
    _check_different([_side(each) for each in inputs], "inputs")
    _check_different([_key(each) for each in embeddings], "embeddings")
    places = {_side(each): place for place, each in enumerate(inputs)}
    by_key = {_key(each): each for each in embeddings}
    by_item = _scores_by_item(scores)
    for key, embedding in by_key.items():
        if embedding.scored and key not in by_item:
            raise ValueError(f"embedding {key.words} has no scores: add its rows of the table")
        by_item.setdefault(key, [])
        _check(embedding, inputs, places.get(_side(key)))
    metrics = list(dict.fromkeys(score.metric for each in by_item.values() for score in each))
    titles = names(list(by_item))
    sides, arrays = _arrays(inputs, {key: by_key[key] for key in titles if key in by_key})
    items = [
        _titles(key, titles[key])
        | _values(by_item[key], metrics)
        | {"input": places.get(_side(key)), "points": None}
        | arrays.get(key, {})
        for key in titles
    ]
    return {
        "inputs": sides,
        "metrics": [_describe(metric) for metric in metrics],
        "items": items,
    }


def _arrays(
    inputs: Sequence[ReportInput], embeddings: Mapping[Key, ReportEmbedding]
) -> tuple[list[dict[str, Any]], dict[Key, dict[str, Any]]]:
    """Write inputs, and embeddings by key; one input after another, as its measures are large."""
    sides: list[dict[str, Any]] = []
    arrays: dict[Key, dict[str, Any]] = {}
    for side in inputs:
        measured = measure_input(side)
        own = {key: each for key, each in embeddings.items() if _side(key) == _side(side)}
        sides.append(input_arrays(side, measured))
        arrays |= embedding_arrays(own, measured)
    return sides, arrays


def _key(embedding: ReportEmbedding) -> Key:
    return Key(*(getattr(embedding, field) for field in Key._fields))


def _side(of: ReportInput | Key) -> tuple[str, int, int]:
    """Return what the input side is told by."""
    return of.dataset, of.draw, of.split


def _check_different(keys: Iterable[Hashable], what: str) -> None:
    for key, count in Counter(keys).items():
        if count > 1:
            raise ValueError(f"the report's {what} must differ, got {count} of {key}")


def _check(embedding: ReportEmbedding, inputs: Sequence[ReportInput], place: int | None) -> None:
    words = _key(embedding).words
    if place is None:
        raise ValueError(f"embedding {words} has no input: add that of its draw and split")
    n = len(inputs[place].labels)
    if embedding.points.shape != (n, 2):
        raise ValueError(
            f"embedding {words} must have one plane point per label, shape ({n}, 2), got "
            f"{embedding.points.shape}"
        )
    if not (np.isfinite(embedding.points).all() and np.isfinite(embedding.deaths).all()):
        raise ValueError(f"embedding {words} must have finite points and deaths")


def _scores_by_item(scores: pd.DataFrame) -> dict[Key, list[_Score]]:
    items: dict[Key, list[_Score]] = {}
    for row in scores.to_dict("records"):
        key = Key(*(row[field] for field in Key._fields))
        dimension = None if pd.isna(row["dimension"]) else int(row["dimension"])
        metric = _Metric(row["metric"], dimension, row["scaling"])
        value = float(row["value"])
        score = (
            _Score(metric, value, "")
            if math.isfinite(value)
            else _Score(metric, None, f"{row['status']}: {row['reason']}")
        )
        items.setdefault(key, []).append(score)
    return items


def _describe(metric: _Metric) -> dict[str, str]:
    entries = METRICS.get(metric.name, ())
    directions = {(each.dimension, str(each.scaling)): each.direction for each in entries}
    return {
        "name": metric_title(metric.name),
        "meaning": entries[0].meaning if entries else "",
        "scaling": scaling_title(metric.scaling),
        "arrow": direction_arrow(directions.get((metric.dimension, metric.scaling), "none")),
    }


def _titles(key: Key, named: Names) -> dict[str, str]:
    return {
        "dataset": dataset_title(key.dataset),
        "sample": key.sample,
        **named._asdict(),
        "hyperparameters": key.describe(),
    }


def _values(scores: Iterable[_Score], metrics: Sequence[_Metric]) -> dict[str, Any]:
    by_metric: Mapping[_Metric, _Score] = {score.metric: score for score in scores}
    found = [by_metric.get(metric) for metric in metrics]
    return {
        "values": [score.value if score else None for score in found],
        "reasons": {place: each.reason for place, each in enumerate(found) if each and each.reason},
    }
