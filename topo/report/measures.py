"""What single points have to do with the scores of an embedding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from topo.homology.pairing import tree_edges
from topo.metrics.compute.kernels import relative_density
from topo.metrics.compute.space import pairwise_distances
from topo.metrics.local import neighbourhood_sizes

#: Neighbours that must stay the same for a point to count as stable.
N_STABLE = 15
#: Of more points no measures are taken: their distances would not fit into memory.
MOST_POINTS = 5000
#: Bandwidth of the density that points are coloured by: that of the tuning's objective.
_SIGMA = 0.1


@dataclass(frozen=True, eq=False)
class InputMeasures:
    """The input side, measured once for all embeddings of it.

    Attributes
    ----------
    points : (n, d) float64 array
        The points.
    ranks : (n, n) int32 array
        Entry (i, j) is the rank of j among the neighbours of i.
    tree : (n,) int64 array
        Minimum spanning tree; see `spanning_tree`.
    density : (n,) array
        Kernel density of width 0.1 on distances divided by the largest, times n: 1 is the mean.
    """

    points: NDArray[np.float64]
    ranks: NDArray[np.int32]
    tree: NDArray[np.int64]
    density: NDArray[np.float64]

    @classmethod
    def of(cls, points: NDArray[Any]) -> Self:
        """Measure points (n, d)."""
        from topo.metrics.compute.ranking import rank_rows  # numba takes 0.4 s to import

        points = points.astype(np.float64)
        distances = pairwise_distances(points)
        density = relative_density(distances, sigma=_SIGMA) * len(points)
        return cls(points, rank_rows(distances), spanning_tree(distances), density)


@dataclass(frozen=True, eq=False)
class PointMeasures:
    """An embedding, measured point by point.

    Attributes
    ----------
    tree : (n,) int64 array
        Minimum spanning tree; see `spanning_tree`.
    asked : (n,) array
        Length that each edge of the tree has in the input; 0 at the root.
    trust_lost : (n,) array
        See `trust_lost`; None of fewer than 21 points.
    loss : (n,) array
        See `loss_by_point`.
    """

    tree: NDArray[np.int64]
    asked: NDArray[np.float64]
    trust_lost: NDArray[np.float64] | None
    loss: NDArray[np.float64]

    @classmethod
    def of(cls, points: NDArray[np.float64], given: InputMeasures) -> Self:
        """Measure an embedding (n, 2) of an input."""
        tree = spanning_tree(pairwise_distances(points))
        enough = len(points) > 20
        return cls(
            tree=tree,
            asked=edge_lengths(given.points, tree),
            trust_lost=trust_lost(given.ranks, points) if enough else None,
            loss=loss_by_point(given.points, points, (given.tree, tree)),
        )


def spanning_tree(distances: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the minimum spanning tree, rooted at point 0.

    Returns
    -------
    (n,) int64 array
        The other end of the edge that leads from each point towards the root; the root's own is
        itself. The edges are those of `topo.homology.pairing.tree_edges`.
    """
    parents = np.zeros(len(distances), dtype=np.int64)
    inside = np.zeros(len(distances), dtype=bool)
    inside[0] = True
    # Prim's algorithm starts at point 0 and lists the edges as they join it.
    for i, j in tree_edges(distances):
        new, old = (j, i) if inside[i] else (i, j)
        parents[new], inside[new] = old, True
    return parents


def edge_lengths(points: NDArray[np.float64], tree: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the length of the edge from each point towards the root; 0 at the root."""
    lengths: NDArray[np.float64] = np.linalg.norm(points - points[tree], axis=1)
    return lengths


def trust_lost(input_ranks: NDArray[np.int32], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how much of the trustworthiness each point of an embedding loses.

    Parameters
    ----------
    input_ranks : (n, n) int array
        Neighbour ranks in the input, 0 for the point itself.
    points : (n, 2) array
        The embedding of n > 20 points.

    Returns
    -------
    (n,) array
        0 or more, lower is better; the mean is 1 − trustworthiness (see
        `topo.metrics.local.trustworthiness`), but for ties among distances.
    """
    n = len(points)
    sizes = neighbourhood_sizes(n)
    rows = np.arange(n)[:, np.newaxis]
    ranks = input_ranks[rows, _neighbours(points, max(sizes))].astype(np.int64)
    lost = [
        2 * np.maximum(ranks[:, :k] - k, 0).sum(axis=1) / (k * (2 * n - 3 * k - 1)) for k in sizes
    ]
    return np.asarray(np.mean(lost, axis=0))


def loss_by_point(
    X: NDArray[np.float64], Z: NDArray[np.float64], trees: Sequence[NDArray[np.int64]]
) -> NDArray[np.float64]:
    """Return how much of the topological loss each point bears.

    Half of what an edge adds, ½ (its length in the input − its length in the embedding)², goes to
    each of its ends.

    Parameters
    ----------
    X, Z : (n, d) and (n, 2) arrays
        The points and their embedding.
    trees
        Their spanning trees, as of `spanning_tree`.

    Returns
    -------
    (n,) array
        0 or more, in squared units of distance; the sum is L_t of all points as one batch.
    """
    loss = np.zeros(len(Z))
    for tree in trees:
        halves = (edge_lengths(X, tree) - edge_lengths(Z, tree)) ** 2 / 4
        loss += halves
        np.add.at(loss, tree, halves)
    return loss


def stability(embeddings: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return how far the neighbourhoods of points stay the same from one model seed to another.

    Parameters
    ----------
    embeddings
        At least two embeddings (n, 2) of the same points.

    Returns
    -------
    (n,) array
        Share of each point's nearest `N_STABLE` that are so in another embedding as well, mean
        over all pairs of embeddings; from 0 to 1, higher is steadier.
    """
    n = len(embeddings[0])
    size = min(N_STABLE, n - 1)
    near = np.zeros((len(embeddings), n, n), dtype=bool)
    for each, points in zip(near, embeddings, strict=True):
        np.put_along_axis(each, _neighbours(points, size), True, axis=1)
    pairs = [(a & b).sum(axis=1) / size for a, b in combinations(near, 2)]
    return np.asarray(np.mean(pairs, axis=0))


def _neighbours(points: NDArray[np.float64], n_neighbours: int) -> NDArray[np.int64]:
    """Return the nearest other points of every point, nearest first: (n, k)."""
    from scipy.spatial import cKDTree

    _, found = cKDTree(points).query(points, k=n_neighbours + 1)
    # Among equal points the tree need not name the point itself first, or at all.
    other = found != np.arange(len(points))[:, np.newaxis]
    other[other.all(axis=1), -1] = False
    nearest: NDArray[np.int64] = found[other].reshape(len(points), n_neighbours)
    return nearest
