"""What the explorer's script reads: names, scores and, as short texts, the arrays."""

from __future__ import annotations

import math
from base64 import b64encode
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topo.metrics.registry import METRICS
from topo.names import (
    class_title,
    dataset_title,
    direction_arrow,
    method_title,
    metric_title,
    scaling_title,
)
from topo.report.content import ReportEmbedding, ReportInput
from topo.report.settings import Key, settings


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
        JSON values: "inputs" and "items", with arrays as in `topo.report.explorer`, and "metrics",
        in the order of the items' values.

    Raises
    ------
    ValueError
        If two embeddings or inputs share their names, an embedding lacks its input or its scores,
        or an array is not finite or has not one row per label.
    """
    _check_different([_side(each) for each in inputs], "inputs")
    _check_different([_key(each) for each in embeddings], "embeddings")
    places = {_side(each): place for place, each in enumerate(inputs)}
    by_key = {_key(each): each for each in embeddings}
    by_item = _scores_by_item(scores)
    for key, embedding in by_key.items():
        if key not in by_item:
            raise ValueError(f"embedding {key.words} has no scores: add its rows of the table")
        _check(embedding, inputs, places.get(_side(key)))
    metrics = list(dict.fromkeys(score.metric for each in by_item.values() for score in each))
    texts = settings(list(by_item))
    items = [
        _names(key, texts[key]) | _values(each, metrics) | _points(by_key.get(key))
        | {"input": places.get(_side(key))}
        for key, each in by_item.items()
    ]  # fmt: skip
    return {
        "inputs": [_input_arrays(each) for each in inputs],
        "metrics": [_describe(metric) for metric in metrics],
        "items": items,
    }


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
    directions = {
        (each.dimension, str(each.scaling)): each.direction for each in METRICS.get(metric.name, ())
    }
    return {
        "name": metric_title(metric.name),
        "scaling": scaling_title(metric.scaling),
        "arrow": direction_arrow(directions.get((metric.dimension, metric.scaling), "none")),
    }


def _names(key: Key, setting: str) -> dict[str, str]:
    return {
        "stage": key.stage.capitalize(),
        "dataset": dataset_title(key.dataset),
        "method": method_title(key.method),
        "setting": setting,
        "repetition": key.repetition,
        "hyperparameters": key.describe(),
    }


def _values(scores: Iterable[_Score], metrics: Sequence[_Metric]) -> dict[str, Any]:
    by_metric: Mapping[_Metric, _Score] = {score.metric: score for score in scores}
    found = [by_metric.get(metric) for metric in metrics]
    return {
        "values": [score.value if score else None for score in found],
        "reasons": {place: each.reason for place, each in enumerate(found) if each and each.reason},
    }


def _points(embedding: ReportEmbedding | None) -> dict[str, Any]:
    return {"points": None} if embedding is None else _embedding_arrays(embedding)


_STEPS = 65535


def _embedding_arrays(embedding: ReportEmbedding) -> dict[str, Any]:
    """Write an embedding's points and deaths.

    Returns
    -------
    dict
        square: left, bottom and side of a square around the points; points: their places in it,
        x and y of each in steps of side / 65535, 16-bit whole numbers as base64; deaths: ascending,
        32-bit floats as base64.
    """
    low = embedding.points.min(axis=0)
    side = float((embedding.points.max(axis=0) - low).max()) or 1.0
    steps = np.rint((embedding.points - low) / side * _STEPS)
    return {
        "square": [*low.tolist(), side],
        "points": _text(steps, "<u2"),
        "deaths": _text(np.sort(embedding.deaths), "<f4"),
    }


def _input_arrays(side: ReportInput) -> dict[str, Any]:
    """Write the input side of embeddings.

    Returns
    -------
    dict
        classes: their names in order; colours: of each as hexadecimal text, None for the text's
        own; outer: place of the enclosing class among them, or None; labels: of every point its
        place among the classes, 16-bit whole numbers as base64; deaths: as in `_embedding_arrays`.
    """
    classes = np.unique(side.labels).tolist()
    return {
        "classes": [class_title(label, side.classes, side.outer) for label in classes],
        "colours": _colours(side, classes),
        "outer": classes.index(side.outer) if side.outer in classes else None,
        "labels": _text(np.searchsorted(classes, side.labels), "<u2"),
        "deaths": _text(np.sort(side.deaths), "<f4"),
    }


def _colours(side: ReportInput, classes: list[int]) -> list[str | None]:
    """Colours as in the figures; black and grey ones follow the page, which may be dark."""
    from matplotlib.colors import to_hex, to_rgb

    from topo.figures.classes import class_colours

    colours = class_colours(side.labels, side.outer)
    coloured = {label: len(set(to_rgb(colours[label]))) > 1 for label in classes}
    return [to_hex(colours[label]) if coloured[label] else None for label in classes]


def _text(array: NDArray[Any], dtype: str) -> str:
    return b64encode(np.ascontiguousarray(array, dtype=dtype).tobytes()).decode()
