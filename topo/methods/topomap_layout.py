"""TopoMap's layout: the components of a spanning tree, laid beside each other in the plane."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

#: A point of the plane, or a direction.
Pair = tuple[float, float]


@dataclass
class _Component:
    """Points that are laid out already.

    Attributes
    ----------
    members
        Their indices.
    hull
        Corners of their convex hull, see `convex_hull`.
    """

    members: list[int]
    hull: list[Pair]


class _Motion(NamedTuple):
    """A rotation about a point, and the shift of this point to a place."""

    centre: Pair
    rotation: Pair  # cosine and sine
    place: Pair

    def move(self, point: Pair) -> Pair:
        x, y = point[0] - self.centre[0], point[1] - self.centre[1]
        cosine, sine = self.rotation
        return self.place[0] + (cosine * x - sine * y), self.place[1] + (sine * x + cosine * y)


def lay_out(edges: NDArray[np.int64], lengths: NDArray[np.float64]) -> NDArray[np.float64]:
    """Place points in the plane so that their spanning tree there has the given lengths.

    Edges are taken by increasing length. Each joins two components, of which the smaller one is
    moved as a rigid body to the other side of a line, so that the nearest two points of the two are
    at the edge's length: in the plane, too, this is where the components join.

    A point is moved at most log₂ n times, in O(n log n) altogether. Every join also looks at all
    corners of both hulls, of which there are few unless the points form a large convex polygon.

    Parameters
    ----------
    edges : (n - 1, 2) int64 array
        A tree on the points 0 … n - 1.
    lengths : (n - 1,) float64 array
        Its lengths, at least 0, ascending.

    Returns
    -------
    (n, 2) float64 array
        Coordinates in the unit of the lengths. Rounding changes distances by about 1e-15 of the
        layout's extent.

    Notes
    -----
    The arithmetic is sums, products, quotients and square roots alone, which every processor rounds
    in the same way.
    """
    points = [(0.0, 0.0)] * (len(edges) + 1)
    component_of = [_Component([i], [point]) for i, point in enumerate(points)]
    for (i, j), length in zip(edges.tolist(), lengths.tolist(), strict=True):
        if len(component_of[i].members) < len(component_of[j].members):
            i, j = j, i
        fixed, moved = component_of[i], component_of[j]
        motion = _motion(fixed.hull, points[i], moved.hull, points[j], length)
        fixed.hull = convex_hull(fixed.hull + [motion.move(corner) for corner in moved.hull])
        fixed.members += moved.members
        for k in moved.members:
            points[k] = motion.move(points[k])
            component_of[k] = fixed
    return np.array(points)


def _motion(
    fixed: list[Pair], fixed_end: Pair, moved: list[Pair], moved_end: Pair, length: float
) -> _Motion:
    """Bring one hull beside another, so that a side of each faces the other at a distance.

    The corners that are nearest to the edge's ends come to lie opposite each other, and both sides
    run from there in the same direction, with one hull to the right and one to the left.
    """
    corner, along = _side(fixed, fixed_end, step=-1)
    opposite, turned = _side(moved, moved_end, step=1)
    rotation = (
        along[0] * turned[0] + along[1] * turned[1],
        along[1] * turned[0] - along[0] * turned[1],
    )
    place = (corner[0] - length * along[1], corner[1] + length * along[0])
    return _Motion(opposite, rotation, place)


def _side(hull: list[Pair], point: Pair, *, step: int) -> tuple[Pair, Pair]:
    """Return the corner that is nearest to a point, and the direction from it to another corner.

    The next one for step 1, with the hull to the left; the one before for -1, with the hull to the
    right; any direction where there is no other corner.
    """
    squares = [(x - point[0]) ** 2 + (y - point[1]) ** 2 for x, y in hull]
    nearest = squares.index(min(squares))
    corner, other = hull[nearest], hull[(nearest + step) % len(hull)]
    if other == corner:
        return corner, (1.0, 0.0)
    x, y = other[0] - corner[0], other[1] - corner[1]
    scale = max(abs(x), abs(y))  # squares of very small numbers would vanish
    x, y = x / scale, y / scale
    norm = math.sqrt(x * x + y * y)
    return corner, (x / norm, y / norm)


def convex_hull(points: list[Pair]) -> list[Pair]:
    """Return the corners of the convex hull counterclockwise, by Andrew's monotone chain.

    One corner where all points are equal, both ends where they lie on a line.
    """
    ordered = sorted(set(points))
    if len(ordered) == 1:
        return ordered
    return _lower_chain(ordered)[:-1] + _lower_chain(ordered[::-1])[:-1]


def _lower_chain(ordered: list[Pair]) -> list[Pair]:
    """Corners that turn to the left on the way through points in order."""
    chain: list[Pair] = []
    for x, y in ordered:
        while len(chain) > 1:
            (x0, y0), (x1, y1) = chain[-2:]
            if (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) > 0:
                break
            chain.pop()
        chain.append((x, y))
    return chain
