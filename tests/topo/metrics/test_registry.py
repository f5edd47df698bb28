"""All metrics by name: contracts that every one keeps, and their evaluation."""

from __future__ import annotations

import math
import pickle
import subprocess
import sys

import numpy as np
import pytest

from topo.metrics import METRICS, Comparison, Metric, Score, Space, evaluate

ALL = [metric for entries in METRICS.values() for metric in entries]
OF_POINTS = [m for m in ALL if m.dimension is None and m.requires not in ("decoder", "objective")]
N_POINTS = 120
OUTER = 3
LABELS = np.repeat([0, 1, 2, OUTER], 30)


def identify(metric: Metric) -> str:
    return f"{metric.name}-{metric.dimension}-{metric.scaling}"


def clouds() -> tuple[np.ndarray, np.ndarray]:
    """Make an input and a plane embedding that is neither perfect nor arbitrary."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(N_POINTS, 6)) + LABELS[:, None] * np.array([2, 1, 0, 0, 0, 0])
    X[LABELS == OUTER] *= 2
    return X, X[:, :2] + 0.3 * rng.normal(size=(N_POINTS, 2))


def compare(X: np.ndarray, Z: np.ndarray, labels: np.ndarray = LABELS) -> Comparison:
    scalars = {"reconstruction_error": 0.25, "tsne_kl": 1.5}
    return Comparison(Space.of(X), Space.of(Z), labels=labels, outer=OUTER, scalars=scalars)


def test_registry_is_keyed_by_name_and_each_entry_is_unique():
    for name, entries in METRICS.items():
        assert entries
        assert {metric.name for metric in entries} == {name}
    assert len({identify(metric) for metric in ALL}) == len(ALL)
    table = {"kl_0.01", "kl_0.1", "kl_1", "trustworthiness", "rmse", "bottleneck"}
    assert table | {"sliced_wasserstein", "reconstruction_error", "nesting"} <= set(METRICS)


@pytest.fixture(scope="module")
def comparisons() -> list[Comparison]:
    X, Z = clouds()
    arbitrary = np.random.default_rng(1).normal(size=Z.shape)
    others = (Z, X[:, :2], arbitrary, np.ones_like(Z), 1e-9 * Z, 1e4 * Z)
    return [compare(X, other) for other in others]


@pytest.mark.parametrize("metric", ALL, ids=identify)
def test_values_lie_in_the_stated_range(metric, comparisons):
    for comparison in comparisons:
        value = metric.compute(comparison)
        assert isinstance(value, float)
        assert metric.low <= value <= metric.high


@pytest.mark.parametrize("metric", OF_POINTS, ids=identify)
def test_metrics_do_not_depend_on_place_turn_or_order_of_the_points(metric):
    X, Z = clouds()
    expected = metric.compute(compare(X, Z))
    turn = np.array([[np.cos(1), -np.sin(1)], [np.sin(1), np.cos(1)]])
    spin = np.linalg.qr(np.random.default_rng(2).normal(size=(6, 6)))[0]
    moved = compare(X @ spin - 3, Z @ turn + np.array([4, -1]))
    assert metric.compute(moved) == pytest.approx(expected, rel=1e-9)
    order = np.random.default_rng(3).permutation(N_POINTS)
    shuffled = compare(X[order], Z[order], LABELS[order])
    assert metric.compute(shuffled) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    "metric",
    [m for m in OF_POINTS if m.requires is None and m.direction != "none"],
    ids=identify,
)
def test_identity_is_best_and_better_than_a_random_embedding(metric):
    _, Z = clouds()
    arbitrary = np.random.default_rng(4).normal(size=Z.shape)
    best = metric.low if metric.direction == "lower" else metric.high
    sign = 1 if metric.direction == "lower" else -1
    assert metric.compute(compare(Z, Z)) == pytest.approx(best, abs=1e-12)
    assert sign * metric.compute(compare(Z, arbitrary)) > sign * best + 1e-4


SCALE_FREE = {
    "trustworthiness", "trustworthiness_k5", "continuity", "distance_pearson", "kl_0.01", "kl_0.1",
    "kl_1", "knn_accuracy", "silhouette", "nesting", "outer_fragments", "outer_inner_area_ratio",
    "outer_class_area_ratio", "outer_radius_variation",
}  # fmt: skip


@pytest.mark.parametrize("metric", OF_POINTS, ids=identify)
def test_which_metrics_are_blind_to_the_scale_of_the_embedding(metric):
    X, Z = clouds()
    same = math.isclose(
        metric.compute(compare(X, 0.125 * Z)), metric.compute(compare(X, Z)), rel_tol=1e-9
    )
    assert same == (metric.name in SCALE_FREE)


def test_evaluate_gives_scores_in_the_order_of_the_names():
    X, Z = clouds()
    scores = evaluate(compare(X, Z), ["rmse", "bottleneck", "reconstruction_error"])
    entries = len(METRICS["bottleneck"])
    assert [s.metric for s in scores] == ["rmse", *["bottleneck"] * entries, "reconstruction_error"]
    assert [s.scaling for s in scores[1:-1]] == [m.scaling for m in METRICS["bottleneck"]]
    assert all(s.status == "ok" and s.reason == "" for s in scores)
    assert scores[-1] == Score("reconstruction_error", None, "raw", 0.25, "ok", "")


def test_evaluate_computes_everything():
    X, Z = clouds()
    scores = evaluate(compare(X, Z), list(METRICS))
    assert len(scores) == len(ALL)
    assert {s.status for s in scores} == {"ok"}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("reconstruction_error", "needs a decoder"),
        ("tsne_kl", "needs the final value of the method's own objective"),
        ("knn_accuracy", "needs class labels"),
        ("silhouette", "needs class labels"),
        ("nesting", "needs a class that encloses the others"),
        ("outer_fragments", "needs a class that encloses the others"),
    ],
)
def test_what_is_missing_makes_a_metric_not_applicable(name, reason):
    X, Z = clouds()
    (score,) = evaluate(Comparison(Space.of(X), Space.of(Z)), [name])
    assert math.isnan(score.value)
    assert (score.status, score.reason) == ("not applicable", reason)


def test_an_enclosing_class_without_labels_and_labels_without_one_do_not_apply():
    X, Z = clouds()
    for comparison in (
        Comparison(Space.of(X), Space.of(Z), outer=OUTER),
        Comparison(Space.of(X), Space.of(Z), labels=LABELS),
    ):
        assert evaluate(comparison, ["nesting"])[0].status == "not applicable"


def test_a_metric_that_cannot_be_computed_fails_with_its_reason_and_leaves_the_others():
    X, Z = clouds()
    small = Comparison(Space.of(X[:15]), Space.of(Z[:15]))
    failed, fine = evaluate(small, ["trustworthiness", "rmse"])
    assert failed.status == "failed"
    assert math.isnan(failed.value)
    assert "at least 21 points, got 15" in failed.reason
    assert fine.status == "ok"


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_value_that_is_not_finite_fails(value):
    X, Z = clouds()
    comparison = Comparison(Space.of(X), Space.of(Z), scalars={"tsne_kl": value})
    (score,) = evaluate(comparison, ["tsne_kl"])
    assert (score.status, score.reason) == ("failed", f"tsne_kl is {value}, not a finite number")


def test_unknown_names_are_refused_with_those_that_exist():
    X, Z = clouds()
    with pytest.raises(
        ValueError, match=r"named trustwortiness, rsme: choose from .*'rmse'.*'trus"
    ):
        evaluate(compare(X, Z), ["trustwortiness", "rmse", "rsme"])


def test_spaces_and_labels_of_other_points_are_refused():
    X, Z = clouds()
    with pytest.raises(ValueError, match="same point, got 120 and 119 points"):
        evaluate(Comparison(Space.of(X), Space.of(Z[1:])), ["rmse"])
    with pytest.raises(ValueError, match="120 points need 120 labels"):
        evaluate(compare(X, Z, LABELS[1:]), ["rmse"])


def test_a_pickled_comparison_gives_the_same_scores():
    X, Z = clouds()
    names = ["rmse", "kl_0.1", "nesting", "bottleneck"]
    comparison = Comparison(Space.of(X), Space.of(Z), labels=LABELS, outer=OUTER, scalars={})
    assert evaluate(pickle.loads(pickle.dumps(comparison)), names) == evaluate(comparison, names)


def test_import_is_cheap():
    heavy = "{'torch', 'gtda', 'gudhi', 'umap', 'sklearn', 'numba', 'ot'}"
    code = f"import sys, topo.metrics; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
