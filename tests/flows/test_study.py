"""The whole small study for real: a Prefect server, Ray, DVC, twice."""

from __future__ import annotations

import json
import os
import platform
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest
from dvc.utils.serialize import loads_yaml

from tests.flows.checkout import Checkout, shared_services
from topo.scores import SCORES


def units(checkout: Checkout) -> list[dict]:
    provenance = checkout.folder / "results/provenance/benchmark.json"
    return json.loads(provenance.read_text())["units"]


def locked(checkout: Checkout, stage: str) -> dict:
    return loads_yaml((checkout.folder / "dvc.lock").read_text())["stages"][stage]


def artifact(folder: Path, key: str) -> Any:
    """What stands under that name on the local server's pages: rows of a table, or text."""
    with closing(sqlite3.connect(folder / ".cache/prefect/prefect.db")) as database:
        query = "SELECT data FROM artifact_collection WHERE key = ?"
        ((data,),) = database.execute(query, (key,))
    return json.loads(data)


def processes_in(folder: Path) -> list[str]:
    found = []
    for process in psutil.process_iter(["cmdline"]):
        try:
            if process.cwd().startswith(str(folder)):
                found.append(" ".join(process.info["cmdline"] or []))
        except psutil.Error:
            continue
    return found


def test_nothing_of_a_run_stays_in_the_temporary_folder(first_run: dict[str, Any]) -> None:
    assert first_run["left"] == []


def test_everything_is_written_and_nothing_left_running(reproduced) -> None:
    checkout, output = reproduced
    folder = checkout.folder
    scores = SCORES.read(folder / "results/benchmark/scores.csv")
    assert set(scores["status"]) == {"ok", "not applicable", "unavailable"}
    assert set(scores[scores["status"] == "unavailable"]["dataset"]) == {"mnist"}
    scores = scores[scores["dataset"] != "mnist"]
    # Three draws with a split each, two of them crossed with two splits and two model seeds, of
    # which principal components have none; two splits of the digits, with two seeds likewise.
    place = ["draw", "split", "model_seed"]
    n_fits = scores.groupby(["dataset", "method"])[place].apply(
        lambda rows: len(rows.drop_duplicates())
    )
    assert n_fits.to_dict() == {
        **{("spheres", method): n for method, n in (("pca", 5), ("topoae", 9), ("tsne", 9))},
        **{("digits", method): n for method, n in (("pca", 2), ("topoae", 4), ("tsne", 4))},
    }
    # What is tuned has its second-best values too, in some of the same repetitions.
    again = SCORES.read(folder / "results/benchmark/second_best.csv")
    assert set(
        again[["dataset", "draw", "split", "method"]].itertuples(index=False, name=None)
    ) == {
        *(("spheres", split, split, "tsne") for split in (0, 1)),
        ("digits", 0, 0, "tsne"),
    }
    for name in (
        "report.html",
        "report.md",
        "statements.json",
        "table1.csv",
        "metrics.json",
        "figures/embeddings-spheres.png",
        "figures/figure-8.csv",
        "../provenance/report.json",
    ):
        assert (folder / "results/report" / name).stat().st_size > 0, name
    # Every unit and every trial is on the server's pages.
    rows = [
        json.loads(artifact(folder, f"spheres-tsne-{each}")) for each in ("units", "study-trials")
    ]
    assert [{row["state"] for row in table} for table in rows] == [{"computed"}, {"ok"}]
    # Where a dataset cannot be had, the run says so first, and every table says why.
    reason = "cannot be reached"
    assert "MNIST is unavailable" in output.split("Running stage 'benchmark'")[0]
    for name in ("table1.md", "table1.csv", "report.html"):
        assert reason in (folder / "results/report" / name).read_text(), name
    assert processes_in(folder) == []


@pytest.mark.parametrize(
    ("key", "words"), [("table-1", "SPHERES"), ("verdicts", "theorem confirms")]
)
def test_report_of_a_run_stands_on_the_server(reproduced, key: str, words: str) -> None:
    folder = reproduced[0].folder
    page = folder / "results/report/report.html"
    assert page.exists()
    shown = artifact(folder, key)
    assert f"`{page}` on `{platform.node()}`" in shown
    assert words in shown


def test_second_run_does_nothing(study: Checkout) -> None:
    before = (study.folder / "dvc.lock").read_bytes()
    again = study.run("dvc", "repro")
    assert again.returncode == 0, again.stdout + again.stderr
    ran = re.findall(r"Running stage '(\w+)'", again.stdout)
    assert ran == ["fetch"]
    assert (study.folder / "dvc.lock").read_bytes() == before


@pytest.mark.proof
def test_added_repetition_costs_only_its_units(study: Checkout) -> None:
    def change(params: dict) -> None:
        params["benchmark"]["repetitions"] += 1

    study.write_params(change)
    with shared_services(study):
        done = study.run("dvc", "repro", "benchmark")
    assert done.returncode == 0, done.stdout + done.stderr
    computed = {each["unit"] for each in units(study) if each["state"] == "computed"}
    assert computed
    assert all("/split 2/" in name for name in computed), computed


@pytest.mark.proof
def test_added_metric_costs_only_itself(study: Checkout) -> None:
    def change(params: dict) -> None:
        params["benchmark"]["metrics"].append("continuity")

    before = {each["unit"]: each for each in units(study)}
    study.write_params(change)
    with shared_services(study):
        done = study.run("dvc", "repro")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.findall(r"Running stage '(\w+)'", done.stdout) == ["fetch", "benchmark", "report"]
    computed = [each for each in units(study) if each["state"] == "computed"]
    assert {each["unit"] for each in computed} == {name for name in before if "/evaluate" in name}
    assert all(each["parts"] == ["continuity"] for each in computed)


@pytest.mark.proof
@pytest.mark.skipif(not os.environ.get("MNIST_DIR"), reason="MNIST_DIR names no MNIST files")
def test_mnist_is_picked_up_once_it_is_there(study: Checkout) -> None:
    study.environment["MNIST_DIR"] = os.environ["MNIST_DIR"]
    # Typed by itself, without the front door: every stage starts its own services.
    done = study.run("dvc", "repro", "benchmark")
    assert done.returncode == 0, done.stdout + done.stderr
    scores = SCORES.read(study.folder / "results/benchmark/scores.csv")
    assert "ok" in set(scores[scores["dataset"] == "mnist"]["status"])
    computed = {each["unit"] for each in units(study) if each["state"] == "computed"}
    assert computed
    assert all(name.startswith("mnist/") for name in computed)


def test_failed_unit_is_a_row_with_a_reason_and_the_report_is_partial(study: Checkout) -> None:
    def change(params: dict) -> None:
        params["methods"]["topoae"]["learning_rate"] = 1e30

    study.write_params(change)
    recorded = locked(study, "benchmark")
    done = study.run("flows", "reproduce")
    assert done.returncode == 1
    scores = SCORES.read(study.folder / "results/benchmark/scores.csv")
    failed = scores[scores["status"] == "failed"]
    assert set(failed["method"]) == {"topoae"}
    assert set(scores[scores["status"] == "ok"]["method"]) == {"tsne", "pca"}
    assert failed["reason"].str.contains("training diverged").all()
    # Units and their reason stand together, that of a further model seed too, in every form.
    named = [
        rf"TopoAE, [^()]*split {split}, model seed {seed}[^()]* failed \(ValueError\\?: training"
        for split, seed in ((0, 0), (1, 0), (0, 1))
    ]
    report = (study.folder / "results/report/report.txt").read_text()
    text = " ".join(report.partition("Table 1, partial")[2].split())
    table = (study.folder / "results/report/table1.md").read_text()
    page = (study.folder / "results/report/report.html").read_text()
    for unit in named:
        for shown in (text, table, page):
            assert re.search(unit, shown), (unit, shown[:2000])
    assert "Figure 5: SPHERES, partial" in page
    # A screen of results, the first of the failures among them.
    assert "Stage benchmark: SPHERES, TopoAE, split 0, model seed 0" in done.stdout
    assert done.stdout.splitlines()[-1] == str(study.folder / "results/report/report.html")
    # What failed is told as it happens.
    assert re.search(r"spheres/topoae/split 0/embed failed: ValueError: training", done.stderr)
    assert done.stderr.strip().splitlines()[-1].startswith("error: stage benchmark failed")
    # A changed parameter costs the units that it touches, and no other.
    states = {
        (each["unit"].split("/")[1].partition(" ")[0], each["state"]) for each in units(study)
    }
    assert states == {("topoae", "failed"), ("tsne", "cached"), ("pca", "cached")}
    # DVC has not recorded the stage, so that the next run tries the failed units again.
    assert locked(study, "benchmark") == recorded
