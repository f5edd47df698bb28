"""All metrics by name: contracts that every one keeps, and their evaluation."""

from __future__ import annotations

import math
import pickle
import subprocess
import sys

import numpy as np
import pytest

from topo.contracts import METRIC_CHECKS
from topo.metrics import METRICS, Comparison, Metric, Score, Space, evaluate

ALL = [metric for entries in METRICS.values() for metric in entries]
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


@pytest.mark.parametrize("name", METRICS)
@pytest.mark.parametrize("check", METRIC_CHECKS, ids=lambda check: check.__name__)
def test_contract(name: str, check) -> None:
    check(name)


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


@pytest.mark.parametrize("name", ["knn_accuracy", "silhouette"])
def test_one_class_is_no_class(name):
    X, Z = clouds()
    labels = np.zeros(len(X), dtype=np.int64)
    (score,) = evaluate(Comparison(Space.of(X), Space.of(Z), labels), [name])
    assert (score.status, score.reason) == ("not applicable", "needs at least two classes")
