"""A point cloud and what is computed of it."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from sklearn.metrics.pairwise import euclidean_distances

from topo.metrics.compute.ranking import rank_rows
from topo.metrics.compute.space import Space, pairwise_distances


def cloud(n: int = 40, d: int = 5, *, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, d))


def test_distances_of_three_points_by_hand():
    space = Space.of([[0, 0], [3, 4], [0, 8]], dimensions=())
    assert space.distances.tolist() == [[0, 5, 8], [5, 0, 5], [8, 5, 0]]
    assert space.points.dtype == space.distances.dtype == np.float64


def test_distances_agree_with_two_other_implementations():
    points = cloud()
    distances = pairwise_distances(points)
    assert np.allclose(distances, cdist(points, points), rtol=1e-13, atol=0)
    assert np.allclose(distances, euclidean_distances(points), atol=1e-7)


def test_distances_are_symmetric_and_zero_between_equal_points_far_from_the_origin():
    points = 1e6 + cloud(30, 50)
    points[7] = points[3]
    points[9, 0] = points[3, 0]
    distances = pairwise_distances(points)
    assert np.array_equal(distances, distances.T)
    assert (np.diag(distances) == 0).all()
    assert distances[3, 7] == 0
    assert distances[3, 9] == pytest.approx(np.linalg.norm(points[3] - points[9]), rel=1e-14)


def test_ranks_by_hand_with_ties_by_index():
    distances = pairwise_distances(np.array([[0.0], [1.0], [-1.0], [3.0]]))
    expected = [[0, 1, 2, 3], [1, 0, 2, 3], [1, 2, 0, 3], [2, 1, 3, 0]]
    assert rank_rows(distances).tolist() == expected


def test_a_point_ranks_before_its_duplicates():
    ranks = rank_rows(pairwise_distances(np.array([[0.0], [0.0], [0.0], [5.0]])))
    assert ranks.tolist() == [[0, 1, 2, 3], [1, 0, 2, 3], [1, 2, 0, 3], [1, 2, 3, 0]]


def test_ranks_agree_with_counting():
    distances = pairwise_distances(np.round(cloud(25, 2), 1))  # many ties
    ranks = rank_rows(distances)
    for i in range(25):
        for j in range(25):
            others = [m for m in range(25) if m not in (i, j)]
            before = [m for m in others if (distances[i, m], m) < (distances[i, j], j)]
            assert ranks[i, j] == (0 if i == j else 1 + len(before))


def test_every_row_of_ranks_is_a_permutation():
    ranks = Space.of(cloud(), dimensions=()).ranks
    assert ranks.dtype == np.int32
    assert np.array_equal(np.sort(ranks, axis=1), np.tile(np.arange(40), (40, 1)))


def test_diagrams_of_the_asked_dimensions():
    angles = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    circle = np.column_stack([np.cos(angles), np.sin(angles)])
    assert set(Space.of(circle).diagrams) == {0}
    space = Space.of(circle, dimensions=(0, 1))
    assert set(space.diagrams) == {0, 1}
    assert np.allclose(space.diagrams[0][:, 1], 2 * np.sin(np.pi / 12), rtol=1e-6)
    assert Space.of(circle, dimensions=()).diagrams == {}


def test_densities_are_there_for_every_bandwidth():
    densities = Space.of(cloud(), dimensions=()).densities
    assert set(densities) == {"0.01", "0.1", "1", "raw_0.01", "raw_0.1", "raw_1"}
    for density in densities.values():
        assert density.shape == (40,)
        assert density.sum() == pytest.approx(1)


def test_space_copies_its_points_and_is_read_only():
    points = cloud()
    space = Space.of(points, dimensions=())
    points[0] = 99
    assert space.points[0, 0] != 99
    for array in (space.points, space.distances, space.ranks, *space.densities.values()):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_read_only_float32_and_fortran_points_are_taken():
    points = cloud().astype(np.float32)
    points.setflags(write=False)
    expected = pairwise_distances(points.astype(np.float64))
    assert np.array_equal(Space.of(points).distances, expected)
    assert np.array_equal(Space.of(np.asfortranarray(points)).distances, expected)


def test_space_survives_pickling():
    space = Space.of(cloud())
    back = pickle.loads(pickle.dumps(space, protocol=5))
    assert np.array_equal(back.distances, space.distances)
    assert np.array_equal(back.ranks, space.ranks)
    assert np.array_equal(back.diagrams[0], space.diagrams[0])
    assert np.array_equal(back.densities["0.1"], space.densities["0.1"])


@pytest.mark.parametrize(
    ("points", "words"),
    [
        (np.zeros((0, 2)), "at least one row and one column, got 0 x 2"),
        (np.zeros((1, 2)), "at least 2 points, got 1"),
        (np.zeros((3, 0)), "at least one row and one column, got 3 x 0"),
        (np.zeros(5), r"two axes, .* got shape \(5,\)"),
        (np.zeros((2, 2, 2)), r"two axes, .* got shape \(2, 2, 2\)"),
        ([[0.0, 1.0], [np.nan, 0.0]], "must be finite, got nan in row 1, column 0"),
        ([[0.0, np.inf], [np.nan, 0.0]], "must be finite, got inf in row 0, column 1"),
        ([["a", "b"], ["c", "d"]], "real numbers, got <U1"),
        (np.zeros((3, 2), dtype=complex), "real numbers, got complex128"),
        ([[0.0, 1.0], [2.0]], "rows of equal length"),
        ([[0.0, 0.0], [1e200, 0.0]], r"overflow: coordinates reach 1e\+200; rescale"),
        ([[0.0, 0.0], [1e308, -1e308]], r"overflow: coordinates reach 1e\+308; rescale"),
    ],
)
def test_bad_points_are_refused(points, words):
    with pytest.raises(ValueError, match=words):
        Space.of(points)


def test_ranks_are_those_of_a_stable_sort():
    rng = np.random.default_rng(0)
    # Distances of a grid have many ties; a negative zero is a zero.
    points = np.vstack([rng.integers(0, 3, size=(60, 2)), rng.normal(size=(60, 2)) * 1e-3])
    distances = pairwise_distances(points.astype(np.float64))
    keys = distances.copy()
    np.fill_diagonal(keys, -1.0)
    expected = np.argsort(np.argsort(keys, axis=1, kind="stable"), axis=1)
    np.testing.assert_array_equal(rank_rows(distances), expected)
    signed = np.where(distances == 0, -0.0, distances)
    np.testing.assert_array_equal(rank_rows(signed), expected)
