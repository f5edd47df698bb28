"""Table 1 of the paper as data."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

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

_TABLE = Path(__file__).with_name("table1.csv")


def paper_value(dataset: str, method: str, metric: str) -> float | None:
    """Value in Table 1 of the paper, as printed there; None for what it does not have."""
    return _values().get((dataset, method, metric))


def paper_datasets() -> tuple[str, ...]:
    """Names of the datasets that Table 1 of the paper has, in its order."""
    return tuple(dict.fromkeys(dataset for dataset, _, _ in _values()))


def paper_methods() -> tuple[str, ...]:
    """Names of the methods that Table 1 of the paper has, in its order."""
    return tuple(dict.fromkeys(method for _, method, _ in _values()))


@cache
def _values() -> dict[tuple[str, str, str], float]:
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return {
            (row["dataset"], row["model"], metric): float(value)
            for row in csv.DictReader(file)
            for metric, value in row.items()
            if metric not in ("dataset", "model")
        }
