"""Table 1 of the paper as data."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Literal, cast

#: Where the numbers were read.
PAPER_SOURCE = "Gray and Jordà Carbonell, Topological Autoencoders, 26 December 2024, Table 1"

#: Perplexities whose diagrams stand for the three of Figure 6; the paper's text names none.
FIGURE_6_PERPLEXITIES = (30, 200, 750)

#: Ranges that the paper tunes in (section 4.1.4), by method and hyperparameter.
SEARCH_RANGES = {
    ("tsne", "perplexity"): (5, 50),
    ("umap", "n_neighbors"): (15, 500),
    ("topoae", "lam"): (1, 3),
}

Mark = Literal["first", "second", ""]
_TABLE = Path(__file__).with_name("table1.csv")
_MARKS = Path(__file__).with_name("table1_marks.csv")


def paper_value(dataset: str, method: str, metric: str) -> float | None:
    """Value in Table 1 of the paper, as printed there; None for what it does not have."""
    return _values().get((dataset, method, metric))


def paper_mark(dataset: str, method: str, metric: str) -> Mark:
    """Mark in Table 1 of the paper: "first" for bold and underlined, "second" for bold."""
    return _marks()[dataset, method, metric]


def paper_metrics() -> tuple[str, ...]:
    """Names of the metrics that Table 1 of the paper has, in its order."""
    return tuple(dict.fromkeys(metric for _, _, metric in _values()))


def paper_datasets() -> tuple[str, ...]:
    """Names of the datasets that Table 1 of the paper has, in its order."""
    return tuple(dict.fromkeys(dataset for dataset, _, _ in _values()))


def paper_methods() -> tuple[str, ...]:
    """Names of the methods that Table 1 of the paper has, in its order."""
    return tuple(dict.fromkeys(method for _, method, _ in _values()))


@cache
def _values() -> dict[tuple[str, str, str], float]:
    return {place: float(cell) for place, cell in _cells(_TABLE).items()}


@cache
def _marks() -> dict[tuple[str, str, str], Mark]:
    return {place: cast(Mark, cell) for place, cell in _cells(_MARKS).items()}


def _cells(path: Path) -> dict[tuple[str, str, str], str]:
    with path.open(encoding="utf-8", newline="") as file:
        return {
            (row["dataset"], row["model"], metric): cell
            for row in csv.DictReader(file)
            for metric, cell in row.items()
            if metric not in ("dataset", "model")
        }
