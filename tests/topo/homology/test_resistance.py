from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.distance import pdist, squareform

from topo.datasets import DATASETS
from topo.homology.cycles import representative_loops
from topo.homology.resistance import effective_resistances


def cloud(n: int, d: int, seed: int = 0) -> NDArray[np.float64]:
    return np.random.default_rng(seed).normal(size=(n, d))


def test_three_points_on_a_line_by_hand() -> None:
    # The path 0 - 1 - 2: resistances 1, 1 and 2; degrees 1, 2, 1.
    found = effective_resistances(np.array([[0.0], [1], [2.5]]), n_neighbors=1)
    side, ends = 1 - 1 - 1 / 2 + 2 / 2, 2 - 1 - 1
    expected = [[0, side, ends], [side, 0, side], [ends, side, 0]]
    np.testing.assert_allclose(found.distances, expected, atol=1e-12)
    assert len(found.joining) == 0


@pytest.mark.parametrize(("n", "k"), [(30, 3), (50, 15)])
def test_is_the_definition_by_a_pseudoinverse(n: int, k: int) -> None:
    X = cloud(n, 4)
    A = squareform(pdist(X))
    near = np.argsort(A, axis=1)[:, 1 : k + 1]
    a = np.zeros((n, n))
    for i in range(n):
        a[i, near[i]] = a[near[i], i] = 1
    found = effective_resistances(X, n_neighbors=k)
    assert len(found.joining) == 0
    d, L = a.sum(axis=1), np.linalg.pinv(np.diag(a.sum(axis=1)) - a)
    for i, j in ((0, 1), (2, 5), (0, near[0, 0])):
        expected = L[i, i] + L[j, j] - 2 * L[i, j] - 1 / d[i] - 1 / d[j]
        expected += 2 * a[i, j] / (d[i] * d[j])
        assert found.distances[i, j] == pytest.approx(expected)
    np.testing.assert_array_equal(found.distances, found.distances.T)
    assert not np.diagonal(found.distances).any() and found.distances.min() == 0


def test_pieces_are_joined_by_their_shortest_edges() -> None:
    X = np.concatenate([cloud(10, 2), cloud(12, 2, 1), cloud(8, 2, 2)])
    X[10:22, 0] += 50
    X[22:, 1] += 90
    found = effective_resistances(X, n_neighbors=3)
    A = squareform(pdist(X))
    first, second = A[:10, 10:22], A[:10, 22:]
    expected = [
        np.add(np.unravel_index(first.argmin(), first.shape), (0, 10)),
        np.add(np.unravel_index(second.argmin(), second.shape), (0, 22)),
    ]
    np.testing.assert_array_equal(found.joining, expected)
    assert np.isfinite(found.distances).all()


def test_the_loop_of_a_noisy_circle_is_seen_along_the_graph_alone() -> None:
    noisy = DATASETS["noisy_circle"]
    X = noisy(size=300, dimension=50, noise=0.25, seed=0).load(Any).X.astype(np.float64)
    shares = []
    for A in (squareform(pdist(X)), effective_resistances(X, n_neighbors=15).distances):
        lives = np.sort(np.diff(representative_loops(A).diagram)[:, 0])
        shares.append(lives[-1] / lives[-2])
    # How much longer the longest bar is than the second.
    assert shares[0] < 1.5 < 2 < shares[1]


def test_the_unit_does_not_matter() -> None:
    X = cloud(20, 3)
    first, other = (effective_resistances(s * X, n_neighbors=4).distances for s in (1, 1000))
    np.testing.assert_array_equal(first, other)


@pytest.mark.parametrize(
    ("X", "k", "words"),
    [
        (cloud(5, 2), 5, "with 5 neighbours need more than 5 points and at most 10,000, got 5"),
        (cloud(5, 2), 0, "n_neighbors must be a whole number of at least 1, got 0"),
        (cloud(5, 2) * np.nan, 2, "must be finite"),
    ],
)
def test_what_does_not_fit_is_refused(X: NDArray[Any], k: int, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        effective_resistances(X, n_neighbors=k)
