"""Persistence pairing in dimension 0: the edges of the minimum spanning tree."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from topo.homology.compilation import compiled


def _prim(distances: NDArray[Any]) -> NDArray[np.int64]:
    """Edges (i < j) of the tree in the order in which Prim's algorithm finds them.

    Every distance between two points is read at least once, so a bad one does not go unseen: the
    search stops there, with the edges found so far.
    """
    n = distances.shape[0]
    nearest = np.zeros(n, np.int64)  # for each point outside the tree: its nearest point inside
    shortest = np.full(n, np.inf)  # and how far away that is
    inside = np.zeros(n, np.bool_)
    edges = np.empty((n - 1, 2), np.int64)
    newest = 0
    for k in range(n - 1):
        inside[newest] = True
        closest = -1
        for j in range(n):
            if not inside[j]:
                distance = distances[newest, j]
                if not 0 <= distance < np.inf:
                    return edges[:k]
                if distance < shortest[j]:
                    shortest[j] = distance
                    nearest[j] = newest
                if closest < 0 or shortest[j] < shortest[closest]:
                    closest = j
        edges[k, 0] = min(closest, nearest[closest])
        edges[k, 1] = max(closest, nearest[closest])
        newest = closest
    return edges


_compiled_prim = compiled(_prim)


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
        If the matrix is not square, is empty, or holds a negative or non-finite distance.
    """
    if distances.ndim != 2 or distances.shape[0] != distances.shape[1] or not distances.size:
        raise ValueError(
            "a minimum spanning tree needs an (n, n) matrix of distances with n >= 1, "
            f"got an array of shape {distances.shape}: pass all pairwise distances"
        )
    edges: NDArray[np.int64] = _compiled_prim(np.ascontiguousarray(distances))
    if len(edges) < len(distances) - 1:
        bad = distances[~(np.isfinite(distances) & (distances >= 0))]
        raise ValueError(
            f"distances must be finite and at least 0, got {bad.flat[0]}: "
            "look for NaN, infinity or very large numbers in the points"
        )
    i, j = edges.T
    edges = edges[np.lexsort((j, i, distances[i, j]))]
    return edges


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
