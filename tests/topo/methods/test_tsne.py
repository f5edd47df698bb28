"""t-SNE against its plain definition and against scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.manifold import TSNE
from sklearn.metrics.pairwise import euclidean_distances

from topo.methods import METHODS
from topo.methods.tsne_affinities import joint_probabilities
from topo.methods.tsne_descent import fill_gradient, kl_divergence


def cloud(n: int, *, seed: int = 0) -> NDArray[np.float64]:
    """Two Gaussian clouds in five dimensions."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 5)) + 8.0 * (np.arange(n) % 2)[:, None]


def squared(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return euclidean_distances(points, squared=True)


def student(points: NDArray[np.float64]) -> NDArray[np.float64]:
    kernel = 1 / (1 + squared(points))
    np.fill_diagonal(kernel, 0)
    return kernel


@pytest.mark.parametrize("perplexity", [1.5, 5.0, 30.0, 58.0])
@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e4])
def test_every_conditional_distribution_has_the_perplexity(perplexity: float, scale: float) -> None:
    D = squared(scale * cloud(60))
    joint = joint_probabilities(D, perplexity).astype(np.float64)
    assert joint.sum() == pytest.approx(1)
    np.testing.assert_array_equal(joint, joint.T)
    assert (np.diag(joint) == 0).all()
    np.testing.assert_allclose(joint, plain_joint_probabilities(D, perplexity), atol=1e-8)


def plain_joint_probabilities(D: NDArray[np.float64], perplexity: float) -> NDArray[np.float64]:
    """By bisection of every row's precision."""
    conditional = np.zeros_like(D)
    for i in range(len(D)):
        others = np.arange(len(D)) != i
        excess = D[i, others] - D[i, others].min()
        low, high = -60.0, 60.0
        for _ in range(200):
            weights = np.exp(-np.exp((low + high) / 2) * excess)
            p = weights / weights.sum()
            entropy = -(p[p > 0] * np.log(p[p > 0])).sum()
            low, high = (
                ((low + high) / 2, high)
                if entropy > np.log(perplexity)
                else (low, (low + high) / 2)
            )
        conditional[i, others] = p
    return (conditional + conditional.T) / (2 * len(D))


def test_equal_distances_give_equal_probabilities() -> None:
    joint = joint_probabilities(1.0 - np.eye(6), 3.0)
    np.testing.assert_allclose(joint, (1 - np.eye(6)) / 30, rtol=1e-6)


def test_duplicates_have_finite_probabilities() -> None:
    joint = joint_probabilities(squared(np.repeat(cloud(5), 6, axis=0)), 3.0)
    assert np.isfinite(joint).all()
    assert joint.sum() == pytest.approx(1, rel=1e-5)


@pytest.mark.parametrize("exaggeration", [1.0, 12.0])
def test_gradient_is_the_derivative(exaggeration: float) -> None:
    P = joint_probabilities(squared(cloud(40)), 10.0)
    Y = np.random.default_rng(1).normal(size=(40, 2))
    kernel = student(Y)
    pull = (exaggeration * P - kernel / kernel.sum()) * kernel
    expected = 4 * (pull.sum(axis=1)[:, None] * Y - pull @ Y)
    gradient = np.empty((40, 2), np.float32)
    fill_gradient(P, Y.astype(np.float32), np.float32(exaggeration), gradient)
    np.testing.assert_allclose(gradient, expected, rtol=1e-4, atol=1e-6)


def test_kl_divergence_is_its_definition() -> None:
    P = joint_probabilities(squared(cloud(40)), 10.0).astype(np.float64)
    Y = np.random.default_rng(1).normal(size=(40, 2))
    Q = student(Y) / student(Y).sum()
    positive = P > 0
    expected = (P[positive] * np.log(P[positive] / Q[positive])).sum()
    assert kl_divergence(P.astype(np.float32), Y.astype(np.float32)) == pytest.approx(
        expected, rel=1e-4
    )


@pytest.mark.parametrize("perplexity", [5.0, 30.0])
def test_it_reaches_what_scikit_learn_reaches(perplexity: float) -> None:
    """Over several clouds: on one of so few points the last bits decide which minimum is found."""
    ours, theirs = [], []
    for X in np.array_split(cloud(400), 4):
        P = joint_probabilities(squared(X), perplexity)
        embedding = METHODS["tsne"](perplexity=perplexity).embed(X[:2], X, seed=0)
        fitted = TSNE(perplexity=perplexity, method="exact", random_state=0).fit_transform(X)
        assert embedding.scalars["tsne_kl"] == pytest.approx(kl_divergence(P, embedding.points))
        ours.append(embedding.scalars["tsne_kl"])
        theirs.append(kl_divergence(P, fitted))
    assert np.mean(ours) <= 1.05 * np.mean(theirs)
