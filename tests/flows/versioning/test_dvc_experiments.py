"""`dvc exp run` for real, and a run cache that travels between clones."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from tests.flows.checkout import Checkout, shared_services

pytestmark = pytest.mark.proof


def stages_run(output: str) -> list[str]:
    return re.findall(r"Running stage '(\w+)'", output)


def perplexities(checkout: Checkout) -> set[float]:
    return set(pd.read_csv(checkout.folder / "results/report/sweep.csv")["perplexity"])


def test_experiment_costs_its_stages_once_and_in_one_clone(
    published: Checkout, clone: Checkout, tmp_path: Path
) -> None:
    clone.dvc("pull", "--run-cache")
    with shared_services(clone):
        output = clone.dvc("exp", "run", "--name", "few", "-S", "sweep.perplexities=[5,30]")
    assert stages_run(output) == ["fetch", "sweep", "report"]
    assert perplexities(clone) == {5.0, 30.0}
    shown = json.loads(clone.dvc("exp", "show", "--json"))
    (few,) = [exp for each in shown for group in each["experiments"] or () for exp in group["revs"]]
    assert few["name"] == "few"
    assert few["data"]["params"]["params.yaml"]["data"]["sweep"]["perplexities"] == [5, 30]
    few_lock = (clone.folder / "dvc.lock").read_bytes()
    clone.dvc("push", "--run-cache")

    clone.git("checkout", "--quiet", "params.yaml")
    assert stages_run(clone.dvc("repro")) == ["fetch"]
    assert perplexities(clone) == {5.0, 40.0}
    assert clone.git("status", "--porcelain") == ""

    third = published.clone(tmp_path / "third")
    third.dvc("pull")
    third.write_params(lambda params: params["sweep"].update(perplexities=[5, 30]))
    assert stages_run(third.dvc("repro", "--pull")) == ["fetch"]
    assert perplexities(third) == {5.0, 30.0}
    assert (third.folder / "dvc.lock").read_bytes() == few_lock
