"""The graph that UMAP lays out, and where its points begin, both as umap-learn makes them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from topo.methods.umap_layout import Edges
from topo.methods.umap_library import FEW_POINTS, umap_learn
from topo.methods.umap_neighbours import nearest_neighbours

#: Up to so many points umap-learn takes 500 epochs in place of 200.
_MANY_EPOCHS_UP_TO = 10_000


class Graph(NamedTuple):
    """What UMAP's layout begins with.

    Attributes
    ----------
    edges
        The neighbour graph, in the order of the edges' tails.
    start : (n, 2) float32 array
        Its spectral layout, within 0 … 10.
    draws : (3,) int64 array
        Seed of the layout's random numbers.
    n_epochs
        How many the layout takes.
    """

    edges: Edges
    start: NDArray[np.float32]
    draws: NDArray[np.int64]
    n_epochs: int


def neighbour_graph(X: NDArray[Any], n_neighbors: int, seed: int) -> Graph:
    """Connect every point with its neighbours; below 4,096 points with its exact ones.

    Parameters
    ----------
    X : (n, d) array
        Points.
    n_neighbors
        How many neighbours every point has, itself included.
    seed
        Seed of the approximate neighbours, of the start's noise and of the layout's draws.

    Returns
    -------
    Graph
        Edges, start and schedule.
    """
    functions = umap_learn().umap_
    X = np.ascontiguousarray(X, np.float32)
    random_state = np.random.RandomState(seed)
    if len(X) < FEW_POINTS:
        indices, distances = nearest_neighbours(X, n_neighbors)
    else:
        indices, distances, _ = functions.nearest_neighbors(
            X, n_neighbors, "euclidean", {}, False, random_state, n_jobs=1
        )
    found, *_ = functions.fuzzy_simplicial_set(
        X, n_neighbors, random_state, "euclidean", knn_indices=indices, knn_dists=distances
    )
    n_epochs = 500 if len(X) <= _MANY_EPOCHS_UP_TO else 200
    graph = found.tocoo()
    graph.sum_duplicates()
    # Edges that would never pull.
    graph.data[graph.data < graph.data.max() / n_epochs] = 0
    graph.eliminate_zeros()
    start = functions.spectral_layout(X, graph, 2, random_state, metric="euclidean")
    start = functions.noisy_scale_coords(start, random_state, max_coord=10, noise=0.0001)
    low, high = start.min(axis=0), start.max(axis=0)
    # By their tails: one after the other then moves another point, so that the processor need not
    # wait for one step before it begins the next, and the layout takes little over half the time.
    # Every point's own edges keep their order, and it draws the random numbers of umap-learn.
    interval = functions.make_epochs_per_sample(graph.data, n_epochs)
    return Graph(
        Edges(graph.col, graph.row, interval),
        (10 * (start - low) / (high - low)).astype(np.float32, order="C"),
        random_state.randint(-(2**31) + 1, 2**31 - 2, 3).astype(np.int64),
        n_epochs,
    )
