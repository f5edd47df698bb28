"""The tables as labelled lines of written cells, before they become Markdown or text."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

import pandas as pd

from topo.metrics import METRICS
from topo.metrics.sampled import ESTIMATED
from topo.names import dataset_title, direction_arrow, method_title
from topo.table.layout import EMPTY, MAIN, RANKED, RAW_KL, SPREAD, Column
from topo.table.numbers import format_estimate, format_number, format_paper

#: What stands where there is no number.
NOTHING = "–"

Records: TypeAlias = dict[tuple[str, str, str], dict[Hashable, Any]]


class Cell(NamedTuple):
    """What is written in one place: our number, the paper's, and our rank."""

    value: str
    paper: str = ""
    rank: int | None = None


class Line(NamedTuple):
    """A method's cells."""

    label: str
    cells: tuple[Cell, ...]


class Block(NamedTuple):
    """Lines under a heading of their own."""

    heading: str
    lines: tuple[Line, ...]


class Section(NamedTuple):
    """One table: a title, what is to be noted of it, and its lines, if it has any."""

    title: str
    note: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    blocks: tuple[Block, ...] = ()


def table1_sections(table: pd.DataFrame) -> list[Section]:
    """One section per dataset, then one for the other reading of KL."""
    sections = [_dataset_section(name, rows) for name, rows in _by_dataset(table)]
    return [*sections, *_raw_kl_section(table)]


def spread_section(spreads: pd.DataFrame) -> Section:
    """Spread of the diagram distances between splits, and between model seeds on split 0."""
    columns = tuple(
        (f"{column.title}, {what}", f"{column.markup}, {what}")
        for column in SPREAD
        for what in ("splits", "seeds")
    )
    blocks = [_spread_block(name, rows) for name, rows in _by_dataset(spreads)]
    note = (
        f"Standard deviations: splits, over {_most(spreads['n_splits'])} splits; seeds, over "
        f"{_most(spreads['n_seeds'])} seeds of the method on the first split."
    )
    return Section("Spread of the diagram distances", note, columns, tuple(blocks))


def _most(counts: pd.Series) -> int:
    return int(counts.max()) if len(counts) else 0


def missing_notes(table: pd.DataFrame, others: Sequence[str] = ()) -> list[str]:
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


def what_is_shown(table: pd.DataFrame) -> str:
    """Say what the numbers are."""
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


def _dataset_section(name: str, rows: pd.DataFrame) -> Section:
    if reason := _unavailable(rows):
        return Section(dataset_title(name), f"Unavailable: {reason}")
    columns = _present(MAIN, rows)
    methods, records = rows["method"].unique().tolist(), _records(rows)
    ranked = [_line(records, method, columns) for method in methods if method in RANKED]
    others = [_line(records, method, columns) for method in methods if method not in RANKED]
    blocks = (Block("", tuple(ranked)), Block("not ranked", tuple(others)))
    return Section(dataset_title(name), _estimated(rows), _headings(columns), _filled(blocks))


def _estimated(rows: pd.DataFrame) -> str:
    """Say where the values are not of all points; empty where they are."""
    reasons = rows.loc[rows["status"].isin(["ok", "partial"]), "reason"]
    estimated = reasons[reasons.str.startswith(ESTIMATED)]
    if not len(estimated):
        return ""
    how, _, _ = estimated.iloc[0].partition(", standard error")
    return f"{how.capitalize()}; the standard errors stand in the score table."


def _raw_kl_section(table: pd.DataFrame) -> list[Section]:
    columns = _present(RAW_KL, table)
    if not columns:
        return []
    blocks = [_raw_kl_block(name, rows, columns) for name, rows in _by_dataset(table)]
    note = "The other reading of the paper: densities exp(-d²/2σ²) of raw distances. Not ranked."
    return [Section("KL on raw distances", note, _headings(columns), tuple(blocks))]


def _raw_kl_block(name: str, rows: pd.DataFrame, columns: Sequence[Column]) -> Block:
    if reason := _unavailable(rows):
        return Block(f"{dataset_title(name)}, unavailable: {reason}", ())
    methods = [method for method in rows["method"].unique() if method != EMPTY]
    records = _records(rows)
    return Block(dataset_title(name), tuple(_line(records, each, columns) for each in methods))


def _spread_block(name: str, rows: pd.DataFrame) -> Block:
    if reason := _unavailable(rows):
        return Block(f"{dataset_title(name)}, unavailable: {reason}", ())
    methods, records = rows["method"].unique(), _records(rows)
    return Block(dataset_title(name), tuple(_spread_line(records, each) for each in methods))


def _spread_line(records: Records, method: str) -> Line:
    cells = []
    for column in SPREAD:
        row = records.get((method, column.metric, column.scaling))
        for what in ("splits", "seeds"):
            sd = math.nan if row is None else float(row[f"sd_{what}"])
            cells.append(Cell(NOTHING if math.isnan(sd) else format_number(sd, 2)))
    return Line(method_title(method), tuple(cells))


def _line(records: Records, method: str, columns: Sequence[Column]) -> Line:
    cells = []
    for column in columns:
        empty = method == EMPTY and column.scaling == "raw"
        row = records.get((method, column.metric, "empty" if empty else column.scaling))
        cells.append(Cell(NOTHING) if row is None else _cell(row))
    return Line(method_title(method), tuple(cells))


def _records(rows: pd.DataFrame) -> Records:
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


def _headings(columns: Sequence[Column]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (f"{column.title}{_arrow(column)}", f"{column.markup}{_arrow(column)}")
        for column in columns
    )


def _arrow(column: Column) -> str:
    for metric in METRICS[column.metric]:
        if metric.scaling == column.scaling:
            return f" {direction_arrow(metric.direction)}".rstrip()
    return ""


def _titles(cells: pd.DataFrame) -> str:
    titles = {(column.metric, column.scaling): column.title for column in (*MAIN, *RAW_KL)}
    return ", ".join(titles[key] for key in zip(cells["metric"], cells["scaling"], strict=True))


def _filled(blocks: Sequence[Block]) -> tuple[Block, ...]:
    return tuple(block for block in blocks if block.lines)
