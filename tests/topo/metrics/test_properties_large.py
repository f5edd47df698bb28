"""Metrics of large clouds given whatever there is: as of whole matrices, else an error in words."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.topo.strategies import at_most, attempt, clouds, no_arrays, no_clouds
from topo.checks import check_pair, check_whole
from topo.metrics import METRICS, Score, Space
from topo.metrics.classes import knn_accuracy
from topo.metrics.compute.blocks import local_scores
from topo.metrics.local import continuity, trustworthiness
from topo.metrics.sampled import disjoint_subsamples, evaluate_sampled, summarise

N = 24
LABELS = np.arange(N) % 3
X = np.random.default_rng(0).normal(size=(N, 4))

some = st.just(N)
whatever = clouds(n=some) | clouds(n=some) | clouds() | no_clouds() | no_arrays
#: Whole numbers: their squared distances have no rounding, and many are tied.
whole = st.integers(1, 4).flatmap(
    lambda d: arrays(np.float64, (N, d), elements=st.integers(-3, 3).map(float))
)
labels = st.sampled_from(
    [
        *(None, LABELS, LABELS.astype(np.uint8), np.zeros(N, int), LABELS - 9),
        *(LABELS[1:], LABELS[:, None], LABELS + 0.5, LABELS.astype(str), LABELS.tolist(), "abc"),
    ]
)
no_whole = st.sampled_from([-5, -1, 0, 2.5, np.nan, True, None, "3", [3]])


@given(whatever, whatever)
def test_pairs_are_of_the_same_points_or_refused(first: Any, second: Any) -> None:
    pair = attempt(check_pair, first, second)
    if pair is not None:
        assert len(pair[0]) == len(pair[1])
        for given_points, points in zip((first, second), pair, strict=True):
            assert points.dtype == np.float64
            assert np.array_equal(points, given_points)


@given(st.integers() | st.floats() | no_whole, st.integers(-3, 3))
def test_whole_numbers_are_taken_and_others_named(number: Any, least: int) -> None:
    try:
        check_whole(number, "n_rows", least=least)
    except ValueError as error:
        assert f"n_rows must be a whole number of at least {least}, got {number!r}" in str(error)
    else:
        assert number == int(number) >= least


# --- by blocks ---


@given(
    *(whatever, whatever, labels),
    st.sampled_from([(5,), (1, 2), [11], (12,), (0,), (), (2.5,), (True,), 5, "5", None, (9**99,)]),
    st.sampled_from([1, 7, N, 10**30]) | no_whole,
)
def test_scores_by_blocks_lie_in_0_to_1_or_are_refused(
    first: Any, second: Any, classes: Any, sizes: Any, n_rows: Any
) -> None:
    scores = attempt(local_scores, first, second, sizes=sizes, labels=classes, n_rows=n_rows)
    if scores is not None:
        assert 0 <= scores.trustworthiness <= 1
        assert 0 <= scores.continuity <= 1
        assert math.isnan(scores.knn_accuracy) == (classes is None)
        assert classes is None or 0 <= scores.knn_accuracy <= 1


@given(whole, whole, st.sampled_from([-400, 0, 400]), st.sampled_from([1, 5, N]))
def test_scores_by_blocks_are_those_of_whole_matrices(
    first: Any, second: Any, exponent: int, n_rows: int
) -> None:
    ranks = [Space.of(points, ()).ranks for points in (first, second)]
    unit = 2.0**exponent
    given_arguments: dict[str, Any] = {"sizes": (3, 10), "labels": LABELS, "n_rows": n_rows}
    scores = local_scores(unit * first, second, **given_arguments)
    assert scores.trustworthiness == pytest.approx(trustworthiness(*ranks, sizes=(3, 10)))
    assert scores.continuity == pytest.approx(continuity(*ranks, sizes=(3, 10)))
    assert scores.knn_accuracy == pytest.approx(knn_accuracy(ranks[1], LABELS))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"X": 1e200 * X}, "input: squared distances between points overflow: .*; rescale the po"),
        ({"Z": 1e-200 * X}, "embedding: squared distances between points vanish: .*; rescale the"),
        ({"Z": np.full((N, 2), np.nan)}, "embedding: points must be finite, got nan in row 0, col"),
        ({"X": np.arange(float(N))}, r"input: points must have two axes, .* got shape \(24,\)"),
        ({"X": X.tolist()}, "input: points must be an array of real numbers, got list"),
        ({"n_rows": -5}, "n_rows must be a whole number of at least 1, got -5: pass another"),
        ({"n_rows": 0}, "n_rows must be a whole number of at least 1, got 0: pass another"),
        ({"sizes": (2.5,)}, r"sizes must be whole numbers from 1 .*, got \(2.5,\)"),
        ({"sizes": 5}, r"sizes must be a tuple of whole numbers, got 5: write \(10,\)"),
        ({"labels": LABELS[1:]}, r"24 points need 24 labels, got shape \(23,\)"),
    ],
)
def test_refusals_of_blocks_say_what_is_wrong(changed: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        local_scores(**{"X": X, "Z": X[:, :2], "sizes": (5,), **changed})


# --- subsamples ---

NAMES = ("rmse", "kl_0.1", "bottleneck", "trustworthiness_k5", "silhouette", "nesting", "tsne_kl")
ALL = [metric for name in NAMES for metric in METRICS[name]]


@at_most(20)
@given(
    *(whatever, whatever, labels, st.sampled_from([None, 0, 9])),
    st.sampled_from([2, 12, 12, 13]) | no_whole,
    st.sampled_from([2, 2, 3]) | no_whole,
    st.sampled_from([0, 2**70]) | no_whole,
)
def test_estimates_are_within_bounds_or_say_why_not(
    first: Any, second: Any, classes: Any, outer: Any, n_points: Any, n_samples: Any, seed: Any
) -> None:
    sizes = {"n_points": n_points, "n_samples": n_samples, "seed": seed}
    found = attempt(evaluate_sampled, first, second, NAMES, labels=classes, outer=outer, **sizes)
    if found is None:
        return
    assert len(found) == len(ALL)
    for metric, estimate in zip(ALL, found, strict=True):
        if estimate.score.status == "ok":
            assert metric.low <= estimate.score.value <= metric.high
            assert 0 <= estimate.standard_error < math.inf
        else:
            assert math.isnan(estimate.score.value)
            assert len(estimate.score.reason) > 10


counts = st.integers(-1, 40) | st.sampled_from([10**9, 10**30]) | no_whole


@at_most(100)
@given(counts, counts, counts, counts)
def test_subsamples_are_disjoint_or_refused(
    n_all: Any, n_points: Any, n_samples: Any, seed: Any
) -> None:
    sizes = {"n_points": n_points, "n_samples": n_samples, "seed": seed}
    drawn = attempt(disjoint_subsamples, n_all, **sizes)
    if drawn is not None:
        assert drawn.shape == (n_samples, n_points)
        assert len(np.unique(drawn)) == n_samples * n_points
        assert 0 <= drawn.min() <= drawn.max() < n_all


values = st.sampled_from([0.0, 1.0, 1e150, -1e150, math.nan])


@given(st.lists(st.tuples(values, st.sampled_from(["rmse", "rmse", "rmse", "kl_1"])), max_size=4))
def test_means_are_of_one_metric_or_refused(given_scores: Any) -> None:
    scores = [
        [Score(name, None, "raw", v, "ok" if v == v else "failed", "" if v == v else "it broke")]
        for v, name in given_scores
    ]
    found = attempt(summarise, scores, n_points=2, n_all=9)
    assert (found is None) == (len(scores) < 2 or len({name for _, name in given_scores}) > 1)
    for estimate in found or []:
        assert (estimate.score.status == "ok") == math.isfinite(estimate.score.value)
        assert math.isnan(estimate.standard_error) == math.isnan(estimate.score.value)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"X": X.tolist()}, "input: points must be an array of real numbers, got list"),
        ({"Z": 1e200 * X}, "embedding: squared distances between points overflow: .*; rescale"),
        ({"seed": -1}, "seed must be a whole number of at least 0, got -1: pass another"),
        ({"n_points": 2.5}, "n_points must be a whole number of at least 0, got 2.5: pass another"),
        ({"labels": LABELS[1:]}, r"24 points need 24 labels, got shape \(23,\)"),
    ],
)
def test_refusals_of_estimates_say_what_is_wrong(changed: Any, words: str) -> None:
    usual = {"X": X, "Z": X[:, :2], "names": ["rmse"], "n_points": 6, "n_samples": 2, "seed": 0}
    with pytest.raises(ValueError, match=words):
        evaluate_sampled(**usual | changed)


def test_more_points_than_memory_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 100,000,000 points, got 1,000,000,000: draw fro"):
        disjoint_subsamples(10**9, n_points=2, n_samples=2, seed=0)


def test_scores_of_different_metrics_have_no_mean() -> None:
    one, other = (Score(name, None, "raw", 1.0, "ok", "") for name in ("rmse", "kl_1"))
    words = "same metrics of at least 2 subsamples, got 2 lists of metrics from 2: evaluate all"
    with pytest.raises(ValueError, match=words):
        summarise([[one], [other]], n_points=2, n_all=9)
    with pytest.raises(ValueError, match="got 1 lists of metrics from 1"):
        summarise([[one]], n_points=2, n_all=9)
