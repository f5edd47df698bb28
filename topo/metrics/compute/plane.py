"""Shapes of point sets in the plane: convex hulls, gaps between directions, areas."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def convex_hull(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Find the corners of the convex hull, anticlockwise.

    Andrew's monotone chain: unlike Qhull it has an answer for equal and collinear points.

    Parameters
    ----------
    points : (n, 2) array
        At least one point.

    Returns
    -------
    (k, 2) array
        The corners; one for equal points, two for collinear ones.
    """
    ordered = np.unique(points, axis=0)
    if len(ordered) < 3:
        return ordered
    corners = _chain(ordered)[:-1] + _chain(ordered[::-1])[:-1]
    return np.array(corners)


def _chain(ordered: NDArray[np.float64]) -> list[tuple[float, float]]:
    chain: list[tuple[float, float]] = []
    for x, y in ordered.tolist():
        while len(chain) > 1:
            (ax, ay), (bx, by) = chain[-2:]
            if (bx - ax) * (y - ay) > (by - ay) * (x - ax):
                break
            chain.pop()
        chain.append((x, y))
    return chain


def lie_in_hull(points: NDArray[np.float64], corners: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which points lie in a convex polygon or on its edge.

    Parameters
    ----------
    points : (n, 2) array
        The points asked about.
    corners : (k, 2) array
        Corners of the polygon, anticlockwise.

    Returns
    -------
    (n,) bool array
        All False for fewer than three corners: a hull without area holds no point.
    """
    if len(corners) < 3:
        return np.zeros(len(points), dtype=np.bool_)
    inside = np.ones(len(points), dtype=np.bool_)
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        (ex, ey), (px, py) = end - start, (points - start).T
        inside &= ex * py >= ey * px
    return inside


def largest_gap(offsets: NDArray[np.float64], *, forgiven: int = 0) -> float:
    """Measure the largest angle, seen from the origin, with few or no directions strictly in it.

    Parameters
    ----------
    offsets : (n, 2) array
        Points relative to the viewer; a point at the origin has no direction and is left out.
    forgiven
        Most directions that may lie in the angle: 0 for that between neighbouring directions.

    Returns
    -------
    float
        In radians, up to 2π, which is also the gap of no more directions than `forgiven` and one.
    """
    seen = offsets[np.any(offsets != 0, axis=1)]
    step = forgiven + 1
    if len(seen) <= step:
        return 2 * np.pi
    angles = np.sort(np.arctan2(seen[:, 1], seen[:, 0]))
    once_more = np.concatenate([angles, angles[:step] + 2 * np.pi])
    return float((once_more[step:] - angles).max())


def ellipse_area(points: NDArray[np.float64]) -> float:
    """Measure the area of the ellipse of one standard deviation around the mean.

    π √det C, C the covariance matrix of the points (divided by n).

    Parameters
    ----------
    points : (n, 2) array
        At least one point.

    Returns
    -------
    float
        0 or more; exactly 0 for equal and collinear points.
    """
    long, short = np.linalg.svd(points - points.mean(axis=0), compute_uv=False)[[0, -1]]
    # Rounding gives collinear points a little width.
    width_of_rounding = 1e-12 * np.sqrt(len(points)) * np.abs(points).max()
    if len(points) < 3 or short <= width_of_rounding:
        return 0.0
    return float(np.pi * long * short / len(points))
