"""Cycles that stand for loops, and whether other cycles are loops still.

All is modulo 2. A chain is a set of edges, its *pivot* the longest of them in the order of
`topo.homology.pairs.Filtration`. The columns by which chains are reduced are one for every edge
that can be a pivot of a boundary:

- An edge whose ends have a third point nearer to both than the edge is long: the triangle with such
  a point. Of several it is the one whose second-longest side is shortest, which never is tied.
- Any other edge off the spanning tree is the birth of a loop. Its column is the boundary that ends
  the loop, reduced until that edge is its pivot: a cycle that is there from the birth on, and the
  loop's *representative*.

No two columns have one pivot, so every cycle is the sum of some of them in one way. The choice of
third points fixes this basis; another choice changes a representative by boundaries that are there
already when it is born.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from topo.homology.compilation import compiled
from topo.homology.diagrams import Diagram
from topo.homology.pairs import Filtration, LoopPairs, edge_filtration, loop_pairs


class Loops(NamedTuple):
    """The loops of a Vietoris–Rips filtration, with a cycle for each; those that live.

    Attributes
    ----------
    diagram : (k, 2) float64 array
        Births and deaths in the unit of the distances, ordered by death.
    cycles : tuple of (l, 2) int64 arrays
        Edges of every loop's representative, the longest of them, born last, first.
    cascades : tuple of (l, 2) int64 arrays
        Edges that are met as pivots on the way from the triangle that ends a loop to its birth,
        the triangle's longest first, without the birth: the cascade of Clémot, Digne and Tierny
        (2025; arXiv 2502.20215).
    """

    diagram: Diagram
    cycles: tuple[NDArray[np.int64], ...]
    cascades: tuple[NDArray[np.int64], ...]

    @property
    def births(self) -> NDArray[np.int64]:
        """Edges (k, 2) at which the loops are born."""
        return np.array([cycle[0] for cycle in self.cycles], np.int64).reshape(-1, 2)

    @property
    def deaths(self) -> NDArray[np.int64]:
        """Longest edges (k, 2) of the triangles that end the loops."""
        return np.array([cascade[0] for cascade in self.cascades], np.int64).reshape(-1, 2)


def representative_loops(distances: NDArray[np.floating[Any]]) -> Loops:
    """Find all loops of the Vietoris–Rips filtration, each with a cycle and its cascade.

    Parameters
    ----------
    distances : (n, n) float32 or float64 array
        Symmetric distances between n >= 1 points. Symmetry is not checked.

    Raises
    ------
    ValueError
        As `topo.homology.pairs.edge_filtration` does.
    """
    columns = reduced_columns(edge_filtration(distances))
    filtration, pairs = columns.filtration, columns.pairs
    births, deaths = filtration.lengths(pairs.births), filtration.lengths(pairs.deaths)
    living = np.flatnonzero(births < deaths)
    return Loops(
        np.stack([births, deaths], axis=1)[living].astype(np.float64),
        tuple(filtration.edges[columns.cycle(k)] for k in living),
        tuple(filtration.edges[columns.cascade(k)] for k in living),
    )


class ReducedColumns(NamedTuple):
    """The columns of all births of loops, by death; entries k of one after those of the other.

    Attributes
    ----------
    filtration, pairs
        What they are of.
    entries, starts
        Ranks of the edges of column k: ``entries[starts[k]:starts[k + 1]]``, descending.
    met, met_starts
        Likewise the cascades.
    """

    filtration: Filtration
    pairs: LoopPairs
    entries: NDArray[np.int64]
    starts: NDArray[np.int64]
    met: NDArray[np.int64]
    met_starts: NDArray[np.int64]

    def cycle(self, k: int) -> NDArray[np.int64]:
        """Return the ranks of the edges of the representative of pair k, descending."""
        return self.entries[self.starts[k] : self.starts[k + 1]]

    def cascade(self, k: int) -> NDArray[np.int64]:
        """Return the ranks of the edges of the cascade of pair k."""
        return self.met[self.met_starts[k] : self.met_starts[k + 1]]


def reduced_columns(filtration: Filtration) -> ReducedColumns:
    """Reduce the boundaries that end loops, those of giotto-ph's pairs alone."""
    pairs = loop_pairs(filtration)
    entries, starts, met, met_starts = _compiled_reduce(*filtration[1:], *pairs)
    return ReducedColumns(filtration, pairs, entries, starts, met, met_starts)


def summing_columns(cycles: NDArray[np.bool_], columns: ReducedColumns) -> NDArray[np.bool_]:
    """Say which columns sum to every cycle.

    Parameters
    ----------
    cycles : (c, m) bool array
        Which edges, by rank, are in every cycle.
    columns
        The columns of their filtration.

    Returns
    -------
    (c, m) bool array
        True at the pivots of the columns that sum to the cycle.
    """
    filtration, pairs = columns.filtration, columns.pairs
    used: NDArray[np.bool_] = _compiled_expand(
        cycles.copy(), *filtration[1:], pairs.births, columns.entries, columns.starts
    )
    return used


def _third_point(ranks: NDArray[np.int64], i: int, j: int) -> int:
    """Find the point that is nearest to the farther of i and j, if nearer than they are; or -1."""
    best, least = -1, ranks[i, j]
    for k in range(len(ranks)):
        if k != i and k != j:
            longer = max(ranks[i, k], ranks[j, k])
            if longer < least:
                best, least = k, longer
    return best


_third = compiled(_third_point)


def _mark_component(
    ranks: NDArray[np.int64], i: int, j: int, start: int, seen: NDArray[np.bool_]
) -> None:
    """Mark what can be reached from a point among those nearer to i and j than they are."""
    edge = ranks[i, j]
    stack = [start]
    seen[start] = True
    while len(stack) > 0:
        here = stack.pop()
        for k in range(len(ranks)):
            near = ranks[i, k] < edge and ranks[j, k] < edge and k != i and k != j
            if near and not seen[k] and ranks[here, k] < edge:
                seen[k] = True
                stack.append(k)


_mark = compiled(_mark_component)


def _reduce(
    edges: NDArray[np.int64],
    ranks: NDArray[np.int64],
    births: NDArray[np.int64],
    deaths: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Reduce, for every death, triangles on its edge until each of its births is a pivot.

    Of the third points of an edge those that are joined by shorter edges give one boundary, up to
    what is one already; the first of them belongs to the column of the edge itself. So there is
    one candidate for every other component.
    """
    n_pairs, n_edges = len(births), len(edges)
    pair_of = np.full(n_edges, -1, np.int64)
    for k in range(n_pairs):
        pair_of[births[k]] = k
    columns = [np.empty(0, np.int64) for _ in range(n_pairs)]
    cascades = [np.empty(0, np.int64) for _ in range(n_pairs)]
    column = np.zeros(n_edges, np.bool_)
    path = np.empty(n_edges + 1, np.int64)
    first = 0
    while first < n_pairs:
        death, last = deaths[first], first
        while last < n_pairs and deaths[last] == death:
            last += 1
        i, j = edges[death]
        seen = np.zeros(len(ranks), np.bool_)
        base = _third(ranks, i, j)
        _mark(ranks, i, j, base, seen)
        n_left = last - first
        for k in range(len(ranks)):
            inside = k != i and k != j and max(ranks[i, k], ranks[j, k]) < death
            if n_left == 0 or not inside or seen[k]:
                continue
            _mark(ranks, i, j, k, seen)
            for point in (base, k):
                column[ranks[i, point]] ^= True
                column[ranks[j, point]] ^= True
            path[0], n_met, pivot = death, 1, death - 1
            while True:
                while pivot >= 0 and not column[pivot]:
                    pivot -= 1
                if pivot < 0:
                    break
                pair = pair_of[pivot]
                if pair >= 0 and len(columns[pair]) == 0:
                    columns[pair] = np.flatnonzero(column[: pivot + 1])[::-1].copy()
                    cascades[pair] = path[:n_met].copy()
                    column[: pivot + 1] = False
                    n_left -= 1
                    break
                path[n_met] = pivot
                n_met += 1
                if pair >= 0:
                    for edge in columns[pair]:
                        column[edge] ^= True
                else:
                    a, b = edges[pivot]
                    third = _third(ranks, a, b)
                    column[pivot] ^= True
                    column[ranks[a, third]] ^= True
                    column[ranks[b, third]] ^= True
        first = last
    return (*_joined(columns), *_joined(cascades))


def _expand(
    cycles: NDArray[np.bool_],
    edges: NDArray[np.int64],
    ranks: NDArray[np.int64],
    births: NDArray[np.int64],
    entries: NDArray[np.int64],
    starts: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Mark the pivots of the columns that sum to every cycle; uses the cycles up."""
    pair_of = np.full(len(edges), -1, np.int64)
    for k in range(len(births)):
        pair_of[births[k]] = k
    used = np.zeros(cycles.shape, np.bool_)
    for row in range(len(cycles)):
        for pivot in range(len(edges) - 1, -1, -1):
            if not cycles[row, pivot]:
                continue
            used[row, pivot] = True
            pair = pair_of[pivot]
            if pair >= 0:
                for place in range(starts[pair], starts[pair + 1]):
                    cycles[row, entries[place]] ^= True
            else:
                a, b = edges[pivot]
                third = _third(ranks, a, b)
                for edge in (pivot, ranks[a, third], ranks[b, third]):
                    cycles[row, edge] ^= True
    return used


def _join(
    parts: list[NDArray[np.int64]],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Put arrays one after another, and say where each starts and the last one ends."""
    starts = np.zeros(len(parts) + 1, np.int64)
    for k in range(len(parts)):
        starts[k + 1] = starts[k] + len(parts[k])
    joined = np.empty(starts[-1], np.int64)
    for k in range(len(parts)):
        joined[starts[k] : starts[k + 1]] = parts[k]
    return joined, starts


_joined = compiled(_join)
_compiled_reduce = compiled(_reduce)
_compiled_expand = compiled(_expand)
