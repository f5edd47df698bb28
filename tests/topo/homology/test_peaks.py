"""Clusters by the peaks of a density, on layouts made by hand and beside gudhi's ToMATo."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from gudhi.clustering.tomato import Tomato
from numpy.typing import NDArray

from topo.homology.peaks import STRAY, density_clusters

#: As in params.yaml, of about 500 points.
USUAL: dict[str, Any] = {"n_neighbors": 20, "prominence": 3.0, "least": 10}


def blobs(k: int, n: int = 100, *, apart: float = 8.0, seed: int = 0) -> NDArray[np.float64]:
    """Normal clusters of standard deviation 1, side by side."""
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.normal((apart * i, 0), 1, size=(n, 2)) for i in range(k)])


def count(points: NDArray[Any], **changed: Any) -> int:
    return int(density_clusters(points, **{**USUAL, **changed}).max()) + 1


def test_two_peaks_on_a_line_by_hand() -> None:
    # Four points close together, four less so, and one between them, nearer to the first four.
    X = np.array([[x, 0.0] for x in (0, 1, 2, 3, 7.2, 12, 14, 16, 18)])
    by_hand = {"n_neighbors": 3, "least": 2}
    # The mean squared distances to three points, oneself among them, are 2/3 at the first peak,
    # (0 + 17.64 + 23.04) / 3 at the pass, and 8/3 at the second peak, which is 5.085 times as dense
    # as the pass.
    low = density_clusters(X, prominence=5.0, **by_hand)
    np.testing.assert_array_equal(low, [0, 0, 0, 0, 0, 1, 1, 1, 1])
    assert not density_clusters(X, prominence=5.2, **by_hand).any()
    assert not density_clusters(X, prominence=5.0, n_neighbors=3, least=5).any()


@pytest.mark.parametrize("k", [1, 2, 5, 9])
def test_blobs_are_counted(k: int) -> None:
    labels = density_clusters(blobs(k), **USUAL)
    found = [np.unique(labels[100 * i : 100 * i + 100]) for i in range(k)]
    assert sorted(each.tolist() for each in found) == [[i] for i in range(k)]


def test_blobs_that_touch_are_counted_and_those_that_overlap_are_one() -> None:
    assert count(blobs(2, 250, apart=4.0)) == 2
    assert count(blobs(2, 250, apart=1.5)) == 1


def test_the_largest_cluster_is_the_first() -> None:
    labels = density_clusters(np.concatenate([blobs(1, 50), blobs(1, 200) + 20]), **USUAL)
    assert np.bincount(labels).tolist() == [200, 50] and not labels[50:].any()


@pytest.mark.parametrize("seed", range(5))
def test_even_points_are_one_cluster(seed: int) -> None:
    rng = np.random.default_rng(seed)
    square = rng.random((500, 2))
    angle = 2 * np.pi * rng.random(500)
    disc = np.stack([np.cos(angle), np.sin(angle)], axis=1) * rng.random((500, 1)) ** 0.5
    for points in (square, disc, blobs(1, 500, seed=seed)):
        assert count(points) == 1


def test_outliers_make_no_cluster() -> None:
    rng = np.random.default_rng(0)
    X = blobs(1, 500)
    assert count(np.concatenate([X, 1000 * rng.normal(size=(5, 2))])) == 1
    together = 1e-3 * rng.normal(size=(8, 2))
    assert count(np.concatenate([X, together + 50])) == 1
    # With fewer neighbours than they are, they are a piece of their own: strays.
    few = {**USUAL, "n_neighbors": 6, "prominence": 100.0}
    labels = density_clusters(np.concatenate([X, together + 50]), **few)
    assert (labels[-8:] == STRAY).all() and not labels[:-8].any()


def test_a_spike_is_no_cluster_and_no_top_of_one() -> None:
    rng = np.random.default_rng(0)
    X, few = blobs(1, 500), {"n_neighbors": 6, "prominence": 50.0}
    # On the outskirts, a million times as dense as all else: by its peak alone it is a cluster.
    X = np.concatenate([X, [3.5, 0] + 1e-6 * rng.normal(size=(8, 2))])
    assert (count(X, **few, least=1), count(X, **few)) == (2, 1)


def test_equal_points_are_a_peak_like_any_other() -> None:
    assert count(np.zeros((40, 2))) == 1
    assert count(np.repeat([[0.0, 0.0], [1.0, 0.0]], 40, axis=0)) == 2


@pytest.mark.parametrize("prominence", [1.01, 1.3, 2.0])
def test_is_gudhis_tomato_where_any_size_will_do(prominence: float) -> None:
    X = np.concatenate([blobs(4, 60, apart=4.0), 5 * np.random.default_rng(1).random((60, 2))])
    labels = density_clusters(X, n_neighbors=10, prominence=prominence, least=1)
    theirs = Tomato(k=10, merge_threshold=np.log(prominence), symmetrize_graph=True).fit(X)
    pairs = set(zip(labels.tolist(), theirs.labels_.tolist(), strict=True))
    assert len(pairs) == labels.max() + 1 == theirs.n_clusters_


def test_neither_unit_nor_order_matters() -> None:
    X = blobs(3)
    order = np.random.default_rng(0).permutation(len(X))
    labels = density_clusters(X, **USUAL)
    np.testing.assert_array_equal(density_clusters(1024 * X, **USUAL), labels)
    shuffled = density_clusters(X[order], **USUAL)
    assert len(set(zip(labels[order].tolist(), shuffled.tolist(), strict=True))) == 3


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"n_neighbors": 21}, "at most as many neighbours as the 20 points .* got 21 neighbours"),
        ({"prominence": 1.0}, "a prominence above 1, got 20 neighbours and 1.0"),
        ({"prominence": np.nan}, "a prominence above 1"),
        ({"n_neighbors": 1}, "n_neighbors must be a whole number of at least 2"),
        ({"least": 0}, "least must be a whole number of at least 1"),
        ({"points": np.zeros((20, 3))}, "points must lie in the plane"),
        ({"points": np.full((20, 2), np.nan)}, "points must be finite"),
    ],
)
def test_what_does_not_fit_is_refused(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        density_clusters(**{"points": blobs(1, 20), **USUAL, **changed})
