"""The exact nearest neighbours that UMAP starts from, as umap-learn finds them, but compiled."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from topo.homology.compilation import compiled


def nearest_neighbours(
    X: NDArray[Any], n_neighbors: int
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Find the nearest neighbours of every point, itself the first of them.

    Distances are those of umap-learn: differences in single precision, their squares summed in
    double precision. Among equal distances the choice is umap-learn's, too.

    Parameters
    ----------
    X : (n, d) array
        Points.
    n_neighbors
        How many, at most n.

    Returns
    -------
    indices : (n, n_neighbors) int32 array
        Rows of `X`, nearest first.
    distances : (n, n_neighbors) float64 array
        Their Euclidean distances.
    """
    distances = np.zeros((len(X), len(X)))
    _fill_distances(np.ascontiguousarray(X, np.float32), distances)
    indices = np.empty((len(X), n_neighbors), np.int32)
    _fill_nearest(distances, indices)
    return indices, np.take_along_axis(distances, indices.astype(np.intp), axis=1)


def _fill_distances_loop(X: NDArray[np.float32], distances: NDArray[np.float64]) -> None:
    for i in range(len(X)):
        for j in range(i):
            total = 0.0
            for k in range(X.shape[1]):
                total += (X[i, k] - X[j, k]) ** 2
            distances[i, j] = distances[j, i] = np.sqrt(total)


def _fill_nearest_loop(distances: NDArray[np.float64], indices: NDArray[np.int32]) -> None:
    for i in range(len(distances)):
        # The order of equal distances is that of this algorithm, which umap-learn uses.
        indices[i] = distances[i].argsort(kind="quicksort")[: indices.shape[1]]


_fill_distances = compiled(_fill_distances_loop, reorder_sums=True)
_fill_nearest = compiled(_fill_nearest_loop)
