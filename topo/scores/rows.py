"""Rows of the score table, their checks, and the table as CSV."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from topo.metrics.sampled import ESTIMATED
from topo.scores.hyperparameters import Hyperparameters, parse_hyperparameters
from topo.scores.layout import Layout, csv_text


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
        One of `topo.scores.layout.STATUSES`.
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

_LAYOUT = Layout(
    "score",
    COLUMNS,
    {
        "split": "int64",
        "model_seed": "int64",
        "seed": "int64",
        "hyperparameters": "object",
        "dimension": "Int64",
        "value": "float64",
    },
    remark=ESTIMATED,
)


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
    frame = _LAYOUT.frame(rows)
    check_scores(frame)
    return frame


def check_scores(frame: pd.DataFrame) -> None:
    """Refuse a table that is no score table.

    Raises
    ------
    ValueError
        If a column is missing, unknown, out of order or of another type, a row's value, status
        and reason contradict each other, or two rows say the same thing; the message names the
        first such row.
    """
    _LAYOUT.check_columns(frame)
    for each in frame["hyperparameters"]:
        if not isinstance(each, Hyperparameters):
            raise ValueError(
                "column hyperparameters of a score table must hold Hyperparameters, got "
                f"{type(each).__name__}"
            )
    _LAYOUT.check_rows(frame)


def to_csv_text(frame: pd.DataFrame) -> str:
    """Score table as CSV, which `from_csv` reads back exactly.

    Raises
    ------
    ValueError
        As `check_scores`.
    """
    check_scores(frame)
    return csv_text(frame.assign(hyperparameters=[each.text for each in frame["hyperparameters"]]))


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
        frame = _LAYOUT.read(path)
        if "hyperparameters" in frame:
            frame["hyperparameters"] = parse_hyperparameters(frame["hyperparameters"])
        check_scores(frame)
    except (ValueError, TypeError, OverflowError) as error:
        raise ValueError(
            f"{path} is no score table: {error}; run the stage that writes it again"
        ) from error
    return frame
