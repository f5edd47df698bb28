"""Table 1 and the spread beside it, described: what stands where, and what is to be noted."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any, TypeAlias

import pandas as pd

from topo.methods.roles import PAPER_METHODS
from topo.metrics.registry import METRICS
from topo.metrics.sampled import ESTIMATED
from topo.names import EMPTY, dataset_title, direction_arrow, method_title
from topo.paper import PAPER_SOURCE, paper_datasets
from topo.table.description import (
    NOTHING,
    Cell,
    Group,
    Row,
    Table,
    Tables,
    Word,
    Words,
    subscripted,
)
from topo.table.layout import MAIN, RAW_KL, SPREAD, Column
from topo.table.numbers import format_estimate, format_number, format_paper

_SCALED = "d_b/Σ, d_SW/Σ: each diagram is first divided by the sum of its persistences. "

_Records: TypeAlias = dict[tuple[str, str, str], dict[Hashable, Any]]


def describe_table1(table: pd.DataFrame, also_missing: Sequence[str] = ()) -> Tables:
    """Describe Table 1.

    Parameters
    ----------
    table
        As `topo.table.table1` returns it.
    also_missing
        What else the run lacks, a sentence each.

    Returns
    -------
    Tables
        A title, which says "partial" if anything is missing, and what and why; one table per
        dataset; one for the other reading of KL.
    """
    missing = _missing(table, also_missing)
    datasets = [_dataset_table(name, rows) for name, rows in _by_dataset(table)]
    return Tables(
        (*datasets, *_raw_kl_table(table)),
        title=f"Table 1{', partial' if missing else ''}",
        missing=tuple(missing),
        introduction=_introduction(table),
    )


def describe_paper_table1(table: pd.DataFrame) -> Tables:
    """Describe Table 1 in the paper's own bounds: its datasets, its columns.

    Parameters
    ----------
    table
        As `topo.table.table1` returns it.

    Returns
    -------
    Tables
        Without a title, for a page that has one.
    """
    metrics = {column.metric for column in MAIN if column.paper}
    inside = table["dataset"].isin(paper_datasets()) & table["metric"].isin(metrics)
    return describe_table1(table[inside & table["scaling"].isin(["raw", "empty"])])._replace(
        title=""
    )


def describe_spread(spreads: pd.DataFrame) -> Tables:
    """Describe the spread of the diagram distances between splits, and between model seeds.

    Parameters
    ----------
    spreads
        As `topo.scores.spread` returns it.

    Returns
    -------
    Tables
        One table: for every dataset and method the standard deviation between splits and between
        model seeds on the first split.
    """
    columns = tuple(
        subscripted(f"{column.title}, {what}") for column in SPREAD for what in ("splits", "seeds")
    )
    groups = [_group(name, rows, _spread_row) for name, rows in _by_dataset(spreads)]
    note = (
        f"Standard deviations: splits, over {_most(spreads['n_splits'])} splits; seeds, over "
        f"{_most(spreads['n_seeds'])} seeds of the method on the first split."
    )
    return Tables(
        (Table("Spread of the diagram distances", (Word(note),), columns, tuple(groups)),)
    )


def _most(counts: pd.Series) -> int:
    return int(counts.max()) if len(counts) else 0


def _missing(table: pd.DataFrame, others: Sequence[str]) -> list[str]:
    """Say what is missing, and why: one sentence per dataset, or per method and reason.

    What is missing from no cell, such as a further model seed, stands in other sentences: they
    follow, unless they say the same.
    """
    notes = _missing_cells(table)
    return [*notes, *(each for each in others if each.rstrip(".") not in notes)]


def _missing_cells(table: pd.DataFrame) -> list[str]:
    notes = []
    for dataset, rows in _by_dataset(table):
        if reason := _unavailable(rows):
            notes.append(f"{dataset_title(dataset)} is unavailable: {reason}")
            continue
        wanted = rows[~rows["status"].isin(["not applicable", "not run"])]
        sizes = wanted.groupby("method").size()
        missing = wanted[(wanted["status"] != "ok") & (wanted["method"] != EMPTY)]
        for key, cells in missing.groupby(["method", "reason"], sort=False):
            method, reason = map(str, key)
            which = "" if len(cells) == sizes[method] else f" ({_titles(cells)})"
            notes.append(
                f"{dataset_title(dataset)}, {method_title(method)}{which}: {cells['n'].max()} of "
                f"{cells['planned'].max()} repetitions; {reason}"
            )
    return notes


def _introduction(table: pd.DataFrame) -> Words:
    return (
        Word(f"{_what_values_are(table)} In parentheses: {PAPER_SOURCE}. "),
        *(Word("Best", rank=1), Word(" and "), Word("second", rank=2)),
        Word(" of t-SNE, UMAP, AE and TopoAE, by the mean alone; ↓ lower is better, ↑ higher is "),
        *subscripted(
            f"better. {_SCALED if (table['scaling'] == 'sum').any() else ''}"
            "Empty diagram: what an embedding scores whose diagram vanishes. – does not apply. "
            "† some repetitions are missing."
        ),
    )


def _what_values_are(table: pd.DataFrame) -> str:
    n = int(table["n"].max()) if len(table) else 0
    if n > 1:
        return f"Means over {n} splits ± half the width of the 95 % t-interval."
    return "Values on one split, hence without intervals." if n else "No dataset has values."


def _by_dataset(table: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    for name in table["dataset"].unique():
        yield name, table[table["dataset"] == name]


def _unavailable(rows: pd.DataFrame) -> str:
    """Reason why the whole dataset is unavailable; empty where it is not."""
    planned = rows[rows["status"] != "not run"]
    if len(planned) and (planned["status"] == "unavailable").all():
        return "; ".join(planned["reason"].unique())
    return ""


def _dataset_table(name: str, rows: pd.DataFrame) -> Table:
    if reason := _unavailable(rows):
        return Table(dataset_title(name), (Word(f"Unavailable: {reason}"),))
    columns = _present(MAIN, rows)
    methods, records = rows["method"].unique().tolist(), _records(rows)
    ranked = [_row(records, method, columns) for method in methods if method in PAPER_METHODS]
    others = [_row(records, method, columns) for method in methods if method not in PAPER_METHODS]
    groups = (Group("", tuple(ranked)), Group("not ranked", tuple(others)))
    return Table(
        dataset_title(name),
        _estimated(rows),
        _headings(columns),
        tuple(group for group in groups if group.rows),
    )


def _estimated(rows: pd.DataFrame) -> Words:
    """Say where the values are not of all points; empty where they are."""
    reasons = rows.loc[rows["status"].isin(["ok", "partial"]), "reason"]
    estimated = reasons[reasons.str.startswith(ESTIMATED)]
    if not len(estimated):
        return ()
    how, _, _ = estimated.iloc[0].partition(", standard error")
    return (Word(f"{how.capitalize()}; the standard errors stand in the score table."),)


def _raw_kl_table(table: pd.DataFrame) -> list[Table]:
    columns = _present(RAW_KL, table)
    if not columns:
        return []
    rows = table[table["method"] != EMPTY]

    def row(records: _Records, method: str) -> Row:
        return _row(records, method, columns)

    groups = [_group(name, each, row) for name, each in _by_dataset(rows)]
    note = "The other reading of the paper: densities exp(-d²/2σ²) of raw distances. Not ranked."
    return [Table("KL on raw distances", (Word(note),), _headings(columns), tuple(groups))]


def _group(name: str, rows: pd.DataFrame, row: Callable[[_Records, str], Row]) -> Group:
    """Describe a dataset as part of a table, a row for every method."""
    if reason := _unavailable(rows):
        return Group(f"{dataset_title(name)}, unavailable: {reason}", ())
    records = _records(rows)
    return Group(dataset_title(name), tuple(row(records, each) for each in rows["method"].unique()))


def _spread_row(records: _Records, method: str) -> Row:
    cells = []
    for column in SPREAD:
        record = records.get((method, column.metric, column.scaling))
        for what in ("splits", "seeds"):
            sd = math.nan if record is None else float(record[f"sd_{what}"])
            cells.append(Cell(NOTHING if math.isnan(sd) else format_number(sd, 2)))
    return Row(method_title(method), tuple(cells))


def _row(records: _Records, method: str, columns: Sequence[Column]) -> Row:
    cells = []
    for column in columns:
        empty = method == EMPTY and column.scaling == "raw"
        record = records.get((method, column.metric, "empty" if empty else column.scaling))
        cells.append(Cell(NOTHING) if record is None else _cell(record))
    return Row(method_title(method), tuple(cells))


def _records(rows: pd.DataFrame) -> _Records:
    records = rows.to_dict("records")
    return {(each["method"], each["metric"], each["scaling"]): each for each in records}


def _cell(row: dict[Hashable, Any]) -> Cell:
    paper = "" if math.isnan(row["paper"]) else f"({format_paper(row['paper'])})"
    if row["n"] == 0:
        words = {"not applicable": NOTHING, "not run": NOTHING}
        return Cell(words.get(row["status"], row["status"]), paper)
    mark = "†" if row["status"] == "partial" else ""
    place = None if pd.isna(row["rank"]) else int(row["rank"])
    return Cell(format_estimate(row["mean"], row["half_width"]) + mark, paper, place)


def _present(columns: Sequence[Column], rows: pd.DataFrame) -> tuple[Column, ...]:
    present = set(zip(rows["metric"], rows["scaling"], strict=True))
    return tuple(column for column in columns if (column.metric, column.scaling) in present)


def _headings(columns: Sequence[Column]) -> tuple[Words, ...]:
    return tuple(subscripted(f"{column.title} {_arrow(column)}".rstrip()) for column in columns)


def _arrow(column: Column) -> str:
    directions = {str(metric.scaling): metric.direction for metric in METRICS[column.metric]}
    return direction_arrow(directions[column.scaling])


def _titles(cells: pd.DataFrame) -> str:
    titles = {(column.metric, column.scaling): column.title for column in (*MAIN, *RAW_KL)}
    return ", ".join(titles[key] for key in zip(cells["metric"], cells["scaling"], strict=True))
