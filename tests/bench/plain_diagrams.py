"""Metrics of persistence diagrams by their plain definitions."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tests.bench.plain_loss import pairs_by_lists
from topo.homology.distances import SLICED_DIRECTIONS
from topo.metrics import Comparison

Diagram = NDArray[np.float64]
Distance = Callable[[Diagram, Diagram], float]


def dimension_0(distances: Diagram) -> Diagram:
    """Sort all edges and join components in a Python loop."""
    edges = pairs_by_lists(distances)
    deaths = np.sort(distances[edges[:, 0], edges[:, 1]])
    return np.stack([0 * deaths, deaths], axis=1)


def _costs(D: Diagram, E: Diagram, order: float) -> NDArray[np.float64]:
    """All costs of the assignment problem, with one place on the diagonal for every point."""
    n, m = len(D), len(E)
    costs = np.zeros((n + m, n + m))
    costs[:n, :m] = np.abs(D[:, None] - E).max(axis=2)
    costs[:n, m:] = (D[:, 1] - D[:, 0])[:, None] / 2
    costs[n:, :m] = (E[:, 1] - E[:, 0])[None, :] / 2
    return costs**order


def wasserstein(order: float) -> Distance:
    """Return the distance as an assignment problem of (n + m)² costs."""

    def distance(D: Diagram, E: Diagram) -> float:
        from scipy.optimize import linear_sum_assignment

        costs = _costs(D, E, order)
        return float(costs[linear_sum_assignment(costs)].sum() ** (1 / order))

    return distance


def bottleneck(D: Diagram, E: Diagram) -> float:
    """Search among all costs for the least that allows a perfect matching."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_bipartite_matching

    costs = _costs(D, E, 1)
    ways = np.unique(costs)
    low, high = 0, len(ways) - 1
    while low < high:
        middle = (low + high) // 2
        matched = maximum_bipartite_matching(csr_array(costs <= ways[middle]))
        low, high = (low, middle) if (matched >= 0).all() else (middle + 1, high)
    return float(ways[low])


def sliced_wasserstein(D: Diagram, E: Diagram) -> float:
    """Project and sort, direction by direction."""
    total = 0.0
    on_diagonal = [np.repeat(P.mean(axis=1, keepdims=True), 2, axis=1) for P in (D, E)]
    for k in range(SLICED_DIRECTIONS):
        angle = math.pi * (k / SLICED_DIRECTIONS - 0.5)
        direction = np.array([math.cos(angle), math.sin(angle)])
        left = np.sort(np.concatenate([D, on_diagonal[1]]) @ direction)
        right = np.sort(np.concatenate([E, on_diagonal[0]]) @ direction)
        total += float(np.abs(left - right).sum())
    return total / SLICED_DIRECTIONS


def diagram_metric(distance: Distance, scaling: str) -> Callable[[Comparison], float]:
    """Return a metric of both diagrams, each scaled by itself."""

    def compute(comparison: Comparison) -> float:
        D, E = comparison.input.diagrams[0], comparison.latent.diagrams[0]
        if scaling == "empty":
            return distance(D, np.empty((0, 2)))
        sizes = {"raw": lambda P: 1.0, "sum": np.sum, "max": np.max}[scaling]
        return distance(D / sizes(D[:, 1]), E / sizes(E[:, 1]))

    return compute


def best(distance: Distance) -> Callable[[Comparison], float]:
    """Return the least distance over as many factors as the search here tries."""

    def compute(comparison: Comparison) -> float:
        D, E = comparison.input.diagrams[0], comparison.latent.diagrams[0]
        most = 2 * D[:, 1].max() / E[:, 1].max()
        return min(distance(D, factor * E) for factor in np.linspace(0, most, 100))

    return compute


def matched_share(scaling: str) -> Callable[[Comparison], float]:
    """Return the share from the assignment problem."""

    def share(D: Diagram, E: Diagram) -> float:
        from scipy.optimize import linear_sum_assignment

        rows, columns = linear_sum_assignment(_costs(D, E, 1))
        matched = rows[(rows < len(D)) & (columns < len(E))]
        return float(D[matched, 1].sum() / D[:, 1].sum())

    return diagram_metric(share, scaling)


def loops(reduce: Callable[[list[float]], float]) -> Callable[[Comparison], float]:
    """Return a number of the embedding's loops in the Vietoris–Rips filtration, by giotto-tda."""

    def compute(comparison: Comparison) -> float:
        from gtda.homology import VietorisRipsPersistence

        rips = VietorisRipsPersistence(homology_dimensions=(1,))
        rows = rips.fit_transform(comparison.latent.points[None])[0]
        return reduce([death - birth for birth, death, _ in rows.tolist()])

    return compute


def deaths(side: str, reduce: Callable[[list[float]], float]) -> Callable[[Comparison], float]:
    """Return a number of one side's deaths."""
    return lambda comparison: reduce([d for _, d in getattr(comparison, side).diagrams[0].tolist()])
