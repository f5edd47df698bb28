"""TopoMap against its definition: what joins in the input joins in the plane, at that length."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components
from scipy.spatial import ConvexHull
from scipy.spatial.distance import cdist

from tests.topo.strategies import clouds
from topo.homology.diagrams import persistence_diagrams
from topo.homology.distances import bottleneck, sliced_wasserstein
from topo.homology.pairing import deaths
from topo.methods import METHODS
from topo.methods.topomap_layout import convex_hull

Points = NDArray[np.float64]


def embed(X: Any) -> Points:
    return METHODS["topomap"]().embed(X, X, seed=0).points


def cloud(n: int, d: int, seed: int = 0) -> Points:
    return np.random.default_rng(seed).normal(size=(n, d))


def check_tree(X: Points) -> None:
    lengths, Z = deaths(cdist(X, X)), embed(X)
    np.testing.assert_allclose(deaths(cdist(Z, Z)), lengths, rtol=0, atol=1e-14 * lengths.sum())


SQUARES = np.array(list(product(range(7), repeat=2)), np.float64)
LATTICES = {
    "squares": SQUARES,
    "cubes": np.array(list(product(range(4), repeat=3)), np.float64),
    "triangles": SQUARES @ np.array([[1.0, 0.0], [0.5, 0.75**0.5]]),
    "squares, turned": SQUARES @ np.array([[0.6, 0.8], [-0.8, 0.6]]),
    "squares, each point three times": np.repeat(SQUARES, 3, axis=0),
}


@given(clouds(n=st.integers(2, 30), d=st.integers(1, 5), scales=(1.0, 1e-9, 1e9)))
def test_the_tree_has_the_inputs_lengths(points: Any) -> None:
    X = points.astype(np.float64)
    if (X[0] != X).any():
        check_tree(X)


@pytest.mark.parametrize("kind", LATTICES)
def test_the_tree_of_a_lattice_has_the_inputs_lengths(kind: str) -> None:
    check_tree(LATTICES[kind])


@pytest.mark.parametrize("d", [1, 2, 3, 100])
def test_the_tree_of_many_points_has_the_inputs_lengths(d: int) -> None:
    check_tree(cloud(400, d))


def test_lengths_may_lie_far_apart() -> None:
    check_tree(np.logspace(-9, 3, 40)[:, None] * cloud(40, 3))


def partition(distances: NDArray[np.float64], scale: float) -> set[frozenset[int]]:
    """Components of the graph of all edges up to a length."""
    n, label = connected_components(distances <= scale, directed=False)
    return {frozenset(np.flatnonzero(label == component).tolist()) for component in range(n)}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("kind", [np.float64, np.int64])
def test_components_are_the_inputs_at_every_length(seed: int, kind: Any) -> None:
    X = (2 * cloud(40, 2, seed)).astype(kind).astype(np.float64)  # whole numbers: ties, copies
    distances, Z = cdist(X, X), embed(X)
    in_plane = cdist(Z, Z)
    for length in np.unique(deaths(distances)):
        for scale in (length - 1e-9, length + 1e-9):
            assert partition(in_plane, scale) == partition(distances, scale)


def test_diagrams_are_equal_to_single_precision() -> None:
    X = cloud(300, 20)
    Z = embed(X)
    D, E = (persistence_diagrams(cdist(points, points), (0,))[0] for points in (X, Z))
    last = D[-1, 1]
    assert bottleneck(D, E) <= 1e-6 * last
    assert sliced_wasserstein(D, E, n_directions=20) <= 1e-6 * len(D) * last


def test_equal_points_stay_equal() -> None:
    X = np.repeat(cloud(9, 4), 5, axis=0)
    Z = embed(X).reshape(9, 5, 2)
    assert (Z[:, :1] == Z).all()
    assert len(np.unique(Z[:, 0], axis=0)) == 9


def test_two_points_keep_their_distance_in_the_inputs_unit() -> None:
    Z = embed(np.array([[0.0, 0.0, 0.0], [3.0, 0.0, 4.0]]))
    assert np.linalg.norm(Z[0] - Z[1]) == 5


def test_two_pairs_face_each_other_by_hand() -> None:
    # Pairs of length 1 and 2 on a line, 3 apart: they come to lie parallel, from 1 and 4 on.
    Z = embed(np.array([[0.0], [1.0], [4.0], [6.0]]))
    expected = np.sqrt([[10, 10], [9, 13]])
    np.testing.assert_allclose(cdist(Z[:2], Z[2:]), expected)


def test_the_larger_component_stays_in_place() -> None:
    # Gaps of 1, 2, … 30 from the far end: each join moves a single point.
    Z = embed(np.cumsum(np.arange(30.0, -1, -1))[:, None])
    assert (Z[-2] == 0).all()
    check_tree(np.cumsum(np.arange(30.0, -1, -1))[:, None])


@given(clouds(n=st.integers(1, 20), d=st.just(2), scales=(1.0,)))
def test_hull_is_convex_counterclockwise_and_holds_all_points(points: Any) -> None:
    X = points.astype(np.float64)
    hull = np.array(convex_hull([(x, y) for x, y in X.tolist()]))
    assert {tuple(corner) for corner in hull.tolist()} <= {tuple(row) for row in X.tolist()}
    assert len(hull) == len(np.unique(hull, axis=0))
    for start, end in zip(hull, np.roll(hull, -1, axis=0), strict=True):
        side, offsets = end - start, X - start
        to_the_left = side[0] * offsets[:, 1] - side[1] * offsets[:, 0]
        assert (to_the_left >= -1e-9 * np.ptp(X)).all()


def test_hull_is_qhulls() -> None:
    X = cloud(200, 2)
    theirs = X[ConvexHull(X).vertices]  # counterclockwise, from another corner
    ours = np.array(convex_hull([(x, y) for x, y in X.tolist()]))
    first = int(np.flatnonzero((theirs == ours[0]).all(axis=1))[0])
    np.testing.assert_array_equal(ours, np.roll(theirs, -first, axis=0))
    assert len(convex_hull([(float(i), 2.0 * i) for i in range(5)])) == 2
    assert convex_hull([(1.0, 2.0)] * 3) == [(1.0, 2.0)]
