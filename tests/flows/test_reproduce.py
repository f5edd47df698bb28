"""The whole small study for real: a Prefect server, Ray, DVC, twice."""

from __future__ import annotations

import json
import re
from pathlib import Path

import psutil

from tests.flows.conftest import Checkout
from topo.scores import from_csv


def units(checkout: Checkout) -> list[dict]:
    provenance = checkout.folder / "results/provenance/benchmark.json"
    return json.loads(provenance.read_text())["units"]


def processes_in(folder: Path) -> list[str]:
    found = []
    for process in psutil.process_iter(["cmdline"]):
        try:
            if process.cwd().startswith(str(folder)):
                found.append(" ".join(process.info["cmdline"] or []))
        except psutil.Error:
            continue
    return found


def test_everything_is_written_and_nothing_left_running(reproduced) -> None:
    checkout, output = reproduced
    folder = checkout.folder
    scores = from_csv(folder / "results/benchmark/scores.csv")
    assert set(scores["status"]) == {"ok", "not applicable"}
    # Two splits and one more model seed; principal components have no seed.
    assert scores.groupby("method")[["split", "model_seed"]].apply(
        lambda rows: len(rows.drop_duplicates())
    ).to_dict() == {"pca": 2, "topoae": 3, "tsne": 3}
    for name in ("table1.csv", "table1.md", "metrics.json", "figures/embeddings_spheres.png"):
        assert (folder / "results/report" / name).stat().st_size > 0, name
    assert "t-SNE" in output
    assert processes_in(folder) == []


def test_second_run_does_nothing(reproduced) -> None:
    checkout, _ = reproduced
    before = (checkout.folder / "dvc.lock").read_bytes()
    again = checkout.run("dvc", "repro")
    assert again.returncode == 0, again.stdout + again.stderr
    ran = re.findall(r"Running stage '(\w+)'", again.stdout)
    assert ran == ["fetch"]
    assert (checkout.folder / "dvc.lock").read_bytes() == before


def test_changed_parameter_costs_only_its_units(reproduced) -> None:
    checkout, _ = reproduced

    def change(params: dict) -> None:
        params["methods"]["tsne"]["perplexity"] = 12.0

    checkout.write_params(change)
    # Typed by itself, without the front door: every stage starts its own services.
    done = checkout.run("dvc", "repro", "benchmark")
    checkout.write_params()
    assert done.returncode == 0, done.stdout + done.stderr
    computed = {each["unit"] for each in units(checkout) if each["state"] == "computed"}
    assert computed
    assert all("/tsne/" in name for name in computed)
    assert {each["state"] for each in units(checkout)} == {"computed", "cached"}


def test_failed_unit_is_a_row_with_a_reason_and_the_report_is_partial(
    reproduced, monkeypatch
) -> None:
    checkout, _ = reproduced

    def change(params: dict) -> None:
        params["methods"]["topoae"]["learning_rate"] = 1e30

    checkout.write_params(change)
    lock = (checkout.folder / "dvc.lock").read_bytes()
    done = checkout.run("flows", "reproduce")
    checkout.write_params()
    assert done.returncode != 0
    scores = from_csv(checkout.folder / "results/benchmark/scores.csv")
    failed = scores[scores["status"] == "failed"]
    assert set(failed["method"]) == {"topoae"}
    assert set(scores[scores["status"] == "ok"]["method"]) == {"tsne", "pca"}
    assert failed["reason"].str.contains("lower its learning rate|NaN|infinite").all()
    table = (checkout.folder / "results/report/table1.md").read_text()
    assert "partial" in table
    assert "TopoAE" in table
    assert (checkout.folder / "dvc.lock").read_bytes() == lock
