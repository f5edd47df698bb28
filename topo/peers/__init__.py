"""What was measured of a peer's own code, as data: TopoAE++ on the data that it has in common."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

#: What was run, where the numbers come from.
PEER_SOURCE = (
    "TopoAE++ (Clémot, Digne and Tierny, 2025; arXiv 2502.20215), its authors' C++ loss: 1,000 "
    "full-batch steps, seed 0"
)

_TABLE = Path(__file__).with_name("topoae_pp.csv")


def peer_value(dataset: str, method: str, quantity: str) -> float | None:
    """Return what was measured once of the peer's code, or beside it on the peer's own points.

    Parameters
    ----------
    dataset
        "k4" or "twist".
    method
        "topoae_pp", "pca" or "umap"; "input" for the data themselves.
    quantity
        "loops_0.1", "loops_0.25" and "loops_0.5": loops that live longer than so much of the median
        distance. "loops_same": how many of the input's loops are such loops of the embedding still,
        longer than 0.25. "trustworthiness": of 15 neighbours. "seconds": of all 1,000 steps, on a
        machine of two cores; no two machines take the same.

    Returns
    -------
    float or None
        None for what was not measured.
    """
    return _values().get((dataset, method, quantity))


@cache
def _values() -> dict[tuple[str, str, str], float]:
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return {
            (row["dataset"], row["method"], quantity): float(cell)
            for row in csv.DictReader(file)
            for quantity, cell in row.items()
            if quantity not in ("dataset", "method") and cell
        }
