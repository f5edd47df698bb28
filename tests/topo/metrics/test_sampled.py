"""Metrics of large clouds: estimates from subsamples, neighbourhoods by blocks, dimension 0."""

from __future__ import annotations

import math

import numpy as np
import pytest

from topo.homology.pairing import deaths
from topo.homology.points import deaths_of_points
from topo.metrics import METRICS, Comparison, Space, evaluate
from topo.metrics.classes import knn_accuracy
from topo.metrics.compute.blocks import local_scores
from topo.metrics.compute.ranking import rank_rows
from topo.metrics.compute.space import pairwise_distances
from topo.metrics.distance import rmse
from topo.metrics.local import continuity, trustworthiness
from topo.metrics.sampled import disjoint_subsamples, evaluate_sampled

RNG = np.random.default_rng(0)
X = RNG.normal(size=(240, 6))
Z = X[:, :2] + 0.3 * RNG.normal(size=(240, 2))
LABELS = RNG.integers(0, 3, 240)
#: Whole numbers: many equal points and equal distances.
TIED = RNG.integers(0, 3, size=(240, 4)).astype(float)


def estimate(names: list[str], **changed):
    given = {"n_points": 40, "n_samples": 5, "seed": 0, "labels": LABELS, **changed}
    return evaluate_sampled(X, Z, names, **given)


def test_subsamples_share_no_point() -> None:
    drawn = disjoint_subsamples(20, n_points=5, n_samples=4, seed=0)
    assert sorted(drawn.ravel()) == list(range(20))
    assert (np.diff(drawn) > 0).all()
    assert np.array_equal(drawn, disjoint_subsamples(20, n_points=5, n_samples=4, seed=0))
    assert not np.array_equal(drawn, disjoint_subsamples(20, n_points=5, n_samples=4, seed=1))


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        ({"n_points": 5, "n_samples": 5}, "5 disjoint subsamples .* need 25 points, got 20"),
        ({"n_points": 1, "n_samples": 5}, "at least 2 subsamples of at least 2 points, got 5 of 1"),
        ({"n_points": 5, "n_samples": 1}, "at least 2 subsamples of at least 2 points, got 1 of 5"),
    ],
)  # fmt: skip
def test_subsamples_that_do_not_fit_are_refused(sizes, words) -> None:
    with pytest.raises(ValueError, match=words):
        disjoint_subsamples(20, **sizes, seed=0)


def test_estimates_are_means_of_the_subsamples_scores() -> None:
    (found,) = estimate(["rmse"])
    drawn = disjoint_subsamples(240, n_points=40, n_samples=5, seed=0)
    values = [rmse(pairwise_distances(X[rows]), pairwise_distances(Z[rows])) for rows in drawn]
    assert found.values == pytest.approx(values)
    assert found.score.value == pytest.approx(np.mean(values))
    assert found.standard_error == pytest.approx(np.std(values, ddof=1) / math.sqrt(5))
    assert found.describe().startswith(
        "mean over 5 disjoint random subsamples of 40 of 240 points, standard error 0.0"
    )


def test_every_metric_has_an_estimate_or_a_reason() -> None:
    for each in estimate(list(METRICS)):
        score = each.score
        assert (score.status == "ok") == math.isfinite(score.value) == (score.reason == "")
        assert math.isfinite(each.standard_error) == (score.status == "ok")


def test_means_over_pairs_agree_with_all_points() -> None:
    whole = evaluate(Comparison(Space.of(X), Space.of(Z), LABELS), ["distance_pearson"])[0].value
    (found,) = estimate(["distance_pearson"], n_points=24, n_samples=10)
    assert abs(found.score.value - whole) < 4 * found.standard_error


def test_one_subsample_without_a_value_leaves_none() -> None:
    labels = np.zeros(240, dtype=np.int64)
    labels[0] = 1
    (found,) = estimate(["silhouette"], labels=labels)
    assert found.score.status == "not applicable"
    assert found.score.reason == "needs at least two classes"
    assert math.isnan(found.score.value) and math.isnan(found.standard_error)


def test_different_points_are_refused() -> None:
    with pytest.raises(ValueError, match="must be the same point, got 240 and 239 points"):
        evaluate_sampled(X, Z[1:], ["rmse"], n_points=40, n_samples=2, seed=0)
    with pytest.raises(ValueError, match="must be the same point, got 240 and 239 points"):
        local_scores(X, Z[1:], sizes=(5,))


@pytest.mark.parametrize("n_rows", [1, 7, 240, 1000])
@pytest.mark.parametrize("points", [X, TIED])
def test_blocks_give_what_whole_matrices_give(points, n_rows) -> None:
    latent = points[:, :2].copy()
    ranks = [rank_rows(pairwise_distances(each)) for each in (points, latent)]
    sizes = (3, 10, 100)
    found = local_scores(points, latent, sizes=sizes, labels=LABELS, n_rows=n_rows)
    assert found.trustworthiness == pytest.approx(trustworthiness(*ranks, sizes=sizes), abs=1e-14)
    assert found.continuity == pytest.approx(continuity(*ranks, sizes=sizes), abs=1e-14)
    assert found.knn_accuracy == pytest.approx(knn_accuracy(ranks[1], LABELS), abs=1e-14)


def test_blocks_without_labels_and_with_bad_sizes() -> None:
    assert math.isnan(local_scores(X, Z, sizes=(5,)).knn_accuracy)
    for sizes in ((), (0,), (120,)):
        with pytest.raises(ValueError, match=r"below half the number of points \(240\), got"):
            local_scores(X, Z, sizes=sizes)
    with pytest.raises(ValueError, match="at least 6 points, got 5"):
        local_scores(X[:5], Z[:5], sizes=(1,))


@pytest.mark.parametrize("points", [X, Z, TIED, TIED[:1], 1e100 * X, np.repeat(X, 20, axis=1)])
def test_deaths_of_points_are_those_of_their_distances(points) -> None:
    found = deaths_of_points(points)
    if len(points) > 1:
        np.testing.assert_allclose(found, deaths(pairwise_distances(points)), rtol=1e-12)
    assert found.shape == (len(points) - 1,)


@pytest.mark.parametrize(
    ("points", "words"),
    [
        (np.full((3, 2), np.nan), "NaN or infinite|finite"),
        (1e200 * X, "squared distances between points overflow: coordinates reach .*; rescale"),
        (np.zeros(4), "two axes"),
    ],
)
def test_points_without_distances_are_refused(points, words) -> None:
    with pytest.raises(ValueError, match=words):
        deaths_of_points(points)
