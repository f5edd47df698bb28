"""Planes compared, eigenvectors and power iteration, against other code and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.cross_decomposition import CCA
from sklearn.manifold import SpectralEmbedding

from topo.methods.tsne_affinities import joint_probabilities
from topo.methods.tsne_descent import descend, descent, fill_gradient
from topo.questions.planes import PowerIteration, canonical_correlations
from topo.questions.stationary import laplacian_eigenvectors, starting_points


def affinities(n: int = 60, *, perplexity: float = 15.0) -> NDArray[np.float32]:
    points = np.random.default_rng(0).normal(size=(n, 4)) * [4, 2, 1, 1]
    return joint_probabilities(np.square(points[:, None] - points[None]).sum(axis=2), perplexity)


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
    with pytest.raises(ValueError, match="same points in two planes, got 50 and 49"):
        canonical_correlations(A, B[1:])


def test_laplacian_eigenvectors_are_those_of_scikit_learn() -> None:
    P = affinities().astype(np.float64)
    theirs = SpectralEmbedding(2, affinity="precomputed", random_state=0).fit_transform(P)
    found = canonical_correlations(laplacian_eigenvectors(P), theirs)
    np.testing.assert_allclose(found, 1, rtol=1e-9)


def test_laplacian_eigenvectors_of_a_ring_go_round_it() -> None:
    n = 12
    steps = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    plane = laplacian_eigenvectors(np.isin(steps, (1, n - 1)).astype(float))
    radii = np.linalg.norm(plane, axis=1)
    np.testing.assert_allclose(radii, radii[0])
    angles = np.unwrap(np.arctan2(plane[:, 1], plane[:, 0]))
    np.testing.assert_allclose(np.abs(np.diff(angles)), 2 * np.pi / n)


def noise(n: int) -> NDArray[np.float64]:
    return starting_points(np.zeros((n, 2)), np.zeros((n, n)), "random", seed=2)


def test_exaggerated_descent_is_the_power_iteration_while_the_points_are_near() -> None:
    """Steps of 1 / (4 · 12 · λ) make the linear part of plain descent the matrix itself."""
    P = affinities()
    laplacian = np.diag(P.sum(axis=1)) - P
    step = 1 / (4 * 12 * np.linalg.eigvalsh(laplacian.astype(np.float64))[-1])
    points = noise(len(P))
    gradient = np.empty((len(P), 2), np.float32)
    for _ in range(8):
        fill_gradient(P, points.astype(np.float32), np.float32(12), gradient)
        # Without repulsion: it moves all points away from the mean by one factor.
        points -= step * (gradient + 4 * points / (len(P) - 1))
    iteration = PowerIteration.of(P)
    np.testing.assert_allclose(iteration.nearest(noise(len(P)), points), 1, atol=1e-5)
    assert canonical_correlations(points, iteration.limit)[1] < 0.99


def test_the_iteration_is_that_of_its_matrix_and_tends_to_its_limit() -> None:
    P = affinities().astype(np.float64)
    laplacian = np.diag(P.sum(axis=1)) - P
    matrix = np.eye(len(P)) - laplacian / np.linalg.eigvalsh(laplacian)[-1]
    iteration = PowerIteration.of(P)
    kept = iteration.eigenvalues * iteration.eigenvectors @ iteration.eigenvectors.T
    np.testing.assert_allclose(kept, matrix - 1 / len(P), atol=1e-12)
    limits = []
    for power in (4, 16, 64):
        reached = np.linalg.matrix_power(matrix, power) @ noise(len(P))
        np.testing.assert_allclose(iteration.nearest(noise(len(P)), reached), 1, atol=1e-6)
        limits.append(canonical_correlations(reached, iteration.limit)[1])
    assert sorted(limits) == limits and limits[-1] > 0.99


def test_dropping_the_exaggeration_changes_the_first_phase() -> None:
    P = affinities()
    start = noise(len(P)).astype(np.float32)
    kept, dropped = (descent(P, start, exaggeration=each, learning_rate=50.0) for each in (12, 1))
    assert canonical_correlations(kept.explored, dropped.explored)[1] < 0.999
    assert dropped.kl == pytest.approx(kept.kl, rel=0.2)
    np.testing.assert_array_equal(kept.points, descend(P, start)[0])
