"""Trustworthiness and continuity."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness as sklearn_trustworthiness

from topo.metrics.base import Comparison
from topo.metrics.compute.ranking import rank_rows
from topo.metrics.compute.space import Space, pairwise_distances
from topo.metrics.local import (
    LOCAL_METRICS,
    continuity,
    neighbourhood_sizes,
    trustworthiness,
)

METRICS = {metric.name: metric.compute for metric in LOCAL_METRICS}


def cloud(n: int, d: int, *, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, d))


def ranks_of(points) -> np.ndarray:
    return rank_rows(pairwise_distances(np.asarray(points, dtype=np.float64)))


def compare(X, Z) -> Comparison:
    return Comparison(Space.of(X, dimensions=()), Space.of(Z, dimensions=()))


def plain_trustworthiness(X, Z, k: int) -> float:
    """The definition in loops over neighbour lists."""
    n = len(X)
    penalty = 0
    for i in range(n):
        by_x = sorted((j for j in range(n) if j != i), key=lambda j: np.linalg.norm(X[i] - X[j]))
        by_z = sorted((j for j in range(n) if j != i), key=lambda j: np.linalg.norm(Z[i] - Z[j]))
        for j in set(by_z[:k]) - set(by_x[:k]):
            penalty += by_x.index(j) + 1 - k
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * penalty


def test_trustworthiness_by_hand():
    # The middle two of four points on a line change places. With k = 1 the nearest neighbours in
    # the embedding are 2, 2, 0, 1 (ties by index), which rank 2, 2, 3, 2 in the input: the
    # penalties are 1, 1, 2, 1.
    X = [[0.0], [1.0], [2.0], [3.0]]
    Z = [[0.0], [2.0], [1.0], [3.0]]
    assert ranks_of(X)[[0, 1, 2, 3], [2, 2, 0, 1]].tolist() == [2, 2, 3, 2]
    assert trustworthiness(ranks_of(X), ranks_of(Z), sizes=(1,)) == 1 - 2 * 5 / (4 * 1 * 4)


@pytest.mark.parametrize("k", [1, 3, 10, 19])
def test_trustworthiness_agrees_with_plain_definition(k):
    X, Z = cloud(40, 6), cloud(40, 2, seed=1)
    assert trustworthiness(ranks_of(X), ranks_of(Z), sizes=(k,)) == pytest.approx(
        plain_trustworthiness(X, Z, k), abs=1e-14
    )
    assert continuity(ranks_of(X), ranks_of(Z), sizes=(k,)) == pytest.approx(
        plain_trustworthiness(Z, X, k), abs=1e-14
    )


@pytest.mark.parametrize("k", [1, 5, 40])
def test_trustworthiness_equals_scikit_learn(k):
    X = cloud(100, 8)
    Z = X[:, :2] + 0.3 * cloud(100, 2, seed=1)
    ours = trustworthiness(ranks_of(X), ranks_of(Z), sizes=(k,))
    assert ours == pytest.approx(sklearn_trustworthiness(X, Z, n_neighbors=k), abs=1e-14)
    if k == 5:
        assert METRICS["trustworthiness_k5"](compare(X, Z)) == ours


def test_average_over_sizes_is_the_mean_of_each():
    X, Z = ranks_of(cloud(90, 5)), ranks_of(cloud(90, 2, seed=1))
    each = [trustworthiness(X, Z, sizes=(k,)) for k in (10, 20, 30, 40)]
    assert neighbourhood_sizes(90) == (10, 20, 30, 40)
    assert trustworthiness(X, Z, sizes=(10, 20, 30, 40)) == pytest.approx(np.mean(each))


def test_registry_averages_over_all_sizes_below_half_the_points():
    X, Z = cloud(90, 5), cloud(90, 2, seed=1)
    expected = np.mean([plain_trustworthiness(X, Z, k) for k in (10, 20, 30, 40)])
    assert METRICS["trustworthiness"](compare(X, Z)) == pytest.approx(expected, abs=1e-14)
    expected = np.mean([plain_trustworthiness(Z, X, k) for k in (10, 20, 30, 40)])
    assert METRICS["continuity"](compare(X, Z)) == pytest.approx(expected, abs=1e-14)


@pytest.mark.parametrize(
    ("n", "sizes"), [(21, (10,)), (40, (10,)), (41, (10, 20)), (5000, tuple(range(10, 201, 10)))]
)
def test_neighbourhood_sizes(n, sizes):
    assert neighbourhood_sizes(n) == sizes


def test_worst_embedding_has_value_0():
    # The neighbours in one space are the last in the other.
    ranks = ranks_of(cloud(30, 2))
    reverse = np.where(ranks == 0, 0, 30 - ranks)
    assert trustworthiness(ranks, reverse, sizes=(10,)) == pytest.approx(0, abs=1e-14)
    assert continuity(ranks, reverse, sizes=(10,)) == pytest.approx(0, abs=1e-14)


def test_torn_cloud_loses_continuity_and_folded_cloud_trustworthiness():
    line = np.arange(60.0)[:, None]
    torn = np.where(line < 30, line, line + 1000)
    folded = np.abs(line - 29.6)
    assert METRICS["trustworthiness"](compare(line, torn)) > METRICS["continuity"](
        compare(line, torn)
    )
    assert METRICS["trustworthiness"](compare(line, folded)) < METRICS["continuity"](
        compare(line, folded)
    )


@pytest.mark.parametrize("name", METRICS)
def test_identity_then_pca_then_random(name):
    X = cloud(200, 10) * np.array([5, 4] + [1] * 8)
    pca = PCA(2, svd_solver="full").fit_transform(X)
    identity, principal, arbitrary = (
        METRICS[name](compare(X, Z)) for Z in (X, pca, cloud(200, 2, seed=1))
    )
    assert identity == 1
    assert 1 > principal > arbitrary + 0.2
    assert arbitrary == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize(
    ("name", "n", "words"),
    [
        ("trustworthiness", 20, "need at least 21 points, got 20"),
        ("continuity", 20, "need at least 21 points, got 20"),
        ("trustworthiness_k5", 10, "needs at least 11 points, got 10"),
    ],
)
def test_too_few_points_are_refused(name, n, words):
    with pytest.raises(ValueError, match=words):
        METRICS[name](compare(cloud(n, 3), cloud(n, 2)))
    assert 0 <= METRICS[name](compare(cloud(n + 1, 3), cloud(n + 1, 2))) <= 1


@pytest.mark.parametrize("sizes", [(), (0,), (5,), (2, 7)])
def test_sizes_that_do_not_fit_are_refused(sizes):
    ranks = ranks_of(cloud(10, 2))
    with pytest.raises(ValueError, match=r"below half the number of points \(10\), got"):
        trustworthiness(ranks, ranks, sizes=sizes)


def test_different_points_are_refused():
    with pytest.raises(ValueError, match="must hold the same points"):
        trustworthiness(ranks_of(cloud(12, 2)), ranks_of(cloud(13, 2)), sizes=(1,))
