"""Rows of the score table, their checks, and the table as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from topo.metrics.sampled import ESTIMATED
from topo.scores.hyperparameters import Hyperparameters, parse_hyperparameters

#: What a row's status can be. Only "ok" comes with a value, all others come with a reason.
STATUSES = ("ok", "not applicable", "failed", "unavailable")


class ScoreRow(NamedTuple):
    """One number, or the reason why there is none.

    Attributes
    ----------
    stage
        Stage that made it.
    dataset, method, metric
        Names.
    split
        Index of the random split. Repetition r is split r with model seed 0.
    model_seed
        Index of the method's seed. Seeds from 1 on belong to split 0 and serve only to tell the
        method's own spread from that between splits.
    seed
        The seed itself.
    hyperparameters
        The method's hyperparameters.
    dimension
        Homology dimension, None for metrics that have none.
    scaling
        How diagrams were scaled before they were compared; "raw" elsewhere.
    value
        The number; NaN unless the status is "ok".
    status
        One of `STATUSES`.
    reason
        Why there is no number; empty if there is one, or how it was `ESTIMATED`.
    """

    stage: str
    dataset: str
    split: int
    method: str
    model_seed: int
    seed: int
    hyperparameters: Hyperparameters
    metric: str
    dimension: int | None
    scaling: str
    value: float
    status: str
    reason: str


COLUMNS = ScoreRow._fields

_OTHERS = {
    "split": "int64",
    "model_seed": "int64",
    "seed": "int64",
    "hyperparameters": "object",
    "dimension": "Int64",
    "value": "float64",
}
_DTYPES = {column: _OTHERS.get(column, "str") for column in COLUMNS}
_KEY = [column for column in COLUMNS if column not in ("seed", "value", "status", "reason")]


def score_frame(rows: Iterable[ScoreRow]) -> pd.DataFrame:
    """Build the score table.

    Returns
    -------
    DataFrame
        With the columns `COLUMNS`, one row per row given, in their order; checked.

    Raises
    ------
    ValueError
        As `check_scores`, or if a row has other fields or one of another type.
    """
    rows = list(rows)
    if any(len(row) != len(COLUMNS) for row in rows):
        raise ValueError(f"a score row must have the fields {', '.join(COLUMNS)}, got another one")
    columns = list(zip(*rows, strict=True)) or [()] * len(COLUMNS)
    frame = pd.DataFrame(
        {name: _column(name, values) for name, values in zip(COLUMNS, columns, strict=True)}
    )
    check_scores(frame)
    return frame


def _column(name: str, values: Sequence[object]) -> pd.Series:
    try:
        return pd.Series(list(values), dtype=_DTYPES[name])
    except (ValueError, TypeError, OverflowError) as error:
        raise ValueError(
            f"column {name} of a score table must hold {_DTYPES[name]}, got another value: {error}"
        ) from error


def check_scores(frame: pd.DataFrame) -> None:
    """Refuse a table that is no score table.

    Raises
    ------
    ValueError
        If a column is missing, unknown, out of order or of another type, a row's value, status
        and reason contradict each other, its hyperparameters are none, or two rows
        say the same thing; the message names the first such row.
    """
    _check_columns(frame)
    ok = frame["status"] == "ok"
    rules = {
        f"have a status out of {', '.join(STATUSES)}": frame["status"].isin(STATUSES),
        "have a finite value where the status is ok": np.isfinite(frame["value"]) | ~ok,
        "have no value (NaN) where the status is not ok": frame["value"].isna() | ok,
        "give a reason where the status is not ok": (frame["reason"] != "") | ok,
        "give no reason where the status is ok, or say how the value was estimated": (
            (frame["reason"] == "") | frame["reason"].str.startswith(ESTIMATED) | ~ok
        ),
        f"differ in at least one of {', '.join(_KEY)}": ~frame.duplicated(_KEY),
    }
    for rule, holds in rules.items():
        if not holds.all():
            position = int(np.argmin(holds.to_numpy()))
            given = dict(zip(COLUMNS, frame.iloc[position].tolist(), strict=True))
            raise ValueError(f"rows of a score table must {rule}, got row {position}: {given}")


def _check_columns(frame: pd.DataFrame) -> None:
    given = list(frame.columns)
    if given != list(COLUMNS):
        missing = [column for column in COLUMNS if column not in given]
        unknown = [str(column) for column in given if column not in COLUMNS]
        raise ValueError(
            f"a score table must have the columns {', '.join(COLUMNS)} in that order; "
            f"missing: {', '.join(missing) or 'none'}; unknown: {', '.join(unknown) or 'none'}"
        )
    for name, dtype in _DTYPES.items():
        column = frame[name]
        fits = pd.api.types.is_string_dtype(column) if dtype == "str" else column.dtype == dtype
        if not fits or (dtype == "str" and column.isna().any()):
            got = f"{column.dtype} with missing entries" if fits else str(column.dtype)
            raise ValueError(f"column {name} of a score table must hold {dtype}, got {got}")
    for each in frame["hyperparameters"]:
        if not isinstance(each, Hyperparameters):
            raise ValueError(
                "column hyperparameters of a score table must hold Hyperparameters, got "
                f"{type(each).__name__}"
            )


def to_csv_text(frame: pd.DataFrame) -> str:
    """Score table as CSV, which `from_csv` reads back exactly.

    Raises
    ------
    ValueError
        As `check_scores`.
    """
    check_scores(frame)
    texts = [each.text for each in frame["hyperparameters"]]
    # Quoted, since pandas would read an unquoted carriage return in a reason as a new row.
    written: str = frame.assign(hyperparameters=texts).to_csv(
        index=False, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC
    )
    return written


def from_csv(path: Path) -> pd.DataFrame:
    """Read a score table, every number exactly as it was written.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no score table; the message names the file.
    """
    try:
        frame = pd.read_csv(
            path,
            dtype={**_DTYPES, "hyperparameters": "str"},
            keep_default_na=False,
            na_values={"dimension": [""], "value": [""]},
            float_precision="round_trip",
            encoding="utf-8",
        )
        if "hyperparameters" in frame:
            frame["hyperparameters"] = parse_hyperparameters(frame["hyperparameters"])
        check_scores(frame)
    except (ValueError, TypeError, OverflowError) as error:
        raise ValueError(
            f"{path} is no score table: {error}; run the stage that writes it again"
        ) from error
    return frame
