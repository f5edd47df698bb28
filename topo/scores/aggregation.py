"""Means and intervals over the repetitions of the score table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topo.scores.repetitions import in_units, repetitions
from topo.scores.rows import SCORES

#: What one number of a table is the mean of.
GROUP = ["dataset", "method", "metric", "dimension", "scaling"]


class _Outcome(NamedTuple):
    split: int
    status: str
    reason: str


class PairedDifference(NamedTuple):
    """Mean of the differences of two methods in the same repetitions.

    Attributes
    ----------
    mean
        Mean difference; NaN without a shared repetition.
    half_width
        Half width of the 95 % t-interval; NaN with fewer than two shared repetitions.
    """

    mean: float
    half_width: float
    n: int


def aggregate(frame: pd.DataFrame) -> pd.DataFrame:
    """Summarise the repetitions, each the mean over its model seeds.

    Parameters
    ----------
    frame
        Score table of one stage, with one set of hyperparameters per dataset, method and split.

    Returns
    -------
    DataFrame
        One row per dataset, method, metric, dimension and scaling, in order of appearance:

        - n, planned: repetitions with a value, and all.
        - draws: of how many draws of the dataset they are; 1 where all are splits of one.
        - mean, sd, min, max: over the repetitions with a value (sd with n - 1).
        - half_width: of the 95 % t-interval of the mean; NaN where n is 1.
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
    summary["half_width"] = _half_width(sd, summary["n"])
    summary["sd"], summary["min"], summary["max"] = sd, values.min() * unit, values.max() * unit
    _check_finite(summary)
    outcomes = _outcomes(rows, groups.ngroup())
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


def _half_width(sd: pd.Series[float] | float, n: pd.Series[int] | int) -> NDArray[np.float64]:
    """Half width of the two-sided 95 % t-interval of a mean; NaN where `n` is below 2."""
    from scipy.special import stdtrit

    deviation, count = np.asarray(sd, dtype=np.float64), np.asarray(n, dtype=np.float64)
    enough = np.where(count > 1, count, np.nan)
    with np.errstate(over="ignore"):
        width: NDArray[np.float64] = stdtrit(enough - 1, 0.975) * deviation / np.sqrt(enough)
    return width


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


def paired_difference(
    frame: pd.DataFrame,
    a: str,
    b: str,
    *,
    dataset: str,
    metric: str,
    dimension: int | None,
    scaling: str,
) -> PairedDifference:
    """Compare two methods repetition by repetition, without what the data do to both of them.

    Returns
    -------
    PairedDifference
        Of the values of `a` minus those of `b`, in the repetitions where both have one.

    Raises
    ------
    ValueError
        As `aggregate`, or if one of the two has no row for that metric.
    """
    SCORES.check(frame)
    rows = _repetitions(frame)
    same = rows["dimension"].isna() if dimension is None else rows["dimension"].eq(dimension)
    same = same.fillna(False).astype(bool) & (rows["dataset"] == dataset)
    rows = rows[same & (rows["metric"] == metric) & (rows["scaling"] == scaling)]
    for method in (a, b):
        if method not in set(rows["method"]):
            raise ValueError(
                f"there is no row for {method} on {dataset}, {metric}, {scaling}, dimension "
                f"{dimension}; methods with rows: {', '.join(rows['method'].unique()) or 'none'}"
            )
    by_split = rows.pivot(index="split", columns="method", values="value")
    with np.errstate(over="ignore", invalid="ignore"):
        differences = (by_split[a] - by_split[b]).dropna().to_numpy(dtype=np.float64)
        n = len(differences)
        mean = float(differences.mean()) if n else float("nan")
        sd = float(differences.std(ddof=1)) if n > 1 else float("nan")
    half_width = float(_half_width(sd, n))
    if n and not (np.isfinite(mean) and (n == 1 or np.isfinite(half_width))):
        raise ValueError(
            f"{a} and {b} differ by {mean:g} ± {half_width:g} in {metric} on {dataset}, which is "
            "no finite number: rescale the points"
        )
    return PairedDifference(mean, half_width, n)
