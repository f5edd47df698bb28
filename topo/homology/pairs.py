"""Pairs of the Vietoris–Rips filtration in dimensions 0 and 1, with the edges that make them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from topo.checks import check_lengths, check_square
from topo.homology.pairing import tree_edges

#: Ranks of edges are handed on in single precision, which holds whole numbers up to 2²⁴.
MOST_POINTS = 5793


class Filtration(NamedTuple):
    """All edges between n points in one order: by length, then by their smaller and larger end.

    Attributes
    ----------
    distances : (n, n) array
        Symmetric distances.
    edges : (m, 2) int64 array
        Pairs i < j in order, m = n (n - 1) / 2.
    ranks : (n, n) int64 array
        Place of every edge in that order, symmetric; -1 on the diagonal.
    """

    distances: NDArray[np.floating[Any]]
    edges: NDArray[np.int64]
    ranks: NDArray[np.int64]

    def lengths(self, ranks: NDArray[np.int64]) -> NDArray[np.floating[Any]]:
        """Return the lengths of the edges of some ranks, in the unit of the distances."""
        i, j = self.edges[ranks].T
        lengths: NDArray[np.floating[Any]] = self.distances[i, j]
        return lengths


class LoopPairs(NamedTuple):
    """Ranks of the edges at which the loops of a filtration are born and die, by death.

    Attributes
    ----------
    births, deaths : (k,) int64 arrays
        Rank of the longest edge of the cycle that is born, and of the triangle that ends it. No
        rank stands twice among the births; births come before deaths. Two edges of a pair may be
        equally long, where distances are tied.
    """

    births: NDArray[np.int64]
    deaths: NDArray[np.int64]


class CriticalEdges(NamedTuple):
    """The edges of all pairs in dimensions 0 and 1.

    Attributes
    ----------
    tree : (n - 1, 2) int64 array
        Edges that join components: the minimum spanning tree.
    births, deaths : (k, 2) int64 arrays
        Longest edges of the cycles that are born, and of the triangles that end them, by death;
        only of loops that live.
    """

    tree: NDArray[np.int64]
    births: NDArray[np.int64]
    deaths: NDArray[np.int64]


def edge_filtration(distances: NDArray[np.floating[Any]]) -> Filtration:
    """Put all edges between n >= 1 points in order.

    Parameters
    ----------
    distances : (n, n) float32 or float64 array
        Symmetric distances. Symmetry is not checked.

    Raises
    ------
    ValueError
        If the matrix is not square or empty, holds a negative or non-finite distance, or there are
        more than 5,793 points.
    """
    check_square(distances, "distances")
    check_lengths(distances)
    n = len(distances)
    if n > MOST_POINTS:
        raise ValueError(
            f"loops are searched for among at most {MOST_POINTS:,} points, got {n:,}: take a sample"
        )
    i, j = np.triu_indices(n, 1)
    order = np.argsort(distances[i, j], kind="stable")
    ranks = np.full((n, n), -1, np.int64)
    edges = np.stack([i[order], j[order]], axis=1)
    ranks[edges[:, 0], edges[:, 1]] = ranks[edges[:, 1], edges[:, 0]] = np.arange(len(edges))
    return Filtration(distances, edges, ranks)


def loop_pairs(filtration: Filtration) -> LoopPairs:
    """Pair the births and deaths of all loops.

    giotto-ph is given the ranks of the edges in place of their lengths. Homology depends on their
    order alone, so that births and deaths come back as the edges themselves, not rounded to single
    precision, and edges of equal length are told apart.
    """
    from gph import ripser_parallel

    if len(filtration.ranks) < 4:  # the fewest points around a hole
        return LoopPairs(*np.empty((2, 0), np.int64))
    diagram = ripser_parallel(
        (filtration.ranks + 1).astype(np.float32), metric="precomputed", maxdim=1, n_threads=1
    )["dgms"][1]
    births, deaths = diagram.astype(np.int64).T - 1
    order = np.lexsort((births, deaths))
    return LoopPairs(births[order], deaths[order])


def critical_edges(distances: NDArray[np.floating[Any]]) -> CriticalEdges:
    """Return the edges that make the pairs in dimensions 0 and 1.

    Parameters
    ----------
    distances : (n, n) float32 or float64 array
        Symmetric distances between n >= 1 points. Symmetry is not checked.

    Raises
    ------
    ValueError
        As `edge_filtration` and `topo.homology.pairing.tree_edges` do.
    """
    tree = tree_edges(distances)
    filtration = edge_filtration(distances)
    births, deaths = loop_pairs(filtration)
    living = filtration.lengths(births) < filtration.lengths(deaths)
    return CriticalEdges(tree, filtration.edges[births[living]], filtration.edges[deaths[living]])
