from __future__ import annotations

from itertools import combinations, permutations
from typing import Any

import numpy as np
import pytest
from gtda.homology import VietorisRipsPersistence
from numpy.typing import NDArray
from scipy.sparse.csgraph import minimum_spanning_tree as scipy_tree
from scipy.spatial.distance import cdist

from topo.homology.pairing import deaths, minimum_spanning_tree, tree_edges


def distances_of(points: NDArray[Any]) -> NDArray[np.float64]:
    return cdist(points, points)


def union_find_deaths(distances: NDArray[Any]) -> list[float]:
    """Kruskal's algorithm, as plainly as it can be written."""
    component = list(range(len(distances)))
    lengths = []
    for length, i, j in sorted((distances[i, j], i, j) for i, j in combinations(component, 2)):
        if component[i] != component[j]:
            lengths.append(float(length))
            joined = component[j]
            component = [component[i] if c == joined else c for c in component]
    return lengths


def cloud(seed: int, n: int = 40) -> NDArray[np.float64]:
    return np.random.default_rng(seed).normal(size=(n, 3))


def grid(seed: int, n: int = 40) -> NDArray[np.float64]:
    """Points with many ties and duplicates."""
    return np.random.default_rng(seed).integers(0, 4, size=(n, 2)).astype(float)


def test_line_of_four_points() -> None:
    distances = distances_of(np.array([[3.0], [0.0], [7.0], [1.0]]))
    assert minimum_spanning_tree(distances).tolist() == [[1, 3], [0, 3], [0, 2]]
    assert deaths(distances).tolist() == [1, 2, 4]


def test_zero_length_edges_are_edges() -> None:
    distances = distances_of(np.array([[0.0], [5.0], [0.0], [0.0]]))
    assert minimum_spanning_tree(distances).tolist() == [[0, 2], [0, 3], [0, 1]]
    assert deaths(distances).tolist() == [0, 0, 5]


def test_ties_are_resolved_by_index() -> None:
    square = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    assert minimum_spanning_tree(distances_of(square)).tolist() == [[0, 1], [0, 3], [1, 2]]
    assert minimum_spanning_tree(np.zeros((4, 4))).tolist() == [[0, 1], [0, 2], [0, 3]]


@pytest.mark.parametrize("n", [1, 2])
def test_smallest_inputs(n: int) -> None:
    edges = minimum_spanning_tree(np.ones((n, n)))
    assert edges.shape == (n - 1, 2)
    assert edges.dtype == np.int64
    assert deaths(np.ones((n, n))).tolist() == [1.0] * (n - 1)


@pytest.mark.parametrize("make", [cloud, grid])
@pytest.mark.parametrize("seed", range(5))
def test_equals_union_find(make: Any, seed: int) -> None:
    distances = distances_of(make(seed))
    assert deaths(distances).tolist() == union_find_deaths(distances)


@pytest.mark.parametrize("make", [cloud, grid])
def test_edges_form_a_tree_ordered_by_length_then_index(make: Any) -> None:
    distances = distances_of(make(0))
    edges = minimum_spanning_tree(distances)
    reached = {0}
    for _ in edges:
        reached |= {int(v) for edge in edges if reached & set(edge.tolist()) for v in edge}
    assert reached == set(range(len(distances)))
    keys = [(distances[i, j], i, j) for i, j in edges.tolist()]
    assert keys == sorted(keys)
    assert (edges[:, 0] < edges[:, 1]).all()
    assert sorted(map(tuple, tree_edges(distances).tolist())) == sorted(map(tuple, edges.tolist()))


def test_equals_scipy_where_no_distance_is_zero() -> None:
    distances = distances_of(cloud(1, n=200))
    np.testing.assert_array_equal(deaths(distances), np.sort(scipy_tree(distances).data))


@pytest.mark.parametrize("make", [cloud, grid])
def test_equals_giotto_in_dimension_0(make: Any) -> None:
    distances = distances_of(make(2))
    homology = VietorisRipsPersistence(metric="precomputed", homology_dimensions=(0,))
    diagram = homology.fit_transform(distances[None])[0]
    theirs = np.sort(diagram[:, 1])
    ours = deaths(distances)
    # giotto-tda leaves out points that die at birth, and computes in float32.
    np.testing.assert_allclose(theirs[theirs > 0], ours[ours > 0], rtol=1e-6)


def test_float32_is_taken_as_it_is() -> None:
    distances = distances_of(cloud(3)).astype(np.float32)
    assert deaths(distances).dtype == np.float32
    np.testing.assert_array_equal(deaths(distances), deaths(distances.astype(np.float64)))


def test_memory_layout_does_not_matter() -> None:
    distances = distances_of(cloud(4))
    frozen = distances.copy()
    frozen.flags.writeable = False
    twice = np.repeat(np.repeat(distances, 2, axis=0), 2, axis=1)
    expected = minimum_spanning_tree(distances)
    for same in (frozen, np.asfortranarray(distances), twice[::2, ::2]):
        np.testing.assert_array_equal(minimum_spanning_tree(same), expected)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -1.0])
def test_a_bad_distance_is_found_wherever_it_is(bad: float) -> None:
    for i, j in permutations(range(5), 2):
        distances = distances_of(cloud(5, n=5))
        distances[i, j] = distances[j, i] = bad
        with pytest.raises(ValueError, match=f"finite and at least 0, got {bad}: look for NaN"):
            minimum_spanning_tree(distances)


@pytest.mark.parametrize("shape", [(3,), (3, 2), (0, 0), (2, 2, 2)])
def test_wrong_shapes_are_named(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"must be an \(n, n\) matrix .* got an array of shape"):
        minimum_spanning_tree(np.zeros(shape))
