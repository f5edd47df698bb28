"""Persistence of whatever is given: as plainly defined on small input, else an error in words."""

from __future__ import annotations

from itertools import combinations, permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from tests.topo.strategies import (
    attempt,
    clouds,
    diagrams,
    layouts,
    no_arrays,
    no_clouds,
    no_diagrams,
)
from topo.checks import check_diagram, check_distances
from topo.homology.diagrams import persistence, persistence_diagrams
from topo.homology.distances import bottleneck, sliced_wasserstein, wasserstein
from topo.homology.matching import matched_share, optimal_matching
from topo.homology.pairing import deaths, minimum_spanning_tree
from topo.homology.planar import planar_loops
from topo.homology.points import deaths_of_points, spanning_tree_of_points
from topo.homology.scaling import best_bottleneck_factor, best_factor, scale
from topo.metrics.compute.space import pairwise_distances

EMPTY = np.empty((0, 2))
#: Deaths so far apart that a sum holds only one of them, and units near the ends of the range.
UNITS = (1.0, 1e-12, 1e12, 1e-300, 1e290)


def kruskal(distances: NDArray[Any]) -> list[float]:
    component = list(range(len(distances)))
    lengths = []
    for length, i, j in sorted((distances[i, j], i, j) for i, j in combinations(component, 2)):
        if component[i] != component[j]:
            lengths.append(float(length))
            component = [component[i] if c == component[j] else c for c in component]
    return lengths


@given(clouds(scales=(1.0, 1e-60, 1e60)))
def test_deaths_are_kruskals_and_those_of_giotto_to_single_precision(points: Any) -> None:
    distances = pairwise_distances(points.astype(np.float64))
    expected = kruskal(distances)
    assert deaths(distances).tolist() == expected
    found = persistence_diagrams(distances, (0, 1))
    assert not found[0][:, 0].any()
    atol = 1e-37 * distances.max()
    np.testing.assert_allclose(found[0][:, 1], expected, rtol=1e-6, atol=atol)
    assert (found[1][:, 0] < found[1][:, 1]).all()


# --- from points ---

ORDINARY = (1.0, 1e-60, 1e60)
RING = np.column_stack([np.cos(np.arange(12.0)), np.sin(np.arange(12.0))])


@given(clouds(d=st.integers(1, 40), scales=ORDINARY))
def test_deaths_of_points_are_kruskals(points: Any) -> None:
    expected = kruskal(pairwise_distances(points.astype(np.float64)))
    np.testing.assert_allclose(deaths_of_points(points), expected, rtol=1e-12)


@given(clouds(d=st.integers(1, 40), scales=ORDINARY))
def test_tree_of_points_is_a_tree_with_its_lengths_in_order(points: Any) -> None:
    distances = pairwise_distances(points.astype(np.float64))
    edges, lengths = spanning_tree_of_points(points)
    i, j = edges.T
    np.testing.assert_allclose(distances[i, j], lengths, rtol=1e-12)
    assert [*zip(lengths, i, j, strict=True)] == sorted(zip(lengths, i, j, strict=True))
    assert (i < j).all()
    component = np.arange(len(points))
    for one, other in edges:
        assert component[one] != component[other]
        component[component == component[other]] = component[one]


@given(clouds() | no_clouds() | no_arrays)
def test_deaths_of_points_are_finite_lengths_or_refused(points: Any) -> None:
    found = attempt(deaths_of_points, points)
    if found is not None:
        assert found.shape == (len(points) - 1,)
        assert np.isfinite(found).all()
        assert (np.diff(found, prepend=0) >= 0).all()
        assert found.any() == (points != points[0]).any()


@given(clouds(d=st.integers(2, 2) | st.integers(1, 3)) | no_clouds() | no_arrays)
def test_loops_are_born_before_they_die_or_points_are_refused(points: Any) -> None:
    loops = attempt(planar_loops, points)
    if loops is not None:
        assert loops.shape[1:] == (2,)
        assert (loops[:, 0] < loops[:, 1]).all()
        assert (loops >= 0).all()
        diameter = np.linalg.norm(np.ptp(points.astype(np.float64), axis=0))
        assert loops.max(initial=0) <= 2 * diameter


@given(clouds(n=st.integers(3, 12), d=st.just(2), scales=(1.0,)), st.sampled_from([-300, 1, 300]))
def test_loops_grow_with_their_points(points: Any, exponent: int) -> None:
    points = points.astype(np.float64)
    unit = 2.0**exponent
    assert np.array_equal(planar_loops(unit * points), unit * planar_loops(points))


@pytest.mark.parametrize(
    ("points", "words"),
    [
        (np.where(np.arange(24).reshape(12, 2) == 5, np.nan, RING), "finite, got nan in row 2, co"),
        (np.where(np.arange(24).reshape(12, 2) == 5, np.inf, RING), "finite, got inf in row 2, co"),
        (1.5e308 * RING, r"points overflow: coordinates reach 1\.5e\+308; rescale the points"),
        (1e-170 * RING, r"points vanish: coordinates differ by .*e-170, which must be at least 1e"),
        (RING[:0], "must have at least one row and one column, got 0 x 2"),
        (RING.tolist(), "must be an array of real numbers, got list: convert them"),
    ],
)
def test_points_without_distances_are_named(points: Any, words: str) -> None:
    for function in (planar_loops, deaths_of_points):
        with pytest.raises(ValueError, match=words):
            function(points)


def test_equal_points_far_out_have_no_loop() -> None:
    assert planar_loops(np.full((9, 2), 1.7e308)).shape == (0, 2)
    assert not deaths_of_points(np.full((9, 2), 1.7e308)).any()


# --- from distances ---


@st.composite
def matrices(draw: Any) -> Any:
    """Matrices that may be distances, and mostly are not."""
    shape = draw(st.sampled_from([(4, 4), (4, 4), (4, 4), (3, 4), (4,), (0, 0), (2, 2, 2), (1, 1)]))
    entries = st.sampled_from([0.0, 1.0, 2.0, 2.0, 5e-324, 1.7e308]) | st.floats(0, 3, width=32)
    matrix = draw(arrays(np.float64, shape, elements=entries))
    if len(shape) == 2 and shape[0] == shape[1] and draw(st.integers(0, 3)):
        matrix = np.maximum(matrix, matrix.T)
        np.fill_diagonal(matrix, 0)
    if matrix.size and not draw(st.integers(0, 3)):
        matrix.flat[draw(st.integers(0, matrix.size - 1))] = draw(
            st.sampled_from([np.nan, np.inf, -np.inf, -1.0, -5e-324])
        )
    dtypes = ["f8", "f8", "f8", ">f8", "f4", "f2", "g", "i8", "u1", "?", "c16", "O", "U8"]
    with np.errstate(all="ignore"):
        return draw(layouts(matrix.astype(draw(st.sampled_from(dtypes)))))


@pytest.mark.filterwarnings("ignore:overflow encountered in cast")  # of long doubles
@given(matrices() | no_arrays)
def test_matrices_have_a_tree_and_diagrams_or_an_error_in_words(matrix: Any) -> None:
    checked = attempt(check_distances, matrix)
    if checked is not None:
        assert checked.dtype == np.float64
        assert np.isfinite(checked).all()
    edges = attempt(minimum_spanning_tree, matrix)
    found = attempt(persistence_diagrams, matrix, (0, 1))
    if edges is not None:
        assert edges.shape == (len(matrix) - 1, 2)
        assert (edges[:, 0] < edges[:, 1]).all()
    if found is not None:
        assert found[0].shape == (len(matrix) - 1, 2)
        for diagram in found.values():
            check_diagram(diagram / max(1.0, float(diagram.max(initial=0))))


@pytest.mark.parametrize("dimensions", [(), 0, (-1,), (0.0,), ("0",), (True,), None, ([0],)])
def test_other_dimensions_are_refused(dimensions: Any) -> None:
    with pytest.raises(ValueError, match="dimensions must be integers of at least 0, got"):
        persistence_diagrams(np.zeros((2, 2)), dimensions)


def all_matchings(n: int, m: int) -> Any:
    for size in range(min(n, m) + 1):
        for rows in combinations(range(n), size):
            for columns in permutations(range(m), size):
                yield list(rows), list(columns)


def ways(D: Any, E: Any, rows: list[int], columns: list[int]) -> NDArray[np.float64]:
    matched = np.abs(D[rows] - E[columns]).max(axis=1)
    alone = [np.delete(P[:, 1] - P[:, 0], taken) / 2 for P, taken in ((D, rows), (E, columns))]
    return np.concatenate([matched, *alone])


@given(diagrams(most=3), diagrams(most=3), st.sampled_from(UNITS))
def test_distances_are_the_least_over_all_matchings(D: Any, E: Any, unit: float) -> None:
    possible = [ways(D, E, *matching) for matching in all_matchings(len(D), len(E))]
    longest = unit * min(way.max(initial=0) for way in possible)
    assert bottleneck(unit * D, unit * E) == pytest.approx(longest, rel=1e-12)
    largest = max(1e-300, D.max(initial=0), E.max(initial=0))
    for order in (1, 2, 3.5):
        powers = (((way / largest) ** order).sum() for way in possible)
        least = largest * min(powers) ** (1 / order)
        # Beside the largest persistence, powers below the last digit do not count.
        atol = unit * largest * 1e-15 ** (1 / order)
        found = wasserstein(unit * D, unit * E, order=order)
        assert found == pytest.approx(unit * least, rel=1e-9, abs=max(atol, 1e-307))


DISTANCES = {
    "bottleneck": bottleneck,
    "wasserstein_1": lambda D, E: wasserstein(D, E, order=1),
    "wasserstein_2": lambda D, E: wasserstein(D, E, order=2),
    "wasserstein_4": lambda D, E: wasserstein(D, E, order=4),
    "sliced": lambda D, E: sliced_wasserstein(D, E, n_directions=7),
}
every_distance = pytest.mark.parametrize("distance", DISTANCES.values(), ids=DISTANCES)
any_diagrams = diagrams(scales=(1.0, 1.0, 1e-7, 1e7, 1e-300, 1e290))


@every_distance
@given(any_diagrams, any_diagrams)
def test_distances_of_any_scale_are_symmetric_and_bounded_by_the_way_over_nothing(
    distance: Any, D: Any, E: Any
) -> None:
    there, back = distance(D, E), distance(E, D)
    assert np.isfinite(there)
    assert there >= 0
    assert there == pytest.approx(back, rel=1e-6)
    assert there <= (distance(D, EMPTY) + distance(E, EMPTY)) * (1 + 1e-9)
    # The fourth power of 1e-4 is lost beside 1.
    assert distance(D, D[::-1]) <= 1e-3 * distance(D, EMPTY)


@every_distance
@given(any_diagrams, no_diagrams())
def test_what_is_no_diagram_is_refused_by_distances(distance: Any, D: Any, other: Any) -> None:
    for pair in ((D, other), (other, D)):
        with pytest.raises(ValueError, match=r"births and deaths|persistence diagram|a death"):
            distance(*pair)
        assert attempt(distance, *pair) is None


@given(any_diagrams | no_diagrams(), any_diagrams, st.sampled_from([0.5, 1, 2, 4, 5, np.nan, 1e9]))
def test_matchings_pair_every_point_once_at_most(D: Any, E: Any, order: float) -> None:
    pairs = attempt(optimal_matching, D, E, order=order)
    assert (pairs is None) == (not 1 <= order <= 4 or attempt(check_diagram, D) is None)
    if pairs is not None:
        for column, P in zip(pairs.T, (D, E), strict=True):
            assert len(set(column.tolist())) == len(column)
            assert ((column >= 0) & (column < len(P))).all()
        assert 0 <= matched_share(D, E) <= 1


@given(any_diagrams | no_diagrams(), st.sampled_from(["raw", "sum", "max", "best", ""]))
def test_scaled_diagrams_have_size_1(D: Any, scaling: str) -> None:
    scaled = attempt(scale, D, scaling)
    if scaled is None:
        assert scaling in ("best", "") or attempt(check_diagram, D) is None
    elif scaling != "raw" and persistence(D).any():
        lengths = persistence(scaled)
        size = lengths.sum() if scaling == "sum" else lengths.max()
        assert size == pytest.approx(1, rel=1e-6)


def test_birth_beyond_the_size_of_its_diagram_cannot_be_scaled() -> None:
    with pytest.raises(ValueError, match="cannot be divided by its size 1e-20: leave out the rows"):
        scale([[1e290, 1e290], [0, 1e-20]], "max")


FACTORS = {
    "bottleneck": (best_bottleneck_factor, bottleneck),
    "sliced": (
        lambda D, E: best_factor(D, E, DISTANCES["sliced"]),
        DISTANCES["sliced"],
    ),
}


@pytest.mark.parametrize("name", FACTORS)
@given(any_diagrams | no_diagrams(), any_diagrams)
def test_best_factors_do_no_worse_than_the_empty_diagram(name: str, D: Any, E: Any) -> None:
    search, distance = FACTORS[name]
    found = attempt(search, D, E)
    if found is not None:
        factor, least = found
        assert factor >= 0
        assert 0 <= least <= distance(D, EMPTY) * (1 + 1e-9)
        assert least == pytest.approx(distance(D, factor * E), rel=1e-9)


@pytest.mark.parametrize("name", FACTORS)
def test_factors_beyond_the_range_of_floats_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"ratio from 1e-290 to 1e\+290, got .*: rescale one"):
        FACTORS[name][0]([[0, 1e200]], [[0, 1e-200]])
