"""Table 1, described: what stands where, and what is to be noted."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

import pandas as pd

from topo.methods.roles import CONTROLS, PAPER_METHODS
from topo.metrics.sampled import ESTIMATED
from topo.names import EMPTY, dataset_title, direction_arrow, method_title
from topo.paper import PAPER_SOURCE, paper_datasets
from topo.table.description import (
    Group,
    Row,
    Table,
    Tables,
    Word,
    Words,
    subscripted,
)
from topo.table.groups import describe_cell, metric_groups
from topo.table.layout import (
    MAIN,
    SHORT_TITLES,
    TABLE_1,
    Column,
    entries,
    entry_title,
)

_AS_GOOD = "not distinguishable from it"

_Records: TypeAlias = dict[tuple[str, str, str], dict[Hashable, Any]]


def describe_table1(table: pd.DataFrame, also_missing: Sequence[str] = ()) -> Tables:
    """Describe Table 1, and all other metrics in groups that fold.

    Returns
    -------
    Tables
        A title, which says "partial" if anything is missing, and what and why; for every dataset
        the paper's columns, then a folded table for each group of metrics. Marks are those among
        all methods.
    """
    missing = _missing(table, also_missing)
    tables = [each for name, rows in _by_dataset(table) for each in _dataset_tables(name, rows)]
    return Tables(
        tuple(tables),
        title=f"{_title(table)}{', partial' if missing else ''}",
        missing=tuple(missing),
        introduction=_introduction(table, "of all methods but the controls"),
    )


def describe_paper_table1(table: pd.DataFrame) -> Tables:
    """Describe Table 1 in the paper's own bounds: its datasets, its columns, its methods.

    Returns
    -------
    Tables
        Without a title, for a page that has one; beside the paper's methods the controls and the
        empty diagram. Marks are those among the paper's four.
    """
    inside = table[
        table["dataset"].isin(paper_datasets())
        & (table["group"] == TABLE_1)
        & table["method"].isin([*PAPER_METHODS, *CONTROLS, EMPTY])
    ]
    return Tables(
        tuple(_paper_columns(name, rows, "mark_paper") for name, rows in _by_dataset(inside)),
        introduction=_introduction(inside, f"of {_and(map(method_title, PAPER_METHODS))}"),
    )


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


def _has_paper(table: pd.DataFrame) -> bool:
    return bool(table["dataset"].isin(paper_datasets()).any())


def _title(table: pd.DataFrame) -> str:
    return "Table 1" if _has_paper(table) or table.empty else "All metrics"


def _introduction(table: pd.DataFrame, of_whom: str) -> Words:
    has_paper = _has_paper(table)
    source = f" In parentheses: {PAPER_SOURCE}." if has_paper else ""
    by = ", by the test of the verdicts" if has_paper else ""
    return (
        Word(f"{_what_values_are(table)}{source} "),
        *(Word("Best", rank=1), Word(" by the mean and "), Word(_AS_GOOD, rank=2)),
        Word(
            f" {of_whom}: paired over the repetitions at the level 0.05, corrected for all pairs "
            f"of a column (Holm){by}. Marked is only what is shown to beat "
            f"the empty diagram and the controls, {_and(map(method_title, CONTROLS))}. ↓ lower is "
            "better, ↑ higher is better. Empty diagram: what an embedding scores whose diagram "
            "vanishes. – does not apply. † some repetitions are missing."
        ),
    )


def _and(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def _what_values_are(table: pd.DataFrame) -> str:
    """Say what the means are over and what the intervals speak of: datasets differ."""
    over: dict[str, list[str]] = {}
    for dataset, rows in _by_dataset(table[table["n"] > 0]):
        over.setdefault(_repeated(rows), []).append(dataset_title(dataset))
    if not over:
        return "No dataset has values."
    words = "; ".join(f"{', '.join(datasets)}: {each}" for each, datasets in over.items())
    return f"Means ± half the width of the 95 % t-interval. {words}."


def _repeated(rows: pd.DataFrame) -> str:
    n = int(rows["n"].max())
    if n == 1:
        return "one repetition, hence without interval and marks"
    if rows["draws"].max() > 1:
        return f"over {n} draws of the data, each with its own split and model seed"
    return (
        f"over {n} splits of the same points, with the interval for new samples of that size, an "
        "approximation (Nadeau and Bengio); table1.csv has that over splits of these points too"
    )


def _by_dataset(table: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    for name in table["dataset"].unique():
        yield name, table[table["dataset"] == name]


def _unavailable(rows: pd.DataFrame) -> str:
    """Reason why the whole dataset is unavailable; empty where it is not."""
    planned = rows[rows["status"] != "not run"]
    if len(planned) and (planned["status"] == "unavailable").all():
        return "; ".join(planned["reason"].unique())
    return ""


def _dataset_tables(name: str, rows: pd.DataFrame) -> Iterator[Table]:
    yield _paper_columns(name, rows, "mark_all")
    if not _unavailable(rows):
        yield from metric_groups(dataset_title(name), rows)


def _paper_columns(name: str, rows: pd.DataFrame, mark: str) -> Table:
    """Describe a dataset in the paper's columns, a row for every method."""
    if reason := _unavailable(rows):
        return Table(dataset_title(name), (Word(f"Unavailable: {reason}"),))
    columns = _present(MAIN, rows)
    methods, records = rows["method"].unique().tolist(), _records(rows)
    ranked = [_row(records, each, columns, mark) for each in methods if _is_ranked(each)]
    others = [_row(records, each, columns, mark) for each in methods if not _is_ranked(each)]
    groups = (Group("", tuple(ranked)), Group("not ranked", tuple(others)))
    return Table(
        dataset_title(name),
        _estimated(rows),
        _headings(columns),
        tuple(group for group in groups if group.rows),
    )


def _is_ranked(method: str) -> bool:
    return method not in (*CONTROLS, EMPTY)


def _estimated(rows: pd.DataFrame) -> Words:
    """Say where the values are not of all points; empty where they are."""
    reasons = rows.loc[rows["status"].isin(["ok", "partial"]), "reason"]
    estimated = reasons[reasons.str.startswith(ESTIMATED)]
    if not len(estimated):
        return ()
    how, _, _ = estimated.iloc[0].partition(", standard error")
    return (Word(f"{how.capitalize()}; the standard errors stand in the score table."),)


def _row(records: _Records, method: str, columns: Sequence[Column], mark: str) -> Row:
    cells = []
    for column in columns:
        empty = method == EMPTY and column.scaling == "raw"
        record = records.get((method, column.metric, "empty" if empty else column.scaling))
        cells.append(describe_cell(record, mark))
    return Row(method_title(method), tuple(cells))


def _records(rows: pd.DataFrame) -> _Records:
    records = rows.to_dict("records")
    return {(each["method"], each["metric"], each["scaling"]): each for each in records}


def _present(columns: Sequence[Column], rows: pd.DataFrame) -> tuple[Column, ...]:
    present = set(zip(rows["metric"], rows["scaling"], strict=True))
    return tuple(column for column in columns if (column.metric, column.scaling) in present)


def _headings(columns: Sequence[Column]) -> tuple[Words, ...]:
    return tuple(subscripted(f"{column.title} {_arrow(column)}".rstrip()) for column in columns)


def _arrow(column: Column) -> str:
    return direction_arrow(entries()[column.metric, column.scaling].direction)


def _titles(cells: pd.DataFrame) -> str:
    keys = zip(cells["metric"], cells["scaling"], strict=True)
    return ", ".join(SHORT_TITLES.get(key) or entry_title(*key) for key in keys)
