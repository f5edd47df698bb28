"""In a sentence: what an embedding keeps well and what it does not, beside controls."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from topo.methods.roles import CONTROLS
from topo.metrics.registry import METRICS
from topo.names import method_title
from topo.table.numbers import format_number

#: One metric for each thing that can be kept: its name, its scaling, and how it is called here.
HEADLINES = {
    ("trustworthiness", "raw"): "neighbourhoods (trustworthiness)",
    ("distance_pearson", "raw"): "distances (their correlation)",
    ("kl_0.1", "raw"): "densities (KL, σ = 0.1)",
    ("sliced_wasserstein", "sum"): "connectedness (sliced Wasserstein by its sum)",
    ("knn_accuracy", "raw"): "classes (nearest-neighbour accuracy)",
}

#: What rounding leaves between equal values; all of these metrics are without unit.
_ROUNDING = 1e-12

_Values = Mapping[tuple[str, str, str], float]


def judge(scores: pd.DataFrame, names: Sequence[str]) -> Iterator[str]:
    """Yield a sentence for every embedding: where it stands beside PCA and random points.

    Parameters
    ----------
    scores
        As for `topo.table.describe_scores`.
    names
        Of the embeddings.
    """
    keys = zip(scores["method"], scores["metric"], scores["scaling"], strict=True)
    values = dict(zip(keys, scores["value"], strict=True))
    for name in names:
        yield f"{name}: {'; '.join(_parts(name, values))}."


def _parts(name: str, values: _Values) -> Iterator[str]:
    found: dict[str, list[str]] = {}
    for (metric, scaling), title in HEADLINES.items():
        signed = {
            each: _signed(values.get((each, metric, scaling), math.nan), metric, scaling)
            for each in (name, *CONTROLS)
        }
        own = signed.pop(name)
        if math.isnan(own):
            found.setdefault(_NONE, []).append(title)
            continue
        bounds = {each: value for each, value in signed.items() if not math.isnan(value)}
        if bounds:
            value = format_number(values[name, metric, scaling])
            found.setdefault(_place(own, bounds), []).append(f"{title} {value}")
    for place in sorted(found, key=_order):
        yield f"{place} {', '.join(found[place])}"


_GOOD, _BETWEEN, _BAD, _NONE = "good", "between", "bad", "no number for"


def _place(own: float, bounds: Mapping[str, float]) -> str:
    """Say where a value stands beside those of the controls that have one."""
    controls = " and ".join(map(method_title, bounds))
    n_better = sum(own - bound > _ROUNDING for bound in bounds.values())
    if n_better == len(bounds):
        return f"{_GOOD}, better than {controls}, in"
    return f"{_BETWEEN} {controls} in" if n_better else f"{_BAD}, no better than {controls}, in"


def _order(place: str) -> int:
    first = (_GOOD, _BETWEEN, _BAD, _NONE)
    return next(number for number, word in enumerate(first) if place.startswith(word))


def _signed(value: float, metric: str, scaling: str) -> float:
    """Turn a value so that larger is better."""
    (one,) = (each for each in METRICS[metric] if each.scaling == scaling)
    return value if one.direction == "higher" else -value
