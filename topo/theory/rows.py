"""The theory table: one row per number of an experiment."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from topo.scores.layout import Layout, csv_text


class TheoryRow(NamedTuple):
    """One number of an experiment, or the reason why the experiment has none.

    Attributes
    ----------
    experiment
        Name in ``params.yaml``.
    case
        Which of the experiment's examples, as in ``circle/m=20/epsilon=0.1``; empty where there is
        one alone, or the experiment failed.
    quantity
        Name of the number; empty where the experiment failed.
    dimension
        Homology dimension, None where there is none.
    repetition
        Index of the repetition, from 0.
    seed
        Seed of the experiment.
    value
        The number; NaN unless the status is "ok".
    status
        "ok" or "failed".
    reason
        Why there is no number; empty if there is one.
    """

    experiment: str
    case: str
    quantity: str
    dimension: int | None
    repetition: int
    seed: int
    value: float
    status: str
    reason: str


_LAYOUT = Layout(
    "theory",
    TheoryRow._fields,
    {"dimension": "Int64", "repetition": "int64", "seed": "int64", "value": "float64"},
)


def theory_frame(rows: Iterable[TheoryRow]) -> pd.DataFrame:
    """Build the theory table.

    Returns
    -------
    DataFrame
        With `TheoryRow`'s fields as columns, one row per row given, in their order; checked.

    Raises
    ------
    ValueError
        As `check_theory`, or if a row has other fields or one of another type.
    """
    frame = _LAYOUT.frame(rows)
    check_theory(frame)
    return frame


def check_theory(frame: pd.DataFrame) -> None:
    """Refuse a table that is no theory table.

    Raises
    ------
    ValueError
        As `topo.scores.check_scores`.
    """
    _LAYOUT.check_columns(frame)
    _LAYOUT.check_rows(frame)


def theory_csv(frame: pd.DataFrame) -> str:
    """Theory table as CSV, which `read_theory` reads back exactly.

    Raises
    ------
    ValueError
        As `check_theory`.
    """
    check_theory(frame)
    return csv_text(frame)


def read_theory(path: Path) -> pd.DataFrame:
    """Read a theory table, every number exactly as it was written.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no theory table; the message names the file.
    """
    try:
        frame = _LAYOUT.read(path)
        check_theory(frame)
    except (ValueError, TypeError, OverflowError) as error:
        raise ValueError(
            f"{path} is no theory table: {error}; run the stage `theory` again"
        ) from error
    return frame
