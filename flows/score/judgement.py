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
        own, *bounds = (
            _signed(values.get((each, metric, scaling), math.nan), metric, scaling)
            for each in (name, *CONTROLS)
        )
        known = [bound for bound in bounds if not math.isnan(bound)]
        if math.isnan(own):
            found.setdefault(_NONE, []).append(title)
        elif known:
            n_better = sum(own > bound for bound in known)
            place = _GOOD if n_better == len(known) else _BAD if not n_better else _BETWEEN
            value = format_number(values[name, metric, scaling])
            found.setdefault(place, []).append(f"{title} {value}")
    for place in (_GOOD, _BETWEEN, _BAD, _NONE):
        if place in found:
            yield f"{place} {', '.join(found[place])}"


_CONTROLS = " and ".join(method_title(name) for name in CONTROLS)
_GOOD = f"good, better than {_CONTROLS}, in"
_BETWEEN = f"between {_CONTROLS} in"
_BAD = f"bad, no better than {_CONTROLS}, in"
_NONE = "no number for"


def _signed(value: float, metric: str, scaling: str) -> float:
    """Turn a value so that larger is better."""
    (one,) = (each for each in METRICS[metric] if each.scaling == scaling)
    return value if one.direction == "higher" else -value
