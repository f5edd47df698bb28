"""All metrics of the benchmark as a tidy frame: one row per cell of Table 1 and of its groups."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from itertools import product
from typing import Any

import pandas as pd

from topo.methods.roles import CONTROLS, PAPER_METHODS
from topo.metrics.base import Direction
from topo.names import EMPTY
from topo.paper import paper_value
from topo.table.layout import IN_UNIT_OF_INPUT, MAIN, NAMED, entries, group_of
from topo.table.marks import marks, rank_printed
from topo.table.numbers import printed_mean

_CELL = ["dataset", "method", "metric", "scaling"]
_PAPER_NAMES = {(each.metric, each.scaling): each.paper for each in (*MAIN, *NAMED)}
#: Those that are compared, and whose places and marks are told apart: all, and the paper's four.
_COMPETITIONS = ("all", "paper")
_MARKS = [f"{what}_{which}" for which in _COMPETITIONS for what in ("rank", "mark")]
_COLUMNS = [
    *(*_CELL, "group", "mean", "half_width", "half_width_splits", "n", "planned", "draws"),
    *(*_MARKS, "paper", "status", "reason"),
]


def table1(aggregated: pd.DataFrame) -> pd.DataFrame:
    """Arrange aggregated scores as the paper's Table 1, and all other metrics in groups.

    Returns
    -------
    DataFrame
        As `unranked` returns it, and of every row also:

        - rank_all, rank_paper: place by the mean, shared where it is printed alike, 1 for the best,
          among all methods but the controls, and among the paper's four; missing for others and
          without a direction.
        - mark_all, mark_paper: 1 (best) or 2 (not distinguishable from the best), by
          `topo.table.marks.marks`; bounds are both controls and the empty diagram, as far as these
          have a value. Else missing.
    """
    return _with_marks(unranked(aggregated))[_COLUMNS]


def unranked(aggregated: pd.DataFrame) -> pd.DataFrame:
    """Arrange aggregated scores in groups without comparing methods, which takes seconds.

    Returns
    -------
    DataFrame
        One row per dataset, method that has scores there, metric and scaling:

        - group: "Table 1" for the paper's columns, else the group that the metric declares.
        - mean, half_width, half_width_splits, n, planned, draws, status, reason: as in
          `aggregated`; a cell without scores has the status "not run".
        - paper: the value in the paper's Table 1, or NaN.

        The method "empty diagram" has the distances of the input's diagram to the empty one.
        Metrics that no dataset has, or that the registry has not, are left out.
    """
    # Of diagrams the paper compares those of dimension 0; loops have metrics of their own.
    lowest = aggregated.groupby(["metric", "scaling"])["dimension"].transform("min")
    cells = aggregated[aggregated["dimension"].fillna(0) == lowest.fillna(0)]
    present = set(zip(cells["metric"], cells["scaling"], strict=True))
    shown = [key for key in entries() if key in present]
    keys = [
        (dataset, method, *key)
        for dataset, own in cells.groupby("dataset", sort=False)
        for method, key in product(_methods(own), shown)
    ]
    table = pd.DataFrame(keys, columns=_CELL).merge(cells, on=_CELL, how="left")
    table = pd.concat([table, _empty_diagrams(cells)], ignore_index=True)
    table["n"] = table["n"].fillna(0).astype("int64")
    table["planned"] = table["planned"].fillna(0).astype("int64")
    table["draws"] = table["draws"].fillna(0).astype("int64")
    table["status"] = table["status"].fillna("not run")
    table["reason"] = table["reason"].fillna("the benchmark has no such row")
    places = list(zip(table["metric"], table["scaling"], strict=True))
    raw = [(metric, "raw" if scaling == "empty" else scaling) for metric, scaling in places]
    table["group"] = pd.Series([group_of(*each) for each in raw], index=table.index, dtype="str")
    paper = [_paper(*key) for key in table[_CELL].itertuples(index=False, name=None)]
    table["paper"] = pd.Series(paper, index=table.index, dtype="float64")
    return table


def _methods(cells: pd.DataFrame) -> list[str]:
    """Order methods: the paper's, all others, the controls."""
    present = cells["method"].unique().tolist()
    known = {*PAPER_METHODS, *CONTROLS}
    return [
        *(method for method in PAPER_METHODS if method in present),
        *(method for method in present if method not in known),
        *(method for method in CONTROLS if method in present),
    ]


def _empty_diagrams(cells: pd.DataFrame) -> pd.DataFrame:
    """Take the distances to the empty diagram from the method with the most repetitions.

    They depend on the input alone, so that every method has the same ones.
    """
    known = [metric for metric, _ in entries()]
    rows = cells[(cells["scaling"] == "empty") & cells["metric"].isin(known)]
    rows = rows.sort_values("n", ascending=False, kind="stable")
    rows = rows.drop_duplicates(["dataset", "metric"]).sort_index()
    return rows.assign(method=EMPTY)


def _paper(dataset: str, method: str, metric: str, scaling: str) -> float | None:
    name = _PAPER_NAMES.get((metric, scaling))
    return paper_value(dataset, method, name) if name else None


def _with_marks(table: pd.DataFrame) -> pd.DataFrame:
    """Add places and marks, metric by metric."""
    found: dict[str, dict[Hashable, int]] = {name: {} for name in _MARKS}
    records = table[table["n"] > 0].to_dict("index")
    empty = {
        (row["dataset"], row["metric"]): row for row in records.values() if row["method"] == EMPTY
    }
    by_cell: dict[tuple[str, str, str], dict[Hashable, Any]] = {}
    for index, row in records.items():
        if row["method"] != EMPTY:
            by_cell.setdefault((row["dataset"], row["metric"], row["scaling"]), {})[index] = row
    for (dataset, metric, scaling), rows in by_cell.items():
        direction = entries()[metric, scaling].direction
        bounds = [row for row in rows.values() if row["method"] in CONTROLS]
        if scaling in IN_UNIT_OF_INPUT and (dataset, metric) in empty:
            bounds.append(empty[dataset, metric])
        competing = {index: row for index, row in rows.items() if row["method"] not in CONTROLS}
        papers = {index: row for index, row in competing.items() if row["method"] in PAPER_METHODS}
        for which, these in (("all", competing), ("paper", papers)):
            for name, values in _places(these, bounds, direction).items():
                found[f"{name}_{which}"] |= values
    columns = {name: pd.Series(values, dtype="Int64") for name, values in found.items()}
    return table.assign(**{name: each.reindex(table.index) for name, each in columns.items()})


def _places(
    rows: Mapping[Hashable, Any], bounds: Collection[Any], direction: Direction
) -> dict[str, dict[Hashable, int]]:
    index = {row["method"]: number for number, row in rows.items()}
    printed = {row["method"]: printed_mean(row["mean"], row["half_width"]) for row in rows.values()}
    means = {row["method"]: row["mean"] for row in rows.values()}
    marked = marks(
        {row["method"]: pd.Series(row["values"]) for row in rows.values()},
        {row["method"]: pd.Series(row["values"]) for row in bounds},
        direction,
        test_to_train=max((row["test_to_train"] for row in rows.values()), default=0.0),
    )
    return {
        "rank": {
            index[name]: each for name, each in rank_printed(means, printed, direction).items()
        },
        "mark": {index[name]: each for name, each in marked.items()},
    }
