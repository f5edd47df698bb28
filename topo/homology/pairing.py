"""Persistence pairing in dimension 0: the edges of the minimum spanning tree."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from topo.checks import check_lengths, check_square
from topo.homology.compilation import compiled


def _prim(distances: NDArray[Any]) -> NDArray[np.int64]:
    """Edges (i < j) of the tree in the order in which Prim's algorithm finds them.

    Every distance between two points is read at least once, so a bad one does not go unseen: the
    search stops there, with the edges found so far.
    """
    n = distances.shape[0]
    far = distances.dtype.type(np.inf)
    outside = np.ones(n, np.bool_)
    nearest = np.zeros(n, np.int64)  # for each point outside the tree its nearest point inside
    shortest = np.full(n, far)  # and how far away that is
    edges = np.empty((n - 1, 2), np.int64)
    newest = 0
    for k in range(n - 1):
        outside[newest], shortest[newest] = False, far
        bad = False
        for j in range(n):  # without branches, so that several j are taken at once
            distance = distances[newest, j]
            closer = outside[j] & (distance < shortest[j])
            shortest[j] = distance if closer else shortest[j]
            nearest[j] = newest if closer else nearest[j]
            bad |= outside[j] & (not 0 <= distance < far)
        if bad:
            return edges[:k]
        newest = int(np.argmin(shortest))
        edges[k, 0] = min(newest, nearest[newest])
        edges[k, 1] = max(newest, nearest[newest])
    return edges


_compiled_prim = compiled(_prim)

#: What the loop is compiled for; of whole numbers it would make nonsense.
_TYPES = frozenset(map(np.dtype, (np.float32, np.float64)))


def tree_edges(distances: NDArray[np.floating[Any]]) -> NDArray[np.int64]:
    """Return the edges of the minimum spanning tree in the order in which they are found.

    As `minimum_spanning_tree`, for sums over edges, which do not ask for an order.
    """
    if getattr(distances, "dtype", None) not in _TYPES:
        given = getattr(distances, "dtype", type(distances).__name__)
        raise ValueError(
            f"distances must be an array of float32 or float64, got {given}: convert them"
        )
    check_square(distances, "distances")
    edges: NDArray[np.int64] = _compiled_prim(np.ascontiguousarray(distances))
    if len(edges) < len(distances) - 1:
        check_lengths(distances)
    return edges


def minimum_spanning_tree(distances: NDArray[np.floating[Any]]) -> NDArray[np.int64]:
    """Return the edges that end the connected components: the pairing in dimension 0.

    In the Vietoris–Rips filtration a component dies when an edge joins it to another one. These
    edges form the minimum spanning tree (section 2.2 of the paper). An edge of length 0, between
    two equal points, is an edge like any other.

    Parameters
    ----------
    distances : (n, n) float32 or float64 array
        Symmetric distances between n >= 1 points. Symmetry is not checked.

    Returns
    -------
    (n - 1, 2) int64 array
        Pairs i < j, ordered by length, then by i and j. Among trees of equal length the choice
        depends on nothing but the distances.

    Raises
    ------
    ValueError
        If the matrix is of another type, not square, empty, or holds a negative or non-finite
        distance.
    """
    edges = tree_edges(distances)
    i, j = edges.T
    ordered: NDArray[np.int64] = edges[np.lexsort((j, i, distances[i, j]))]
    return ordered


def deaths(distances: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    """Return the deaths of the persistence diagram in dimension 0; all births are 0.

    Parameters
    ----------
    distances : (n, n) float32 or float64 array
        Symmetric distances between n >= 1 points.

    Returns
    -------
    (n - 1,) array
        Lengths of the tree's edges, ascending, in the unit and type of the distances. The
        component that never dies is left out.

    Raises
    ------
    ValueError
        As `minimum_spanning_tree` does.
    """
    i, j = minimum_spanning_tree(distances).T
    lengths: NDArray[np.floating[Any]] = distances[i, j]
    return lengths
