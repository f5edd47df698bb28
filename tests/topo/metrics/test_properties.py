"""Metrics of whatever is given: a value within the stated bounds, else an error in words."""

from __future__ import annotations

import math
import re
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from tests.topo.homology.test_properties import matrices as distance_matrices
from tests.topo.strategies import at_most, attempt, clouds, no_arrays, no_clouds
from topo.checks import (
    check_labels,
    check_numbers,
    check_ranks,
    check_same_points,
    check_square,
)
from topo.controls import compare_with_controls
from topo.metrics import METRICS, Comparison, Metric, Space, evaluate
from topo.metrics.classes import knn_accuracy, silhouette
from topo.metrics.compute.kernels import kernel_densities, raw_density, relative_density
from topo.metrics.compute.neighbours import nearest
from topo.metrics.compute.plane import convex_hull, ellipse_area, largest_gap, lie_in_hull
from topo.metrics.density import kl_divergence
from topo.metrics.distance import distance_pearson, rmse
from topo.metrics.fragments import fragments
from topo.metrics.local import continuity, trustworthiness
from topo.metrics.nesting import nesting
from topo.metrics.outer import (
    outer_class_area_ratio,
    outer_fragments,
    outer_inner_area_ratio,
    outer_radius_variation,
)

ALL = [metric for entries in METRICS.values() for metric in entries]
LABELS = np.arange(24) % 3


def check_space(space: Space, points: NDArray[Any]) -> None:
    n = len(points)
    distances = space.distances
    assert np.array_equal(distances, distances.T)
    assert not np.diagonal(distances).any()
    equal = (space.points[:, None] == space.points).all(axis=2)
    assert not distances[equal].any()
    assert np.isfinite(distances).all()
    # Squares of what is tiny beside the rest may vanish; of all that there is, they must not.
    assert equal.all() or distances.any()
    assert np.array_equal(np.sort(space.ranks, axis=1), np.tile(np.arange(n), (n, 1)))
    for density in space.densities.values():
        assert (density > 0).all()
        assert density.sum() == pytest.approx(1)
    assert space.diagrams[0].shape == (n - 1, 2)


@given(clouds() | no_clouds() | no_arrays)
def test_spaces_are_metric_or_refused(points: Any) -> None:
    space = attempt(Space.of, points)
    if space is not None:
        check_space(space, points)


@pytest.mark.parametrize("scale", [1e-90, 1.0, 1e100])
@given(clouds(n=st.integers(2, 9), scales=(1.0,)))
def test_spaces_of_ordinary_points_are_never_refused(scale: float, points: Any) -> None:
    check_space(Space.of(points.astype(np.float64) * scale), points)


def test_points_too_close_for_squares_are_refused() -> None:
    with pytest.raises(ValueError, match=r"squared distances between points vanish: .* 1e-140"):
        Space.of([[0.0, 0.0], [1e-170, 0.0]])
    assert not Space.of([[1e-170, 0.0], [1e-170, 0.0]]).distances.any()


some = st.just(24)
comparisons = st.tuples(clouds(n=some), clouds(n=some, d=st.just(2)))


@given(comparisons, st.sampled_from([None, 0, 2, 9]))
def test_every_metric_is_within_its_bounds_or_says_why_not(pair: Any, outer: int | None) -> None:
    spaces = [attempt(Space.of, points) for points in pair]
    if None in spaces:
        return
    scalars = {"reconstruction_error": 0.5, "tsne_kl": 1.5}
    comparison = Comparison(*spaces, labels=LABELS, outer=outer, scalars=scalars)
    scores = evaluate(comparison, list(METRICS))
    assert len(scores) == len(ALL)
    for metric, score in zip(ALL, scores, strict=True):
        check_score(metric, score, comparison)


def check_score(metric: Metric, score: Any, comparison: Comparison) -> None:
    if score.status == "ok":
        assert metric.low <= score.value <= metric.high
        assert abs(score.value) <= 1e150
    else:
        assert math.isnan(score.value)
        assert len(score.reason) > 10
    if score.status == "failed":
        # The reason is one of ours: neither a library's nor an arithmetic error's.
        value = attempt(metric.compute, comparison)
        assert value is None or not math.isfinite(value) or abs(value) > 1e150


@given(st.integers(2, 23), st.data())
def test_few_points_fail_some_metrics_and_no_others(n: int, data: Any) -> None:
    pair = [Space.of(data.draw(clouds(n=st.just(n), scales=(1.0,)))) for _ in range(2)]
    comparison = Comparison(*pair, labels=LABELS[:n])
    needs = {"trustworthiness": 21, "continuity": 21, "trustworthiness_k5": 11, "knn_accuracy": 6}
    for score in evaluate(comparison, ["rmse", "kl_0.1", "bottleneck", "distance_pearson", *needs]):
        assert (score.status == "ok") == (n >= needs.get(score.metric, 2))


# --- functions of arrays ---

entries = st.floats(0, 3) | st.sampled_from([0.0, 1.0, np.nan, np.inf, -np.inf, 1e200, 5e-324])
shapes = st.sampled_from([(12, 12), (12, 12), (12, 12), (11, 12), (12,), (0, 0), ()])
matrices = shapes.flatmap(lambda shape: arrays(np.float64, shape, elements=entries))
ranks = st.lists(st.permutations(range(12)), min_size=12, max_size=12).map(np.array)
no_ranks = matrices | arrays(np.int64, (12, 12), elements=st.integers(-2, 13))
labels = st.sampled_from(
    [
        *(LABELS[:12], LABELS[:12].astype(np.uint8), np.zeros(12, int), np.arange(12)),
        *(LABELS, LABELS[:12] + 0.5, LABELS[:12, None], LABELS[:12].astype(str), list(LABELS[:12])),
        *(np.full(12, np.nan), np.array([None] * 12), LABELS[:0], None),
    ]
)


@pytest.mark.parametrize(("measure", "low", "high"), [(rmse, 0, np.inf), (distance_pearson, -1, 1)])
@given(matrices, matrices)
def test_measures_of_distances_are_finite_or_refuse(
    measure: Any, low: float, high: float, first: Any, second: Any
) -> None:
    value = attempt(measure, first, second)
    assert value is None or low <= value <= high


sigmas = st.sampled_from(
    [0.1, 1, np.float32(0.5), 1e-150, 1e150, 0, -1, 1e-320, 1e200, np.nan, np.inf, True, None, "1"]
)


@pytest.mark.filterwarnings("ignore:overflow encountered in cast")  # of long doubles
@pytest.mark.parametrize("density", [relative_density, raw_density])
@given(distance_matrices() | no_arrays, sigmas)
def test_densities_are_shares_or_refused(density: Any, distances: Any, sigma: Any) -> None:
    found = [attempt(density, distances, sigma=sigma)]
    found += (attempt(kernel_densities, distances) or {}).values()
    for each in found:
        if each is not None:
            assert each.shape == (len(distances),)
            assert (each > 0).all()
            assert each.sum() == pytest.approx(1)


@pytest.mark.parametrize("density", [relative_density, raw_density])
@pytest.mark.parametrize("sigma", [0, -0.1, np.nan, 1e200, True, "0.1"])
def test_other_bandwidths_are_named(density: Any, sigma: Any) -> None:
    words = (
        rf"sigma must be a number in 1e-150 … 1e\+150, got {re.escape(repr(sigma))}: the paper's"
    )
    with pytest.raises(ValueError, match=words):
        density(np.zeros((2, 2)), sigma=sigma)


@given(*[arrays(np.float64, 5, elements=st.floats(0, 1) | st.just(np.nan))] * 2)
def test_divergence_is_finite_and_not_negative_or_refused(first: Any, second: Any) -> None:
    value = attempt(kl_divergence, first, second)
    assert value is None or 0 <= value < np.inf


@given(ranks | no_ranks, ranks | no_ranks, st.sampled_from([(5,), (1, 2), (6,), (0,), ()]))
def test_measures_of_ranks_lie_in_0_to_1_or_refuse(first: Any, second: Any, sizes: Any) -> None:
    for measure in (trustworthiness, continuity):
        value = attempt(measure, first, second, sizes=sizes)
        assert value is None or 0 <= value <= 1


@given(ranks, ranks)
def test_true_ranks_are_never_refused(first: Any, second: Any) -> None:
    first, second = (np.argsort(np.argsort(r - 99 * np.eye(12))) for r in (first, second))
    assert 0 <= trustworthiness(first, second, sizes=(5,)) <= 1
    assert trustworthiness(first, first, sizes=(1, 5)) == 1


@given(ranks | no_ranks, matrices, labels)
def test_measures_of_classes_are_within_bounds_or_refuse(
    neighbours: Any, distances: Any, classes: Any
) -> None:
    accuracy = attempt(knn_accuracy, neighbours, classes)
    assert accuracy is None or 0 <= accuracy <= 1
    width = attempt(silhouette, distances, classes)
    assert width is None or -1 <= width <= 1


@given(clouds(n=st.just(12), d=st.integers(1, 3)) | no_clouds() | no_arrays, labels)
def test_measures_of_enclosure_are_within_bounds_or_refuse(points: Any, classes: Any) -> None:
    for measure, high in (
        (nesting, 1),
        (outer_fragments, 50),
        (outer_inner_area_ratio, np.inf),
        (outer_class_area_ratio, np.inf),
        (outer_radius_variation, np.inf),
    ):
        value = attempt(measure, points, classes, outer=2)
        assert value is None or 0 <= value <= high


@given(distance_matrices() | no_clouds() | no_arrays)
def test_pieces_are_counted_or_refused(distances: Any) -> None:
    value = attempt(fragments, distances)
    assert value is None or value in range(51)


measures = [
    *(rmse, distance_pearson, kl_divergence, knn_accuracy, silhouette, check_same_points),
    *(partial(trustworthiness, sizes=(5,)), partial(continuity, sizes=(5,))),
    *(partial(nesting, outer=2), partial(outer_fragments, outer=2)),
]
no_numbers = no_arrays | st.sampled_from([LABELS[:12].astype(str), np.array([None] * 12)])


@pytest.mark.parametrize("measure", measures)
@given(no_numbers, st.sampled_from([np.eye(12), np.eye(12, dtype=int), LABELS[:12]]))
def test_measures_refuse_what_is_no_array_of_numbers(measure: Any, other: Any, good: Any) -> None:
    for pair in ((other, good), (good, other), (other, other)):
        assert attempt(measure, *pair) is None


@given(ranks | no_ranks | labels | no_arrays)
def test_checks_pass_what_they_name_or_refuse_it(array: Any) -> None:
    attempt(check_numbers, array, "entries")
    attempt(check_square, array, "distances")
    attempt(check_ranks, array)
    attempt(check_labels, array, 12)
    near = attempt(nearest, array, 5)
    assert near is None or (near.sum(axis=1) == 5).all()


@at_most(10)
@given(*[clouds(n=st.just(12)) | no_clouds() | no_arrays] * 2, labels)
def test_controls_stand_beside_every_embedding_that_can_be_measured(
    points: Any, latent: Any, classes: Any
) -> None:
    compared = attempt(lambda: list(compare_with_controls(points, latent, classes, name="mine")))
    if compared is not None:
        assert [each.name for each in compared] == ["mine", "pca", "random"]
        for each in compared:
            assert (each.comparison is None) == (len(each.reason) > 10)


# --- the plane ---

planar = clouds(n=st.integers(1, 12), d=st.just(2), scales=(1.0, 1e-100, 1e100)).map(
    lambda points: points.astype(np.float64)
)


@given(planar)
def test_hulls_are_convex_and_hold_their_points(points: Any) -> None:
    corners = convex_hull(points)
    assert {tuple(corner) for corner in corners.tolist()} <= {tuple(p) for p in points.tolist()}
    inside = lie_in_hull(points, corners)
    if len(corners) < 3:
        assert not inside.any()
    elif ellipse_area(corners) > 1e-6 * np.ptp(corners, axis=0).max() ** 2:
        # Rounding may leave a point beside an edge that it lies on, and of a line make a hull.
        towards_centre = corners.mean(axis=0) + (points - corners.mean(axis=0)) * (1 - 1e-9)
        assert lie_in_hull(towards_centre, corners).all()


@given(planar)
def test_gaps_and_areas_are_finite_and_not_negative(points: Any) -> None:
    assert 0 <= largest_gap(points) <= 2 * np.pi * (1 + 1e-15)
    area = ellipse_area(points)
    assert 0 <= area < np.inf
    assert ellipse_area(np.column_stack([points[:, 0], points[:, 0]])) == 0
