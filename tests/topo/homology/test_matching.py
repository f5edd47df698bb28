from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from numpy.typing import NDArray

from topo.homology.matching import matched_share, optimal_matching

Diagram = NDArray[np.float64]


def born_at_zero(*deaths: float) -> Diagram:
    return np.array([[0.0, death] for death in deaths]).reshape(-1, 2)


def cost(D: Diagram, E: Diagram, pairs: NDArray[np.int64], order: float) -> float:
    """Cost of a matching by the definition, to the power `order`."""
    alone = [
        *(np.diff(D[i])[0] / 2 for i in range(len(D)) if i not in pairs[:, 0]),
        *(np.diff(E[j])[0] / 2 for j in range(len(E)) if j not in pairs[:, 1]),
    ]
    matched = [max(abs(D[i] - E[j])) for i, j in pairs]
    return float(sum(way**order for way in [*matched, *alone]))


def least_cost(D: Diagram, E: Diagram, order: float) -> float:
    """Try all matchings: complete each diagram by one place on the diagonal per point."""
    n, m = len(D), len(E)
    costs = []
    for partners in permutations(range(n + m), n):
        pairs = np.array([(i, j) for i, j in enumerate(partners) if j < m]).reshape(-1, 2)
        costs.append(cost(D, E, pairs, order))
    return min(costs)


def random_diagram(rng: np.random.Generator, n: int, kind: str) -> Diagram:
    births = rng.random(n) if kind == "general" else np.zeros(n)
    lengths = rng.gamma(1, 1, n)
    if kind == "ties":
        lengths = np.round(2 * lengths) / 2
    return np.column_stack([births, births + lengths])


@pytest.mark.parametrize("order", [1, 1.5, 2, 4])
@pytest.mark.parametrize("kind", ["zero", "ties", "general"])
def test_no_matching_is_cheaper(kind: str, order: float) -> None:
    rng = np.random.default_rng(0)
    for _ in range(25):
        n, m = rng.integers(0, 4, 2)
        D, E = random_diagram(rng, n, kind), random_diagram(rng, m, kind)
        pairs = optimal_matching(D, E, order=order)
        assert pairs.shape[1] == 2
        assert len(set(pairs[:, 0])) == len(set(pairs[:, 1])) == len(pairs)
        assert cost(D, E, pairs, order) == pytest.approx(least_cost(D, E, order), abs=1e-12)


def test_pairs_refer_to_the_rows_as_given() -> None:
    D, E = born_at_zero(1, 10, 4), born_at_zero(9, 5)
    pairs = optimal_matching(D, E, order=1)
    assert sorted(pairs.tolist()) == [[1, 0], [2, 1]]


def test_a_farther_point_may_be_left_alone() -> None:
    # 10 with 8 and 9 alone costs 2 + 4.5; 9 with 8 and 10 alone costs 1 + 5.
    assert optimal_matching(born_at_zero(10, 9), born_at_zero(8), order=1).tolist() == [[1, 0]]


def test_pairs_within_a_factor_of_three_are_matched() -> None:
    D = born_at_zero(1)
    assert len(optimal_matching(D, born_at_zero(2.99), order=1)) == 1
    assert len(optimal_matching(D, born_at_zero(3), order=1)) == 0
    assert len(optimal_matching(D, born_at_zero(1 / 2.99), order=1)) == 1
    assert len(optimal_matching(D, born_at_zero(1 / 3.01), order=1)) == 0


@pytest.mark.parametrize("kind", ["zero", "general"])
def test_equal_diagrams_match_in_full(kind: str) -> None:
    rng = np.random.default_rng(1)
    D = random_diagram(rng, 50, kind)
    D[:, 1] = D[:, 0] + (D[:, 1] - D[:, 0]) * 10.0 ** rng.uniform(-8, 0, len(D))
    pairs = optimal_matching(D, D[::-1], order=2)
    if kind == "zero":
        assert sorted(pairs.tolist()) == [[i, len(D) - 1 - i] for i in range(len(D))]
    np.testing.assert_allclose(D[pairs[:, 0]], D[::-1][pairs[:, 1]], atol=1e-7)


@pytest.mark.parametrize("unit", [1e-200, 1e200])
def test_matching_does_not_depend_on_the_unit(unit: float) -> None:
    rng = np.random.default_rng(2)
    for kind in ("zero", "general"):
        D, E = random_diagram(rng, 20, kind), random_diagram(rng, 30, kind)
        expected = optimal_matching(D, E, order=2)
        np.testing.assert_array_equal(optimal_matching(D * unit, E * unit, order=2), expected)


def test_nothing_matches_the_empty_diagram_or_points_on_the_diagonal() -> None:
    D, empty, zeros = born_at_zero(1, 2), born_at_zero(), born_at_zero(0, 0)
    for one, other in [(D, empty), (empty, D), (empty, empty), (D, zeros), (zeros, zeros)]:
        assert optimal_matching(one, other, order=1).shape == (0, 2)
    # A pair that gains nothing is no pair.
    assert optimal_matching(born_at_zero(0, 4), born_at_zero(0, 5), order=1).tolist() == [[1, 1]]


@pytest.mark.parametrize("order", [0.5, 0, -1, np.inf, np.nan])
def test_orders_below_one_are_refused(order: float) -> None:
    with pytest.raises(ValueError, match="order must be at least 1 and at most 4, got"):
        optimal_matching(born_at_zero(1), born_at_zero(1), order=order)


def test_matched_share_by_hand() -> None:
    D = born_at_zero(10, 4, 1, 1)
    assert matched_share(D, born_at_zero(9, 5)) == pytest.approx(14 / 16)
    assert matched_share(D, born_at_zero(100)) == 0
    assert matched_share(D, D) == 1
    # Of three equal deaths one finds a partner.
    assert matched_share(born_at_zero(2, 2, 2), born_at_zero(2)) == pytest.approx(1 / 3)
    assert matched_share([[1, 3], [0, 4]], [[1.5, 3]]) == pytest.approx(2 / 6)


def test_matched_share_of_diagrams_without_persistence_is_zero() -> None:
    for D in (born_at_zero(), born_at_zero(0, 0)):
        assert matched_share(D, born_at_zero(1)) == 0
        assert matched_share(born_at_zero(1), D) == 0
        assert matched_share(D, D) == 0
