"""Kernel densities and their KL divergences."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import entropy
from sklearn.neighbors import KernelDensity

from topo.metrics.base import Comparison
from topo.metrics.compute.kernels import SIGMAS, kernel_densities, raw_density, relative_density
from topo.metrics.compute.space import Space, pairwise_distances
from topo.metrics.density import DENSITY_METRICS, kl_divergence

METRICS = {metric.name: metric.compute for metric in DENSITY_METRICS}


def cloud(n: int = 30, d: int = 2, *, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, d))


def compare(X, Z) -> Comparison:
    return Comparison(Space.of(X, dimensions=()), Space.of(Z, dimensions=()))


def test_relative_density_by_hand():
    # Distances 1, 2, 1 between points at 0, 1, 2; divided by 2.
    distances = pairwise_distances(np.array([[0.0], [1.0], [2.0]]))
    near, far = math.exp(-0.25 / 0.1), math.exp(-1 / 0.1)
    sums = np.array([1 + near + far, 1 + 2 * near, 1 + near + far])
    assert np.allclose(relative_density(distances, sigma=0.1), sums / sums.sum(), rtol=1e-14)


def test_raw_density_by_hand():
    distances = pairwise_distances(np.array([[0.0], [1.0], [2.0]]))
    near, far = math.exp(-1 / (2 * 0.5**2)), math.exp(-4 / (2 * 0.5**2))
    sums = np.array([1 + near + far, 1 + 2 * near, 1 + near + far])
    assert np.allclose(raw_density(distances, sigma=0.5), sums / sums.sum(), rtol=1e-14)


@pytest.mark.parametrize("sigma", SIGMAS)
def test_relative_density_agrees_with_loops(sigma):
    distances = pairwise_distances(cloud())
    largest = max(distances[i, j] for i in range(30) for j in range(30))
    sums = [
        sum(math.exp(-((distances[i, j] / largest) ** 2) / sigma) for j in range(30))
        for i in range(30)
    ]
    expected = np.array(sums) / sum(sums)
    assert np.allclose(relative_density(distances, sigma=sigma), expected, rtol=1e-13)


@pytest.mark.parametrize("sigma", SIGMAS)
def test_raw_density_agrees_with_scikit_learn(sigma):
    points = cloud()
    scores = np.exp(KernelDensity(bandwidth=sigma).fit(points).score_samples(points))
    density = raw_density(pairwise_distances(points), sigma=sigma)
    assert np.allclose(density, scores / scores.sum(), rtol=1e-7)


def test_densities_of_equal_points_are_uniform():
    for density in kernel_densities(np.zeros((5, 5))).values():
        assert np.allclose(density, 0.2, rtol=1e-15)


def test_underflow_leaves_the_own_term():
    distances = pairwise_distances(1e6 * cloud())
    assert np.allclose(raw_density(distances, sigma=0.01), 1 / 30, rtol=1e-15)


def test_kl_by_hand():
    p, q = np.array([0.5, 0.5]), np.array([0.25, 0.75])
    assert kl_divergence(p, q) == pytest.approx(0.5 * math.log(2) + 0.5 * math.log(2 / 3))
    assert kl_divergence(q, p) != pytest.approx(kl_divergence(p, q))


@pytest.mark.parametrize("name", METRICS)
def test_kl_metrics_agree_with_scipy_in_the_direction_input_to_latent(name):
    comparison = compare(cloud(30, 6), cloud(30, 2, seed=1) ** 3)
    key = name.removeprefix("kl_")
    density = raw_density if key.startswith("raw_") else relative_density
    sigma = float(key.removeprefix("raw_"))
    p, q = (density(s.distances, sigma=sigma) for s in (comparison.input, comparison.latent))
    assert METRICS[name](comparison) == pytest.approx(entropy(p, q), abs=1e-15)
    assert METRICS[name](comparison) > 0


def test_names():
    assert list(METRICS) == ["kl_0.01", "kl_0.1", "kl_1", "kl_raw_0.01", "kl_raw_0.1", "kl_raw_1"]


@pytest.mark.parametrize("name", METRICS)
def test_identity_is_best(name):
    X = cloud(40, 6)
    assert METRICS[name](compare(X, X)) == 0
    assert METRICS[name](compare(X, X + 1e-9 * cloud(40, 6, seed=1))) < 1e-6


@pytest.mark.parametrize("sigma", ["0.01", "0.1", "1"])
def test_only_the_relative_divergence_is_blind_to_scale(sigma):
    X, Z = 0.1 * cloud(40, 6), 0.1 * cloud(40, 2, seed=1)
    for factor in (1e-100, 0.02, 300):
        scaled = compare(X, factor * Z)
        assert METRICS[f"kl_{sigma}"](scaled) == pytest.approx(
            METRICS[f"kl_{sigma}"](compare(X, Z))
        )
        assert METRICS[f"kl_raw_{sigma}"](scaled) != pytest.approx(
            METRICS[f"kl_raw_{sigma}"](compare(X, Z))
        )


@pytest.mark.parametrize("name", METRICS)
def test_collapsed_embedding_has_a_value(name):
    X = cloud()
    value = METRICS[name](compare(X, np.ones((30, 2))))
    assert 0 <= value < math.log(30)
    assert value == pytest.approx(entropy(compare(X, X).input.densities[name[3:]], [1] * 30))


def test_bad_densities_are_refused():
    p = np.array([0.5, 0.5])
    with pytest.raises(ValueError, match="same points"):
        kl_divergence(p, np.array([1.0]))
    with pytest.raises(ValueError, match="above 0 at every point"):
        kl_divergence(p, np.array([1.0, 0.0]))
    with pytest.raises(ValueError, match="above 0 at every point"):
        kl_divergence(p, np.array([np.nan, 1.0]))
