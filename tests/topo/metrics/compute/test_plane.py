"""Shapes of point sets in the plane."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial import ConvexHull, Delaunay

from topo.metrics.compute.plane import convex_hull, ellipse_area, largest_gap, lie_in_hull

SQUARE = np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]])


def directions(*degrees: float) -> np.ndarray:
    angles = np.radians(degrees)
    return np.column_stack([np.cos(angles), np.sin(angles)])


def test_hull_of_a_square_by_hand():
    inside = [[1.0, 1.0], [1.0, 0.0], [0.0, 0.0]]  # within, on an edge, a corner again
    hull = convex_hull(np.vstack([inside, SQUARE]))
    assert hull.tolist() == SQUARE.tolist()


@pytest.mark.parametrize("seed", range(5))
def test_hull_agrees_with_qhull(seed):
    points = np.random.default_rng(seed).normal(size=(100, 2))
    ours, theirs = convex_hull(points), points[ConvexHull(points).vertices]
    start = int(np.flatnonzero((theirs == ours[0]).all(axis=1))[0])
    assert np.array_equal(ours, np.roll(theirs, -start, axis=0))


@pytest.mark.parametrize(
    ("points", "corners"),
    [
        ([[1.0, 2.0]], 1),
        ([[1.0, 2.0]] * 7, 1),
        ([[0.0, 0.0], [1.0, 1.0], [3.0, 3.0], [2.0, 2.0]], 2),
        ([[0.0, 0.0], [0.0, 5.0], [0.0, 2.0]], 2),
    ],
)
def test_degenerate_hulls_hold_no_point(points, corners):
    hull = convex_hull(np.array(points))
    assert len(hull) == corners
    assert not lie_in_hull(np.array([[0.0, 0.0], [1.0, 1.0], [1.0, 2.0]]), hull).any()


def test_lie_in_hull_by_hand():
    asked = np.array([[1, 1], [0, 0], [1, 0], [2, 1], [2.001, 1], [-1, -1], [1, 3]])
    expected = [True, True, True, True, False, False, False]
    assert lie_in_hull(asked, SQUARE).tolist() == expected


def test_lie_in_hull_agrees_with_delaunay():
    rng = np.random.default_rng(0)
    points, asked = rng.normal(size=(50, 2)), 2 * rng.normal(size=(300, 2))
    expected = Delaunay(points).find_simplex(asked) >= 0
    assert 30 < expected.sum() < 270
    assert np.array_equal(lie_in_hull(asked, convex_hull(points)), expected)


@pytest.mark.parametrize(
    ("offsets", "degrees"),
    [
        (directions(0, 90, 180, 270), 90),
        (directions(10, 20, 200), 180),
        (directions(170, -170, 0), 170),
        (directions(45), 360),
        (directions(45, 45), 360),
        (np.zeros((3, 2)), 360),
        (np.zeros((0, 2)), 360),
        (np.vstack([directions(0, 120, 240), [[0, 0]]]), 120),
    ],
)
def test_largest_gap_by_hand(offsets, degrees):
    assert np.degrees(largest_gap(offsets)) == pytest.approx(degrees)
    assert np.degrees(largest_gap(3 * offsets[::-1])) == pytest.approx(degrees)


@pytest.mark.parametrize(
    ("forgiven", "degrees"), [(0, 100), (1, 180), (2, 260), (3, 330), (4, 360), (9, 360)]
)
def test_largest_gap_that_forgives_some_directions(forgiven, degrees):
    # Gaps of 30, 70, 80, 80 and 100 degrees, one after the other.
    offsets = directions(180, 0, 260, 30, 100)
    assert np.degrees(largest_gap(offsets, forgiven=forgiven)) == pytest.approx(degrees)


def test_ellipse_area_by_hand_and_by_covariance():
    # Variances 1 and 1 without covariance.
    assert ellipse_area(SQUARE) == pytest.approx(np.pi)
    points = np.random.default_rng(0).normal(size=(50, 2)) @ np.array([[2.0, 1.0], [0.0, 0.5]])
    expected = np.pi * np.sqrt(np.linalg.det(np.cov(points.T, bias=True)))
    assert ellipse_area(points) == pytest.approx(expected)
    assert ellipse_area(1e-9 * points + 3) == pytest.approx(1e-18 * expected, rel=1e-3)


@pytest.mark.parametrize(
    "points",
    [
        [[1.0, 2.0]],
        [[1.0, 2.0], [3.0, 4.0]],
        [[0.1, 0.7]] * 9,
        np.outer(np.linspace(0, 1, 30), [0.3, 0.7]) + 5,
        np.outer(np.linspace(0, 1, 30), [1e-5, 1e-5]) + 100,
    ],
)
def test_ellipse_area_without_width_is_exactly_0(points):
    assert ellipse_area(np.asarray(points)) == 0
