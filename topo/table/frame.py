"""Table 1 as a tidy frame: one row per cell."""

from __future__ import annotations

from itertools import product

import pandas as pd

from topo.methods.roles import PAPER_METHODS
from topo.metrics.base import Direction
from topo.metrics.registry import METRICS
from topo.names import EMPTY
from topo.paper import paper_value
from topo.scores import rank
from topo.table.layout import MAIN, RAW_KL, SPREAD

CELL = ["dataset", "method", "metric", "scaling"]
_PAPER_NAMES = {(each.metric, each.scaling): each.paper for each in (*MAIN, *RAW_KL)}
COLUMNS = [*CELL, "mean", "half_width", "n", "planned", "rank", "paper", "status", "reason"]


def table1(aggregated: pd.DataFrame) -> pd.DataFrame:
    """Arrange aggregated scores as the paper's Table 1.

    Parameters
    ----------
    aggregated
        As `topo.scores.aggregate` returns it.

    Returns
    -------
    DataFrame
        One row per dataset, method, metric and scaling, with mean, half_width, n and planned as
        there; rank among the paper's four methods (1 is best, missing for the others and for
        kl_raw_*); paper, the value in the paper's Table 1 or NaN; status and reason. The method
        "empty diagram" has the distances of the input's diagram to the empty one. Metrics that
        no dataset has are left out; a cell without scores has the status "not run".
    """
    cells = aggregated.assign(rank=_ranks(aggregated))
    # The paper's diagrams are those of dimension 0.
    cells = cells[cells["dimension"].fillna(0) == 0]
    present = set(zip(cells["metric"], cells["scaling"], strict=True))
    columns = [each for each in (*MAIN, *RAW_KL) if (each.metric, each.scaling) in present]
    keys = [
        (dataset, method, column.metric, column.scaling)
        for dataset in cells["dataset"].unique()
        for method, column in product(_methods(cells), columns)
    ]
    table = pd.DataFrame(keys, columns=CELL).merge(cells, on=CELL, how="left")
    table = pd.concat([table, _empty_diagrams(cells)], ignore_index=True)
    table["n"] = table["n"].fillna(0).astype("int64")
    table["planned"] = table["planned"].fillna(0).astype("int64")
    table["status"] = table["status"].fillna("not run")
    table["reason"] = table["reason"].fillna("the benchmark has no such row")
    paper = [_paper(*key) for key in table[CELL].itertuples(index=False, name=None)]
    table["paper"] = pd.Series(paper, index=table.index, dtype="float64")
    return table[COLUMNS]


def _ranks(aggregated: pd.DataFrame) -> pd.Series:
    directions: dict[tuple[str, str], Direction] = {
        (metric.name, metric.scaling): metric.direction
        for metrics in METRICS.values()
        for metric in metrics
    }
    ranks = rank(aggregated, PAPER_METHODS, directions)
    return ranks.mask(aggregated["metric"].isin([column.metric for column in RAW_KL]))


def _methods(cells: pd.DataFrame) -> list[str]:
    present = cells["method"].unique().tolist()
    return [
        *(method for method in PAPER_METHODS if method in present),
        *(method for method in present if method not in PAPER_METHODS),
    ]


def _empty_diagrams(cells: pd.DataFrame) -> pd.DataFrame:
    """Take the distances to the empty diagram from the method with the most repetitions.

    They depend on the input alone, so that every method has the same ones.
    """
    wanted = cells["metric"].isin([column.metric for column in SPREAD])
    rows = cells[wanted & (cells["scaling"] == "empty")]
    rows = rows.sort_values("n", ascending=False, kind="stable")
    rows = rows.drop_duplicates(["dataset", "metric"]).sort_index()
    return rows.assign(method=EMPTY)


def _paper(dataset: str, method: str, metric: str, scaling: str) -> float | None:
    name = _PAPER_NAMES.get((metric, scaling))
    return paper_value(dataset, method, name) if name else None
