from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from topo.checks import check_diagram
from topo.homology.diagrams import persistence, persistence_diagrams
from topo.homology.pairing import deaths


def distances_of(points: Any) -> NDArray[np.float64]:
    points = np.asarray(points, np.float64)
    return cdist(points, points)


def cloud(seed: int, n: int = 60, d: int = 3) -> NDArray[np.float64]:
    return np.random.default_rng(seed).normal(size=(n, d))


def circle(n: int) -> NDArray[np.float64]:
    angles = np.linspace(0, 2 * np.pi, n, endpoint=False)
    return np.column_stack([np.cos(angles), np.sin(angles)])


def test_line_of_four_points() -> None:
    diagram = persistence_diagrams(distances_of([[3], [0], [7], [1]]), (0,))[0]
    assert diagram.tolist() == [[0, 1], [0, 2], [0, 4]]
    assert diagram.dtype == np.float64


def test_square_has_one_loop_from_side_to_diagonal() -> None:
    diagrams = persistence_diagrams(distances_of([[0, 0], [1, 0], [1, 1], [0, 1]]), (0, 1))
    assert diagrams[0].tolist() == [[0, 1], [0, 1], [0, 1]]
    np.testing.assert_allclose(diagrams[1], [[1, np.sqrt(2)]], rtol=1e-7)


def test_edges_appear_at_their_length_on_a_circle() -> None:
    loop = persistence_diagrams(distances_of(circle(12)), (1,))[1]
    # A Rips complex of 12 points closes when every third point is joined: 4 steps of 30 degrees.
    np.testing.assert_allclose(loop, [[2 * np.sin(np.pi / 12), 2 * np.sin(np.pi / 3)]], rtol=1e-6)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("dimensions", [(0,), (0, 1)])
def test_deaths_are_those_of_the_spanning_tree_in_single_precision(
    seed: int, dimensions: tuple[int, ...]
) -> None:
    distances = distances_of(cloud(seed))
    diagram = persistence_diagrams(distances, dimensions)[0]
    exact = deaths(distances)
    assert not diagram[:, 0].any()
    np.testing.assert_array_equal(diagram[:, 1], exact.astype(np.float32))
    np.testing.assert_allclose(diagram[:, 1], exact, rtol=6e-8)


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ([[0.0]], []),
        ([[0.0], [2.0]], [[0, 2]]),
        ([[1.0], [1.0]], [[0, 0]]),
        ([[1.0], [1.0], [1.0]], [[0, 0], [0, 0]]),
        ([[0.0], [5.0], [0.0], [0.0]], [[0, 0], [0, 0], [0, 5]]),
    ],
)
def test_equal_points_keep_their_rows(points: list[list[float]], expected: Any) -> None:
    diagrams = persistence_diagrams(distances_of(points), (0, 1))
    assert diagrams[0].tolist() == expected
    assert diagrams[0].shape == (len(points) - 1, 2)
    assert diagrams[1].shape == (0, 2)


@pytest.mark.parametrize("unit", [1e-300, 1e-60, 1e-9, 1e60, 1e300])
def test_any_unit_of_length_will_do(unit: float) -> None:
    distances = distances_of(cloud(0, n=20))
    diagrams = persistence_diagrams(distances, (0, 1))
    other = persistence_diagrams(distances * unit, (0, 1))
    for k in (0, 1):
        np.testing.assert_allclose(other[k], diagrams[k] * unit, rtol=2e-7)


def test_scaling_by_a_power_of_two_changes_no_bit() -> None:
    distances = distances_of(cloud(1))
    diagrams = persistence_diagrams(distances, (0, 1))
    doubled = persistence_diagrams(8 * distances, (0, 1))
    for k in (0, 1):
        np.testing.assert_array_equal(doubled[k], 8 * diagrams[k])


def test_order_of_the_points_does_not_matter() -> None:
    points = cloud(2)
    order = np.random.default_rng(0).permutation(len(points))
    one, other = (persistence_diagrams(distances_of(p), (0, 1)) for p in (points, points[order]))
    for k in (0, 1):
        np.testing.assert_array_equal(one[k], other[k])


def test_rows_are_ordered_by_death_then_birth() -> None:
    grid = np.random.default_rng(0).integers(0, 6, size=(40, 2))
    for diagram in persistence_diagrams(distances_of(grid), (0, 1)).values():
        assert len(diagram) > 3
        rows = [(death, birth) for birth, death in diagram.tolist()]
        assert rows == sorted(rows)


def test_dimensions_come_as_asked() -> None:
    distances = distances_of(cloud(3, n=15))
    assert list(persistence_diagrams(distances, [1, 0])) == [1, 0]
    assert list(persistence_diagrams(distances, (2,))) == [2]
    assert list(persistence_diagrams(distances, np.array([1]))) == [1]  # type: ignore[arg-type]


def test_read_only_and_single_precision_distances_are_taken() -> None:
    distances = distances_of(cloud(4, n=15)).astype(np.float32)
    distances.setflags(write=False)
    assert persistence_diagrams(distances, (0,))[0].shape == (14, 2)


def test_rounding_is_no_asymmetry() -> None:
    distances = distances_of(cloud(5, n=15))
    distances[3, 4] = np.nextafter(distances[3, 4], 0)
    assert persistence_diagrams(distances, (0,))[0].shape == (14, 2)


def changed(row: int, column: int, value: float) -> NDArray[np.float64]:
    distances = distances_of([[0], [1], [3]])
    distances[row, column] = value
    return distances


@pytest.mark.parametrize(
    ("distances", "words"),
    [
        (changed(0, 1, np.nan), "finite and at least 0, got nan"),
        (changed(0, 1, np.inf), "finite and at least 0, got inf"),
        (changed(0, 1, -1), "finite and at least 0, got -1"),
        (changed(0, 1, 2), "symmetric, got two that differ by 1"),
        (changed(1, 1, 0.5), "to itself must be 0, got 0.5"),
        (np.zeros((2, 3)), r"\(n, n\) matrix .* got an array of shape \(2, 3\)"),
        (np.zeros((0, 0)), r"got an array of shape \(0, 0\)"),
        (np.zeros(4), r"got an array of shape \(4,\)"),
    ],
)
def test_bad_distances_are_refused(distances: NDArray[np.float64], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        persistence_diagrams(distances, (0,))


@pytest.mark.parametrize("dimensions", [(), (-1,), (0.5,), ("0",), (True,)])
def test_bad_dimensions_are_refused(dimensions: Any) -> None:
    with pytest.raises(ValueError, match=r"integers of at least 0, got .* pass"):
        persistence_diagrams(np.zeros((2, 2)), dimensions)


def test_persistence_is_death_less_birth() -> None:
    assert persistence([[0, 1], [2, 5], [3, 3]]).tolist() == [1, 3, 0]
    assert persistence([]).shape == (0,)


@pytest.mark.parametrize("empty", [[], np.empty((0, 2)), np.empty((0, 3))])
def test_empty_diagrams_have_two_columns(empty: Any) -> None:
    assert check_diagram(empty).shape == (0, 2)


@pytest.mark.parametrize(
    ("diagram", "words"),
    [
        ([[0, 1, 0]], r"\(k, 2\) array .* got an array of shape \(1, 3\)"),
        ([0, 1], r"got an array of shape \(2,\)"),
        ([[0, np.inf]], "finite, got NaN or infinity: leave out"),
        ([[np.nan, 1]], "finite, got NaN or infinity"),
        ([[0, 1], [2, 1]], r"cannot come before its birth, got \(2.0, 1.0\)"),
    ],
)
def test_what_is_no_diagram_is_refused(diagram: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        check_diagram(diagram)


def test_giotto_is_imported_only_when_it_is_used() -> None:
    code = "import sys, topo.metrics.diagram; print('gtda' in sys.modules, 'numba' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.split() == ["False", "False"]
