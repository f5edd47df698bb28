"""The pieces, the area and the roundness of the outer class."""

from __future__ import annotations

import numpy as np
import pytest

from topo.metrics.outer import (
    outer_class_area_ratio,
    outer_fragments,
    outer_inner_area_ratio,
    outer_radius_variation,
)


def embed(around: np.ndarray, inner: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    labels = np.repeat([2, 1, 0], [len(around), len(inner) // 2, len(inner) - len(inner) // 2])
    return np.vstack([around, inner]), labels


def fragments(around: np.ndarray) -> float:
    return outer_fragments(*embed(around, np.zeros((2, 2))), outer=2)


def haze(n: int = 100, *, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, 2))


def ring(n: int = 100) -> np.ndarray:
    angles = 2 * np.pi * np.arange(n) / n
    return np.column_stack([np.cos(angles), np.sin(angles)])


def test_ring_and_cluster_are_one_piece():
    assert fragments(ring()) == 1
    assert fragments(haze(400)) == 1


@pytest.mark.parametrize("n_pieces", [2, 5, 10])
def test_clusters_are_counted(n_pieces):
    assert fragments(np.vstack([haze() + 50 * i for i in range(n_pieces)])) == n_pieces


def test_strays_are_no_pieces():
    strays = np.array([[90.0, 0.0], [0.0, 90.0], [-90.0, 0.0]])
    assert fragments(np.vstack([haze(397), strays])) == 1
    # From 2 % of the points on a group counts.
    pair = np.vstack([haze(392), 0.1 * haze(8) + 90])
    assert fragments(pair) == 2


def test_links_by_hand():
    # On a line with unit steps the third nearest is 2 away, at the two ends 3: links up to 4.
    line = np.column_stack([np.arange(30.0), np.zeros(30)])
    for gap, pieces in ((4.0, 1), (4.1, 2)):
        moved = line.copy()
        moved[15:, 0] += gap - 1
        assert fragments(moved) == pieces


@pytest.mark.parametrize("around", [[[1.0, 1.0]], [[1.0, 1.0], [2.0, 1.0]], [[1.0, 1.0]] * 50])
def test_few_and_equal_points_are_one_piece(around):
    assert fragments(np.array(around)) == 1


def test_many_duplicates_leave_only_equal_points_linked():
    assert fragments(np.repeat([[0.0, 0.0], [1.0, 0.0], [0.0, 3.0]], 20, axis=0)) == 3


def test_pieces_do_not_depend_on_scale_place_or_order():
    around = np.vstack([haze() + 50 * i for i in range(3)])
    assert fragments(1e-7 * around[::-1]) == fragments(around + 1000) == 3


def test_area_ratios_by_hand():
    square = np.array([[1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0], [1.0, -1.0]])
    # Two inner classes 10 apart, each with variances 1 and 1; the outer ellipse has 9 and 9.
    inner = np.vstack([square, square + np.array([10.0, 0.0])])
    points, labels = embed(3 * square, inner)
    assert outer_inner_area_ratio(points, labels, outer=2) == pytest.approx(9 / 2)
    assert outer_class_area_ratio(points, labels, outer=2) == pytest.approx(9)


def test_space_between_the_inner_classes_is_not_theirs():
    # The outer class has the area of 16 of the inner ones, of which there are 5, far apart.
    classes = [haze() + 1000 * corner for corner in ring(5)]
    points = np.vstack([*classes, 4 * haze()])
    labels = np.repeat(range(6), 100)
    assert outer_inner_area_ratio(points, labels, outer=5) == pytest.approx(16 / 5)


def test_class_ratio_takes_the_median_class():
    classes = [haze(), 2 * haze(), 50 * haze()]
    points = np.vstack([*classes, 6 * haze()])
    labels = np.repeat([0, 1, 2, 3], 100)
    assert outer_class_area_ratio(points, labels, outer=3) == pytest.approx(9)


@pytest.mark.parametrize("ratio", [outer_inner_area_ratio, outer_class_area_ratio])
def test_area_ratios_of_degenerate_layouts(ratio):
    line = np.outer(np.linspace(0, 1, 30), [0.3, 0.7])
    assert ratio(*embed(haze(), line), outer=2) == np.inf
    assert ratio(*embed(line, haze()), outer=2) == 0
    assert ratio(*embed(line, line), outer=2) == 1
    assert ratio(*embed(np.ones((5, 2)), np.ones((5, 2))), outer=2) == 1


@pytest.mark.parametrize("ratio", [outer_inner_area_ratio, outer_class_area_ratio])
def test_area_ratios_do_not_depend_on_scale_and_turn(ratio):
    points, labels = embed(2 * haze(), haze(60, seed=1))
    expected = ratio(points, labels, outer=2)
    assert ratio(0.01 * points @ np.array([[0.6, -0.8], [0.8, 0.6]]) + 3, labels, outer=2) == (
        pytest.approx(expected)
    )
    assert 1.5 < expected < 6


def variation(around: np.ndarray) -> float:
    return outer_radius_variation(*embed(around, np.zeros((2, 2))), outer=2)


def test_radius_variation_by_hand():
    # Around the origin at distances 1, 1, 3 and 3: mean 2, standard deviation 1.
    cross = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 3.0], [0.0, -3.0]])
    assert variation(cross) == pytest.approx(1 / 2)


def test_radius_variation_of_a_circle_a_disc_and_a_cloud():
    assert variation(5 * ring() + 7) == pytest.approx(0, abs=1e-12)
    rng = np.random.default_rng(0)
    disc = ring(20_000) * np.sqrt(rng.uniform(size=(20_000, 1)))
    assert variation(disc) == pytest.approx(np.sqrt(1 / 8), abs=0.01)
    assert variation(haze(20_000)) == pytest.approx(np.sqrt(4 / np.pi - 1), abs=0.01)


def test_radius_variation_does_not_depend_on_scale_and_turn():
    turned = 0.01 * haze() @ np.array([[0.6, -0.8], [0.8, 0.6]]) + 3
    assert variation(turned) == pytest.approx(variation(haze()))


@pytest.mark.parametrize("n", [1, 50])
def test_equal_points_are_no_circle(n):
    assert variation(np.full((n, 2), 0.1)) == 1


@pytest.mark.parametrize(
    "measure",
    [outer_fragments, outer_inner_area_ratio, outer_class_area_ratio, outer_radius_variation],
)
def test_missing_class_is_refused(measure):
    with pytest.raises(ValueError, match="points of the enclosing class 9"):
        measure(haze(4), np.array([0, 0, 1, 1]), outer=9)
