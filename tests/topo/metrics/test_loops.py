"""Metrics of loops and of spanning trees: circles kept, cut, doubled and replaced, by hand."""

from __future__ import annotations

from typing import Any

import gudhi
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import spearmanr

from topo.homology.diagrams import persistence_diagrams
from topo.homology.divergence import srtd_lite, tree_weight
from topo.homology.pairing import minimum_spanning_tree
from topo.metrics import METRICS, Comparison, Space, evaluate
from topo.metrics.compute.loops import loops_of
from topo.metrics.compute.space import pairwise_distances
from topo.metrics.loops import LONG, LOOP_METRICS, keep_loops, loop_distance, same_loops
from topo.metrics.trees import edge_correlation, path_correlation


def cloud(n: int, d: int, seed: int) -> NDArray[np.float64]:
    return np.random.default_rng(seed).normal(size=(n, d))


def circle(centre: float = 0.0, n: int = 30) -> NDArray[np.float64]:
    """Points on a circle, at steps that differ a little."""
    t = 2 * np.pi * (np.arange(n) + 0.1 * np.sin(np.arange(n) ** 2)) / n
    return np.column_stack([np.cos(t) + centre, np.sin(t)])


BOTH = np.vstack([circle(), circle(3)])
#: Images of two circles, and the loops of the image, those that are the same, lost and added ones.
IMAGES: dict[str, tuple[NDArray[np.float64], int, int]] = {
    "kept": (5 * BOTH[:, ::-1], 2, 2),
    "one cut": (np.vstack([circle(), circle(3) * [1, 0.02]]), 1, 1),
    "one on the other": (np.vstack([circle(), 1.02 * circle()]), 1, 1),
    "replaced by others of equal persistence": (
        BOTH[np.random.default_rng(1).permutation(60)],
        2,
        0,
    ),
    "exchanged": (np.vstack([circle(3), circle()]), 2, 2),
    "one point": (np.zeros((60, 2)), 0, 0),
}


def value(name: str, X: Any, Z: Any, scaling: str = "raw") -> float:
    comparison = Comparison(Space.of(X, ()), Space.of(Z, ()))
    (metric,) = (each for each in METRICS[name] if each.scaling == scaling)
    return metric.compute(comparison)


@pytest.mark.parametrize("image", IMAGES)
def test_two_circles_by_hand(image: str) -> None:
    Z, n_latent, n_same = IMAGES[image]
    assert value("loops_input", BOTH, Z) == 2
    assert value("loops_latent", BOTH, Z) == n_latent
    assert value("loops_same", BOTH, Z) == n_same


def test_tied_edges_leave_the_same_loops_whatever_the_order_of_the_points() -> None:
    """Two square rings of a lattice, each three points wide: many cycles stand for either hole."""
    square = np.argwhere(np.ones((11, 11))) - 5.0
    ring = square[np.abs(square).max(axis=1) >= 3]
    X = np.vstack([ring, ring + 14])
    Z = X + 0.5 * np.random.default_rng(5).normal(size=X.shape)
    orders = [np.random.default_rng(k).permutation(len(X)) for k in range(3)]
    spaces = [[Space.of(points[order], ()) for points in (X, Z)] for order in orders]
    lives = [same_loops(Comparison(*pair)) for pair in spaces]
    assert {int((each > LONG).sum()) for each in lives} == {1, 2}
    of_distances = Space.of_distances(pairwise_distances(X))
    (metric,) = METRICS["loops_same"]
    pairs = [*spaces, (of_distances, Space.of(Z, ()))]
    first, *others, by_distances = [metric.compute(Comparison(*pair)) for pair in pairs]
    assert 1 < first < 2
    assert {first} == set(others)
    assert 1 <= by_distances <= 2


def test_what_is_kept_says_what_the_numbers_say() -> None:
    Z = IMAGES["one cut"][0]
    comparison = Comparison(Space.of(BOTH, ()), Space.of(Z, ()))
    kept = keep_loops(comparison)
    lives = np.ptp(kept["loops"], axis=1) / kept["loops_unit"]
    assert lives.max() == pytest.approx(value("loops_longest", BOTH, Z))
    assert (lives > 0.25).sum() == 1
    same = np.ptp(kept["same_loops"], axis=1) / kept["loops_unit"]
    assert np.sort(same)[::-1] == pytest.approx(same_loops(comparison))
    edges = kept["input_cycles"]
    long = np.flatnonzero(np.ptp(kept["input_loops"], axis=1) / kept["input_loops_unit"] > 0.25)
    assert np.unique(edges[:, 0]).tolist() == long.tolist()
    for k in long:
        # A closed path, whose longest edge is as long as the loop is at birth.
        cycle = edges[edges[:, 0] == k, 1:]
        assert set(np.unique(cycle, return_counts=True)[1]) == {2}
        lengths = np.linalg.norm(BOTH[cycle[:, 0]] - BOTH[cycle[:, 1]], axis=1)
        assert lengths.max() == pytest.approx(kept["input_loops"][k, 0])


def test_without_loops_nothing_is_kept_but_the_units() -> None:
    line = np.arange(20.0)[:, None]
    kept = keep_loops(Comparison(Space.of(line, ()), Space.of(line, ())))
    assert {name: len(each) for name, each in kept.items() if each.ndim} == dict.fromkeys(
        ("loops", "input_loops", "input_cycles", "same_loops"), 0
    )
    assert kept["loops_unit"] == kept["input_loops_unit"] > 0
    assert value("loops_longest", line, line) == 0


def test_lost_and_added_are_differences_of_sorted_lives() -> None:
    def lives(Z: NDArray[np.float64]) -> list[float]:
        A = pairwise_distances(Z)
        diagram = persistence_diagrams(A, (1,))[1]
        bars = np.diff(diagram)[:, 0] / np.median(A[np.triu_indices(len(A), 1)])
        return sorted(bars, reverse=True)

    X, Z = cloud(40, 3, 0), cloud(40, 2, 1)
    given, found = lives(X), lives(Z)
    n = max(len(given), len(found))
    pairs = zip(given + [0.0] * (n - len(given)), found + [0.0] * (n - len(found)), strict=True)
    differences = [a - b for a, b in pairs]
    assert value("loops_lost", X, Z) == pytest.approx(
        sum(d for d in differences if d > 0), rel=1e-5
    )
    added = -sum(d for d in differences if d < 0)
    assert value("loops_added", X, Z) == pytest.approx(added, rel=1e-5)


def test_the_curve_of_what_is_kept_has_a_life_for_every_loop() -> None:
    lives = same_loops(Comparison(Space.of(BOTH, ()), Space.of(3 * BOTH, ())))
    given = loops_of(Space.of(BOTH, ())).lives
    np.testing.assert_allclose(lives, np.sort(given[given > 0.25])[::-1])
    assert (
        len(same_loops(Comparison(Space.of(cloud(9, 1, 0), ()), Space.of(cloud(9, 2, 1), ())))) == 0
    )


def test_distances_between_diagrams_of_loops_are_those_of_gudhi() -> None:
    X, Z = cloud(50, 3, 2), cloud(50, 2, 3)
    comparison = Comparison(Space.of(X, ()), Space.of(Z, ()))
    diagrams = []
    for space in (comparison.input, comparison.latent):
        tree = gudhi.RipsComplex(distance_matrix=space.distances).create_simplex_tree(
            max_dimension=2
        )
        tree.compute_persistence()
        diagrams.append(tree.persistence_intervals_in_dimension(1))
    expected = gudhi.bottleneck_distance(*diagrams)
    assert loop_distance(comparison, name="bottleneck", scaling="raw") == pytest.approx(expected)
    empty = loop_distance(comparison, name="bottleneck", scaling="empty")
    assert empty == pytest.approx(np.diff(diagrams[0]).max() / 2)
    for scaling in ("sum", "max"):
        scaled = value("bottleneck_h1", X, Z, scaling)
        assert scaled == pytest.approx(value("bottleneck_h1", X, 7 * Z, scaling))


def test_loops_of_distances_alone_are_those_of_the_points() -> None:
    X, Z = cloud(30, 3, 0), cloud(30, 2, 1)
    given = Comparison(Space.of_distances(pairwise_distances(X)), Space.of(Z, ()))
    of_points = Comparison(Space.of(X, ()), Space.of(Z, ()))
    names = sorted({each.name for each in LOOP_METRICS})
    assert evaluate(given, names) == evaluate(of_points, names)


def test_equal_points_in_most_places_have_no_unit() -> None:
    X = np.vstack([np.zeros((40, 2)), [[1, 0], [1, 1], [0, 1]]])
    with pytest.raises(ValueError, match="lives of loops need a median distance above 0, got 0"):
        loops_of(Space.of(X, ()))


@pytest.mark.parametrize("seed", range(3))
def test_nts_are_scipys_correlations_over_the_edges_of_both_trees(seed: int) -> None:
    A, B = (pairwise_distances(cloud(20, d, seed)) for d in (4, 2))
    trees = [{tuple(e) for e in minimum_spanning_tree(M).tolist()} for M in (A, B)]
    edges = tuple(np.array(sorted(trees[0] | trees[1])).T)
    assert edge_correlation(A, B) == pytest.approx(spearmanr(A[edges], B[edges]).statistic)
    joined = [longest_step(M)[edges] for M in (A, B)]
    assert path_correlation(A, B) == pytest.approx(spearmanr(*joined).statistic)


def longest_step(A: NDArray[np.float64]) -> NDArray[np.float64]:
    """The least longest edge of any path, by Floyd and Warshall."""
    joined = A.copy()
    for k in range(len(A)):
        joined = np.minimum(joined, np.maximum(joined[:, k : k + 1], joined[k]))
    return joined


def test_nts_by_hand() -> None:
    # Trees 01, 12, 23 of lengths 1, 2, 4 in the input, and 4, 2, 1 in the embedding.
    A, B = (pairwise_distances(np.array(x)[:, None]) for x in ([0.0, 1, 3, 7], [0.0, 4, 6, 7]))
    assert edge_correlation(A, B) == path_correlation(A, B) == -1
    assert edge_correlation(A, 2 * A) == path_correlation(A, A**2) == 1
    assert edge_correlation(A, 0 * A) == path_correlation(A, 0 * A) == 0


def test_nts_of_tied_trees_do_not_depend_on_the_order_of_points() -> None:
    rng = np.random.default_rng(0)
    points, images = (rng.integers(0, 4, size=(30, d)).astype(float) for d in (3, 2))
    A, B = pairwise_distances(points), pairwise_distances(images)
    for _ in range(3):
        order = rng.permutation(30)
        C, D = A[order][:, order], B[order][:, order]
        assert edge_correlation(C, D) == pytest.approx(edge_correlation(A, B), abs=1e-12)
        assert path_correlation(C, D) == pytest.approx(path_correlation(A, B), abs=1e-12)


def test_srtd_lite_by_hand() -> None:
    # Distances 1, 2, 3 and 2, 1, 3 in units of 2.8: the trees of maximum and minimum 2 + 2, 1 + 1.
    A, B = (pairwise_distances(np.array(x)[:, None]) for x in ([0.0, 1, 3], [0.0, 2, 3]))
    assert srtd_lite(A, B) == pytest.approx((4 - 2) / 2.8)
    assert srtd_lite(A, 9 * A) == pytest.approx(0, abs=1e-12)
    assert srtd_lite(A, 0 * A) == pytest.approx(tree_weight(A) / 2.8)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (edge_correlation, r"at least 3, got matrices of shape \(2, 2\)"),
        (path_correlation, r"at least 3, got matrices of shape \(2, 2\)"),
        (srtd_lite, "between the same points, got matrices of shape"),
    ],
)
def test_too_few_or_other_points_are_refused(call: Any, words: str) -> None:
    two, three = (pairwise_distances(cloud(n, 2, 0)) for n in (2, 3))
    with pytest.raises(ValueError, match=words):
        call(two, three if call is srtd_lite else two)
