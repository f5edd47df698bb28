"""Costs are those of the embeddings that were computed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from flows import store
from flows.reporting.costs import COSTS, read_costs, write_costs


def unit(name: str, seconds: float, state: str = "computed") -> dict[str, Any]:
    return {"unit": name, "seconds": seconds, "state": state}


def test_costs_are_means_over_what_was_computed(in_folder: Path) -> None:
    ahead = [unit("spheres/topoae/split 0/embed", 3.0), unit("spheres/pca/split 0/embed", 0.25)]
    later = [
        unit("spheres/topoae/split 0/embed", 0.0, "cached"),
        unit("spheres draw 1/topoae/split 0/embed", 5.0),
        unit("spheres/topoae 100 epochs/split 0/embed", 16.0),
        unit("spheres/topoae/split 1/evaluate", 100.0),
        unit("mnist/topoae/split 0/embed", 9.0, "failed"),
    ]
    store.write_json(store.PROVENANCE / "idle_cores.json", {"units": ahead})
    store.write_json(store.PROVENANCE / "benchmark.json", {"units": later})
    costs = read_costs()
    assert costs["method"].tolist() == ["TopoAE", "PCA"]
    assert costs.iloc[0].tolist() == ["SPHERES", "TopoAE", 2, pytest.approx(4.0), 3.0, 5.0]
    write_costs()
    assert "SPHERES, TopoAE" in COSTS.read_text()


def test_a_run_from_the_cache_says_so(in_folder: Path) -> None:
    store.write_json(store.PROVENANCE / "benchmark.json", {"units": []})
    write_costs()
    assert "from the cache, and says nothing of costs" in COSTS.read_text()
