"""Which rows of the score table are repetitions, and the value of each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

#: What a number of a repetition is told by.
_KEY = [
    *("stage", "dataset", "split", "method", "hyperparameters", "metric", "dimension", "scaling"),
]


def is_repetition(frame: pd.DataFrame) -> pd.Series[bool]:
    """Say of every row whether it belongs to a repetition.

    Repetition r of a dataset that is drawn at random is split r of draw r; of another it is split
    r of the one draw there is. All other rows only tell spreads apart (`topo.scores.spreads`).

    Parameters
    ----------
    frame
        Score table with all repetitions of the datasets in it.
    """
    drawn = frame.groupby("dataset")["draw"].transform("max") > 0
    repeated: pd.Series[bool] = ~drawn | (frame["draw"] == frame["split"])
    return repeated


def repetitions(frame: pd.DataFrame) -> pd.DataFrame:
    """Return one row per repetition and number: the mean over the model seeds that have a value.

    Returns
    -------
    DataFrame
        The table's columns and order. Status, reason and seed are those of the first model seed
        that has a value; where none has one, of the first.
    """
    rows = frame[is_repetition(frame)]
    units = in_units(rows, _KEY)
    means = units.groupby(_KEY, sort=False, dropna=False)["value"].transform("mean")
    rows = rows.assign(value=means * units["unit"], _missing=rows["value"].isna())
    first = rows.sort_values(["_missing", "model_seed"], kind="stable").drop_duplicates(_KEY)
    return first.drop(columns="_missing").sort_index()


def in_units(rows: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    """Divide the values of every group by a power of two that is near the largest of them.

    No bit is lost, and sums of squares stay within the range of a float. The power is the column
    ``unit``.
    """
    largest = rows["value"].abs().groupby([rows[name] for name in key], sort=False, dropna=False)
    _, exponent = np.frexp(largest.transform("max").fillna(1.0))
    unit = np.ldexp(1.0, exponent - 1)
    return rows.assign(value=rows["value"] / unit, unit=unit)
