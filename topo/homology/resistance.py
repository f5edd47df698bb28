"""Effective resistance on a graph of neighbours: distances that see past noise."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from topo.checks import check_measurable, check_whole

#: Points whose matrix of distances is inverted: 0.8 GB each for it and its inverse.
MOST_POINTS = 10_000


class Resistances(NamedTuple):
    """Effective resistances between all points.

    Attributes
    ----------
    distances : (n, n) float64 array
        Symmetric, at least 0, 0 on the diagonal.
    joining : (m, 2) int64 array
        Edges that were added since the graph of neighbours was in m + 1 pieces.
    """

    distances: NDArray[np.float64]
    joining: NDArray[np.int64]


def effective_resistances(points: NDArray[Any], *, n_neighbors: int) -> Resistances:
    """Compute corrected effective resistances on the graph of neighbours.

    Two points are joined by an edge of weight 1 where either is among the other's nearest. A graph
    in pieces has infinite resistances between them: it is joined by the edges of the points'
    spanning tree between pieces, the shortest that do. With L⁺ the pseudoinverse of the graph's
    Laplacian, d the degrees and a the adjacency, the resistance of two points i ≠ j is::

        L⁺_ii + L⁺_jj - 2 L⁺_ij - 1/d_i - 1/d_j + 2 a_ij / (d_i d_j)

    The plain resistance tends to 1/d_i + 1/d_j in large graphs, whatever their shape: the
    correction takes that off.

    Parameters
    ----------
    points : (n, d) array
        At least two points with finite coordinates.
    n_neighbors
        Neighbours k of each point, at least 1 and below n; of equally near ones those that come
        first.

    Raises
    ------
    ValueError
        If the points are no such array, or the number of points or neighbours does not fit.

    Notes
    -----
    Damrich, Berens and Kobak (2024; arXiv 2311.03087), with 15 neighbours for a circle of radius 1
    under noise 0.25 in 50 dimensions. Time grows like n³: 1 s for 2,000 points.
    """
    from scipy.spatial.distance import pdist, squareform

    points = check_measurable(points)
    check_whole(n_neighbors, "n_neighbors", least=1)
    n = len(points)
    if not n_neighbors < n <= MOST_POINTS:
        raise ValueError(
            f"effective resistances with {n_neighbors} neighbours need more than {n_neighbors} "
            f"points and at most {MOST_POINTS:,}, got {n:,}: change n_neighbors or take a sample"
        )
    distances = squareform(pdist(points))
    adjacency = _neighbours(distances, n_neighbors)
    joining = _joining_edges(adjacency, distances)
    adjacency[joining[:, 0], joining[:, 1]] = adjacency[joining[:, 1], joining[:, 0]] = 1
    return Resistances(_corrected(adjacency), joining)


def _neighbours(distances: NDArray[np.float64], k: int) -> NDArray[np.float64]:
    """Return the adjacency (n, n) of the graph of k neighbours."""
    others = distances.copy()
    np.fill_diagonal(others, np.inf)
    nearest = np.argsort(others, axis=1, kind="stable")[:, :k]
    adjacency = np.zeros_like(distances)
    np.put_along_axis(adjacency, nearest, 1.0, axis=1)
    return np.maximum(adjacency, adjacency.T)


def _joining_edges(
    adjacency: NDArray[np.float64], distances: NDArray[np.float64]
) -> NDArray[np.int64]:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    from topo.homology.pairing import minimum_spanning_tree

    _, piece = connected_components(csr_array(adjacency), directed=False)
    # Distances within a piece count as nothing, so that the tree has as few edges between pieces as
    # there must be.
    between = np.where(piece[:, None] == piece, 0.0, distances)
    edges = minimum_spanning_tree(between)
    crossing: NDArray[np.int64] = edges[piece[edges[:, 0]] != piece[edges[:, 1]]]
    return crossing


def _corrected(adjacency: NDArray[np.float64]) -> NDArray[np.float64]:
    degrees = adjacency.sum(axis=1)
    laplacian = np.diag(degrees) - adjacency
    # The constant vector spans the kernel: with 1 in its place there is an inverse. The two differ
    # by the same number everywhere, which cancels.
    inverse = np.linalg.inv(laplacian + 1 / len(adjacency))
    own = np.diagonal(inverse) - 1 / degrees
    resistances = own[:, None] + own - 2 * inverse + 2 * adjacency / np.outer(degrees, degrees)
    resistances = np.maximum((resistances + resistances.T) / 2, 0.0)
    np.fill_diagonal(resistances, 0.0)
    return np.asarray(resistances)
