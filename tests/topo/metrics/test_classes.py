"""Metrics of labelled classes."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import silhouette_score
from sklearn.model_selection import LeaveOneOut, cross_val_score
from sklearn.neighbors import KNeighborsClassifier

from topo.metrics import METRICS
from topo.metrics.base import Comparison
from topo.metrics.classes import knn_accuracy, silhouette
from topo.metrics.compute.ranking import rank_rows
from topo.metrics.compute.space import Space, pairwise_distances


def blobs(*, distance: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    labels = np.repeat([0, 1, 2], 20)
    points = np.random.default_rng(seed).normal(size=(60, 2))
    return points + distance * labels[:, None], labels


def distances_of(points) -> np.ndarray:
    return pairwise_distances(np.asarray(points, dtype=np.float64))


def ranks_of(points) -> np.ndarray:
    return rank_rows(distances_of(points))


def test_knn_accuracy_by_hand():
    # Every point sees the 5 others: a member of the 4 has 3 votes against 2, one of the 2 loses.
    points = np.arange(6.0)[:, None]
    assert knn_accuracy(ranks_of(points), np.array([7, 7, 3, 7, 3, 7])) == pytest.approx(4 / 6)


def test_equal_votes_go_to_the_smallest_label():
    # Every point of class 2 sees 2 of class 0, 2 of class 1 and the other of class 2.
    points = np.arange(6.0)[:, None]
    labels = np.array([0, 0, 1, 1, 2, 2])
    # Class 0 sees 1 + 2 + 2 votes and loses to 1; class 1 sees 2 + 1 + 2 and loses to 0.
    assert knn_accuracy(ranks_of(points), labels) == 0
    # Three against two and no tie: only the class of four is found.
    assert knn_accuracy(ranks_of(points), np.array([0, 0, 0, 0, 2, 2])) == pytest.approx(4 / 6)


@pytest.mark.parametrize("distance", [0.0, 0.7, 2.0, 10.0])
def test_knn_accuracy_equals_scikit_learn(distance):
    points, labels = blobs(distance=distance)
    scores = cross_val_score(KNeighborsClassifier(5), points, labels, cv=LeaveOneOut())
    assert knn_accuracy(ranks_of(points), labels) == pytest.approx(scores.mean())


def test_silhouette_by_hand():
    # Pairs {0, 1} and {4, 5} on a line: a = 1; b = 4.5 for the outer points, 3.5 for the inner.
    distances = distances_of([[0], [1], [4], [5]])
    expected = (3.5 / 4.5 + 2.5 / 3.5) / 2
    assert silhouette(distances, np.array([0, 0, 1, 1])) == pytest.approx(expected)


def test_silhouette_equals_scikit_learn_on_points():
    points, labels = blobs(distance=1.0)
    expected = silhouette_score(points, labels)
    assert silhouette(distances_of(points), labels) == pytest.approx(expected)


def test_both_fall_as_classes_approach():
    values = [
        (knn_accuracy(ranks_of(points), labels), silhouette(distances_of(points), labels))
        for points, labels in (blobs(distance=d) for d in (20.0, 2.0, 0.0))
    ]
    assert values[0][0] == 1
    assert values[0][1] > 0.9
    assert values[0] > values[1] > values[2]
    assert values[0][1] > values[1][1] > values[2][1]
    assert values[2][0] == pytest.approx(1 / 3, abs=0.15)


def test_collapsed_embedding_has_values():
    labels = np.repeat([0, 1], 10)
    assert silhouette(np.zeros((20, 20)), labels) == 0
    assert 0 <= knn_accuracy(ranks_of(np.zeros((20, 2))), labels) <= 1


def test_read_only_distances_are_taken():
    points, labels = blobs(distance=1.0)
    distances = distances_of(points)
    distances.setflags(write=False)
    assert -1 <= silhouette(distances, labels) <= 1


@pytest.mark.parametrize("labels", [np.zeros(20, dtype=int), np.arange(20)])
def test_silhouette_refuses_one_class_and_classes_of_one_each(labels):
    with pytest.raises(ValueError, match=r"20 points needs from 2 to 19 classes, got (1|20)$"):
        silhouette(distances_of(np.arange(20.0)[:, None]), labels)


def test_wrong_numbers_are_refused():
    points = np.arange(20.0)[:, None]
    with pytest.raises(ValueError, match=r"20 points need 20 labels, got shape \(3,\)"):
        knn_accuracy(ranks_of(points), np.array([0, 1, 1]))
    with pytest.raises(ValueError, match=r"20 points need 20 labels, got shape \(3,\)"):
        silhouette(distances_of(points), np.array([0, 1, 1]))
    with pytest.raises(ValueError, match="at least 6 points, got 5"):
        knn_accuracy(ranks_of(points[:5]), np.zeros(5, dtype=int))


def inner_scores(points: np.ndarray, labels: np.ndarray, outer: int | None) -> list[float]:
    space = Space.of(points)
    comparison = Comparison(space, space, labels=labels, outer=outer)
    return [
        METRICS[f"inner_{name}"][0].compute(comparison) for name in ("knn_accuracy", "silhouette")
    ]


def test_inner_classes_are_scored_without_the_outer_one():
    points, labels = blobs(distance=2.0)
    expected = [knn_accuracy(ranks_of(points), labels), silhouette(distances_of(points), labels)]
    # Points of the outer class among the others would cost them votes.
    among = np.vstack([points, points + 0.01])
    mixed = np.concatenate([labels, np.full(60, 9)])
    assert inner_scores(among, mixed, 9) == pytest.approx(expected)
    assert knn_accuracy(ranks_of(among), mixed) < expected[0] - 0.1


def test_inner_classes_need_an_outer_one():
    points, labels = blobs(distance=2.0)
    with pytest.raises(ValueError, match="need the enclosing class, got none"):
        inner_scores(points, labels, None)
