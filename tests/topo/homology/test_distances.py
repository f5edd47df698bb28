from __future__ import annotations

import gudhi.hera
import gudhi.wasserstein
import numpy as np
import pytest
from gtda.diagrams import PairwiseDistance
from gudhi.representations import SlicedWassersteinDistance
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.stats import wasserstein_distance as distance_on_a_line

from topo.homology.distances import (
    SLICED_DIRECTIONS,
    bottleneck,
    sliced_wasserstein,
    wasserstein,
)
from topo.homology.sliced import mean_over_directions, mean_over_directions_of_deaths

Diagram = NDArray[np.float64]
EMPTY = np.empty((0, 2))
KINDS = ["zero", "ties", "general", "scales", "subset"]


def born_at_zero(*deaths: float) -> Diagram:
    return np.array([[0.0, death] for death in deaths]).reshape(-1, 2)


def random_pairs(kind: str, n_pairs: int, *, most: int = 12) -> list[tuple[Diagram, Diagram]]:
    """Pairs of small diagrams: with ties and zeros, on different scales, one within the other."""
    rng = np.random.default_rng(KINDS.index(kind))
    pairs = []
    for _ in range(n_pairs):
        D, E = (random_diagram(rng, int(n), kind) for n in rng.integers(0, most, 2))
        if kind == "scales":
            E = E * 10.0 ** rng.uniform(-6, 6)
        if kind == "subset":
            E = np.concatenate([E, D, D[:2]])
        pairs.append((D, E))
    return pairs


def random_diagram(rng: np.random.Generator, n: int, kind: str) -> Diagram:
    births = rng.random(n) if kind == "general" else np.zeros(n)
    lengths = rng.gamma(1, 1, n)
    if kind == "ties":
        lengths = np.round(2 * lengths) / 2
    return np.column_stack([births, births + lengths])


def assignment_distance(D: Diagram, E: Diagram, order: float) -> float:
    """The textbook way: complete both diagrams by the other one's projections to the diagonal."""
    n, m = len(D), len(E)
    costs = np.zeros((n + m, n + m))
    costs[:n, :m] = np.abs(D[:, None] - E).max(axis=2) ** order
    costs[:n, m:] = ((D[:, 1] - D[:, 0]) / 2)[:, None] ** order
    costs[n:, :m] = ((E[:, 1] - E[:, 0]) / 2) ** order
    rows, columns = linear_sum_assignment(costs)
    return float(costs[rows, columns].sum() ** (1 / order))


def plain_sliced(D: Diagram, E: Diagram, n_directions: int) -> float:
    """The definition, one direction after the other, with scipy's distance on a line."""
    total = 0.0
    for k in range(n_directions):
        angle = np.pi * (k / n_directions - 0.5)
        direction = np.array([np.cos(angle), np.sin(angle)])
        middle = direction.sum() / 2
        left = [*(D @ direction), *(E.sum(axis=1) * middle)]
        right = [*(E @ direction), *(D.sum(axis=1) * middle)]
        if left:
            total += len(left) * distance_on_a_line(left, right)
    return total / n_directions


def away_from_diagonal(diagram: Diagram) -> Diagram:
    return diagram[diagram[:, 0] < diagram[:, 1]]


# --- bottleneck ---


@pytest.mark.parametrize(
    ("D", "E", "expected"),
    [
        (EMPTY, EMPTY, 0),
        (born_at_zero(4), EMPTY, 2),
        (EMPTY, born_at_zero(1, 6), 3),
        (born_at_zero(4), born_at_zero(5), 1),
        (born_at_zero(4), born_at_zero(100), 50),
        (born_at_zero(10, 9), born_at_zero(8), 4.5),
        (born_at_zero(10, 1, 1), born_at_zero(9, 2), 1),
        (born_at_zero(3, 3, 3), born_at_zero(3), 1.5),
        (np.array([[1.0, 4.0]]), np.array([[2.0, 4.0]]), 1),
        (np.array([[1.0, 4.0], [0, 10]]), np.array([[0.0, 11.0]]), 1.5),
    ],
)
def test_bottleneck_by_hand(D: Diagram, E: Diagram, expected: float) -> None:
    assert bottleneck(D, E) == expected
    assert bottleneck(E, D) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_bottleneck_equals_hera(kind: str) -> None:
    for D, E in random_pairs(kind, 150):
        exact = gudhi.hera.bottleneck_distance(
            away_from_diagonal(D), away_from_diagonal(E), delta=0.0
        )
        assert bottleneck(D, E) == pytest.approx(exact, rel=1e-12, abs=1e-15)


def test_bottleneck_where_gudhi_errs() -> None:
    # gudhi 3.13 returns 1.3 with e=0. Matching nothing costs 1.1: half of 2.7 - 0.5.
    D = np.array([[0.0, 0.8], [0.5, 1.0], [0.2, 0.4]])
    E = np.array([[0.6, 2.3], [0.6, 2.7], [0.5, 2.7]])
    assert bottleneck(D, E) == pytest.approx(1.1, rel=1e-12)


# --- Wasserstein ---


@pytest.mark.parametrize(
    ("D", "E", "order", "expected"),
    [
        (EMPTY, EMPTY, 1, 0),
        (born_at_zero(4, 6), EMPTY, 1, 5),
        (born_at_zero(6, 8), EMPTY, 2, 5),
        (born_at_zero(10, 9), born_at_zero(8), 1, 6),
        (born_at_zero(10, 1), born_at_zero(9, 2), 1, 2),
        (born_at_zero(10, 1), born_at_zero(9, 2), 2, np.sqrt(1.0 + 1.0)),
        (born_at_zero(1), born_at_zero(100), 1, 50.5),
        (np.array([[1.0, 4.0]]), np.array([[2.0, 4.5], [3, 5]]), 1, 2),
    ],
)
def test_wasserstein_by_hand(D: Diagram, E: Diagram, order: float, expected: float) -> None:
    assert wasserstein(D, E, order=order) == pytest.approx(expected, rel=1e-15)
    assert wasserstein(E, D, order=order) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("kind", KINDS)
def test_wasserstein_equals_an_assignment_problem(kind: str, order: float) -> None:
    for D, E in random_pairs(kind, 60):
        expected = assignment_distance(D, E, order)
        assert wasserstein(D, E, order=order) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("order", [1.0, 2.0])
@pytest.mark.parametrize("kind", KINDS)
def test_wasserstein_equals_optimal_transport_and_hera(kind: str, order: float) -> None:
    for D, E in random_pairs(kind, 20):
        value = wasserstein(D, E, order=order)
        transport = gudhi.wasserstein.wasserstein_distance(
            D, E, order=order, internal_p=np.inf, keep_essential_parts=False
        )
        assert value == pytest.approx(transport, rel=1e-9, abs=1e-9)
        if kind != "scales":
            hera = gudhi.hera.wasserstein_distance(D, E, order=order, delta=1e-6)
            assert value == pytest.approx(hera, rel=2e-6, abs=1e-9)


def test_bottleneck_and_wasserstein_equal_giotto() -> None:
    pairs = [(D, E) for D, E in random_pairs("zero", 8) if len(D) and len(E)]
    for D, E in pairs:
        padded = np.zeros((2, max(len(D), len(E)), 3))
        padded[0, : len(D), :2], padded[1, : len(E), :2] = D, E
        for metric, parameters, value in [
            ("bottleneck", {"delta": 0.0}, bottleneck(D, E)),
            ("wasserstein", {"p": 1, "delta": 1e-8}, wasserstein(D, E, order=1)),
            ("wasserstein", {"p": 2, "delta": 1e-8}, wasserstein(D, E, order=2)),
        ]:
            giotto = PairwiseDistance(metric=metric, metric_params=parameters, order=None)
            found = giotto.fit(padded[:1]).transform(padded[1:])[0, 0, 0]
            assert found == pytest.approx(value, rel=1e-7)


def test_large_diagrams_in_dimension_zero() -> None:
    rng = np.random.default_rng(0)
    D, E = born_at_zero(*rng.gamma(3, 1, 300)), born_at_zero(*rng.gamma(2, 2, 350))
    assert bottleneck(D, E) == gudhi.hera.bottleneck_distance(D, E, delta=0.0)
    for order in (1, 2):
        expected = assignment_distance(D, E, order)
        assert wasserstein(D, E, order=order) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("unit", [1e-200, 1e200])
def test_powers_do_not_leave_the_range_of_floats(unit: float) -> None:
    D, E = born_at_zero(10, 1) * unit, born_at_zero(9, 2) * unit
    assert wasserstein(D, E, order=2) == pytest.approx(np.sqrt(2) * unit)


def test_tiny_deaths_of_equal_diagrams_leave_no_distance() -> None:
    rng = np.random.default_rng(3)
    D = born_at_zero(*10.0 ** rng.uniform(-12, 1, 200))
    for order in (1, 2, 3):
        assert wasserstein(D, rng.permutation(D), order=order) == 0


# --- sliced Wasserstein ---


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n_directions", [1, 2, 7, 12])
def test_sliced_wasserstein_equals_the_definition(kind: str, n_directions: int) -> None:
    for D, E in random_pairs(kind, 12):
        expected = plain_sliced(D, E, n_directions)
        value = sliced_wasserstein(D, E, n_directions=n_directions)
        assert value == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("kind", ["zero", "ties", "scales", "subset"])
def test_merging_equals_sorting(kind: str) -> None:
    for D, E in random_pairs(kind, 40, most=40):
        by_sorting = mean_over_directions(D, E, 60)
        by_merging = mean_over_directions_of_deaths(D[:, 1], E[:, 1], 60)
        assert by_merging == pytest.approx(by_sorting, rel=1e-11, abs=1e-14)


def test_sliced_wasserstein_equals_gudhi_up_to_its_missing_direction() -> None:
    n = 30
    last = np.pi / 2 - np.pi / n
    direction = np.array([np.cos(last), np.sin(last)])
    for D, E in random_pairs("general", 20):
        if len(D) and len(E):
            value = n * sliced_wasserstein(D, E, n_directions=n)
            left = np.sort([*(D @ direction), *(E.sum(axis=1) * direction.sum() / 2)])
            right = np.sort([*(E @ direction), *(D.sum(axis=1) * direction.sum() / 2)])
            others = (value - np.abs(left - right).sum()) / (n - 1)
            assert SlicedWassersteinDistance(num_directions=n)(D, E) == pytest.approx(others)


def test_sliced_wasserstein_to_the_empty_diagram() -> None:
    D = born_at_zero(25, 5, 3, 0)
    value = sliced_wasserstein(D, EMPTY, n_directions=100_000)
    assert value == pytest.approx(np.sqrt(2) / np.pi * 33, rel=1e-9)
    assert sliced_wasserstein(EMPTY, D, n_directions=100_000) == value
    assert sliced_wasserstein(EMPTY, EMPTY, n_directions=10) == 0


def test_number_of_directions_is_enough() -> None:
    rng = np.random.default_rng(0)
    D = born_at_zero(*rng.gamma(3, 1, 400))
    for E in (EMPTY, born_at_zero(*rng.gamma(2, 2, 400)), born_at_zero(*rng.gamma(2, 0.1, 400))):
        value = sliced_wasserstein(D, E, n_directions=SLICED_DIRECTIONS)
        limit = sliced_wasserstein(D, E, n_directions=20_000)
        assert value == pytest.approx(limit, rel=2e-4)


@pytest.mark.parametrize("n_directions", [0, -3])
def test_sliced_wasserstein_needs_a_direction(n_directions: int) -> None:
    with pytest.raises(ValueError, match="n_directions must be at least 1, got"):
        sliced_wasserstein(EMPTY, EMPTY, n_directions=n_directions)


# --- what holds for every distance ---

DISTANCES = [
    bottleneck,
    lambda D, E: wasserstein(D, E, order=1),
    lambda D, E: wasserstein(D, E, order=2),
    lambda D, E: sliced_wasserstein(D, E, n_directions=24),
]
NAMES = ["bottleneck", "wasserstein_1", "wasserstein_2", "sliced_wasserstein"]
for_every_distance = pytest.mark.parametrize("distance", DISTANCES, ids=NAMES)
values = st.floats(0, 10).map(lambda value: round(value, 3))
diagrams = st.lists(st.tuples(values, values), max_size=6).map(
    lambda points: np.array([(b, b + length) for b, length in points]).reshape(-1, 2)
)
deaths = st.lists(values, max_size=8).map(lambda found: born_at_zero(*found))


@for_every_distance
@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(st.one_of(st.tuples(*[diagrams] * 3), st.tuples(*[deaths] * 3)))
def test_is_a_distance(distance, triple) -> None:
    A, B, C = triple
    ab, bc, ac = distance(A, B), distance(B, C), distance(A, C)
    assert ab >= 0
    assert distance(A, A[::-1]) == pytest.approx(0, abs=1e-6)
    assert distance(B, A) == pytest.approx(ab, rel=1e-9, abs=1e-9)
    assert ac <= ab + bc + 1e-6
    assert distance(3 * A, 3 * B) == pytest.approx(3 * ab, rel=1e-9, abs=1e-6)
    # Points on the diagonal carry nothing.
    on_diagonal = np.array([[0.0, 0.0], [0.0, 0.0]])
    assert distance(np.concatenate([A, on_diagonal]), B) == pytest.approx(ab, rel=1e-9, abs=1e-6)


@for_every_distance
def test_dimension_zero_and_general_diagrams_are_treated_alike(distance) -> None:
    for D, E in random_pairs("zero", 40):
        # A point on the diagonal away from 0 leads to the general algorithms.
        marked = np.concatenate([D, [[0.25, 0.25]]])
        assert distance(marked, E) == pytest.approx(distance(D, E), rel=1e-9, abs=1e-9)


@for_every_distance
def test_read_only_and_unsorted_diagrams_are_taken(distance) -> None:
    D, E = born_at_zero(1, 5, 3), born_at_zero(2, 2, 7)
    expected = distance(np.sort(D, axis=0), E)
    D.setflags(write=False)
    assert distance(D, E) == expected
    assert distance(D.tolist(), E.astype(np.float32)) == expected


@for_every_distance
def test_what_is_no_diagram_is_refused(distance) -> None:
    for bad in ([[0, np.inf]], [[2, 1]], [[0, 1, 0]]):
        for arguments in ((bad, [[0, 1]]), ([[0, 1]], bad)):
            with pytest.raises(ValueError, match=r"births|birth|\(k, 2\)"):
                distance(*arguments)
