"""A stage that is run by itself, and what it needs of those before it."""

from __future__ import annotations

import copy
import functools
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dvc.utils.serialize import dumps_yaml

from flows import store
from flows.__main__ import main
from flows.services import local as services
from flows.stage_list import STAGES
from flows.stages import fetch as fetching
from flows.stages.earlier import stages_to_run_first
from flows.stages.prepare import load_checked, prepare
from tests.flows.checkout import TINY
from topo.datasets.base import LabelledPoints
from topo.params import Params, parse_params

#: What the report shows was made of data that may have other parameters by now.
READ_DATASETS = [
    name for name, stage in STAGES.items() if "prepare" in stage.reads and name != "report"
]
POINTS = LabelledPoints(np.zeros((3, 2), dtype=np.float32), np.zeros(3, dtype=np.int64))


def params(change: Callable[[dict[str, Any]], None] = lambda given: None) -> Params:
    given = copy.deepcopy(TINY)
    change(given)
    return parse_params(given)


@pytest.fixture(autouse=True)
def complete(in_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkout in which everything is there, MNIST apart, and no service starts."""
    monkeypatch.delenv("DVC_STAGE", raising=False)
    monkeypatch.delenv("MNIST_DIR", raising=False)
    monkeypatch.setattr(fetching, "MIRRORS", ())
    monkeypatch.setattr(services, "services", lambda workers: nullcontext())
    Path("params.yaml").write_text(dumps_yaml(TINY))
    datasets = {name: each.made_from for name, each in params().datasets.items() if name != "mnist"}
    for name in datasets:
        store.write_dataset(name, POINTS)
    store.write_json(store.PREPARED_FROM, datasets)
    for folder in (store.RAW, store.PREPARED):
        store.write_json(folder / "unavailable.json", {"mnist": "is nowhere"})
    store.write_text(store.TUNE / "trials.csv", "dataset,method,trial\nspheres,tsne,0\n")


def add_dataset(given: dict[str, Any]) -> None:
    given["datasets"]["spheres_2x"] = given["datasets"]["spheres"] | {"n_outer": 240}


def change_seed(given: dict[str, Any]) -> None:
    given["datasets"]["spheres"]["seed"] += 1


@pytest.mark.parametrize("stage", list(STAGES)[1:])
def test_nothing_is_run_first_where_all_is_there(stage: str) -> None:
    assert stages_to_run_first(stage, params()) == ()


@pytest.mark.parametrize("stage", READ_DATASETS)
@pytest.mark.parametrize("change", [add_dataset, change_seed])
def test_a_dataset_that_was_added_or_changed_is_prepared(
    stage: str, change: Callable[[dict[str, Any]], None]
) -> None:
    assert stages_to_run_first(stage, params(change)) == ("fetch", "prepare")


@pytest.mark.parametrize("name", ["digits.npz", "unavailable.json", "datasets.json"])
def test_prepared_files_that_are_missing_are_made(name: str) -> None:
    (store.PREPARED / name).unlink()
    assert stages_to_run_first("sweep", params()) == ("fetch", "prepare")


def test_data_of_what_the_report_shows_are_made() -> None:
    store.require_writable(store.BENCHMARK)
    (store.BENCHMARK / "digits.npz").touch()
    assert stages_to_run_first("report", params()) == ()
    store.prepared_file("digits").unlink()
    assert stages_to_run_first("report", params()) == ("fetch", "prepare")


def test_another_kind_under_the_same_name_is_prepared() -> None:
    def exchange(given: dict[str, Any]) -> None:
        given["datasets"]["digits"] = given["datasets"]["spheres"]

    assert stages_to_run_first("sweep", params(exchange)) == ("fetch", "prepare")


@pytest.mark.parametrize("unavailable", [None, {}])
def test_raw_files_that_are_missing_are_fetched(unavailable: dict[str, str] | None) -> None:
    path = store.RAW / "unavailable.json"
    path.unlink()
    if unavailable is not None:
        # MNIST came into params.yaml after the stage `fetch` had run.
        store.write_json(path, unavailable)
    assert stages_to_run_first("prepare", params()) == ("fetch",)
    assert stages_to_run_first("theory", params()) == ()


def test_under_dvc_the_order_is_dvc_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DVC_STAGE", "sweep")
    assert stages_to_run_first("sweep", params(add_dataset)) == ()


def test_values_that_tune_has_not_looked_for_are_not_replaced_by_others() -> None:
    def search_more(given: dict[str, Any]) -> None:
        given["tune"]["search"]["spheres"]["topoae"] = {"lam": [0.1, 3.0]}

    words = "results/tune/trials.csv has no study of topoae on spheres, .*run `python -m flows tune"
    with pytest.raises(FileNotFoundError, match=words):
        stages_to_run_first("benchmark", params(search_more))
    assert stages_to_run_first("tune", params(search_more)) == ()
    (store.TUNE / "trials.csv").unlink()
    with pytest.raises(FileNotFoundError, match="has no study of tsne on spheres"):
        stages_to_run_first("benchmark", params())


def without_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.running.study_run.study_run", nullcontext)
    monkeypatch.setattr(
        "flows.running.study_run.run_stage", lambda flow, given, on_end: flow(**given)
    )


@pytest.mark.parametrize(
    ("stage", "expected"), [("sweep", ["fetch", "prepare", "sweep"]), ("theory", ["theory"])]
)
def test_stages_run_in_one_go(
    stage: str, expected: list[str], monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    ran: list[str] = []
    monkeypatch.setattr("flows.stages.fetch.fetch", lambda given: ran.append("fetch"))
    without_server(monkeypatch)
    for name in ("prepare", "sweep", "theory"):
        flow = functools.partial(ran.append, name)
        flow.fn = lambda: None
        monkeypatch.setattr(f"flows.stages.{name}.{name}", flow)
    store.prepared_file("digits").unlink()
    assert main([stage]) == 0
    assert ran == expected
    said = "fetch and prepare first: sweep reads their results, which are missing or of other"
    assert (said in capsys.readouterr().out) == (stage == "sweep")


def test_missing_file_names_the_stage_that_makes_it() -> None:
    with pytest.raises(FileNotFoundError) as caught:
        store.read_dataset("torus")
    assert str(caught.value) == (
        "data/prepared/torus.npz is missing, since the dataset torus has not been prepared yet: "
        "run `python -m flows prepare` (or `reproduce`) first"
    )
    given = params()
    with pytest.raises(FileNotFoundError, match=r"dataset mnist: .*`python -m flows fetch`"):
        load_checked("mnist", given.datasets["mnist"], given.split.fractions)


def test_what_prepare_writes_is_found_prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    store.PREPARED_FROM.unlink()
    # The flow's own logger needs a server.
    monkeypatch.setattr("flows.stages.prepare.get_run_logger", lambda: logging.getLogger("made"))
    monkeypatch.setattr("flows.stages.prepare.materialize_results", lambda stage: None)
    prepare.fn()
    assert set(json.loads(store.PREPARED_FROM.read_text())) == {"spheres", "digits", "twist"}
    assert stages_to_run_first("sweep", params()) == ()


def test_edit_while_services_start_that_is_taken_back_is_not_what_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing tells of it in the end, and DVC would record what stands there then."""

    @contextmanager
    def starting(workers: int | None) -> Iterator[None]:
        before = store.PARAMS.read_text()
        store.PARAMS.write_text(before.replace("outer_radius: 25.0", "outer_radius: 26.0"))
        yield
        store.PARAMS.write_text(before)

    flow = functools.partial(prepare.fn)
    flow.fn = prepare.fn
    monkeypatch.setattr("flows.stages.prepare.prepare", flow)
    monkeypatch.setattr("flows.stages.prepare.get_run_logger", lambda: logging.getLogger("made"))
    monkeypatch.setattr("flows.stages.prepare.materialize_results", lambda stage: None)
    without_server(monkeypatch)
    monkeypatch.setattr(services, "services", starting)
    assert main(["prepare"]) == 0
    assert json.loads(store.PREPARED_FROM.read_text())["spheres"]["outer_radius"] == 25.0
