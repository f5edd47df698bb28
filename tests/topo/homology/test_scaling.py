from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from topo.homology.distances import bottleneck, sliced_wasserstein, wasserstein
from topo.homology.scaling import best_bottleneck_factor, best_factor, scale

Diagram = NDArray[np.float64]
EMPTY = np.empty((0, 2))


def born_at_zero(*deaths: float) -> Diagram:
    return np.array([[0.0, death] for death in deaths]).reshape(-1, 2)


def sliced(D: Diagram, E: Diagram) -> float:
    return sliced_wasserstein(D, E, n_directions=24)


def first_wasserstein(D: Diagram, E: Diagram) -> float:
    return wasserstein(D, E, order=1)


def lowest_on_a_fine_grid(D: Diagram, E: Diagram, distance, n: int) -> float:
    """Least distance over n factors, up to where the empty diagram must be closer."""
    most = 2 * distance(D, EMPTY) / distance(E, EMPTY)
    return min(distance(D, factor * E) for factor in np.linspace(0, most, n))


def random_pair(rng: np.random.Generator) -> tuple[Diagram, Diagram]:
    a, b = (rng.gamma(0.5, 1, n) * 10 ** rng.uniform(-1, 1, n) for n in rng.integers(1, 25, 2))
    if rng.random() < 0.3:
        b = np.concatenate([3 * a, b])
    return born_at_zero(*a), born_at_zero(*b)


# --- scale ---


def test_scalings_by_hand() -> None:
    diagram = np.array([[0.0, 4.0], [1.0, 2.0]])
    assert scale(diagram, "raw").tolist() == diagram.tolist()
    assert scale(diagram, "sum").tolist() == (diagram / 5).tolist()
    assert scale(diagram, "max").tolist() == (diagram / 4).tolist()


@pytest.mark.parametrize("scaling", ["sum", "max"])
def test_scaled_diagrams_forget_their_unit(scaling: str) -> None:
    diagram = born_at_zero(25, 3, 2, 2, 0)
    np.testing.assert_allclose(scale(1e-3 * diagram, scaling), scale(diagram, scaling), rtol=1e-14)


@pytest.mark.parametrize("scaling", ["raw", "sum", "max"])
def test_diagrams_without_persistence_stay_as_they_are(scaling: str) -> None:
    assert scale(EMPTY, scaling).shape == (0, 2)
    assert scale(born_at_zero(0, 0), scaling).tolist() == [[0, 0], [0, 0]]


def test_unknown_scalings_are_refused() -> None:
    with pytest.raises(ValueError, match="scaling must be raw, sum or max, got 'mean'"):
        scale(born_at_zero(1), "mean")


# --- best factor ---


@pytest.mark.parametrize("distance", [bottleneck, first_wasserstein, sliced])
@pytest.mark.parametrize("factor", [1e-5, 0.4, 1.0, 300.0])
def test_a_multiple_is_recognised(distance, factor: float) -> None:
    D = born_at_zero(9, 5, 4, 4, 2, 1)
    found, value = best_factor(factor * D, D, distance)
    assert found == pytest.approx(factor, rel=1e-4)
    assert value == pytest.approx(0, abs=2e-3 * factor)


@pytest.mark.parametrize("factor", [1e-5, 0.4, 1.0, 300.0])
def test_a_multiple_is_recognised_exactly_by_bottleneck(factor: float) -> None:
    D = born_at_zero(9, 5, 4, 4, 2, 1)
    found, value = best_bottleneck_factor(factor * D, D)
    assert found == pytest.approx(factor, rel=1e-13)
    assert value == pytest.approx(0, abs=1e-13 * factor)


def test_best_bottleneck_factor_by_hand() -> None:
    # 10 with c and 4 with c: either |10 - c| or 2 for the 4 left alone. c >= 8, the least.
    assert best_bottleneck_factor(born_at_zero(10, 4), born_at_zero(1)) == pytest.approx((8, 2))
    # c = 10 / 3.5 makes 10 of 3 and 4 with distance 10 / 7; more would be too long.
    found = best_bottleneck_factor(born_at_zero(10, 10), born_at_zero(3, 4))
    assert found == pytest.approx((20 / 7, 10 / 7))


def test_best_bottleneck_factor_is_the_least_distance() -> None:
    rng = np.random.default_rng(0)
    for _ in range(12):
        D, E = random_pair(rng)
        factor, value = best_bottleneck_factor(D, E)
        assert value == bottleneck(D, factor * E)
        lowest = lowest_on_a_fine_grid(D, E, bottleneck, 1000)
        assert value <= lowest * (1 + 1e-12)
        # The fine grid comes close to it: one step moves a death by at most 2 / 1000 of this.
        assert value >= lowest - 4 / 1000 * bottleneck(D, EMPTY)


@pytest.mark.parametrize("distance", [sliced, first_wasserstein])
def test_best_factor_is_close_to_the_least_distance(distance) -> None:
    rng = np.random.default_rng(1)
    for _ in range(8):
        D, E = random_pair(rng)
        factor, value = best_factor(D, E, distance)
        assert value == distance(D, factor * E)
        assert value <= lowest_on_a_fine_grid(D, E, distance, 400) * (1 + 1e-3) + 1e-12


@pytest.mark.parametrize(("n_long", "expected"), [(5, 1), (7, 5)])
def test_of_several_minima_the_lowest_is_found(n_long: int, expected: float) -> None:
    # Factor 1 fits the short deaths, factor 5 the long ones.
    D, E = born_at_zero(*[10.0] * n_long, *[2.0] * 10), born_at_zero(*[2.0] * 10)
    around = {factor: first_wasserstein(D, factor * E) for factor in (0.9, 1, 1.1, 4.9, 5, 5.1)}
    assert around[1] == pytest.approx(5 * n_long)
    assert around[1] < min(around[0.9], around[1.1])
    assert around[5] == pytest.approx(5 * (10 - n_long) + 10)
    assert around[5] < min(around[4.9], around[5.1])
    factor, value = best_factor(D, E, first_wasserstein)
    assert factor == pytest.approx(expected, rel=3e-4)
    assert value == pytest.approx(around[expected], rel=1e-4)


def test_a_narrow_valley_between_two_grid_factors_is_found() -> None:
    def valleys(D: Diagram, E: Diagram) -> float:
        """Give the factor 0.5, on the grid, 0.5 and the factor 1.015, off the grid, 0.3."""
        if not len(E):
            return 1.0
        factor = E[0, 1]
        return min(1.0, 0.5 + 8 * abs(factor - 0.5), 0.3 + 20 * abs(factor - 1.015))

    found = best_factor(born_at_zero(1), born_at_zero(1), valleys)
    assert found == pytest.approx((1.015, 0.3), rel=3e-3)


@pytest.mark.parametrize("best", [best_bottleneck_factor, lambda D, E: best_factor(D, E, sliced)])
def test_the_empty_diagram_is_a_candidate(best) -> None:
    # One death against 40 equal ones: whatever the factor, they cost more than they bring.
    D = born_at_zero(1)
    factor, value = best(D, born_at_zero(*[1.0] * 40))
    if best is best_bottleneck_factor:  # here half of the longest way counts, not the number
        assert (factor, value) == pytest.approx((2 / 3, 1 / 3))
    else:
        assert (factor, value) == (0, sliced(D, EMPTY))


@pytest.mark.parametrize("best", [best_bottleneck_factor, lambda D, E: best_factor(D, E, sliced)])
def test_diagrams_without_persistence_have_factor_zero(best) -> None:
    D = born_at_zero(3, 1)
    nothing = best(D, EMPTY)
    assert nothing[0] == 0
    assert nothing[1] > 0
    assert best(D, born_at_zero(0, 0)) == nothing
    for E in (EMPTY, D, born_at_zero(0)):
        assert best(EMPTY, E) == (0, 0)
        assert best(born_at_zero(0, 0), E) == (0, 0)


def test_factors_do_not_depend_on_the_units() -> None:
    D, E = random_pair(np.random.default_rng(5))
    for best in (best_bottleneck_factor, lambda D, E: best_factor(D, E, sliced)):
        factor, value = best(D, E)
        assert best(1000 * D, 1e-6 * E) == pytest.approx((1e9 * factor, 1000 * value), rel=1e-6)


def test_general_diagrams_are_searched() -> None:
    D = np.array([[1.0, 4.0], [0.5, 6.0], [2.0, 3.0]])
    factor, value = best_bottleneck_factor(2.5 * D, D)
    assert factor == pytest.approx(2.5, rel=1e-4)
    assert value == pytest.approx(0, abs=2e-3)
