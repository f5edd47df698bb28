"""The Vietoris–Rips filtration as an order of edges, and where its loops may end."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from topo.checks import check_lengths, check_square
from topo.homology.compilation import compiled

#: Points between which all edges are put in order: 10 bytes for each of their 50 million.
MOST_POINTS = 10_000


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

    def edges_of(self, ranks: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the edges (k, 2) of some ranks."""
        edges: NDArray[np.int64] = self.edges[ranks]
        return edges

    def lengths(self, ranks: NDArray[np.int64]) -> NDArray[np.floating[Any]]:
        """Return the lengths of the edges of some ranks, in the unit of the distances."""
        i, j = self.edges[ranks].T
        lengths: NDArray[np.floating[Any]] = self.distances[i, j]
        return lengths


class Candidates(NamedTuple):
    """Boundaries that may end a loop, and how many loops there are.

    Of the points nearer to both ends of an edge than it is long, those that are joined by shorter
    edges give one boundary. With c components there are c - 1 that are new: each the sum of two
    triangles on the edge, with a point of the first and one of another component.

    Attributes
    ----------
    n_births
        Edges without such points that join no components: at each a loop is born.
    deaths : (k,) int64 array
        Ranks of the edges with two components or more, ascending, once for every new boundary.
    firsts, others : (k,) int64 arrays
        The points: of each component the one whose farther end is nearest; that of the first
        component is so among all.
    """

    n_births: int
    deaths: NDArray[np.int64]
    firsts: NDArray[np.int64]
    others: NDArray[np.int64]


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
        more than 10,000 points.
    """
    check_square(distances, "distances")
    check_lengths(distances)
    n = len(distances)
    if n > MOST_POINTS:
        raise ValueError(
            f"loops are searched for among at most {MOST_POINTS:,} points, got {n:,}: take a sample"
        )
    i, j = np.triu_indices(n, 1)
    # A sum with 0 has no sign: numbers from 0 on are in the order of their bits.
    lengths = distances[i, j] + 0.0
    order = _compiled_order(lengths.view(f"u{lengths.itemsize}").astype(np.uint64))
    edges = np.stack([i[order], j[order]], axis=1)
    return Filtration(distances, edges, _compiled_ranks(edges, n))


def boundary_candidates(filtration: Filtration) -> Candidates:
    """Find all boundaries that may end a loop, by the neighbours of every edge's two ends."""
    n_empty, deaths, firsts, others = _compiled_search(filtration.edges, filtration.ranks)
    return Candidates(n_empty - len(filtration.ranks) + 1, deaths, firsts, others)


def _stable_order(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return what puts keys in order, of equal ones the first first: a sixth of numpy's time.

    Digit by digit of 11 bits (radix sort): a batch is put in order at every step of training.
    """
    order = np.arange(len(keys))
    other = np.empty_like(order)
    largest = np.uint64(0)
    for key in keys:
        largest = max(largest, key)
    shift = np.uint64(0)
    while largest >> shift:
        starts = np.zeros(2049, np.int64)
        for key in keys:
            starts[1 + np.int64((key >> shift) & np.uint64(2047))] += 1
        starts = np.cumsum(starts)
        for place in order:
            digit = np.int64((keys[place] >> shift) & np.uint64(2047))
            other[starts[digit]] = place
            starts[digit] += 1
        order, other = other, order
        shift += np.uint64(11)
        if shift >= 64:
            break
    return order


_compiled_order = compiled(_stable_order)


def _ranks(edges: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    ranks = np.full((n, n), -1, np.int64)
    for rank in range(len(edges)):
        i, j = edges[rank]
        ranks[i, j] = ranks[j, i] = rank
    return ranks


_compiled_ranks = compiled(_ranks)


def _lowest_bit(word: np.uint64) -> int:
    """Return the place of the lowest bit of a word that is not 0."""
    below = (word & (~word + np.uint64(1))) - np.uint64(1)
    below -= (below >> np.uint64(1)) & np.uint64(0x5555555555555555)
    below = (below & np.uint64(0x3333333333333333)) + (
        (below >> np.uint64(2)) & np.uint64(0x3333333333333333)
    )
    below = (below + (below >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int((below * np.uint64(0x0101010101010101)) >> np.uint64(56))


_lowest = compiled(_lowest_bit)


def _some_point(points: NDArray[np.uint64]) -> int:
    """Return one of some points, which are bits and not none."""
    word = 0
    while not points[word]:
        word += 1
    return 64 * word + _lowest(points[word])


_some = compiled(_some_point)


def _nearest_of(points: NDArray[np.uint64], ranks: NDArray[np.int64], i: int, j: int) -> int:
    """Find, of some points as bits, the one whose farther end of i and j is nearest."""
    best, least = -1, len(ranks) * len(ranks)
    for word in range(len(points)):
        rest = points[word]
        while rest:
            k = 64 * word + _lowest(rest)
            rest &= rest - np.uint64(1)
            longer = max(ranks[i, k], ranks[j, k])
            if longer < least:
                best, least = k, longer
    return best


_nearest = compiled(_nearest_of)


def _take_component(
    start: int, left: NDArray[np.uint64], joined: NDArray[np.uint64], reached: NDArray[np.uint64]
) -> bool:
    """Take a point and all that edges join to it out of some points; whether others are left.

    Points, and those that each is joined to, are bits. `reached` is for intermediate results. Where
    all points are of the component, those that are reached without others' help stay: among the
    many neighbours that long edges share a few points reach all.
    """
    n_words = len(left)
    left[start // 64] &= ~(np.uint64(1) << np.uint64(start % 64))
    for word in range(n_words):
        reached[word] = joined[start, word]
    while True:
        k, others = -1, False
        for word in range(n_words):
            near = left[word] & reached[word]
            others |= near != left[word]
            if near:
                k = 64 * word + _lowest(near)
        if k < 0 or not others:
            return others
        left[k // 64] &= ~(np.uint64(1) << np.uint64(k % 64))
        for word in range(n_words):
            reached[word] |= joined[k, word]


_take = compiled(_take_component)


def _search(
    edges: NDArray[np.int64], ranks: NDArray[np.int64]
) -> tuple[int, NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Add edge after edge to a graph whose rows are bits, and look at its ends' shared neighbours.

    Returns the number of edges without any, and the boundaries. It ends where one point is joined
    to all others: of every later edge that is a shared neighbour, and joined to all that are.
    """
    n = len(ranks)
    last = len(edges) - 1
    for i in range(n):
        farthest = 0
        for j in range(n):
            farthest = max(farthest, ranks[i, j])
        last = min(last, farthest)
    n_words = (n + 63) // 64
    joined = np.zeros((n, n_words), np.uint64)
    left, reached = np.empty(n_words, np.uint64), np.empty(n_words, np.uint64)
    rest = np.empty(n_words, np.uint64)
    found = np.empty((64, 3), np.int64)
    n_empty, n_found = 0, 0
    for rank in range(last + 1):
        i, j = edges[rank]
        some = False
        for word in range(n_words):
            left[word] = joined[i, word] & joined[j, word]
            some |= left[word] != 0
        n_empty += not some
        if some:
            # Mostly they are one component, whichever point it is taken from.
            rest[:] = left
            some = _take(_some(rest), rest, joined, reached)
        first = -1
        while some:
            start = _nearest(left, ranks, i, j)
            if first < 0:
                first = start
            else:
                if n_found == len(found):
                    found = np.concatenate((found, np.empty_like(found)))
                found[n_found] = rank, first, start
                n_found += 1
            some = _take(start, left, joined, reached)
        joined[i, j // 64] |= np.uint64(1) << np.uint64(j % 64)
        joined[j, i // 64] |= np.uint64(1) << np.uint64(i % 64)
    boundaries = found[:n_found]
    return n_empty, boundaries[:, 0].copy(), boundaries[:, 1].copy(), boundaries[:, 2].copy()


_compiled_search = compiled(_search)
