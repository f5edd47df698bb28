"""The minimum spanning tree of a point cloud without its matrix of distances."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from topo.checks import check_measurable
from topo.homology.compilation import compiled

#: Coordinates that are summed before it is looked whether a distance is too long already.
_CHUNK = 16


def _prim_of_points(
    chunks: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Find the tree's edges i < j and their squared lengths by Prim's algorithm, in its order.

    Entry (c, i) of `chunks` has some of the coordinates of point i, those of c = 0 first.
    """
    n_chunks, n, _ = chunks.shape
    outside = np.arange(1, n)  # the first n - 1 - k of them at step k
    nearest = np.zeros(n, np.int64)  # for each point outside the tree its nearest point inside
    shortest = np.full(n, np.inf)  # and the square of how far away that is
    edges = np.empty((n - 1, 2), np.int64)
    squares = np.empty(n - 1)
    newest = 0
    for k in range(n - 1):
        best, place = np.inf, 0
        for m in range(n - 1 - k):
            j = outside[m]
            square, c = 0.0, 0
            while c < n_chunks and square < shortest[j]:
                part = 0.0
                for i in range(_CHUNK):
                    difference = chunks[c, newest, i] - chunks[c, j, i]
                    part += difference * difference
                square += part
                c += 1
            if square < shortest[j]:
                shortest[j], nearest[j] = square, newest
            if shortest[j] < best:
                best, place = shortest[j], m
        newest, squares[k] = outside[place], best
        edges[k, 0] = min(newest, nearest[newest])
        edges[k, 1] = max(newest, nearest[newest])
        outside[place] = outside[n - 2 - k]
    return edges, squares


_compiled_prim = compiled(_prim_of_points, reorder_sums=True)


def spanning_tree_of_points(
    points: NDArray[Any],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the minimum spanning tree from the points themselves.

    Prim's algorithm over distances that are computed when they are needed and forgotten: O(n)
    memory beside the points, O(n² d) time, less where the first coordinates tell already that an
    edge is too long.

    Parameters
    ----------
    points : (n, d) array
        Finite coordinates of n >= 1 points.

    Returns
    -------
    edges : (n - 1, 2) int64 array
        Pairs i < j, ordered by length, then by i and j.
    lengths : (n - 1,) float64 array
        Their lengths in the unit of the coordinates: the same as `topo.homology.pairing.deaths` of
        all distances, to rounding. Equal points give exact 0.

    Raises
    ------
    ValueError
        If the points are no finite matrix, or their squared distances leave the range of a float.
    """
    points = check_measurable(points)
    with np.errstate(over="ignore", invalid="ignore"):  # of the mean of equal large numbers
        by_spread = np.argsort(-points.var(axis=0), kind="stable")
    # The coordinates in which points differ most come first: most sums can end early.
    edges, squares = _compiled_prim(_in_chunks(points[:, by_spread]))
    order = np.lexsort((edges[:, 1], edges[:, 0], squares))
    return edges[order], np.sqrt(squares[order])


def deaths_of_points(points: NDArray[Any]) -> NDArray[np.float64]:
    """Return the deaths of the diagram in dimension 0, ascending; see `spanning_tree_of_points`."""
    return spanning_tree_of_points(points)[1]


def _in_chunks(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the coordinates as (chunk, point, coordinate), filled up with 0."""
    n, dimension = points.shape
    filled = np.zeros((n, -(-dimension // _CHUNK) * _CHUNK))
    filled[:, :dimension] = points
    return np.ascontiguousarray(filled.reshape(n, -1, _CHUNK).swapaxes(0, 1))
