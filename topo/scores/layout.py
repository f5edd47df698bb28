"""A table with one row per number, or per reason why there is none: built, checked, kept as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from topo.scores.hyperparameters import Hyperparameters, parse_hyperparameters

#: What a row's status can be. Only "ok" comes with a value, all others come with a reason.
STATUSES = ("ok", "not applicable", "failed", "unavailable")

#: Columns by which rows need not differ.
_SAID = ("seed", "value", "status", "reason")


@dataclass(frozen=True)
class Layout:
    """What a table of some kind looks like.

    Attributes
    ----------
    kind
        What messages call it, such as "score".
    columns
        Their names in order; value, status and reason are among them.
    dtypes
        Of the columns that hold no text; "object" is `Hyperparameters`.
    remark
        What the reason of a row with a value begins with, if it has one.
    """

    kind: str
    columns: tuple[str, ...]
    dtypes: Mapping[str, str]
    remark: str | None = None

    @cached_property
    def key(self) -> list[str]:
        """Columns by which any two rows must differ."""
        return [column for column in self.columns if column not in _SAID]

    def frame(self, rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
        """Build a table from rows with a field per column, in their order.

        Raises
        ------
        ValueError
            As `check`, or if a row has other fields or one of another type.
        """
        rows = list(rows)
        if any(len(row) != len(self.columns) for row in rows):
            raise ValueError(
                f"a {self.kind} row must have the fields {', '.join(self.columns)}, got another one"
            )
        columns = list(zip(*rows, strict=True)) or [()] * len(self.columns)
        named = zip(self.columns, columns, strict=True)
        frame = pd.DataFrame({name: self._column(name, values) for name, values in named})
        self.check(frame)
        return frame

    def _column(self, name: str, values: Sequence[object]) -> pd.Series:
        try:
            return pd.Series(list(values), dtype=self._dtype(name))
        except (ValueError, TypeError, OverflowError) as error:
            raise ValueError(
                f"column {name} of a {self.kind} table must hold {self._dtype(name)}, got another "
                f"value: {error}"
            ) from error

    def _dtype(self, name: str) -> str:
        return self.dtypes.get(name, "str")

    def check(self, frame: pd.DataFrame) -> None:
        """Refuse a table that is none of this kind.

        Raises
        ------
        ValueError
            If a column is missing, unknown, out of order or of another type, a row's value, status
            and reason contradict each other, or two rows say the same thing; names the first such
            row.
        """
        self._check_columns(frame)
        self._check_rows(frame)

    def _check_columns(self, frame: pd.DataFrame) -> None:
        given = list(frame.columns)
        if given != list(self.columns):
            missing = [column for column in self.columns if column not in given]
            unknown = [str(column) for column in given if column not in self.columns]
            raise ValueError(
                f"a {self.kind} table must have the columns {', '.join(self.columns)} in that "
                f"order; missing: {', '.join(missing) or 'none'}; unknown: "
                f"{', '.join(unknown) or 'none'}"
            )
        for name in self.columns:
            column, dtype = frame[name], self._dtype(name)
            text = dtype == "str"
            fits = pd.api.types.is_string_dtype(column) if text else column.dtype == dtype
            if not fits or (text and column.isna().any()):
                got = f"{column.dtype} with missing entries" if fits else str(column.dtype)
                raise ValueError(
                    f"column {name} of a {self.kind} table must hold {dtype}, got {got}"
                )
            for each in column if dtype == "object" else ():
                if not isinstance(each, Hyperparameters):
                    raise ValueError(
                        f"column {name} of a {self.kind} table must hold Hyperparameters, got "
                        f"{type(each).__name__}"
                    )

    def _check_rows(self, frame: pd.DataFrame) -> None:
        ok = frame["status"] == "ok"
        remarked = frame["reason"].str.startswith(self.remark) if self.remark else ~ok
        rules = {
            f"have a status out of {', '.join(STATUSES)}": frame["status"].isin(STATUSES),
            "have a finite value where the status is ok": np.isfinite(frame["value"]) | ~ok,
            "have no value (NaN) where the status is not ok": frame["value"].isna() | ok,
            "give a reason where the status is not ok": (frame["reason"] != "") | ok,
            "give no reason where the status is ok, or say how the value was estimated": (
                (frame["reason"] == "") | remarked | ~ok
            ),
            f"differ in at least one of {', '.join(self.key)}": ~frame.duplicated(self.key),
        }
        for rule, holds in rules.items():
            if not holds.all():
                position = int(np.argmin(holds.to_numpy()))
                given = dict(zip(self.columns, frame.iloc[position].tolist(), strict=True))
                raise ValueError(
                    f"rows of a {self.kind} table must {rule}, got row {position}: {given}"
                )

    def csv(self, frame: pd.DataFrame) -> str:
        """Write a table as CSV, which `read` reads back exactly.

        Raises
        ------
        ValueError
            As `check`.
        """
        self.check(frame)
        objects = [name for name in self.columns if self._dtype(name) == "object"]
        texts = frame.assign(**{name: [each.text for each in frame[name]] for name in objects})
        # Quoted, since pandas would read an unquoted carriage return in a reason as a new row.
        text: str = texts.to_csv(index=False, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
        return text

    def read(self, path: Path) -> pd.DataFrame:
        """Read a table, every number exactly as it was written.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If it is no table of this kind; names the file.
        """
        try:
            frame = self._read(path)
            self.check(frame)
        except (ValueError, TypeError, OverflowError) as error:
            raise ValueError(
                f"{path} is no {self.kind} table: {error}; run the stage that writes it again"
            ) from error
        return frame

    def _read(self, path: Path) -> pd.DataFrame:
        dtypes = {name: self._dtype(name) for name in self.columns}
        objects = [name for name, dtype in dtypes.items() if dtype == "object"]
        frame = pd.read_csv(
            path,
            dtype={**dtypes, **dict.fromkeys(objects, "str")},
            keep_default_na=False,
            na_values={name: [""] for name in ("dimension", "value")},
            float_precision="round_trip",
            encoding="utf-8",
        )
        # pandas takes a value too many in every row for the row's name.
        if not isinstance(frame.index, pd.RangeIndex):
            raise ValueError("rows must have as many values as there are columns, got one more")
        present = [name for name in objects if name in frame]
        return frame.assign(**{name: parse_hyperparameters(frame[name]) for name in present})
