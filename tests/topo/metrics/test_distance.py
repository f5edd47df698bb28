"""Metrics of pairwise distances."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import pearsonr

from topo.metrics.compute.space import pairwise_distances
from topo.metrics.distance import distance_pearson, rmse


def distances(n: int = 30, d: int = 2, *, seed: int = 0) -> np.ndarray:
    return pairwise_distances(np.random.default_rng(seed).normal(size=(n, d)))


def test_rmse_by_hand():
    dx = np.array([[0.0, 1, 2], [1, 0, 3], [2, 3, 0]])
    dz = np.array([[0.0, 1, 4], [1, 0, 0], [4, 0, 0]])
    # Differences 0, −2, 3, each twice, over 9 entries.
    assert rmse(dx, dz) == pytest.approx(np.sqrt(2 * (4 + 9) / 9))


def test_rmse_agrees_with_loops():
    dx, dz = distances(12, 5), distances(12, 2, seed=1)
    total = sum((dx[i, j] - dz[i, j]) ** 2 for i in range(12) for j in range(12))
    assert rmse(dx, dz) == pytest.approx(np.sqrt(total / 144))


def test_rmse_is_0_only_without_change_and_grows_with_scale():
    dx = distances()
    assert rmse(dx, dx) == 0
    assert rmse(dx, 1.1 * dx) < rmse(dx, 2 * dx) < rmse(dx, 5 * dx)
    assert rmse(3 * dx, 6 * dx) == pytest.approx(3 * rmse(dx, 2 * dx))


def test_pearson_by_hand():
    # Pairs (1, 2, 3) against (1, 3, 2): covariance 1/3, variances 2/3.
    dx = np.array([[0.0, 1, 2], [1, 0, 3], [2, 3, 0]])
    dz = np.array([[0.0, 1, 3], [1, 0, 2], [3, 2, 0]])
    assert distance_pearson(dx, dz) == pytest.approx(0.5)


def test_pearson_equals_scipy():
    dx, dz = distances(30, 5), distances(30, 2, seed=1)
    above = np.triu_indices(30, k=1)
    expected = pearsonr(dx[above], dz[above]).statistic
    assert distance_pearson(dx, dz) == pytest.approx(expected, abs=1e-14)


@pytest.mark.parametrize("factor", [1, 1e-170, 1e-6, 40, 1e150])
def test_pearson_is_blind_to_scale(factor):
    dx, dz = distances(30, 5), distances(30, 2, seed=1)
    assert distance_pearson(dx, factor * dx) == pytest.approx(1)
    assert distance_pearson(dx, factor * dz) == pytest.approx(distance_pearson(dx, dz))


def test_pearson_reaches_minus_1():
    dx = distances()
    dz = dx.max() + 1 - dx
    np.fill_diagonal(dz, 0)
    assert distance_pearson(dx, dz) == pytest.approx(-1)


def test_pearson_is_0_where_all_distances_are_equal():
    dx = distances(3)
    collapsed = np.zeros((3, 3))
    angles = 0.3 + 2 * np.pi * np.arange(3) / 3
    triangle = pairwise_distances(np.column_stack([np.cos(angles), np.sin(angles)]))
    assert np.ptp(triangle[np.triu_indices(3, k=1)]) > 0  # equal but for rounding
    for equal in (collapsed, triangle, 7 * (1 - np.eye(3))):
        assert distance_pearson(dx, equal) == 0
        assert distance_pearson(equal, dx) == 0


@pytest.mark.parametrize("metric", [rmse, distance_pearson])
def test_other_shapes_are_refused(metric):
    with pytest.raises(ValueError, match=r"same points.*\(5, 5\) and \(6, 6\)"):
        metric(distances(5), distances(6))
    with pytest.raises(ValueError, match="at least one"):
        metric(np.zeros((0, 0)), np.zeros((0, 0)))


def test_pearson_of_one_point_is_refused():
    with pytest.raises(ValueError, match="at least 2 points, got 1"):
        distance_pearson(np.zeros((1, 1)), np.zeros((1, 1)))
