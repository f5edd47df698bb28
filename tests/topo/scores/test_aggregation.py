"""Means and intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from topo.scores import (
    SCORES,
    Hyperparameters,
    ScoreRow,
    aggregate,
)

NAN = math.nan
AT_5 = Hyperparameters.of({"perplexity": 5})


def rows(
    values: Sequence[float],
    *,
    method: str = "tsne",
    dataset: str = "spheres",
    metric: str = "rmse",
    dimension: int | None = None,
    scaling: str = "raw",
    model_seeds: Sequence[int] | None = None,
    status: str = "failed",
    reason: str = "timed out",
) -> list[ScoreRow]:
    """Make one row per value: on split 0, 1, … or, with model seeds, all on split 0."""
    return [
        ScoreRow(
            stage="benchmark",
            dataset=dataset,
            draw=0,
            split=0 if model_seeds else index,
            method=method,
            model_seed=model_seeds[index] if model_seeds else 0,
            seed=index,
            hyperparameters=Hyperparameters(),
            metric=metric,
            dimension=dimension,
            scaling=scaling,
            value=value,
            status=status if math.isnan(value) else "ok",
            reason=reason if math.isnan(value) else "",
        )
        for index, value in enumerate(values)
    ]


def only(frame: pd.DataFrame) -> pd.Series:
    assert len(frame) == 1
    return frame.iloc[0]


def test_summary_by_hand() -> None:
    row = only(aggregate(SCORES.frame(rows([1.0, 2.0, 6.0]))))
    assert (row["n"], row["planned"], row["mean"], row["min"], row["max"]) == (3, 3, 3, 1, 6)
    assert row["sd"] == pytest.approx(math.sqrt((4 + 1 + 9) / 2))
    # 4.302653 is the 97.5 % point of Student's t with 2 degrees of freedom, from a printed table.
    plain = 4.302653 * math.sqrt(7 / 3)
    assert row["half_width_splits"] == pytest.approx(plain, rel=1e-6)
    # Three splits of one dataset, with a test point for three training points: 1/3 + 1/3.
    assert row["half_width"] == pytest.approx(plain * math.sqrt(2), rel=1e-6)
    assert row["values"] == {0: 1.0, 1: 2.0, 2: 6.0}
    assert (row["status"], row["reason"]) == ("ok", "")


def test_draws_of_their_own_have_one_interval_the_plain_one() -> None:
    made = [row._replace(draw=row.split) for row in rows([1.0, 2.0, 6.0])]
    row = only(aggregate(SCORES.frame(made), test_to_train=0.5))
    assert row["half_width"] == pytest.approx(4.302653 * math.sqrt(7 / 3), rel=1e-6)
    assert math.isnan(row["half_width_splits"])
    assert row["test_to_train"] == 0


def test_interval_agrees_with_scipy() -> None:
    values = np.random.default_rng(0).normal(size=7)
    row = only(aggregate(SCORES.frame(rows(values.tolist()))))
    low, high = stats.t.interval(0.95, 6, loc=values.mean(), scale=stats.sem(values))
    half_width = row["half_width_splits"]
    assert (row["mean"] - half_width, row["mean"] + half_width) == pytest.approx((low, high))


def test_interval_covers_the_truth_19_times_in_20() -> None:
    draws = np.random.default_rng(0).normal(size=(1000, 5))
    made = [row for i, draw in enumerate(draws) for row in rows(draw.tolist(), method=f"m{i}")]
    result = aggregate(SCORES.frame(row._replace(draw=row.split) for row in made))
    covered = (result["mean"].abs() <= result["half_width"]).mean()
    assert covered == pytest.approx(0.95, abs=0.02)


def test_one_repetition_has_no_interval() -> None:
    row = only(aggregate(SCORES.frame(rows([2.0]))))
    assert (row["n"], row["mean"]) == (1, 2)
    assert math.isnan(row["half_width"])
    assert math.isnan(row["sd"])


def test_one_row_per_group_in_order_of_appearance() -> None:
    frame = SCORES.frame(
        [
            *rows([1.0, 2.0], method="umap"),
            *rows([1.0, 2.0], method="ae"),
            *rows([1.0, 2.0], method="umap", metric="bottleneck", dimension=0),
            *rows([3.0, 4.0], method="umap", metric="bottleneck", dimension=1),
            *rows([1.0, 2.0], method="umap", metric="bottleneck", dimension=0, scaling="sum"),
            *rows([1.0, 2.0], method="umap", dataset="mnist"),
        ]
    )
    result = aggregate(frame)
    assert result[["dataset", "method", "metric", "scaling"]].agg(" ".join, axis=1).tolist() == [
        *("spheres umap rmse raw", "spheres ae rmse raw", "spheres umap bottleneck raw"),
        *("spheres umap bottleneck raw", "spheres umap bottleneck sum", "mnist umap rmse raw"),
    ]
    assert result["dimension"].isna().tolist() == [True, True, False, False, False, True]
    assert result["mean"].tolist() == [1.5, 1.5, 1.5, 3.5, 1.5, 1.5]


def test_order_of_rows_changes_no_bit() -> None:
    frame = SCORES.frame(rows([0.1, 1e16, 0.3, -1e16, 0.7]))
    first, other = (aggregate(each) for each in (frame, frame.iloc[::-1].reset_index(drop=True)))
    assert first.equals(other)


def test_a_repetition_is_the_mean_over_its_model_seeds() -> None:
    frame = SCORES.frame([*rows([1.0, 2.0]), *rows([50.0, 60.0], model_seeds=(1, 2))])
    row = only(aggregate(frame))
    assert (row["n"], row["planned"], row["mean"]) == (2, 2, (37 + 2) / 2)


def test_partial() -> None:
    row = only(aggregate(SCORES.frame(rows([1.0, NAN, 3.0, NAN]))))
    assert (row["status"], row["n"], row["planned"], row["mean"]) == ("partial", 2, 4, 2)
    assert row["reason"] == "splits 1, 3: timed out"


def test_partial_with_two_reasons() -> None:
    late = rows([1.0, NAN, NAN])
    late[2] = late[2]._replace(reason="ran out of memory")
    row = only(aggregate(SCORES.frame(late)))
    assert row["reason"] == "split 1: timed out; split 2: ran out of memory"


@pytest.mark.parametrize("status", ["failed", "unavailable", "not applicable"])
def test_no_value_at_all(status: str) -> None:
    row = only(aggregate(SCORES.frame(rows([NAN, NAN], status=status, reason="no file"))))
    assert (row["status"], row["reason"], row["n"], row["planned"]) == (status, "no file", 0, 2)
    assert math.isnan(row["mean"])


def test_no_value_for_different_causes_is_a_failure() -> None:
    mixed = rows([NAN, NAN])
    mixed[1] = mixed[1]._replace(status="unavailable", reason="no file")
    row = only(aggregate(SCORES.frame(mixed)))
    assert row["status"] == "failed"
    assert row["reason"] == "split 0: timed out; split 1: no file"


def test_a_failed_repetition_does_not_make_a_metric_apply() -> None:
    mixed = rows([NAN, NAN, NAN])
    mixed[1] = mixed[1]._replace(status="not applicable", reason="needs a decoder")
    row = only(aggregate(SCORES.frame(mixed)))
    assert (row["status"], row["reason"]) == ("not applicable", "needs a decoder")


def test_two_settings_of_a_method_are_not_averaged() -> None:
    other = [row._replace(hyperparameters=AT_5) for row in rows([1.0])]
    with pytest.raises(
        ValueError, match="got a second one for spheres, tsne, rmse, split 0: choose one stage and"
    ):
        aggregate(SCORES.frame([*rows([1.0]), *other]))


def test_no_rows() -> None:
    assert aggregate(SCORES.frame([])).empty
