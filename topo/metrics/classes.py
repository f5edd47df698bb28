"""How well an embedding keeps labelled classes together and apart."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from topo.checks import check_distances, check_labels
from topo.metrics.base import Comparison, Metric
from topo.metrics.compute.neighbours import N_VOTES, nearest


def knn_accuracy(
    ranks: NDArray[np.int32],
    labels: NDArray[np.int64],
    *,
    ties: NDArray[np.int32] | None = None,
) -> float:
    """Measure how often the 5 nearest neighbours of a point vote for its class.

    Leave-one-out: a point has no vote for itself. Among classes with equally many votes the
    smallest label wins, as in scikit-learn.

    Parameters
    ----------
    ranks : (n, n) int array
        Neighbour ranks in the embedding, 0 for the point itself.
    labels : (n,) int array
        Class of every point.
    ties : (m, 3) int32 array or None
        Neighbours at equal distance, as `topo.metrics.compute.ties.tie_runs` finds them: the value
        is the mean over all orders of these. None: ranks are what they are.

    Returns
    -------
    float
        From 0 to 1; higher is better.

    Raises
    ------
    ValueError
        Where there are fewer than 6 points, the ranks are none, or there is not one whole number
        as label per point.
    """
    n = len(ranks)
    check_labels(labels, n)
    if n <= N_VOTES:
        raise ValueError(f"knn_accuracy needs at least {N_VOTES + 1} points, got {n}")
    neighbours = np.nonzero(nearest(ranks, N_VOTES))[1].reshape(n, N_VOTES)
    classes, indices = np.unique(labels, return_inverse=True)
    votes = np.zeros((n, len(classes)), dtype=np.int64)
    np.add.at(votes, (np.arange(n)[:, None], indices[neighbours]), 1)
    right = votes.argmax(axis=1) == indices
    if ties is None:
        return float(np.mean(right))
    # Runs of which some vote and some do not.
    unsure = ties[(ties[:, 1] <= N_VOTES) & (ties[:, 2] > N_VOTES)]
    if not len(unsure):
        return float(np.mean(right))
    sure = np.delete(right, unsure[:, 0])
    chances = (_chance(ranks[i], i, indices, first, last) for i, first, last in unsure.tolist())
    return (int(sure.sum()) + math.fsum(chances)) / n


def _chance(
    ranks: NDArray[np.int32], i: int, classes: NDArray[np.int64], first: int, last: int
) -> float:
    """Return how likely its neighbours vote for i's class, where some of a run of ties do."""
    from topo.metrics.compute.ties import chance_to_win  # numba takes 0.4 s to import

    n_classes = int(classes.max()) + 1
    certain = classes[(ranks > 0) & (ranks < first)]
    tied = classes[(ranks >= first) & (ranks <= last)]
    votes = (tuple(np.bincount(each, minlength=n_classes).tolist()) for each in (certain, tied))
    return chance_to_win(int(classes[i]), *votes, N_VOTES - first + 1)


def silhouette(distances: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """Measure how much nearer points are to their own class than to the next one.

    The mean of (b − a) / max(a, b): a is the mean distance of a point to the others of its class,
    b that to the nearest other class; 0 for a class of one point.

    Parameters
    ----------
    distances : (n, n) array
        Distances in the embedding.
    labels : (n,) int array
        Class of every point.

    Returns
    -------
    float
        From −1 to 1; higher is better.

    Raises
    ------
    ValueError
        Where there are not from 2 to n − 1 classes, not one whole number as label per point, or
        the distances are none.

    Notes
    -----
    Rousseeuw (1987), by scikit-learn.
    """
    from sklearn.metrics import silhouette_score

    n = len(check_distances(distances))
    check_labels(labels, n)
    n_classes = len(np.unique(labels))
    if not 2 <= n_classes < n:
        raise ValueError(
            f"silhouette of {n} points needs from 2 to {n - 1} classes, got {n_classes}"
        )
    return float(silhouette_score(distances, labels, metric="precomputed"))


def _labels(comparison: Comparison) -> NDArray[np.int64]:
    if comparison.labels is None:
        raise ValueError("metrics of classes need the labels of the points, got none")
    return comparison.labels


def _knn_accuracy(comparison: Comparison) -> float:
    latent = comparison.latent
    return knn_accuracy(latent.ranks, _labels(comparison), ties=latent.ties)


def _silhouette(comparison: Comparison) -> float:
    return silhouette(comparison.latent.distances, _labels(comparison))


def _inner_distances(comparison: Comparison) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Distances in the embedding, and the labels, of the points that are not of the outer class."""
    labels = _labels(comparison)
    if comparison.outer is None:
        raise ValueError("metrics of the inner classes need the enclosing class, got none")
    inner = labels != comparison.outer
    return comparison.latent.distances[np.ix_(inner, inner)], labels[inner]


def _inner_knn_accuracy(comparison: Comparison) -> float:
    from topo.metrics.compute.ranking import rank_rows
    from topo.metrics.compute.ties import tie_runs

    distances, labels = _inner_distances(comparison)
    ranks = rank_rows(distances)
    return knn_accuracy(ranks, labels, ties=tie_runs(distances, ranks))


def _inner_silhouette(comparison: Comparison) -> float:
    return silhouette(*_inner_distances(comparison))


CLASS_METRICS = (
    Metric(
        "knn_accuracy",
        _knn_accuracy,
        "higher",
        title="Nearest-neighbour accuracy",
        meaning="Share of points whose 5 nearest neighbours in the embedding vote for their class.",
        group="classes",
        high=1.0,
        requires="labels",
        scale_free=True,
    ),
    Metric(
        "silhouette",
        _silhouette,
        "higher",
        title="Silhouette of the classes",
        meaning="How much nearer points of the embedding are to their own class than to the next.",
        group="classes",
        low=-1.0,
        high=1.0,
        requires="labels",
        scale_free=True,
    ),
    Metric(
        "inner_knn_accuracy",
        _inner_knn_accuracy,
        "higher",
        title="Nearest-neighbour accuracy, inner classes",
        meaning="As nearest-neighbour accuracy, of the inner classes alone.",
        group="classes",
        high=1.0,
        requires="enclosing class",
        scale_free=True,
    ),
    Metric(
        "inner_silhouette",
        _inner_silhouette,
        "higher",
        title="Silhouette of the inner classes",
        meaning="As the silhouette of the classes, of the inner ones alone.",
        group="classes",
        low=-1.0,
        high=1.0,
        requires="enclosing class",
        scale_free=True,
    ),
)
