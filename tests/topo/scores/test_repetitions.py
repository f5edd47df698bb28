"""Which rows are repetitions, and the value of each."""

from __future__ import annotations

import math

from topo.scores import (
    SCORES,
    Hyperparameters,
    ScoreRow,
    aggregate,
    is_repetition,
    repetitions,
)


def row(
    draw: int, split: int, seed: int, value: float, *, dataset: str = "spheres", method: str = "ae"
) -> ScoreRow:
    told = ("failed", "it broke") if math.isnan(value) else ("ok", "")
    place = ("benchmark", dataset, draw, split, method, seed, 0, Hyperparameters())
    return ScoreRow(*place, "rmse", None, "raw", value, *told)


def test_of_drawn_data_a_repetition_is_split_r_of_draw_r() -> None:
    drawn = [row(0, 0, 0, 1.0), row(1, 1, 0, 2.0), row(0, 1, 0, 90.0), row(1, 0, 0, 90.0)]
    kept = [row(0, split, 0, 3.0, dataset="mnist") for split in range(3)]
    frame = SCORES.frame([*drawn, *kept])
    assert is_repetition(frame).tolist() == [True, True, False, False, True, True, True]
    assert aggregate(frame)[["n", "draws", "mean"]].to_numpy().tolist() == [
        [2, 2, 1.5],
        [3, 1, 3.0],
    ]


def test_value_is_the_mean_over_the_seeds_that_have_one() -> None:
    seeds = [row(0, 0, 0, math.nan), row(0, 0, 1, 4.0), row(0, 0, 2, 8.0)]
    (first, second) = repetitions(
        SCORES.frame([*seeds, row(1, 1, 0, math.nan), row(1, 1, 1, math.nan)])
    ).itertuples()
    assert (first.value, first.status, first.model_seed) == (6.0, "ok", 1)
    assert (second.status, second.reason, second.model_seed) == ("failed", "it broke", 0)


def test_one_repetition_with_crossed_model_seeds_has_no_interval() -> None:
    (row_,) = aggregate(SCORES.frame([row(0, 0, 0, 1.0), row(0, 0, 1, 2.0)])).itertuples()
    assert (row_.n, row_.mean) == (1, 1.5)
    assert math.isnan(row_.half_width)


def test_large_values_have_a_mean() -> None:
    largest = [row(0, 0, seed, 1e308) for seed in (0, 1)]
    assert repetitions(SCORES.frame(largest))["value"].tolist() == [1e308]
