"""What becomes of the outer class in the plane: its pieces, its area and its roundness.

All of them take what `topo.metrics.nesting.nesting` takes, and raise as it does.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from topo.metrics.base import Direction, Metric
from topo.metrics.compute.plane import ellipse_area
from topo.metrics.fragments import fragments
from topo.metrics.nesting import of_embedding, split_classes


def outer_fragments(points: NDArray[np.float64], labels: NDArray[np.int64], *, outer: int) -> float:
    """Count the pieces into which the outer class falls, as `fragments` does of all points.

    Returns
    -------
    float
        A whole number from 0 (strays only) to 50; 1 for a connected ring or cluster.

    Notes
    -----
    Of this project; it puts a number to "fragment the larger sphere" (the paper's figure 5).
    """
    from scipy.spatial.distance import pdist, squareform

    around, _ = split_classes(points, labels, outer=outer)
    return fragments(squareform(pdist(around)))


def outer_inner_area_ratio(
    points: NDArray[np.float64], labels: NDArray[np.int64], *, outer: int
) -> float:
    """Compare the area of the outer class with those of all inner classes together.

    Areas of covariance ellipses, on which a few strays have little influence. Those of the inner
    classes are added, so that the empty space between them does not count.

    Returns
    -------
    float
        0 or more; below 1 the outer class is the smaller. Infinite where only the inner
        classes have no area, 1 where neither group has any.

    Notes
    -----
    Of this project; it puts a number to "compresses it into a cluster" in the paper's section
    4.2.2.
    """
    around, classes = split_classes(points, labels, outer=outer)
    return _ratio(ellipse_area(around), sum(ellipse_area(c) for c in classes))


def outer_class_area_ratio(
    points: NDArray[np.float64], labels: NDArray[np.int64], *, outer: int
) -> float:
    """Compare the area of the outer class with that of a single inner class.

    As `outer_inner_area_ratio`, but with the median of the inner classes' areas.

    Returns
    -------
    float
        0 or more; about 1 where the outer class is as large as one inner class. Infinite where
        only the inner classes have no area, 1 where neither has any.

    Notes
    -----
    Of this project; for "similar in size to the smaller ones" in the paper's section 4.2.2.
    """
    around, classes = split_classes(points, labels, outer=outer)
    return _ratio(ellipse_area(around), float(np.median([ellipse_area(c) for c in classes])))


def outer_radius_variation(
    points: NDArray[np.float64], labels: NDArray[np.int64], *, outer: int
) -> float:
    """Measure how far the outer class is from a circle.

    The standard deviation of the outer points' distances from their mean, divided by the mean of
    these distances.

    Returns
    -------
    float
        0 or more; lower is better. 0 for a circle, 0.35 for an evenly filled disc, 0.52 for a
        normal cloud, 1 for equal points, which have no radius.

    Notes
    -----
    Of this project; it puts a number to "a perfect circular structure" in the paper's section
    4.2.2.
    """
    around, _ = split_classes(points, labels, outer=outer)
    if np.all(around == around[0]):
        return 1.0
    radii = np.linalg.norm(around - around.mean(axis=0), axis=1)
    return float(radii.std() / radii.mean())


def _ratio(outer_area: float, inner_area: float) -> float:
    if inner_area > 0:
        return outer_area / inner_area
    return float("inf") if outer_area > 0 else 1.0


def _entry(
    measure: Callable[..., float], *, title: str, meaning: str, direction: Direction = "none"
) -> Metric:
    return Metric(
        measure.__name__,
        of_embedding(measure),
        direction,
        title=title,
        meaning=meaning,
        group="enclosure",
        requires="enclosing class",
        scale_free=True,
    )


OUTER_METRICS = (
    _entry(
        outer_fragments,
        title="Fragments of the outer class",
        meaning="Number of pieces that the outer class falls into.",
    ),
    _entry(
        outer_inner_area_ratio,
        title="Area, outer to all inner classes",
        meaning="Area of the outer class divided by that of all inner classes together.",
    ),
    _entry(
        outer_class_area_ratio,
        title="Area, outer to an inner class",
        meaning="Area of the outer class divided by the median area of an inner one.",
    ),
    _entry(
        outer_radius_variation,
        title="Variation of the outer radius",
        meaning="How far the outer class is from a circle, for which it is 0.",
        direction="lower",
    ),
)
