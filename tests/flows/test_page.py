"""What the report page says of the runs that its numbers come from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from dvc.utils.serialize import loads_yaml

from flows import store
from flows.page import describe_stage, merge_packages, narrower_searches
from flows.provenance import read_provenance, write_provenance
from topo.params import parse_params

ROOT = Path(__file__).parents[2]


def run(**packages: str) -> dict[str, Any]:
    return {
        "ended": "2026-11-24T03:07:12+00:00",
        "revision": "4128b36",
        "python": "3.12.1",
        "machine": "Linux x86_64, 2 cores",
        "packages": packages,
    }


def test_a_stage_is_described_by_its_own_run() -> None:
    assert describe_stage(run()) == (
        "2026-11-24T03:07:12+00:00, revision 4128b36, Python 3.12.1 on Linux x86_64, 2 cores"
    )
    assert describe_stage({}) == "unknown"


def test_a_narrower_search_than_the_papers_is_said() -> None:
    given = loads_yaml((ROOT / "params.yaml").read_text())
    given["tune"]["search"]["mnist"]["umap"]["n_neighbors"] = [15, 50]
    assert narrower_searches(parse_params(given)) == [
        "UMAP on MNIST was tuned with n_neighbors from 15 to 50, in the paper from 15 to 500: its "
        "verdicts there rest on that."
    ]
    given["tune"]["search"]["mnist"]["umap"]["n_neighbors"] = [10, 600]
    assert narrower_searches(parse_params(given)) == []


def test_versions_that_differ_between_stages_are_told_apart() -> None:
    runs = {
        "tune": run(numpy="1.26.4", torch="2.13.0", optuna="5.0.0"),
        "sweep": {},
        "report": run(numpy="1.26.4", torch="2.13.1"),
    }
    assert merge_packages(runs) == {
        "numpy": "1.26.4",
        "optuna": "5.0.0 (tune)",
        "torch": "2.13.0 (tune), 2.13.1 (report)",
        "of sweep": "unknown",
    }


def test_a_run_is_read_as_it_was_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(store, "PROVENANCE", tmp_path)
    write_provenance("tune", [])
    write_provenance("sweep", [])
    assert "optuna" in read_provenance("tune")["packages"]
    assert "optuna" not in read_provenance("sweep")["packages"]
    assert read_provenance("theory") == {}
