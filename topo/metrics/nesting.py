"""Whether one class encloses all others in the plane, as the outer sphere of SPHERES does."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from topo.checks import check_labels, check_plane_points
from topo.metrics.base import Comparison, Metric
from topo.metrics.compute.plane import convex_hull, largest_gap, lie_in_hull

#: Coordinates whose products and quotients are still floats; all of them may be 0.
_COORDINATES = (1e-140, 1e150)
#: Share of every inner class, the points farthest from its mean, that `nesting` leaves out.
_TRIMMED_SHARE = 0.05
#: Share of the outer points that may lie in a gap between them: few strays close none. The least
#: that tells every layout made by hand (``tests/topo/metrics/layouts.py``) as the eye does.
_FORGIVEN = 0.01
#: Other shares in per cent, for the curve: 0 to 0.5 take strays for a ring, 2 and 5 do not.
FORGIVEN_PERCENT = ("0", "0.5", "2", "5")


class EnclosureMeasure(Protocol):
    """A function of planar points, their labels and the enclosing class."""

    def __call__(
        self, points: NDArray[np.float64], labels: NDArray[np.int64], *, outer: int
    ) -> float:
        """Measure one embedding."""


def nesting(
    points: NDArray[np.float64],
    labels: NDArray[np.int64],
    *,
    outer: int,
    forgiven: float = _FORGIVEN,
) -> float:
    """Measure how far one class encloses all others, with nothing of it among them.

    (1 − intrusion) · coverage. Intrusion is the share of the outer points in the convex hull of
    the inner points. Coverage is the mean over the inner classes of max(0, 1 − gap / π), gap
    being the largest angle in which the centre of the class sees at most the forgiven share of
    the outer points, those that intrude left out; so a class with all of them on one side counts
    as not enclosed.

    Strays of all classes are trimmed. Of every inner class the twentieth farthest from its mean
    is left out: one stray point would otherwise blow up the hull. And no gap is closed by the
    forgiven share, a hundredth unless given: a compact class beside the others, with up to 2 % of
    its points spread evenly around them, has a gap of half a turn and scores 0. An evenly filled
    ring loses 2 % by it.

    The hull is convex: outer points in the hollow of an L- or U-shaped layout of the inner ones
    count as intruders, so that such layouts score lower than they look.

    Parameters
    ----------
    points : (n, 2) array
        The embedding.
    labels : (n,) int array
        Class of every point.
    outer
        The class that should enclose the others.
    forgiven
        Share of the outer points that closes no gap, from 0 to 1.

    Returns
    -------
    float
        From 0 to 1; higher is better. 1 for a dense ring around the inner points, about 0 for
        mixed classes and for classes side by side. Classes that are each wrapped in a piece of the
        outer class of their own lie between, the lower the more pieces lie among the classes.
        Points on one line enclose nothing: 0.

    Raises
    ------
    ValueError
        Where the points are not in the plane or either group is empty.

    Notes
    -----
    Of this project; it puts a number to "encapsulated" in the paper's section 4.2.2.
    """
    around, classes = split_classes(points, labels, outer=outer)
    cores = [_core(inner) for inner in classes]
    free = around[~lie_in_hull(around, convex_hull(np.vstack(cores)))]
    n_forgiven = int(forgiven * len(around))
    gaps = [largest_gap(free - core.mean(axis=0), forgiven=n_forgiven) for core in cores]
    coverage = [max(0.0, 1 - gap / np.pi) for gap in gaps]
    return float(len(free) / len(around) * np.mean(coverage))


def split_classes(
    points: NDArray[np.float64], labels: NDArray[np.int64], *, outer: int
) -> tuple[NDArray[np.float64], list[NDArray[np.float64]]]:
    """Separate the outer class from the inner ones.

    Parameters
    ----------
    points : (n, 2) array
        The embedding.
    labels : (n,) int array
        Class of every point.
    outer
        The enclosing class.

    Returns
    -------
    tuple
        The outer points and a list of the points of every inner class, in order of their labels.

    Raises
    ------
    ValueError
        Where the points are no finite points of the plane of ordinary size, the labels are not one
        whole number per point, or either group is empty.
    """
    check_plane_points(points)
    largest, (low, high) = float(np.abs(points).max()), _COORDINATES
    if not (largest == 0 or low <= largest <= high):
        raise ValueError(
            f"the largest coordinate must lie from {low:g} to {high:g}, got {largest:g}: rescale "
            "the points"
        )
    check_labels(labels, len(points))
    points = points.astype(np.float64, copy=False)
    inner = [int(c) for c in np.unique(labels) if c != outer]
    if not inner or not np.any(labels == outer):
        raise ValueError(
            f"enclosure needs points of the enclosing class {outer} and of at least one other, "
            f"got the classes {np.unique(labels).tolist()}"
        )
    return points[labels == outer], [points[labels == c] for c in inner]


def _core(inner: NDArray[np.float64]) -> NDArray[np.float64]:
    kept = len(inner) - int(_TRIMMED_SHARE * len(inner))
    distances = np.linalg.norm(inner - inner.mean(axis=0), axis=1)
    return np.asarray(inner[np.argsort(distances, kind="stable")[:kept]])


def of_embedding(measure: EnclosureMeasure) -> Callable[[Comparison], float]:
    """Apply a measure of enclosure to the embedding of a comparison.

    It raises ValueError where the comparison has no labels or no enclosing class.
    """

    def compute(comparison: Comparison) -> float:
        if comparison.labels is None or comparison.outer is None:
            raise ValueError("enclosure needs labels and the enclosing class, got none")
        return measure(comparison.latent.points, comparison.labels, outer=comparison.outer)

    return compute


def _metric(name: str, title: str, measure: EnclosureMeasure) -> Metric:
    return Metric(
        name,
        of_embedding(measure),
        "higher",
        title=title,
        meaning="How far the outer class lies around the inner ones: 0 not at all, 1 all round.",
        group="enclosure",
        high=1.0,
        requires="enclosing class",
        scale_free=True,
    )


NESTING_METRICS = (
    _metric("nesting", "Nesting", nesting),
    *(
        _metric(
            f"nesting_{percent}",
            f"Nesting, {percent} % forgiven",
            partial(nesting, forgiven=float(percent) / 100),
        )
        for percent in FORGIVEN_PERCENT
    ),
)
