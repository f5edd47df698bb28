"""t-SNE run on: forces against difference quotients, and where they balance."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from topo.methods.tsne_affinities import joint_probabilities
from topo.methods.tsne_descent import descend, fill_gradient, kl_divergence
from topo.questions.stationary import (
    STARTS,
    forces,
    laplacian_eigenvectors,
    run_on,
    starting_points,
)

X = np.random.default_rng(0).normal(size=(150, 5))
P = joint_probabilities(cdist(X, X, "sqeuclidean"), 30.0).astype(np.float64)
P /= P.sum()
Z = np.random.default_rng(1).normal(size=(150, 2))


def test_forces_are_the_slope_of_the_divergence() -> None:
    kl, gradient, attraction = forces(P, Z)
    assert kl == pytest.approx(kl_divergence(P.astype(np.float32), Z.astype(np.float32)), abs=1e-5)
    step = 1e-5
    moved = Z.copy()
    moved[3, 1] += step
    below = Z.copy()
    below[3, 1] -= step
    slope = (forces(P, moved)[0] - forces(P, below)[0]) / (2 * step)
    assert gradient[3, 1] == pytest.approx(slope, rel=1e-6)
    differences = Z[:, np.newaxis] - Z
    kernel = 1 / (1 + np.square(differences).sum(axis=2))
    expected = 4 * np.einsum("ij,ijk->ik", P * kernel, differences)
    np.testing.assert_allclose(attraction, expected, rtol=1e-12)


def test_forces_are_those_of_the_descent() -> None:
    single = np.empty((150, 2), np.float32)
    fill_gradient(P.astype(np.float32), Z.astype(np.float32), np.float32(1), single)
    np.testing.assert_allclose(forces(P, Z)[1], single, atol=1e-6)


@pytest.mark.parametrize("start", STARTS)
def test_run_on_balances_forces_and_goes_on_downhill(start) -> None:
    begin = starting_points(X, P, start, seed=0)
    assert begin[:, 0].std() == pytest.approx(1e-4)
    found = run_on(P, begin, tolerance=1e-4, max_steps=500)
    assert found.residual <= 1e-3
    _, kl = descend(P.astype(np.float32), begin.astype(np.float32))
    assert found.kl <= kl + 1e-6
    _, gradient, attraction = forces(P, found.points)
    assert found.residual == pytest.approx(
        np.linalg.norm(gradient) / np.linalg.norm(attraction), rel=1e-6
    )


def test_forces_that_do_not_balance_are_said() -> None:
    # So few points are thrown far apart by t-SNE's steps, and one step does not bring them back.
    few = joint_probabilities(cdist(X[:30], X[:30], "sqeuclidean"), 10.0)
    found = run_on(few, starting_points(X[:30], few, "random", seed=0), tolerance=1e-9, max_steps=1)
    assert found.residual > 1e-3


def test_spectral_start_tells_two_halves_apart() -> None:
    weights = np.full((6, 6), 0.01)
    weights[:3, :3] = weights[3:, 3:] = 1.0
    np.fill_diagonal(weights, 0.0)
    second = laplacian_eigenvectors(weights)[:, 0]
    assert len(set(np.sign(second[:3]))) == len(set(np.sign(second[3:]))) == 1
    assert np.sign(second[0]) != np.sign(second[3])
