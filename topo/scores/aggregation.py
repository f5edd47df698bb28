"""Means and intervals over the repetitions of the score table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from topo.inference import TEST_TO_TRAIN, half_width
from topo.scores.repetitions import in_units, repetitions
from topo.scores.rows import SCORES

#: What one number of a table is the mean of.
GROUP = ["dataset", "method", "metric", "dimension", "scaling"]


class _Outcome(NamedTuple):
    split: int
    status: str
    reason: str


def aggregate(frame: pd.DataFrame, *, test_to_train: float = TEST_TO_TRAIN) -> pd.DataFrame:
    """Summarise the repetitions, each the mean over its model seeds.

    Parameters
    ----------
    frame
        Score table of one stage, with one set of hyperparameters per dataset, method and split.
    test_to_train
        Test points per training point of a split.

    Returns
    -------
    DataFrame
        One row per dataset, method, metric, dimension and scaling, in order of appearance:

        - n, planned: repetitions with a value, and all.
        - draws: of how many draws of the dataset they are; 1 where all are splits of one.
        - mean, sd, min, max: over the repetitions with a value (sd with n - 1).
        - half_width: of the 95 % t-interval of the mean that verdicts use; NaN where n is 1. It
          speaks of fresh draws or, where all repetitions are splits of one dataset, of new samples
          of that size, by the correction of `topo.inference.half_width`.
        - half_width_splits: in the second case, of the plain interval, which speaks of the splits
          of these points alone; else NaN.
        - test_to_train: 0 where repetitions draw their own data.
        - values: of the repetitions that have one, by their number.
        - status: "ok"; "partial" where some repetitions have a value; "not applicable" where
          none has one and one of them says so; else the repetitions' status, or "failed" where
          they differ.
        - reason: why repetitions have no value, and which; where all have one, how they were
          estimated, or nothing.

    Raises
    ------
    ValueError
        As `SCORES.check`, or if two rows would count as the same repetition, or values are so
        large that their mean or its interval is no number.
    """
    SCORES.check(frame)
    rows = _repetitions(frame)
    groups = in_units(rows, GROUP).groupby(GROUP, sort=False, dropna=False)
    values, unit = groups["value"], groups["unit"].first()
    mean, sd = values.mean() * unit, values.std() * unit
    summary = pd.DataFrame({"n": values.count(), "planned": groups.size(), "mean": mean})
    summary["draws"] = groups["draw"].nunique()
    drawn = summary.index.get_level_values("dataset").isin(rows.loc[rows["draw"] > 0, "dataset"])
    summary["test_to_train"] = np.where(drawn, 0.0, test_to_train)
    summary["half_width"] = half_width(sd, summary["n"], test_to_train=summary["test_to_train"])
    summary["half_width_splits"] = np.where(
        summary["test_to_train"] > 0, half_width(sd, summary["n"]), np.nan
    )
    summary["sd"], summary["min"], summary["max"] = sd, values.min() * unit, values.max() * unit
    _check_finite(summary)
    numbers = groups.ngroup()
    outcomes, by_repetition = _outcomes(rows, numbers), _values(rows, numbers)
    values_of = [by_repetition.get(group, {}) for group in range(len(summary))]
    summary["values"] = pd.Series(values_of, summary.index, dtype="object")
    summary["status"] = [_status(outcomes[group]) for group in range(len(summary))]
    summary["reason"] = [_reason(outcomes[group]) for group in range(len(summary))]
    return summary.reset_index()


def _check_finite(summary: pd.DataFrame) -> None:
    infinite = np.isinf(summary[["mean", "half_width"]]).any(axis=1)
    if infinite.any():
        row = summary[infinite].iloc[0]
        place = dict(zip(GROUP, summary.index[infinite][0], strict=True))
        raise ValueError(
            f"values from {row['min']:g} to {row['max']:g} have no mean with an interval, at "
            f"{place}: rescale the points"
        )


def _repetitions(frame: pd.DataFrame) -> pd.DataFrame:
    rows = repetitions(frame)
    twice = rows.duplicated([*GROUP, "split"])
    if twice.any():
        row = rows[twice].iloc[0]
        raise ValueError(
            "each repetition must have one row per dataset, method, metric, dimension and scaling, "
            f"got a second one for {row['dataset']}, {row['method']}, {row['metric']}, split "
            f"{row['split']}: choose one stage and one set of hyperparameters first"
        )
    # In their own order, whatever that of the rows: sums then agree to the last bit.
    order = rows.groupby(GROUP, sort=False, dropna=False).ngroup()
    return rows.assign(_order=order).sort_values(["_order", "split"]).drop(columns="_order")


def _values(rows: pd.DataFrame, groups: pd.Series[int]) -> dict[int, dict[int, float]]:
    """Value of every repetition that has one, by the number of its group."""
    values: dict[int, dict[int, float]] = {}
    for group, split, value in zip(groups, rows["split"], rows["value"], strict=True):
        if not np.isnan(value):
            values.setdefault(group, {})[split] = value
    return values


def _outcomes(rows: pd.DataFrame, groups: pd.Series[int]) -> dict[int, list[_Outcome]]:
    """Split, status and reason of every repetition, by the number of its group."""
    outcomes: dict[int, list[_Outcome]] = {}
    places = zip(rows["split"], rows["status"], rows["reason"], strict=True)
    for group, place in zip(groups, places, strict=True):
        outcomes.setdefault(group, []).append(_Outcome(*place))
    return outcomes


def _status(outcomes: Sequence[_Outcome]) -> str:
    statuses = {outcome.status for outcome in outcomes}
    if len(statuses) == 1:
        return statuses.pop()
    if "ok" in statuses:
        return "partial"
    # A repetition that failed would not have had a value either.
    return "not applicable" if "not applicable" in statuses else "failed"


def _reason(outcomes: Sequence[_Outcome]) -> str:
    if _status(outcomes) == "not applicable":
        outcomes = [outcome for outcome in outcomes if outcome.status == "not applicable"]
    if all(outcome.status == "ok" for outcome in outcomes):
        return next((outcome.reason for outcome in outcomes if outcome.reason), "")
    splits: dict[str, list[int]] = {}
    for outcome in outcomes:
        if outcome.status != "ok":
            splits.setdefault(outcome.reason, []).append(outcome.split)
    if [len(outcomes)] == [len(each) for each in splits.values()]:
        return next(iter(splits))
    return "; ".join(
        f"split{'s' * (len(each) > 1)} {', '.join(map(str, each))}: {reason}"
        for reason, each in splits.items()
    )
