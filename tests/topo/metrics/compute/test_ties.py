"""Neighbours at equal distance: means over all orders, by hand, by formula and by draws."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
import pytest

from topo.metrics import METRICS, Comparison, Space, evaluate
from topo.metrics.classes import knn_accuracy
from topo.metrics.compute.space import pairwise_distances
from topo.metrics.compute.ties import chance_to_win, tie_runs
from topo.metrics.local import continuity, trustworthiness

RANKED = [
    "trustworthiness", "trustworthiness_k5", "continuity", "knn_accuracy", "inner_knn_accuracy",
]  # fmt: skip


def clusters() -> tuple[np.ndarray, np.ndarray]:
    """Three clusters of 20 points in space, and their classes."""
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(3), 20)
    return rng.normal(size=(60, 5)) + 20 * labels[:, None], labels


def values(X: np.ndarray, Z: np.ndarray, labels: np.ndarray | None = None) -> dict[str, float]:
    outer = None if labels is None else 0
    comparison = Comparison(Space.of(X, ()), Space.of(Z, ()), labels=labels, outer=outer)
    return {score.metric: score.value for score in evaluate(comparison, RANKED)}


def grid(seed: int, n: int, d: int) -> np.ndarray:
    """Points with many equal distances, some of them the same."""
    return np.random.default_rng(seed).integers(0, 3, size=(n, d)).astype(float)


def test_runs_by_hand() -> None:
    distances = pairwise_distances(np.array([[0.0], [1.0], [-1.0], [2.0], [1.0]]))
    ranks = Space.of(np.array([[0.0], [1.0], [-1.0], [2.0], [1.0]]), ()).ranks
    # From 0: 1, -1 and 1 at distance 1. From either 1: 0 and 2 at distance 1. From 2: the two 1.
    assert tie_runs(distances, ranks).tolist() == [
        [0, 1, 3], [1, 2, 3], [2, 2, 3], [3, 1, 2], [4, 2, 3],
    ]  # fmt: skip


def test_points_without_ties_have_none() -> None:
    assert Space.of(np.random.default_rng(0).normal(size=(50, 3))).ties.shape == (0, 3)


@pytest.mark.parametrize("k", [1, 5, 10, 20, 29])
def test_equal_images_score_as_the_formula_says(k: int) -> None:
    X, _ = clusters()
    n = len(X)
    spaces = [Space.of(points, ()) for points in (X, np.zeros((n, 2)))]
    given = {"input_ties": spaces[0].ties, "latent_ties": spaces[1].ties, "sizes": (k,)}
    expected = 1 - (n - 1 - k) * (n - k) / ((n - 1) * (2 * n - 3 * k - 1))
    for measure in (trustworthiness, continuity):
        found = measure(spaces[0].ranks, spaces[1].ranks, **given)
        assert found == pytest.approx(expected, abs=1e-14)


def test_equal_images_of_three_clusters() -> None:
    X, labels = clusters()
    scores = values(X, np.zeros((60, 2)), labels)
    assert scores["trustworthiness"] == pytest.approx(0.5426375605615072, abs=1e-15)
    assert scores["continuity"] == pytest.approx(0.5426375605615072, abs=1e-15)


@pytest.mark.parametrize("degenerate", ["images", "points", "both", "grid"])
def test_the_order_of_the_rows_does_not_matter(degenerate: str) -> None:
    X, labels = clusters()
    Z = X[:, :2].copy()
    if degenerate in ("images", "both"):
        Z = np.round(Z / 20)
    if degenerate in ("points", "both"):
        X = np.round(X / 20)
    if degenerate == "grid":
        X, Z = grid(0, 60, 4), grid(1, 60, 2)
    expected = values(X, Z, labels)
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(60)
        assert values(X[order], Z[order], labels[order]) == pytest.approx(expected, abs=1e-14)


def random_ranks(points: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Rank neighbours by distance, equal ones at random."""
    distances = pairwise_distances(points)
    np.fill_diagonal(distances, -1)
    order = np.lexsort((rng.random(distances.shape), distances), axis=1)
    return np.argsort(order, axis=1).astype(np.int32)


def test_value_is_the_mean_over_orders_drawn_at_random() -> None:
    X, Z = grid(0, 25, 3), grid(1, 25, 2)
    labels = np.random.default_rng(2).integers(0, 3, 25)
    rng = np.random.default_rng(3)
    pairs = [(random_ranks(X, rng), random_ranks(Z, rng)) for _ in range(2000)]
    drawn = {
        "trustworthiness_k5": [trustworthiness(*pair, sizes=(5,)) for pair in pairs],
        "continuity": [continuity(*pair, sizes=(10,)) for pair in pairs],
        "knn_accuracy": [knn_accuracy(ranks, labels) for _, ranks in pairs],
    }
    exact = values(X, Z, labels)
    for name, scores in drawn.items():
        error = np.std(scores) / np.sqrt(len(scores))
        assert 0 < error < 0.005
        assert abs(exact[name] - np.mean(scores)) < 4 * error


def test_without_ties_the_value_is_that_of_the_ranks() -> None:
    rng = np.random.default_rng(0)
    X, Z, labels = rng.normal(size=(60, 5)), rng.normal(size=(60, 2)), rng.integers(0, 3, 60)
    x, z, inner = (Space.of(points, ()).ranks for points in (X, Z, Z[labels != 0]))
    assert values(X, Z, labels) == {
        "trustworthiness": trustworthiness(x, z, sizes=(10, 20)),
        "trustworthiness_k5": trustworthiness(x, z, sizes=(5,)),
        "continuity": continuity(x, z, sizes=(10, 20)),
        "knn_accuracy": knn_accuracy(z, labels),
        "inner_knn_accuracy": knn_accuracy(inner, labels[labels != 0]),
    }


def test_ties_that_no_neighbourhood_sees_change_no_bit() -> None:
    """Far points on one place: their runs lie beyond the largest neighbourhood."""
    rng = np.random.default_rng(0)
    X, Z = rng.normal(size=(60, 3)), rng.normal(size=(60, 2))
    ranks = [Space.of(points, ()).ranks for points in (X, Z)]
    far = np.array([[i, 40, 45] for i in range(60)], dtype=np.int32)
    plain = trustworthiness(*ranks, sizes=(5,))
    assert trustworthiness(*ranks, sizes=(5,), latent_ties=far) == plain


@pytest.mark.parametrize("seed", range(30))
def test_chance_to_win_by_drawing_every_choice(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n_classes = int(rng.integers(1, 4))
    certain = tuple(rng.integers(0, 3, n_classes).tolist())
    tied = tuple((rng.integers(0, 4, n_classes) + 1).tolist())
    n_drawn = int(rng.integers(1, min(5, sum(tied)) + 1))
    voters = [c for c, n in enumerate(tied) for _ in range(n)]
    draws = list(combinations(voters, n_drawn))
    chances = []
    for own in range(n_classes):
        won = [_winner(certain, draw, n_classes) == own for draw in draws]
        chances.append(chance_to_win(own, certain, tied, n_drawn))
        assert chances[-1] == pytest.approx(np.mean(won), abs=1e-15)
    assert sum(chances) == pytest.approx(1)


def _winner(certain: tuple[int, ...], draw: tuple[int, ...], n_classes: int) -> int:
    votes = np.array(certain) + np.bincount(draw, minlength=n_classes)
    return int(votes.argmax())


def test_three_points_on_one_place_by_hand() -> None:
    """Over all orders of the rows of a cloud in which no point is tied in both spaces."""
    X = np.arange(7.0)[:, None] ** 2
    Z = np.array([0.0, 0, 0, 5, 9, 20, 50])[:, None]
    orders = [np.array([*order, 3, 4, 5, 6]) for order in permutations(range(3))]
    ranks = [[Space.of(each[order], ()).ranks for each in (X, Z)] for order in orders]
    mean = np.mean([trustworthiness(*pair, sizes=(1,)) for pair in ranks])
    spaces = [Space.of(each, ()) for each in (X, Z)]
    found = trustworthiness(
        spaces[0].ranks,
        spaces[1].ranks,
        sizes=(1,),
        input_ties=spaces[0].ties,
        latent_ties=spaces[1].ties,
    )
    assert found == pytest.approx(mean, abs=1e-15)


def test_all_metrics_of_neighbourhoods_know_ties() -> None:
    """A new metric of ranks belongs into the list above."""
    neighbourhoods = {m.name for ms in METRICS.values() for m in ms if m.group == "neighbourhoods"}
    assert neighbourhoods <= set(RANKED)
