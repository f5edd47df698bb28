"""Table 1 for one screen: the paper's columns, means alone, all datasets under one heading."""

from __future__ import annotations

from collections.abc import Iterable

from topo.table.description import Group, Row, Table, Tables, Words


def describe_brief_table1(described: Tables) -> Tables:
    """Describe Table 1 as briefly as one screen needs.

    Parameters
    ----------
    described
        As `topo.table.describe_paper_table1` returns it.

    Returns
    -------
    Tables
        One table for all datasets with equal columns: means without intervals and without the
        paper's values. Datasets without numbers are left out.
    """
    by_columns: dict[tuple[Words, ...], list[Table]] = {}
    for table in described.tables:
        if table.columns:
            by_columns.setdefault(table.columns, []).append(table)
    return Tables(tuple(_joined(columns, tables) for columns, tables in by_columns.items()))


def _joined(columns: tuple[Words, ...], tables: Iterable[Table]) -> Table:
    groups = (
        Group(each.title, tuple(_brief(row) for group in each.groups for row in group.rows))
        for each in tables
    )
    title = "Table 1, made anew: means; ¹ is best and ² second of the paper's four methods"
    return Table(title, columns=columns, groups=tuple(groups))


def _brief(row: Row) -> Row:
    cells = (cell._replace(value=cell.value.partition(" ± ")[0], paper="") for cell in row.cells)
    return row._replace(cells=tuple(cells))
