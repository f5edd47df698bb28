"""Pairs with their edges, cycles, cascades, and cycles that are carried to another space."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import gudhi
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.distance import pdist, squareform

from topo.homology.carried import carried_diagram
from topo.homology.cycles import reduced_columns, representative_loops
from topo.homology.diagrams import persistence_diagrams
from topo.homology.filtration import MOST_POINTS, edge_filtration

SQUARE = np.array([[0.0, 0], [1, 0], [1, 1], [0, 1]])


def distances(points: Any) -> NDArray[np.float64]:
    return squareform(pdist(np.asarray(points, np.float64)))


def cloud(n: int, d: int, seed: int) -> NDArray[np.float64]:
    return np.random.default_rng(seed).normal(size=(n, d))


def circle(n: int = 30, radius: float = 1.0, centre: float = 0.0) -> NDArray[np.float64]:
    """Points on a circle, at steps that differ a little."""
    t = 2 * np.pi * (np.arange(n) + 0.1 * np.sin(np.arange(n) ** 2)) / n
    return radius * np.column_stack([np.cos(t), np.sin(t)]) + [centre, 0]


def long_cycles(points: Any, least: float = 0.5) -> list[NDArray[np.int64]]:
    loops = representative_loops(distances(points))
    lives = np.diff(loops.diagram, axis=1)[:, 0]
    return [cycle for cycle, life in zip(loops.cycles, lives, strict=True) if life > least]


def as_set(edges: NDArray[np.int64]) -> set[tuple[int, int]]:
    return {(min(i, j), max(i, j)) for i, j in edges.tolist()}


def min_max(edge: NDArray[np.int64]) -> tuple[int, int]:
    return int(edge.min()), int(edge.max())


def bounds(cycle: NDArray[np.int64], A: NDArray[np.float64], scale: float) -> bool:
    """Whether a cycle is a sum of triangles of a scale: elimination on sets of edges."""
    pivots: dict[tuple[int, int], set[tuple[int, int]]] = {}

    def reduce(chain: set[tuple[int, int]]) -> set[tuple[int, int]]:
        while chain and max(chain) in pivots:
            chain = chain ^ pivots[max(chain)]
        return chain

    for triangle in combinations(range(len(A)), 3):
        boundary = set(combinations(triangle, 2))
        if max(A[edge] for edge in boundary) <= scale:
            rest = reduce(boundary)
            if rest:
                pivots[max(rest)] = rest
    return not reduce(as_set(cycle))


def test_a_square_by_hand() -> None:
    A = distances(SQUARE)
    loops = representative_loops(A)
    (birth,), (death,) = as_set(loops.births), as_set(loops.deaths)
    assert (A[birth], A[death]) == (1, 2**0.5)
    np.testing.assert_array_equal(loops.diagram, [[1, 2**0.5]])
    assert as_set(loops.cycles[0]) == {(0, 1), (1, 2), (2, 3), (0, 3)}
    assert as_set(loops.cascades[0][:1]) == {death}


@pytest.mark.parametrize(
    ("n", "d", "seed"), [(25, 2, 0), (25, 3, 1), (40, 10, 2), (70, 2, 3), (130, 5, 4)]
)
def test_pairs_are_those_of_gudhi(n: int, d: int, seed: int) -> None:
    A = distances(cloud(n, d, seed))
    tree = gudhi.RipsComplex(distance_matrix=A).create_simplex_tree(max_dimension=2)
    tree.compute_persistence()
    _, (pairs, *_), *_ = tree.flag_persistence_generators()
    loops = representative_loops(A)
    found = np.concatenate([loops.births, loops.deaths], axis=1)
    assert {(*min_max(row[:2]), *min_max(row[2:])) for row in found} == {
        (*min_max(row[:2]), *min_max(row[2:])) for row in pairs
    }
    diagram = np.array(sorted(map(tuple, tree.persistence_intervals_in_dimension(1))))
    np.testing.assert_array_equal(np.array(sorted(map(tuple, loops.diagram))), diagram)


@pytest.mark.parametrize(("n", "d", "seed"), [(16, 2, 0), (16, 4, 1), (16, 8, 2)])
def test_cycles_are_born_and_die_with_their_loops(n: int, d: int, seed: int) -> None:
    A = distances(cloud(n, d, seed))
    loops = representative_loops(A)
    assert len(loops.cycles) == len(loops.diagram) > 1
    for cycle, cascade, (birth, death) in zip(
        loops.cycles, loops.cascades, loops.diagram, strict=True
    ):
        assert (np.bincount(cycle.ravel()) % 2 == 0).all()
        lengths = A[cycle[:, 0], cycle[:, 1]]
        assert lengths[0] == birth == lengths.max()
        assert not bounds(cycle, A, np.nextafter(death, 0))
        assert bounds(cycle, A, death)
        met = A[cascade[:, 0], cascade[:, 1]]
        assert met[0] == death
        assert (np.diff(met) < 0).all() and met[-1] > birth


def test_another_order_of_points_gives_the_same_cycles() -> None:
    X, order = cloud(40, 3, 5), np.random.default_rng(0).permutation(40)
    loops, again = (representative_loops(distances(Y)) for Y in (X, X[order]))
    np.testing.assert_array_equal(loops.diagram, again.diagram)
    for cycle, other in zip(loops.cycles, again.cycles, strict=True):
        assert as_set(cycle) == as_set(order[other])


@pytest.mark.parametrize(
    "points",
    [
        np.zeros((6, 2)),
        np.eye(12),
        [(i, j) for i in range(5) for j in range(5)],
        np.repeat(SQUARE, 3, axis=0),
        [(0.0, 0.0)],
        [(0.0,), (1.0,), (2.0,)],
    ],
    ids=["equal", "all distances equal", "lattice", "square of threes", "one point", "three"],
)
def test_ties_have_the_diagram_of_giotto(points: Any) -> None:
    A = distances(points) if len(points) > 1 else np.zeros((1, 1))
    loops, expected = representative_loops(A), persistence_diagrams(A, (1,))[1]
    np.testing.assert_allclose(loops.diagram, expected, rtol=1e-6)
    assert len(loops.births) == len(loops.deaths) == len(loops.cycles) == len(expected)


def test_order_of_edges_is_by_length_then_by_their_ends() -> None:
    filtration = edge_filtration(distances(SQUARE))
    assert filtration.edges.tolist() == [[0, 1], [0, 3], [1, 2], [2, 3], [0, 2], [1, 3]]
    assert filtration.ranks.tolist() == [[-1, 0, 4, 1], [0, -1, 2, 5], [4, 2, -1, 3], [1, 5, 3, -1]]
    pairs = reduced_columns(filtration)
    # The diagonal (0, 2) makes two triangles: one is its own, the other ends the loop.
    assert (pairs.births.tolist(), pairs.deaths.tolist()) == ([3], [4])


@pytest.mark.parametrize(
    ("A", "words"),
    [
        (np.zeros((2, 3)), r"must be an \(n, n\) matrix"),
        (np.full((2, 2), np.nan), "distances must be finite"),
        (-np.ones((2, 2)), "distances must be finite and at least 0, got -1"),
        (np.zeros((MOST_POINTS + 1,) * 2, np.int8), "at most 10,000 points, got 10,001: take a"),
    ],
)
def test_distances_that_are_none_are_refused(A: NDArray[Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        edge_filtration(A)


def test_a_circle_that_is_kept_is_the_same_loop() -> None:
    cycles = long_cycles(circle())
    (bar,) = carried_diagram(distances(2 * circle()), cycles)
    (loop,) = representative_loops(distances(2 * circle())).diagram
    np.testing.assert_array_equal(bar, loop)


@pytest.mark.parametrize(
    "image",
    [
        circle() * [1, 0.02],
        np.column_stack([np.arange(30.0), np.zeros(30)]),
        np.zeros((30, 2)),
        circle()[np.random.default_rng(0).permutation(30)],
    ],
    ids=["folded", "unrolled", "one point", "another circle of the same persistence"],
)
def test_a_circle_that_is_cut_or_replaced_is_lost(image: NDArray[np.float64]) -> None:
    (cycle,) = long_cycles(circle())
    assert len(carried_diagram(distances(image), [cycle])) == 0


def test_a_circle_that_is_doubled_is_no_loop_modulo_2() -> None:
    # Wound twice around, the path closes a gap that one turn leaves open.
    t = 4 * np.pi * np.arange(30) / 30 + 0.01
    image = (1 + 0.1 * np.sin(t / 2))[:, None] * np.column_stack([np.cos(t), np.sin(t)])
    cycles = long_cycles(circle())
    assert len(long_cycles(image)) == 1
    assert np.diff(carried_diagram(distances(image), cycles)).max(initial=0) < 0.25


def test_of_two_circles_one_may_be_kept() -> None:
    both = np.vstack([circle(), circle(centre=3)])
    cycles = long_cycles(both)
    assert len(cycles) == 2
    image = np.vstack([circle(), circle(centre=3) * [1, 0.02]])
    for given in (cycles, cycles[::-1]):
        (bar,) = carried_diagram(distances(image), given)
        assert bar[1] - bar[0] > 1


def test_two_circles_on_one_another_are_one_loop() -> None:
    both = np.vstack([circle(), circle(centre=3)])
    cycles = long_cycles(both)
    image = np.vstack([circle(), 1.02 * circle()])
    bars = np.diff(carried_diagram(distances(image), cycles))
    assert (bars > 1).sum() == 1


def test_another_basis_of_the_same_loops_has_the_same_bars() -> None:
    X = cloud(40, 3, 7)
    loops = representative_loops(distances(X))
    first, second, *rest = loops.cycles
    joined = np.array(sorted(as_set(first) ^ as_set(second)))
    expected = carried_diagram(distances(X), loops.cycles)
    found = carried_diagram(distances(X), [joined, second, *rest])
    np.testing.assert_array_equal(found, expected)
    twice = carried_diagram(distances(X), [*loops.cycles, joined])
    np.testing.assert_array_equal(twice, expected)


@pytest.mark.parametrize(("n", "d", "seed"), [(30, 2, 0), (60, 3, 1), (40, 20, 2)])
def test_the_inputs_own_cycles_have_the_inputs_bars(n: int, d: int, seed: int) -> None:
    A = distances(cloud(n, d, seed))
    loops = representative_loops(A)
    found = carried_diagram(A, loops.cycles)
    assert sorted(map(tuple, found)) == sorted(map(tuple, loops.diagram))


@pytest.mark.parametrize("seed", range(3))
def test_carried_bars_are_those_of_the_definition(seed: int) -> None:
    """One cycle: born with its longest edge, and dead where it bounds."""
    X, Z = cloud(12, 4, seed), cloud(12, 2, seed + 50)
    A = distances(Z)
    for cycle in representative_loops(distances(X)).cycles:
        birth = A[cycle[:, 0], cycle[:, 1]].max()
        death = next(s for s in np.sort(pdist(Z)) if s >= birth and bounds(cycle, A, s))
        expected = [[birth, death]] if birth < death else np.empty((0, 2))
        np.testing.assert_array_equal(carried_diagram(A, [cycle]), expected)


def test_no_cycle_no_bar() -> None:
    assert carried_diagram(distances(SQUARE), []).shape == (0, 2)


@pytest.mark.parametrize(
    ("cycle", "words"),
    [
        (np.array([[0, 1], [1, 2]]), "meet each in an even number of edges"),
        (np.array([[0, 0]]), "must join different points"),
        (np.array([[0, 4], [4, 0]]), r"of the points 0 … 3, got one of 0 … 4"),
        (np.array([0, 1]), r"an \(l, 2\) array of whole numbers"),
        (np.array([[0.0, 1.0]]), r"an \(l, 2\) array of whole numbers"),
    ],
)
def test_what_is_no_cycle_is_refused(cycle: NDArray[Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        carried_diagram(distances(SQUARE), [cycle])
