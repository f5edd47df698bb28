"""The spreads between data, splits and model seeds, beside one another."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, TypeAlias

import pandas as pd

from topo.names import dataset_title, method_title
from topo.scores.spreads import LEVELS
from topo.table.description import NOTHING, Cell, Group, Row, Table, Tables, Word, subscripted
from topo.table.layout import MAIN, Column
from topo.table.numbers import format_number

_Records: TypeAlias = Mapping[tuple[str, str], Mapping[Hashable, Any]]

_INTRODUCTION = (
    "Standard deviations that each adds to a number: other data drawn in the same way, another "
    "split of the same data, another seed of the method on the same split. 0 where the others "
    "explain all of the spread; – where it is not repeated, and is part of the one above. "
    "spreads.csv has them for every metric."
)


def describe_spread(spreads: pd.DataFrame) -> Tables:
    """Describe where the spread of the paper's columns comes from.

    Parameters
    ----------
    spreads
        As `topo.scores.spread` returns them.

    Returns
    -------
    Tables
        For every dataset one that is folded: for every method a row each for data, split and seed.
    """
    tables = [_dataset(str(name), rows) for name, rows in spreads.groupby("dataset", sort=False)]
    if not tables:
        return Tables(())
    introduction = (Word(_INTRODUCTION),)
    return Tables(tuple(tables), title="Where the spread comes from", introduction=introduction)


def _dataset(name: str, rows: pd.DataFrame) -> Table:
    title = f"{dataset_title(name)}: spreads"
    if (rows["status"] == "unavailable").all():
        return Table(title, (Word(f"Unavailable: {'; '.join(rows['reason'].unique())}"),))
    # Of diagrams the paper compares those of dimension 0.
    shown = rows[(rows["scaling"] == "raw") & (rows["dimension"].fillna(0) == 0)]
    records = {(row["method"], row["metric"]): row for row in shown.to_dict("records")}
    columns = [column for column in MAIN if column.metric in set(shown["metric"])]
    n_data, n_split, n_seed = rows[[f"n_{level}" for level in LEVELS]].max()
    note = f"Draws of the data: {n_data}, splits: {n_split}, fits: {n_seed}."
    return Table(
        title,
        (Word(note),),
        tuple(subscripted(column.title) for column in columns),
        tuple(_method(each, records, columns) for each in rows["method"].unique()),
        is_folded=True,
    )


def _method(method: str, records: _Records, columns: Sequence[Column]) -> Group:
    found = [records.get((method, column.metric)) for column in columns]
    rows = [Row(level, tuple(_cell(record, level) for record in found)) for level in LEVELS]
    return Group(method_title(method), tuple(rows))


def _cell(record: Mapping[Hashable, Any] | None, level: str) -> Cell:
    deviation = math.nan if record is None else float(record[f"sd_{level}"])
    return Cell(NOTHING if math.isnan(deviation) else format_number(deviation, 2))
