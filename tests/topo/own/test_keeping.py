from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from topo.own import DataAccount, keeping, paragraph
from topo.own.data import Dimension
from topo.scores import SCORES, Hyperparameters, ScoreRow
from topo.stability import Regions


def scores(values: dict[str, list[float]], metric: str = "trustworthiness") -> pd.DataFrame:
    columns = ScoreRow._fields
    rows = []
    for method, by_split in values.items():
        for split, value in enumerate(by_split):
            missing = math.isnan(value)
            row = {
                "stage": "benchmark", "dataset": "wine", "draw": 0, "split": split,
                "method": method, "model_seed": 0, "seed": 1, "hyperparameters": Hyperparameters(),
                "metric": metric, "dimension": None, "scaling": "raw", "value": value,
                "status": "failed" if missing else "ok", "reason": "diverged" if missing else "",
            }  # fmt: skip
            rows.append(tuple(row[name] for name in columns))
    return SCORES.frame(rows)


def noisy(mean: float, n: int = 10, sd: float = 0.01, seed: int = 0) -> list[float]:
    return (mean + sd * np.random.default_rng(seed).normal(size=n)).tolist()


def test_places_lie_between_random_points_and_the_best() -> None:
    table = scores({"tsne": [0.9, 0.9], "umap": [0.7, 0.7], "random": [0.5, 0.5]})
    (found,) = keeping(table, "wine", test_to_train=1 / 3)
    assert found.best == "tsne" and found.random == 0.5
    assert found.methods["tsne"].place == 1
    assert found.methods["umap"].place == pytest.approx(0.5)
    assert "random" not in found.methods


def test_lower_is_better_where_the_metric_says_so() -> None:
    table = scores({"tsne": [0.3, 0.3], "umap": [0.1, 0.1], "random": [0.5, 0.5]}, "kl_0.1")
    (found,) = keeping(table, "wine", test_to_train=1 / 3)
    assert found.best == "umap"
    assert found.methods["tsne"].place == pytest.approx(0.5)


def test_standings_tell_what_is_real_from_what_is_not() -> None:
    table = scores(
        {
            "tsne": noisy(0.9, seed=1),
            "umap": noisy(0.899, seed=2),
            "ae": noisy(0.7, seed=3),
            "topoae": noisy(0.5005, seed=4),
            "mmae": noisy(0.6, sd=0.4, seed=6),
            "random": noisy(0.5, seed=5),
        }
    )
    (found,) = keeping(table, "wine", test_to_train=1 / 3)
    assert {name: kept.standing for name, kept in found.methods.items()} == {
        "tsne": "best",
        "umap": "not told from the best",
        "ae": "lower",
        "topoae": "not told from random",
        "mmae": "not told from random or the best",
    }
    data = DataAccount(178, 13, {}, None, 0, ())
    words = paragraph("wine", data, [found], {}, n_splits=10)
    assert words.endswith("random points 0.500), not told apart from UMAP and MMAE.")


def test_intervals_speak_of_new_samples_by_the_correction() -> None:
    table = scores({"tsne": noisy(0.9, seed=1), "random": [0.5] * 10})
    (plain,) = keeping(table, "wine", test_to_train=0)
    (corrected,) = keeping(table, "wine", test_to_train=1 / 3)
    ratio = corrected.methods["tsne"].half_width / plain.methods["tsne"].half_width
    assert ratio == pytest.approx(math.sqrt((0.1 + 1 / 3) / 0.1))


def test_one_split_claims_nothing() -> None:
    (found,) = keeping(scores({"tsne": [0.9], "random": [0.5]}), "wine", test_to_train=1 / 3)
    assert math.isnan(found.methods["tsne"].half_width)
    assert found.methods["tsne"].standing == "not told from random"


def test_where_all_are_worse_than_random_there_is_no_best() -> None:
    table = scores(
        {"tsne": noisy(0.5005), "umap": noisy(0.3, seed=1), "random": noisy(0.5, seed=2)}
    )
    (found,) = keeping(table, "wine", test_to_train=1 / 3)
    assert found.best is None and math.isnan(found.methods["tsne"].place)
    assert found.methods["tsne"].standing == "not told from random"
    assert found.methods["umap"].standing == "worse than random"


def test_splits_that_a_method_lacks_are_left_out_for_all() -> None:
    values = {"tsne": [0.9, 0.9, 0.1], "umap": [0.8, 0.8, math.nan], "random": [0.5] * 3}
    (found,) = keeping(scores(values), "wine", test_to_train=1 / 3)
    assert found.methods["tsne"].mean == pytest.approx(0.9)


def test_other_data_and_other_metrics_are_not_looked_at() -> None:
    table = scores({"tsne": [0.9], "random": [0.5]})
    assert keeping(table, "cells", test_to_train=1 / 3) == []
    assert keeping(scores({"tsne": [0.9], "pca": [0.5]}), "wine", test_to_train=1 / 3) == []


def test_paragraph_is_made_from_the_numbers() -> None:
    table = scores({"tsne": noisy(0.9, seed=1), "umap": noisy(0.7, seed=2), "random": [0.5] * 10})
    kept = keeping(table, "wine", test_to_train=1 / 3)
    data = DataAccount(178, 13, {"a": 100, "b": 78}, Dimension(7.8, 6.8, 9.1), 0, ())
    stable = {
        "umap": Regions(np.zeros((2, 2)), np.array([0.5, 0.7]), 0.9, 0.9),
        "tsne": Regions(np.zeros((2, 2)), np.array([0.1, 0.2]), 0.9, 0.9),
    }
    words = paragraph("wine", data, kept, stable, n_splits=10)
    assert "178 points in 2 classes in 13 dimensions, of intrinsic dimension about 7.8." in words
    assert "neighbourhoods best by t-SNE (Trustworthiness: 0.90" in words
    assert "random points 0.500)" in words
    assert words.endswith("for half of the points: t-SNE 0.15, UMAP 0.60.")
    worse = keeping(scores({"tsne": [0.4, 0.4], "random": [0.5, 0.5]}), "wine", test_to_train=0)
    assert "no method is shown to beat random points" in paragraph(
        "wine", data, worse, {}, n_splits=2
    )
