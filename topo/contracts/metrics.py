"""The contract of a metric: of all its entries, one for every scaling."""

from __future__ import annotations

import math
import sys
from functools import cache
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from topo.contracts.base import require, require_light_import
from topo.metrics import METRICS, Comparison, Metric, Space
from topo.metrics.base import Group

_N_POINTS, _OUTER = 120, 3
_LABELS = np.repeat([0, 1, 2, _OUTER], 30)
_SAME = 1e-9


@cache
def _clouds() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Make an input and a plane embedding that is neither perfect nor arbitrary."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(_N_POINTS, 6)) + _LABELS[:, None] * np.array([2, 1, 0, 0, 0, 0])
    X[_LABELS == _OUTER] *= 2
    return X, X[:, :2] + 0.3 * rng.normal(size=(_N_POINTS, 2))


def _arbitrary(seed: int) -> NDArray[np.float64]:
    return np.random.default_rng(seed).normal(size=(_N_POINTS, 2))


def _compare(
    X: NDArray[np.float64], Z: NDArray[np.float64], labels: NDArray[np.int64] = _LABELS
) -> Comparison:
    scalars = {"reconstruction_error": 0.25, "tsne_kl": 1.5}
    return Comparison(Space.of(X), Space.of(Z), labels=labels, outer=_OUTER, scalars=scalars)


@cache
def _comparisons() -> dict[str, Comparison]:
    X, Z = _clouds()
    plane = np.array([[np.cos(1), -np.sin(1)], [np.sin(1), np.cos(1)]])
    space = np.linalg.qr(np.random.default_rng(2).normal(size=(6, 6)))[0]
    order = np.random.default_rng(3).permutation(_N_POINTS)
    return {
        "a fair embedding": _compare(X, Z),
        "a part of the input": _compare(X, X[:, :2]),
        "arbitrary points": _compare(X, _arbitrary(1)),
        "equal points": _compare(X, np.ones_like(Z)),
        "a tiny embedding": _compare(X, 1e-9 * Z),
        "a huge embedding": _compare(X, 1e4 * Z),
        "an eighth of it": _compare(X, 0.125 * Z),
        "moved and turned": _compare(X @ space - 3, Z @ plane + np.array([4, -1])),
        "in another order": _compare(X[order], Z[order], _LABELS[order]),
        "the plane itself": _compare(Z, Z),
        "arbitrary for the plane": _compare(Z, _arbitrary(4)),
    }


def _value(metric: Metric, comparison: str) -> float:
    return metric.compute(_comparisons()[comparison])


def declare_what_tables_need(name: str) -> None:
    """Declare a title of its own, a sentence of meaning, a group, and one entry per scaling."""
    entries = METRICS[name]
    for each in entries:
        require(
            bool(each.title.strip()) and each.meaning.strip().endswith("."),
            f"title must be a name, meaning a sentence with its full stop, got {each.title!r} and "
            f"{each.meaning!r}",
        )
        require(each.group in get_args(Group), f"group must be one of {', '.join(get_args(Group))}")
    titles = {other: metrics[0].title for other, metrics in METRICS.items() if other != name}
    same = [other for other, title in titles.items() if title == entries[0].title]
    require(not same, f"{', '.join(same)} is called {entries[0].title!r} too: choose another title")
    places = {(each.dimension, each.scaling) for each in entries}
    require(
        len(places) == len(entries),
        "two entries have one name, dimension and scaling: another metric has this name already",
    )


def stay_within_its_bounds(name: str) -> None:
    """Return a float within `low` and `high`, whatever the embedding."""
    for each in METRICS[name]:
        for kind in list(_comparisons())[:6]:
            value = _value(each, kind)
            require(
                isinstance(value, float),
                f"the value must be a float, got {type(value).__name__}: return float(…)",
            )
            require(
                each.low <= value <= each.high,
                f"{kind} has the value {value:g}, beyond {each.low:g} and {each.high:g}: declare "
                "low and high as they are",
            )


def ignore_place_turn_and_order(name: str) -> None:
    """Not depend on where the points are, how they are turned, or in which order they come."""
    for each in METRICS[name]:
        expected = _value(each, "a fair embedding")
        for kind in ("moved and turned", "in another order"):
            value = _value(each, kind)
            require(
                math.isclose(value, expected, rel_tol=_tolerance(each), abs_tol=1e-12),
                f"the same points {kind} have the value {value!r} in place of {expected!r}",
            )


def _tolerance(metric: Metric) -> float:
    """Diagrams are compared on a grid of directions and factors, which rounding may shift."""
    return _SAME if metric.dimension is None else 1e-3


def know_the_best(name: str) -> None:
    """Take the input itself for best, and for better than arbitrary points."""
    for each in METRICS[name]:
        if each.direction == "none" or each.requires is not None:
            continue
        best, sign = (each.low, 1) if each.direction == "lower" else (each.high, -1)
        own, other = (
            _value(each, kind) for kind in ("the plane itself", "arbitrary for the plane")
        )
        require(
            math.isclose(own, best, abs_tol=1e-9),
            f"the best value must be {best:g}, that of the input as its own embedding, got {own:g}:"
            " declare direction, low and high accordingly",
        )
        require(
            sign * other > sign * best + 1e-4,
            f"arbitrary points have {other:g}, no worse than the best value {best:g}: declare "
            'direction = "none" where no value is better',
        )


def know_whether_scale_counts(name: str) -> None:
    """Be blind to the embedding's scale where `scale_free` says so, and only there."""
    for each in METRICS[name]:
        if each.requires in ("decoder", "objective") or each.dimension is not None:
            continue
        whole, eighth = (_value(each, kind) for kind in ("a fair embedding", "an eighth of it"))
        same = math.isclose(whole, eighth, rel_tol=_SAME)
        require(
            same == each.scale_free,
            f"an embedding has the value {whole:g}, an eighth of it {eighth:g}: declare scale_free "
            f"= {same}",
        )


def refuse_in_words(name: str) -> None:
    """Say in a ValueError why few points have no value, where they have none."""
    X, Z = _clouds()
    for n in (2, 5, 12, 21):
        rows = np.linspace(0, _N_POINTS - 1, n).astype(int)
        for each in METRICS[name]:
            try:
                each.compute(_compare(X[rows], Z[rows], _LABELS[rows]))
            except ValueError as error:
                require(len(str(error)) > 20, f"{n} points: {str(error)!r} says too little")


def import_in_no_time(name: str) -> None:
    """Import heavy libraries only where they are used."""
    for each in METRICS[name]:
        require_light_import(sys.modules[each.module])


METRIC_CHECKS = (
    declare_what_tables_need,
    stay_within_its_bounds,
    ignore_place_turn_and_order,
    know_the_best,
    know_whether_scale_counts,
    refuse_in_words,
    import_in_no_time,
)
