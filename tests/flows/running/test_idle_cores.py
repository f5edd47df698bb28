"""Units of later stages on cores that tuning leaves idle."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from dvc.utils.serialize import dumps_yaml

from flows.environment import IDLE_CORES
from flows.running import idle_cores
from flows.running.idle_cores import free_slots
from tests.flows.checkout import TINY, Checkout, copy_project
from topo.params import load_params
from topo.plan import plan_untuned


@pytest.fixture
def params(tmp_path: Path):
    (tmp_path / "params.yaml").write_text(dumps_yaml(TINY))
    return load_params(tmp_path / "params.yaml")


def test_untuned_jobs_are_those_that_no_tuning_changes(params) -> None:
    # t-SNE is tuned on SPHERES, from which the digits take its perplexity; MNIST has its own.
    assert {(job.dataset, job.method_name) for job in plan_untuned(params)} == {
        *((dataset, name) for dataset in ("spheres", "digits") for name in ("topoae", "pca")),
        *(("mnist", name) for name in ("tsne", "topoae", "pca")),
    }


def test_free_slots_are_the_cores_that_the_stage_needs_not(monkeypatch) -> None:
    monkeypatch.setattr(idle_cores, "n_slots", lambda: 4)
    assert [free_slots(lambda n=n: n, 0.0) for n in (0, 1, 4, 9)] == [4, 3, 0, 0]
    assert free_slots(lambda: 0, 0.25) == 0


@pytest.mark.proof
def test_idle_cores_compute_what_the_benchmark_then_finds(tmp_path: Path) -> None:
    checkout = copy_project(tmp_path)

    def change(params: dict) -> None:
        params["tune"]["n_trials"] = 8
        params["benchmark"]["datasets"] = ["spheres"]
        params["sweep"]["perplexities"] = [5]

    checkout.write_params(change)
    checkout.environment[IDLE_CORES] = "1"
    # More places than cores: one is the study's, the others are idle on any machine.
    done = checkout.run("flows", "reproduce", "benchmark", "--workers", "3")
    assert done.returncode == 0, done.stdout + done.stderr
    made = units(checkout, "idle_cores")
    assert made, "no core was idle"
    assert not set(made) & set(units(checkout, "tune"))
    scored = units(checkout, "benchmark")
    found = {name: scored[name] for name in made if name in scored}
    assert found
    assert set(found.values()) == {"cached"}


def units(checkout: Checkout, stage: str) -> dict[str, str]:
    facts = json.loads((checkout.folder / f"results/provenance/{stage}.json").read_text())
    return {unit["unit"]: unit["state"] for unit in facts["units"]}
