"""Metrics below one another in groups that fold, each with what it means."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias, get_args

import pandas as pd

from topo.metrics.base import Group as MetricGroup
from topo.names import EMPTY, direction_arrow, method_title
from topo.table.description import NOTHING, Cell, Group, Row, Table, Word
from topo.table.layout import IN_UNIT_OF_INPUT, entries, entry_title
from topo.table.numbers import format_estimate, format_paper

_Record: TypeAlias = Mapping[Hashable, Any]


def metric_groups(title: str, rows: pd.DataFrame) -> Iterator[Table]:
    """Describe the metrics of one dataset that are no columns of the paper's.

    Parameters
    ----------
    title
        What the tables are about.
    rows
        Its part of `topo.table.table1`.

    Yields
    ------
    Table
        For every group that has any metric, folded: a row for every metric, with its meaning, and
        a column for every method.
    """
    for group in get_args(MetricGroup):
        of_group = rows[rows["group"] == group]
        if len(of_group):
            yield _group_table(f"{title}: {group}", of_group)


def _group_table(title: str, rows: pd.DataFrame) -> Table:
    records = {
        (each["method"], each["metric"], each["scaling"]): each for each in rows.to_dict("records")
    }
    present = {key[1:] for key in records}
    shown = [key for key in entries() if key in present]
    methods = rows["method"].unique().tolist()
    return Table(
        title,
        (),
        tuple((Word(method_title(method)),) for method in methods),
        (Group("", tuple(_metric_row(records, key, methods) for key in shown)),),
        is_folded=True,
    )


def _metric_row(
    records: Mapping[tuple[str, str, str], _Record],
    key: tuple[str, str],
    methods: Sequence[str],
) -> Row:
    metric, scaling = key
    entry = entries()[key]
    cells = []
    for method in methods:
        is_bound = method == EMPTY and scaling in IN_UNIT_OF_INPUT and entry.direction != "none"
        record = records.get((method, metric, "empty" if is_bound else scaling))
        cells.append(describe_cell(record, "mark_all"))
    title = f"{entry_title(metric, scaling)} {direction_arrow(entry.direction)}".rstrip()
    return Row(title, tuple(cells), entry.meaning)


def describe_cell(record: _Record | None, mark: str) -> Cell:
    """Describe one place of a table.

    Parameters
    ----------
    record
        Its row of `topo.table.table1`; None where there is none.
    mark
        Column that has the mark.

    Returns
    -------
    Cell
        With the paper's number, where there is one.
    """
    if record is None:
        return Cell(NOTHING)
    paper = "" if math.isnan(record["paper"]) else f"({format_paper(record['paper'])})"
    if record["n"] == 0:
        status = str(record["status"])
        return Cell(NOTHING if status in ("not applicable", "not run") else status, paper)
    dagger = "†" if record["status"] == "partial" else ""
    place: int | None = None if pd.isna(record[mark]) else int(record[mark])
    return Cell(format_estimate(record["mean"], record["half_width"]) + dagger, paper, place)
