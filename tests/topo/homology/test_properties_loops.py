"""Loops, resistances and divergences given whatever points there are."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.topo.strategies import attempt, clouds, no_clouds
from topo.homology.carried import carried_diagram
from topo.homology.cycles import representative_loops
from topo.homology.diagrams import persistence_diagrams
from topo.homology.divergence import srtd_lite
from topo.homology.filtration import edge_filtration
from topo.homology.resistance import effective_resistances
from topo.metrics.compute.space import pairwise_distances
from topo.metrics.trees import edge_correlation, path_correlation

TWO = clouds(n=st.integers(1, 9)), clouds(n=st.integers(1, 9))


@given(clouds(n=st.integers(1, 12)))
def test_loops_are_those_of_giotto(points: Any) -> None:
    distances = attempt(pairwise_distances, points)
    if distances is None:
        return
    loops = representative_loops(distances)
    expected = persistence_diagrams(distances, (1,))[1]
    # What differs by rounding alone may have a bar in double precision only.
    least = 1e-6 * distances.max()
    lives = [np.sort(np.diff(diagram)[:, 0]) for diagram in (loops.diagram, expected)]
    long = [each[each > least] for each in lives]
    np.testing.assert_allclose(*long, rtol=1e-5, atol=least)
    for cycle, (birth, _) in zip(loops.cycles, loops.diagram, strict=True):
        assert (np.bincount(cycle.ravel()) % 2 == 0).all()
        assert distances[cycle[:, 0], cycle[:, 1]].max() == birth
    own = carried_diagram(distances, loops.cycles)
    assert sorted(map(tuple, own)) == sorted(map(tuple, loops.diagram))


@given(no_clouds())
def test_what_is_no_matrix_of_distances_is_refused(given_: Any) -> None:
    for function in (edge_filtration, representative_loops):
        attempt(function, given_)
    attempt(carried_diagram, given_, [])
    attempt(effective_resistances, given_, n_neighbors=1)


@given(clouds(n=st.integers(2, 9)), st.integers(1, 9))
def test_resistances_are_distances_or_refused(points: Any, n_neighbors: int) -> None:
    found = attempt(effective_resistances, points, n_neighbors=n_neighbors)
    if found is None:
        return
    assert n_neighbors < len(points)
    assert np.isfinite(found.distances).all() and found.distances.min() >= 0
    np.testing.assert_array_equal(found.distances, found.distances.T)
    assert not np.diagonal(found.distances).any()


@given(*TWO)
def test_measures_of_two_trees_are_in_their_range_or_refused(X: Any, Z: Any) -> None:
    A, B = (attempt(pairwise_distances, points) for points in (X, Z))
    if A is None or B is None:
        return
    divergence = attempt(srtd_lite, A, B)
    assert (divergence is None) == (len(A) != len(B))
    assert divergence is None or 0 <= divergence < np.inf
    for correlation in (edge_correlation, path_correlation):
        value = attempt(correlation, A, B)
        assert (value is None) == (len(A) != len(B) or len(A) < 3)
        assert value is None or -1 <= value <= 1
