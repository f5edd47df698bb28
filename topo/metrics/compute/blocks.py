"""Neighbourhood metrics of large clouds, exact, with the distances of a few rows at a time.

Time grows like n² (D + d), memory like n: 70,000 points need no matrix of 70,000².
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from topo.checks import check_labels, check_pair, check_whole
from topo.device import Device
from topo.homology.compilation import compiled
from topo.metrics.compute.neighbours import N_VOTES, check_neighbourhood_sizes
from topo.metrics.compute.space import ON_DEVICE

#: Rows of distances at once: 256 × 70,000 of them take 137 MiB.
_N_ROWS = 256
_N_OTHERS = 32


class LocalScores(NamedTuple):
    """Neighbourhood metrics of one embedding.

    Attributes
    ----------
    trustworthiness, continuity
        As in `topo.metrics.local`, averaged over the sizes; from 0 to 1, higher is better.
    knn_accuracy
        As in `topo.metrics.classes`; NaN without labels.
    """

    trustworthiness: float
    continuity: float
    knn_accuracy: float


def local_scores(
    X: NDArray[Any],
    Z: NDArray[Any],
    *,
    sizes: Sequence[int],
    labels: NDArray[np.int64] | None = None,
    n_rows: int = _N_ROWS,
    device: Device = "cpu",
) -> LocalScores:
    """Compute the metrics of neighbourhoods without any n × n matrix.

    Parameters
    ----------
    X : (n, D) array
        The points, finite.
    Z : (n, d) array
        The embedding; row i is the image of row i of `X`.
    sizes
        Numbers of neighbours k, each at least 1 and below n/2.
    labels : (n,) int array or None
        Class of every point.
    n_rows
        Rows of distances at once, at least 1; the result does not depend on it.
    device
        Where distances are computed and sorted.

    Returns
    -------
    LocalScores
        The same as from all ranks at once, where ties are ranked by index, but that two distances
        which differ only by rounding may change places.

    Raises
    ------
    ValueError
        Where the arrays are no finite matrices of the same length, their squared distances leave
        the range of a float, a size, the labels or `n_rows` do not fit, or this machine has no such
        device.
    """
    X, Z = check_pair(X, Z)
    check_neighbourhood_sizes(sizes, len(X))
    if len(X) <= N_VOTES:
        raise ValueError(f"local scores need at least {N_VOTES + 1} points, got {len(X)}")
    check_whole(n_rows, "n_rows", least=1)
    if labels is not None:
        check_labels(labels, len(X))
    n, largest = len(X), max(*sizes, N_VOTES)
    penalties = np.zeros((2, len(sizes)))
    n_right = 0
    blocks = _blocks if device == "cpu" else partial(_blocks_on, device)
    for block in blocks(X, Z, n_rows, largest):
        for side, ranks in enumerate((block.ranks_of_new, block.ranks_of_lost)):
            penalties[side] += [np.maximum(ranks[:, :k] - k, 0).sum() for k in sizes]
        if labels is not None:
            n_right += _n_right(labels[block.nearest[:, :N_VOTES]], labels[block.rows])
    worst = np.array([n * k * (2 * n - 3 * k - 1) / 2 for k in sizes])
    trustworthiness, continuity = (1 - penalties / worst).mean(axis=1).tolist()
    accuracy = float("nan") if labels is None else n_right / n
    return LocalScores(trustworthiness, continuity, accuracy)


class _Block(NamedTuple):
    """Neighbours of some rows, (r, k) each.

    The nearest in the embedding, in order; their ranks in the input; and the ranks in the embedding
    of the nearest in the input.
    """

    rows: slice
    nearest: NDArray[np.int64]
    ranks_of_new: NDArray[np.int64]
    ranks_of_lost: NDArray[np.int64]


def _blocks(
    X: NDArray[np.float64], Z: NDArray[np.float64], n_rows: int, k: int
) -> Iterator[_Block]:
    """Yield some rows at a time with the k nearest of each in both spaces."""
    spaces = [np.ascontiguousarray(points) for points in (X, Z)]
    for start in range(0, len(X), n_rows):
        rows = slice(start, min(start + n_rows, len(X)))
        in_input, in_latent = (_compiled_cross(points[rows], points) for points in spaces)
        for distances in (in_input, in_latent):
            # Every point comes first in its own row, before its duplicates.
            distances[np.arange(len(distances)), np.arange(start, rows.stop)] = -1.0
        near_input, near_latent = _nearest(in_input, k), _nearest(in_latent, k)
        new, lost = _ranks(in_input, near_latent), _ranks(in_latent, near_input)
        yield _Block(rows, near_latent, new, lost)


def _blocks_on(
    device: Device, X: NDArray[np.float64], Z: NDArray[np.float64], n_rows: int, k: int
) -> Iterator[_Block]:
    """Yield what `_blocks` does, with all distances of some rows sorted on a device."""
    module = import_module(ON_DEVICE)
    for rows, orders in module.sorted_neighbours(X, Z, n_rows=n_rows, device=device):
        near_input, near_latent = (order[:, 1 : k + 1] for order in orders)
        new, lost = (
            module.ranks_of(*pair) for pair in zip(orders, (near_latent, near_input), strict=True)
        )
        yield _Block(rows, *(each.cpu().numpy() for each in (near_latent, new, lost)))


def _cross_distances(
    points: NDArray[np.float64], others: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Euclidean distances (r, n); a few of the others at a time, which stay in the cache."""
    n = len(others)
    distances = np.empty((len(points), n))
    for start in range(0, n, _N_OTHERS):
        for i in range(len(points)):
            for j in range(start, min(start + _N_OTHERS, n)):
                square = 0.0
                for c in range(points.shape[1]):
                    difference = points[i, c] - others[j, c]
                    square += difference * difference
                distances[i, j] = np.sqrt(square)
    return distances


_compiled_cross = compiled(_cross_distances, reorder_sums=True)


def _nearest(distances: NDArray[np.float64], k: int) -> NDArray[np.int64]:
    """Return the k nearest of every row but the point itself, in order, ties by index: (r, k)."""
    nearest = np.empty((len(distances), k), dtype=np.int64)
    farthest = np.partition(distances, k, axis=1)[:, k]
    for i, row in enumerate(distances):
        near = np.flatnonzero(row <= farthest[i])
        nearest[i] = near[np.argsort(row[near], kind="stable")[1 : k + 1]]
    return nearest


def _rank_all(
    distances: NDArray[np.float64], chosen: NDArray[np.int64], order: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Count, for every chosen point of a row, the points that come before it.

    `order` sorts the chosen points of every row by distance, then index.
    """
    n_rows, k = chosen.shape
    ranks = np.zeros((n_rows, k), np.int64)
    counts = np.zeros(k + 1, np.int64)
    lengths, indices = np.empty(k), np.empty(k, np.int64)
    for i in range(n_rows):
        counts[:] = 0
        for m in range(k):
            indices[m] = chosen[i, order[i, m]]
            lengths[m] = distances[i, indices[m]]
        for j in range(distances.shape[1]):
            # The first chosen point that j comes before.
            distance, low, high = distances[i, j], 0, k
            while low < high:
                middle = (low + high) // 2
                before = distance < lengths[middle] or (
                    distance == lengths[middle] and j < indices[middle]
                )
                low, high = (low, middle) if before else (middle + 1, high)
            counts[low] += 1
        n_before = 0
        for m in range(k):
            n_before += counts[m]
            # The chosen points before this one are among them, itself is not.
            ranks[i, order[i, m]] = n_before
    return ranks


_compiled_rank_all = compiled(_rank_all)


def _ranks(distances: NDArray[np.float64], chosen: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rank chosen points among all neighbours of their row's point, the nearest as 1: (r, k)."""
    lengths = np.take_along_axis(distances, chosen, axis=1)
    order = np.lexsort((chosen, lengths), axis=1)
    ranks: NDArray[np.int64] = _compiled_rank_all(distances, chosen, order)
    return ranks


def _n_right(votes: NDArray[np.int64], labels: NDArray[np.int64]) -> int:
    """Count the points whose neighbours (r, 5) vote for their class; ties: the smallest label."""
    classes = np.unique(votes)
    counts = (votes[:, :, None] == classes).sum(axis=1)
    return int((classes[counts.argmax(axis=1)] == labels).sum())
