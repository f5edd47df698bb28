"""What each method took on this machine: beside the page, since no two runs take the same."""

from __future__ import annotations

import json

import pandas as pd

from flows import store
from topo.names import dataset_title, method_title
from topo.report import render_costs

#: Beside the records that it is made of, and like them no result.
COSTS = store.PROVENANCE / "costs.html"


def write_costs() -> None:
    """Write a page with the seconds of every method's embeddings, from the stages' records."""
    store.write_text(COSTS, render_costs(read_costs()))


def read_costs() -> pd.DataFrame:
    """Read what the embeddings took that were computed, not taken from the cache.

    Those of a sweep or of a search, whose hyperparameters differ, are left out.

    Returns
    -------
    DataFrame
        dataset, method, n, mean, least and most: seconds on one core of n embeddings, the dearest
        method of each dataset first; empty where all units were cached.
    """
    records = [json.loads(path.read_text()) for path in sorted(store.PROVENANCE.glob("*.json"))]
    # A unit that two stages name was computed in one of them.
    took = {
        unit["unit"]: float(unit["seconds"])
        for record in records
        for unit in record.get("units", ())
        if unit["state"] == "computed" and unit["unit"].endswith("/embed")
    }
    rows = []
    for unit, seconds in took.items():
        data, variant, *_ = unit.split("/")
        dataset, _, _ = data.partition(" draw ")
        method, _, apart = variant.partition(" ")
        if not apart:
            rows.append((dataset_title(dataset), method_title(method), seconds))
    frame = pd.DataFrame(rows, columns=["dataset", "method", "seconds"])
    groups = frame.groupby(["dataset", "method"], sort=False)["seconds"]
    costs = groups.agg(n="count", mean="mean", least="min", most="max").reset_index()
    return costs.sort_values(["dataset", "mean"], ascending=[True, False], ignore_index=True)
