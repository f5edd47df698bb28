"""What the explorer's script reads: names, scores and, as short texts, the arrays."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from topo.metrics import METRICS
from topo.names import dataset_title, method_title, metric_title
from topo.report.arrays import embedding_arrays, input_arrays
from topo.report.content import ReportEmbedding, ReportInput

#: What a diagram is divided or multiplied by before it is compared.
_SCALINGS = {
    "raw": "",
    "sum": "its sum",
    "max": "its maximum",
    "best": "the best factor",
    "empty": "0 (empty diagram)",
}
_ARROWS = {"lower": "↓", "higher": "↑", "none": ""}


class _Key(NamedTuple):
    """What identifies an embedding, in the score table as on the page."""

    stage: str
    dataset: str
    method: str
    split: int
    model_seed: int
    hyperparameters: str


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
        JSON values: "inputs" and "items", with arrays as in `topo.report.arrays`, and "metrics",
        in the order of the items' values.

    Raises
    ------
    ValueError
        If two embeddings or inputs share their names, an embedding lacks its input or its scores,
        or an array is not finite or has not one row per label.
    """
    places = _numbered([(each.dataset, each.split) for each in inputs], "inputs")
    by_key = {_key(each): each for each in embeddings}
    _numbered([_key(each) for each in embeddings], "embeddings")
    rows = {_Key(*key): group for key, group in scores.groupby(list(_Key._fields), sort=False)}
    for key, embedding in by_key.items():
        _check(key, embedding, inputs, places, rows)
    metrics = list(dict.fromkeys(_metrics(scores)))
    settings = _settings(rows)
    items = [
        _item(key, group, metrics, setting=settings[key])
        | _points(by_key.get(key), places.get((key.dataset, key.split)))
        for key, group in rows.items()
    ]
    return {
        "inputs": [input_arrays(each) for each in inputs],
        "metrics": [_metric(*metric) for metric in metrics],
        "items": items,
    }


def script_json(value: Any) -> str:
    """Write JSON that can stand in a script element, whatever its texts contain."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("&", r"\u0026").replace("<", r"\u003c").replace(">", r"\u003e")


def _key(embedding: ReportEmbedding) -> _Key:
    return _Key(*(getattr(embedding, field) for field in _Key._fields))


def _numbered(keys: Sequence[Any], what: str) -> dict[Any, int]:
    """Place of every key; no two may be the same."""
    twice = [key for key, count in Counter(keys).items() if count > 1]
    if twice:
        raise ValueError(f"the report's {what} must differ, got two of {_words(twice[0])}")
    return {key: place for place, key in enumerate(keys)}


def _words(key: Iterable[object]) -> str:
    return ", ".join(map(str, key))


def _check(
    key: _Key,
    embedding: ReportEmbedding,
    inputs: Sequence[ReportInput],
    places: Mapping[tuple[str, int], int],
    rows: Mapping[_Key, pd.DataFrame],
) -> None:
    if (key.dataset, key.split) not in places:
        raise ValueError(f"embedding {_words(key)} has no input: add that of its split")
    if key not in rows:
        raise ValueError(f"embedding {_words(key)} has no scores: add its rows of the score table")
    n = len(inputs[places[key.dataset, key.split]].labels)
    if embedding.points.shape != (n, 2):
        raise ValueError(
            f"embedding {_words(key)} must have one plane point per label, shape ({n}, 2), got "
            f"{embedding.points.shape}"
        )
    if not (np.isfinite(embedding.points).all() and np.isfinite(embedding.deaths).all()):
        raise ValueError(f"embedding {_words(key)} must have finite points and deaths")


def _metrics(scores: pd.DataFrame) -> list[tuple[str, int | None, str]]:
    columns = (scores["metric"], scores["dimension"], scores["scaling"])
    return [
        (metric, None if pd.isna(dimension) else int(dimension), scaling)
        for metric, dimension, scaling in zip(*columns, strict=True)
    ]


def _metric(name: str, dimension: int | None, scaling: str) -> dict[str, Any]:
    directions = {
        (metric.dimension, metric.scaling): metric.direction for metric in METRICS.get(name, ())
    }
    arrow = _ARROWS[directions.get((dimension, scaling), "none")]
    return {"name": metric_title(name), "scaling": _SCALINGS.get(scaling, scaling), "arrow": arrow}


def _settings(keys: Iterable[_Key]) -> dict[_Key, str]:
    """Say which hyperparameters tell an embedding from others of the same repetition, if any."""
    texts: dict[_Key, str] = {}
    alike: dict[tuple[object, ...], list[_Key]] = {}
    for key in keys:
        alike.setdefault((key.stage, key.dataset, key.method), []).append(key)
    for group in alike.values():
        repetitions = {(key.split, key.model_seed) for key in group}
        chosen = [json.loads(key.hyperparameters) for key in group]
        varied = [
            name
            for name in dict.fromkeys(name for each in chosen for name in each)
            if len({json.dumps(each.get(name)) for each in chosen}) > 1
        ]
        for key, each in zip(group, chosen, strict=True):
            names = [name for name in varied if name in each]
            told = ", ".join(f"{name} {_value(each[name])}" for name in names)
            texts[key] = told if len(group) > len(repetitions) else ""
    return texts


def _value(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _item(
    key: _Key, rows: pd.DataFrame, metrics: Sequence[tuple[str, int | None, str]], *, setting: str
) -> dict[str, Any]:
    values: list[float | None] = [None] * len(metrics)
    reasons: dict[int, str] = {}
    places = {metric: place for place, metric in enumerate(metrics)}
    for metric, row in zip(_metrics(rows), rows.itertuples(), strict=True):
        if math.isfinite(row.value):
            values[places[metric]] = row.value
        else:
            reasons[places[metric]] = f"{row.status}: {row.reason}"
    chosen = json.loads(key.hyperparameters)
    return {
        "stage": key.stage.capitalize(),
        "dataset": dataset_title(key.dataset),
        "method": method_title(key.method),
        "setting": setting,
        "repetition": f"split {key.split}" + (f", seed {key.model_seed}" if key.model_seed else ""),
        "hyperparameters": ", ".join(f"{name} {_value(chosen[name])}" for name in chosen),
        "values": values,
        "reasons": reasons,
    }


def _points(embedding: ReportEmbedding | None, place: int | None) -> dict[str, Any]:
    arrays = {"points": None} if embedding is None else embedding_arrays(embedding)
    return {"input": place, **arrays}
