"""Pairs of spaces: what the loss sees, and what it does not."""

from __future__ import annotations

from typing import Any

import gudhi
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pydantic import ValidationError

from topo.theory.base import TheoryValue
from topo.theory.chains import (
    CircleUnrolled,
    Figure4,
    circle_with_gap,
    hairpin_directions,
    lay_chain,
)
from topo.theory.dimension_0_faithful import Dimension0Faithful, descend, lattice
from topo.theory.pairs import compare_pair
from topo.theory.perfect_alignment import PerfectAlignment, rotation_matrix

FAITHFUL: dict[str, Any] = {
    "n_repetitions": 3,
    "n_points": 15,
    "input_dimension": 5,
    "latent_dimension": 3,
    "step_size": 0.1,
    "max_steps": 3000,
    "tolerance": 1e-22,
    "lattice_side": 4,
    "lattice_angle": 75.0,
}


def compare(X: Any, Z: Any) -> dict[tuple[str, int | None], float]:
    X, Z = np.asarray(X, float), np.asarray(Z, float)
    return keyed(compare_pair(X, Z, case="case", repetition=0, dimensions=(1,)))


def keyed(values: list[TheoryValue]) -> dict[tuple[str, int | None], float]:
    return {(value.metric, value.dimension): value.value for value in values}


def case(values: list[TheoryValue], name: str) -> list[TheoryValue]:
    chosen = [value for value in values if value.case.endswith(f"/{name}")]
    assert chosen
    return chosen


def column(points: list[float]) -> np.ndarray:
    return np.array(points)[:, np.newaxis]


def loops(points: np.ndarray) -> np.ndarray:
    """Persistence of the loops, longest first, by GUDHI."""
    tree = gudhi.RipsComplex(points=points).create_simplex_tree(max_dimension=2)
    tree.compute_persistence()
    intervals = tree.persistence_intervals_in_dimension(1)
    return np.sort(intervals[:, 1] - intervals[:, 0])[::-1] if len(intervals) else np.zeros(0)


def kruskal(points: np.ndarray) -> list[tuple[int, int]]:
    component = list(range(len(points)))
    edges = []
    pairs = [(i, j) for j in range(len(points)) for i in range(j)]
    for i, j in sorted(pairs, key=lambda pair: np.linalg.norm(points[pair[0]] - points[pair[1]])):
        if component[i] != component[j]:
            edges.append((i, j))
            component = [component[i] if c == component[j] else c for c in component]
    return edges


# Comparison


def test_same_tree_by_hand():
    values = compare(column([0, 1, 3]), column([0, 1, 2.5]))
    assert values["loss_x_to_z", 0] == values["loss_z_to_x", 0] == pytest.approx(0.125)
    assert values["death_distance", 0] == pytest.approx(0.5)
    assert values["death_bound", 0] == pytest.approx(np.sqrt(0.5))
    assert values["shared_pairs", 0] == 1
    assert values["bottleneck", 0] == pytest.approx(0.5)
    assert values["input_max_persistence", 0] == 2
    assert values["latent_max_persistence", 0] == 1.5
    assert values["latent_max_persistence", 1] == 0


def test_other_tree_by_hand():
    values = compare(column([0, 1, 3]), column([0, 3, 1]))
    assert values["loss_x_to_z", 0] == values["loss_z_to_x", 0] == pytest.approx(2)
    assert values["shared_pairs", 0] == 0.5
    assert values["death_distance", 0] == 0
    assert values["distance_pearson", None] < 0


def test_the_two_directions_are_not_mixed_up():
    # The tree of X is 0-1-2, of length 1 + 1 in both; that of Z has the new edge 0-2 of 0.5.
    X = np.array([[0, 0], [1, 0], [2, 0]])
    Z = np.array([[0, 0], [np.sqrt(1 - 0.25**2), 0.25], [0, 0.5]])
    values = compare(X, Z)
    assert values["loss_x_to_z", 0] == pytest.approx(0, abs=1e-30)
    assert values["loss_z_to_x", 0] == pytest.approx(1.5**2 / 2)


# Chains


def test_circle_has_equal_steps_and_one_gap():
    X = circle_with_gap(10, 1.5)
    assert np.linalg.norm(X, axis=1) == pytest.approx(np.ones(10))
    turned = np.vstack([X, X[:1]])
    cosines = np.clip((turned[1:] * turned[:-1]).sum(axis=1), -1, 1)
    angles = np.arccos(cosines)
    assert angles[:-1] == pytest.approx(np.full(9, angles[0]))
    assert angles[-1] == pytest.approx(1.5 * angles[0])


@pytest.mark.parametrize(("n_points", "gap_ratio"), [(2, 2.0), (5, 1.0), (5, np.nan)])
def test_circle_needs_a_gap(n_points: int, gap_ratio: float):
    with pytest.raises(ValueError, match=r"at least 3 points and a gap_ratio above 1, got \d"):
        circle_with_gap(n_points, gap_ratio)


def test_chain_keeps_its_steps():
    X = np.random.default_rng(0).normal(size=(9, 4))
    Z = lay_chain(X, hairpin_directions(8, 0.5))
    assert np.linalg.norm(np.diff(Z, axis=0), axis=1) == pytest.approx(
        np.linalg.norm(np.diff(X, axis=0), axis=1)
    )
    assert lay_chain(column([0, 1, 3]), 0.0) == pytest.approx(np.array([[0, 0], [1, 0], [3, 0]]))


def test_hairpin_by_hand():
    Z = lay_chain(column([0, 1, 2, 3, 4, 5]), hairpin_directions(5, 0.6))
    expected = [[0, 0], [1, 0], [2, 0], [2.8, 0.6], [1.8, 0.6], [0.8, 0.6]]
    assert pytest.approx(np.array(expected)) == Z
    # With an odd number of points the row back is the longer one.
    assert hairpin_directions(4, 0.0) == [0, 0, np.pi, np.pi]


# Figure 4 and the unrolled circle


@pytest.mark.parametrize("n_points", [6, 13, 24])
@pytest.mark.parametrize("row_gap", [0.3, 0.8])
def test_figure_4_is_seen_in_one_direction_only(n_points: int, row_gap: float):
    experiment = Figure4(n_points=n_points, gap_ratio=1.1, row_gap=row_gap)
    values = keyed(experiment.compute(seed=0))
    assert values["loss_x_to_z", 0] < 1e-28
    assert values["loss_z_to_x", 0] > 0.1
    assert values["shared_pairs", 0] < 1
    assert values["bottleneck", 0] > 0.01
    X, Z = experiment.points()
    assert X.shape == Z.shape == (n_points, 2)


def test_figure_4_loses_the_loop():
    experiment = Figure4(n_points=24, gap_ratio=1.1, row_gap=0.5)
    values, (X, Z) = keyed(experiment.compute(seed=0)), experiment.points()
    assert values["input_max_persistence", 1] == pytest.approx(loops(X)[0], rel=1e-6)
    assert values["input_max_persistence", 1] > 1.4
    assert values["latent_max_persistence", 1] == 0
    assert loops(Z).size == 0
    assert values["bottleneck", 1] == pytest.approx(loops(X)[0] / 2, rel=1e-6)


def test_circle_is_unrolled_unseen():
    experiment = CircleUnrolled(n_points=24, gap_ratio=1.1)
    values, (X, Z) = keyed(experiment.compute(seed=0)), experiment.points()
    assert max(values["loss_x_to_z", 0], values["loss_z_to_x", 0]) < 1e-28
    assert values["shared_pairs", 0] == 1
    assert values["bottleneck", 0] < 1e-14
    assert values["input_max_persistence", 1] == pytest.approx(loops(X)[0], rel=1e-6)
    assert values["input_max_persistence", 1] == pytest.approx(1.45, abs=0.02)
    assert values["latent_max_persistence", 1] == 0
    assert (Z[:, 1] == 0).all()


@pytest.mark.parametrize(
    ("field", "value"), [("n_points", 5), ("gap_ratio", 1.0), ("row_gap", 0.9), ("row_gap", 0.0)]
)
def test_figure_4_refuses_what_is_no_counterexample(field: str, value: float):
    given = {"n_points": 24, "gap_ratio": 1.1, "row_gap": 0.5, field: value}
    with pytest.raises(ValidationError, match=field):
        Figure4(**given)


# Dimension 0


def points(n: int, d: int) -> st.SearchStrategy[np.ndarray]:
    """Points of a small lattice: many ties, and many equal points."""
    return arrays(np.float64, (n, d), elements=st.integers(0, 3).map(float))


@settings(max_examples=150, deadline=None)
@given(st.integers(2, 7).flatmap(lambda n: st.tuples(points(n, 2), points(n, 3))))
def test_loss_bounds_the_distance_of_the_deaths(pair: tuple[np.ndarray, np.ndarray]):
    X, Z = pair
    lengths = [np.array([np.linalg.norm(P[i] - P[j]) for i, j in kruskal(P)]) for P in (X, Z)]
    values = keyed(compare_pair(X, Z, case="", repetition=0, dimensions=()))
    distance = float(np.linalg.norm(lengths[0] - lengths[1]))
    assert values["death_distance", 0] == pytest.approx(distance, abs=1e-12)
    loss = values["loss_x_to_z", 0] + values["loss_z_to_x", 0]
    assert distance**2 <= 2 * loss + 1e-9
    assert values["bottleneck", 0] <= distance + 1e-9


def test_descent_ends_with_equal_diagrams_of_different_spaces():
    values = Dimension0Faithful(**FAITHFUL).compute(seed=0)
    for repetition in range(3):
        descended = [v for v in case(values, "descended") if v.repetition == repetition]
        numbers = keyed(descended)
        assert numbers["loss_x_to_z", 0] + numbers["loss_z_to_x", 0] <= 1e-22
        assert numbers["death_distance", 0] < 1e-10
        assert numbers["shared_pairs", 0] == 1
        assert numbers["distance_pearson", None] < 0.9
        assert numbers["bottleneck", 1] > 0.01


def test_random_pairs_obey_the_bound_far_from_0():
    values = case(Dimension0Faithful(**FAITHFUL).compute(seed=0), "random")
    for repetition in range(3):
        numbers = keyed([v for v in values if v.repetition == repetition])
        assert 0.1 < numbers["death_distance", 0] <= numbers["death_bound", 0]


def test_ties_leave_the_diagrams_equal():
    numbers = keyed(case(Dimension0Faithful(**FAITHFUL).compute(seed=0), "tied"))
    assert numbers["loss_x_to_z", 0] + numbers["loss_z_to_x", 0] < 1e-28
    assert numbers["bottleneck", 0] < 1e-14
    assert numbers["input_max_persistence", 1] == pytest.approx(np.sqrt(2) - 1, rel=1e-6)
    short_diagonal = 2 * np.sin(np.radians(75 / 2))
    assert numbers["latent_max_persistence", 1] == pytest.approx(short_diagonal - 1, rel=1e-6)


def test_lattice_by_hand():
    half = np.sqrt(0.75)
    expected = [[0, 0], [0.5, half], [1, 0], [1.5, half]]
    assert lattice(2, 60) == pytest.approx(np.array(expected))


def test_descent_stops_at_the_tolerance_and_leaves_its_start_alone():
    X, Z = column([0, 1, 3]), column([0, 1, 2.5])
    kept = Z.copy()
    same = descend(X, Z, step_size=0.1, max_steps=10, tolerance=1.0)
    assert (same == Z).all()
    near = descend(X, Z, step_size=0.1, max_steps=500, tolerance=1e-12)
    assert np.abs(np.diff(near[:, 0])) == pytest.approx(np.array([1, 2]), abs=1e-5)
    assert (kept == Z).all()


@pytest.mark.parametrize("angle", [60.0, 90.0])
def test_lattice_must_stay_a_lattice(angle: float):
    with pytest.raises(ValidationError, match="lattice_angle"):
        Dimension0Faithful(**{**FAITHFUL, "lattice_angle": angle})


# Perfect alignment


def test_isometric_images_lose_nothing():
    experiment = PerfectAlignment(n_repetitions=2, n_points=20, dimension=3, n_padding=2, shift=9)
    values = experiment.compute(seed=0)
    names = {value.case.split("/")[1] for value in values}
    assert names == {"rotation", "reflection", "translation", "padding", "composition"}
    for value in values:
        if value.metric.startswith("loss"):
            assert value.value < 1e-25
        if value.metric in ("bottleneck", "death_distance"):
            assert value.value < (1e-12 if value.dimension == 0 else 1e-5)
        if value.metric in ("shared_pairs", "distance_pearson"):
            assert value.value == pytest.approx(1)


def test_the_images_are_what_their_names_say():
    experiment = PerfectAlignment(n_repetitions=1, n_points=5, dimension=3, n_padding=2, shift=9)
    X = np.random.default_rng(0).normal(size=(5, 3))
    images = dict(experiment._images(X, np.random.default_rng(1)))
    assert not np.allclose(images["rotation"], X)
    assert np.linalg.norm(images["translation"] - X, axis=1) == pytest.approx(np.full(5, 9))
    assert images["padding"].shape == images["composition"].shape == (5, 5)
    assert images["reflection"] == pytest.approx(X * [-1, 1, 1])


def test_another_scale_is_no_alignment():
    X = np.random.default_rng(0).normal(size=(20, 3))
    values = compare(X, 1.1 * X)
    assert min(values["loss_x_to_z", 0], values["loss_z_to_x", 0]) > 0.01
    assert values["distance_pearson", None] == pytest.approx(1)


@pytest.mark.parametrize("dimension", [1, 2, 5])
def test_rotation_keeps_lengths_and_orientation(dimension: int):
    matrix = rotation_matrix(dimension, rng=np.random.default_rng(dimension))
    assert matrix @ matrix.T == pytest.approx(np.eye(dimension))
    assert np.linalg.det(matrix) == pytest.approx(1)
