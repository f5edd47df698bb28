"""Planes compared, eigenmaps and power iteration against other code and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.cross_decomposition import CCA
from sklearn.manifold import SpectralEmbedding

from topo.methods.tsne_affinities import joint_probabilities
from topo.methods.tsne_descent import descend, fill_gradient
from topo.questions.spectral import (
    canonical_correlations,
    eigenmap,
    exploration_by_hand,
    small_plane,
)


def affinities(n: int = 60, *, perplexity: float = 15.0) -> NDArray[np.float32]:
    points = np.random.default_rng(0).normal(size=(n, 4)) * [4, 2, 1, 1]
    return joint_probabilities(
        np.square(points[:, None] - points[None]).sum(axis=2), perplexity
    )


def planes(n: int = 50) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    rng = np.random.default_rng(1)
    A = rng.normal(size=(n, 2))
    return A, A @ [[1.0, 0.3], [0.0, 1.0]] + rng.normal(size=(n, 2)) * [0.3, 2.0] + 7


def test_canonical_correlations_are_those_of_scikit_learn() -> None:
    A, B = planes()
    scores = CCA(n_components=2, tol=1e-12, max_iter=10_000).fit_transform(A, B)
    expected = [np.corrcoef(scores[0][:, k], scores[1][:, k])[0, 1] for k in (0, 1)]
    np.testing.assert_allclose(canonical_correlations(A, B), expected, rtol=1e-6)


def test_canonical_correlations_of_an_affine_map_are_1() -> None:
    A, _ = planes()
    image = A @ [[2.0, 5.0], [-1.0, 0.5]] + [3.0, -1e3]
    np.testing.assert_allclose(canonical_correlations(A, image), 1)


def test_canonical_correlations_by_hand() -> None:
    """One axis is shared; of the other the second plane sees what the first does not."""
    x, y, z = np.array([1, -1, 0, 0, 0, 0.0]), np.array([0, 0, 1, -1, 0, 0.0]), np.zeros(6)
    z[4:] = 1, -1
    mixed = 0.6 * y + 0.8 * z
    found = canonical_correlations(np.stack([x, y], axis=1), np.stack([mixed, 9 * x], axis=1))
    np.testing.assert_allclose(found, [1, 0.6])


@pytest.mark.parametrize(("scales", "expected"), [([1, 0], [1, 0]), ([0, 0], [0, 0])])
def test_points_on_a_line_have_one_direction_and_a_point_none(
    scales: list[float], expected: list[float]
) -> None:
    A, _ = planes()
    for place in (0.0, 1e3):
        found = canonical_correlations(A, (A * scales + place).astype(np.float32))
        np.testing.assert_allclose(found, expected, atol=1e-6)


def test_canonical_correlations_need_two_planes_of_the_same_points() -> None:
    A, B = planes()
    with pytest.raises(ValueError, match=r"one shape \(n, 2\), got \(50, 2\) and \(49, 2\)"):
        canonical_correlations(A, B[1:])


def test_eigenmap_is_that_of_scikit_learn() -> None:
    P = affinities().astype(np.float64)
    theirs = SpectralEmbedding(2, affinity="precomputed", random_state=0).fit_transform(P)
    np.testing.assert_allclose(canonical_correlations(eigenmap(P), theirs), 1, rtol=1e-9)


def test_eigenmap_of_a_ring_goes_round_it() -> None:
    n = 12
    steps = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    plane = eigenmap(np.isin(steps, (1, n - 1)).astype(float))
    radii = np.linalg.norm(plane, axis=1)
    np.testing.assert_allclose(radii, radii[0])
    angles = np.unwrap(np.arctan2(plane[:, 1], plane[:, 0]))
    np.testing.assert_allclose(np.abs(np.diff(angles)), 2 * np.pi / n)


def test_iteration_is_plain_descent_while_the_points_are_near() -> None:
    P = affinities()
    start = small_plane(np.random.default_rng(2).normal(size=(len(P), 2)))
    points, gradient = start.astype(np.float64), np.empty_like(start)
    for _ in range(5):
        fill_gradient(P, (1e-3 * points).astype(np.float32), np.float32(12), gradient)
        points -= 1e3 * 1.25 * gradient
    reached = exploration_by_hand(P, start, exaggeration=12, learning_rate=1.25, steps=5)
    np.testing.assert_allclose(canonical_correlations(points, reached), 1, atol=1e-4)
    other = exploration_by_hand(P, start, exaggeration=12, learning_rate=1.25, steps=6)
    assert canonical_correlations(points, other)[1] < 0.999


def test_many_iterations_reach_the_leading_eigenvectors() -> None:
    P = affinities()
    laplacian = np.diag(P.sum(axis=1)) - P
    _, vectors = np.linalg.eigh(laplacian.astype(np.float64))
    start = np.random.default_rng(2).normal(size=(len(P), 2))
    reached = exploration_by_hand(P, start, exaggeration=12, learning_rate=0.5, steps=2000)
    np.testing.assert_allclose(canonical_correlations(vectors[:, 1:3], reached), 1, atol=1e-3)


def test_a_start_is_small_and_centred() -> None:
    start = small_plane(planes()[1])
    assert start.dtype == np.float32
    np.testing.assert_allclose(start.mean(axis=0), 0, atol=1e-10)
    assert start[:, 0].std() == pytest.approx(1e-4)


def test_dropping_the_exaggeration_changes_the_first_phase_alone() -> None:
    P = affinities()
    start = small_plane(np.random.default_rng(2).normal(size=(len(P), 2)))
    kept, dropped = descend(P, start), descend(P, start, exaggeration=1.0)
    assert canonical_correlations(kept.explored, dropped.explored)[1] < 0.999
    assert dropped.kl == pytest.approx(kept.kl, rel=0.2)
    np.testing.assert_array_equal(kept.points, descend(P, start, learning_rate=50.0).points)
    assert not np.array_equal(kept.points, descend(P, start, learning_rate=5.0).points)
