"""Spreads between data, splits and model seeds."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd
import pytest

from topo.scores import SCORES, Hyperparameters, ScoreRow, spread

NONE = Hyperparameters()
_LEVELS = ["sd_data", "sd_split", "sd_seed"]


def row(
    place: tuple[int, int, int], value: float, *, method: str = "ae", hyperparameters=NONE
) -> ScoreRow:
    draw, split, seed = place
    told = ("failed", "it broke") if math.isnan(value) else ("ok", "")
    where = ("benchmark", "spheres", draw, split, method, seed, 0, hyperparameters)
    return ScoreRow(*where, "rmse", None, "raw", value, *told)


def only(rows: Iterable[ScoreRow]) -> pd.Series:
    (found,) = (each for _, each in spread(SCORES.frame(rows)).iterrows())
    return found


def test_balanced_by_hand() -> None:
    """Two draws of two splits of two seeds; mean squares 2, 4 and 50 by hand."""
    values = {(0, 0): (1, 3), (0, 1): (3, 5), (1, 0): (6, 8), (1, 1): (8, 10)}
    found = only(
        row((*place, seed), float(value))
        for place, pair in values.items()
        for seed, value in enumerate(pair)
    )
    # Seeds: 2. Splits: (8 - 2) / 2 squares of seeds and splits, 4 = 2 + 2 s². Draws: 50 = 4 + 4 s².
    assert found[_LEVELS].tolist() == pytest.approx([math.sqrt(46 / 4), 1.0, math.sqrt(2)])
    assert found[["n_data", "n_split", "n_seed"]].tolist() == [2, 4, 8]


def test_an_unbalanced_design_finds_the_truth_on_average() -> None:
    rng = np.random.default_rng(0)
    places = dict.fromkeys(
        [(r, r, 0) for r in range(10)]
        + [(d, s, m) for d in range(3) for s in range(2) for m in range(2)]
    )
    rows = []
    for method in map("m{}".format, range(300)):
        data, splits = rng.normal(scale=3, size=10), rng.normal(scale=2, size=(10, 10))
        for draw, split, seed in places:
            value = data[draw] + splits[draw, split] + rng.normal()
            rows.append(row((draw, split, seed), value, method=method))
    variances = (spread(SCORES.frame(rows))[_LEVELS] ** 2).mean()
    # Cutting at 0 lifts the split's a little.
    assert variances.tolist() == pytest.approx([9, 4, 1], rel=0.15)


def test_of_one_draw_nothing_is_said_about_data() -> None:
    found = only(row((0, split, 0), float(value)) for split, value in enumerate((1, 2, 6)))
    assert math.isnan(found["sd_data"])
    assert math.isnan(found["sd_seed"])
    assert found["sd_split"] == pytest.approx(np.std([1, 2, 6], ddof=1))


def test_a_variance_below_zero_is_zero() -> None:
    """Splits that agree better than their seeds let expect."""
    pairs = {0: (1.0, 5.0), 1: (1.0, 5.0)}
    found = only(
        row((0, split, seed), value)
        for split, two in pairs.items()
        for seed, value in enumerate(two)
    )
    assert found["sd_split"] == 0
    assert found["sd_seed"] == pytest.approx(math.sqrt(8))


def test_rows_without_value_keep_their_reason() -> None:
    found = only(row((0, split, 0), math.nan) for split in range(2))
    assert (found["n_seed"], found["status"], found["reason"]) == (0, "failed", "it broke")
    assert found[_LEVELS].isna().all()


def test_two_rows_for_a_fit_are_refused() -> None:
    other = Hyperparameters.of({"lam": 2.0})
    rows = [row((1, 1, 0), 1.0), row((1, 0, 0), 1.0), row((1, 0, 0), 2.0, hyperparameters=other)]
    with pytest.raises(ValueError, match="each draw, split and model seed must have one row, got"):
        spread(SCORES.frame(rows))
