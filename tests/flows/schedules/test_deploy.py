"""prefect.yaml on a real server, and an experiment by the front door beside it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from dvc.utils.serialize import dumps_yaml, loads_yaml
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.flows import load_flow_from_entrypoint
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import Cancelling, Completed, Running
from prefect.utilities.callables import parameter_schema

from flows.schedules import scheduled
from flows.schedules.started import end_killed
from tests.flows.checkout import Checkout, copy_of, shared_services
from tests.flows.prefect_api import PrefectApi

ROOT = Path(__file__).parents[3]
DEPLOYED = {
    each["name"]: each for each in loads_yaml((ROOT / "prefect.yaml").read_text())["deployments"]
}
FLOWS = "flows.schedules.scheduled"
WHERE = {"workers": None, "ray_address": None}
FORMS: dict[str, dict[str, Any]] = {
    "reproduce": {**WHERE, "push": False},
    "sweep": {"perplexities": None, "repetitions": None, "report": True, **WHERE},
    "benchmark": {"methods": None, "datasets": None, "repetitions": None, "report": True, **WHERE},
}


@pytest.mark.parametrize("name", FORMS)
def test_form_of_a_deployment(name: str) -> None:
    flow = load_flow_from_entrypoint(DEPLOYED[name]["entrypoint"])
    fields = parameter_schema(flow).properties
    assert {field: each["default"] for field, each in fields.items()} == FORMS[name]
    assert all(each["description"] for each in fields.values())
    assert flow.description


def test_every_deployment_has_a_form_that_is_tested() -> None:
    assert set(DEPLOYED) == set(FORMS)


@pytest.fixture(scope="module")
def checkout(
    reproduced: tuple[Checkout, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Checkout]:
    """The small study with a server and a Ray, all that git takes committed."""
    with copy_of(reproduced[0], tmp_path_factory.mktemp("deployed") / "study") as checkout:
        commit(checkout)
        with shared_services(checkout):
            yield checkout


@pytest.fixture(scope="module")
def api(checkout: Checkout) -> PrefectApi:
    api = PrefectApi(checkout)
    made = api.command("work-pool", "create", "study", "--type", "process")
    assert made.returncode == 0, made.stdout + made.stderr
    return api


def commit(checkout: Checkout) -> None:
    who = ("-c", "user.name=A", "-c", "user.email=a@b")
    for words in (["add", "."], [*who, "commit", "--quiet", "--allow-empty", "--message", "A run"]):
        subprocess.run(["git", *words], cwd=checkout.folder, check=True)


def kept(checkout: Checkout) -> list[Path]:
    """Files of finished units."""
    return list((checkout.folder / ".cache/units").glob("??/[0-9a-f]*"))


def test_deployments_are_made(api: PrefectApi, checkout: Checkout) -> None:
    done = api.command("deploy", "--all")
    assert done.returncode == 0, done.stdout + done.stderr
    made = {
        name: api.deployment(f"{flow}/{name}")
        for flow, name in (
            ("reproduce", "reproduce"),
            ("sweep-experiment", "sweep"),
            ("benchmark-experiment", "benchmark"),
        )
    }
    limits = {
        name: (
            each["global_concurrency_limit"]["limit"],
            each["concurrency_options"]["collision_strategy"],
        )
        for name, each in made.items()
    }
    assert limits == {
        "reproduce": (1, "CANCEL_NEW"),
        "sweep": (1, "ENQUEUE"),
        "benchmark": (1, "ENQUEUE"),
    }
    crons = [[each["schedule"]["cron"] for each in one["schedules"]] for one in made.values()]
    assert crons == [["0 3 * * *"], [], []]
    for each in made.values():
        [step] = each["pull_steps"]
        assert [*step.values()] == [{"directory": str(checkout.folder)}]
        assert each["work_pool_name"] == "study"


def test_deployment_of_no_flow_is_refused(api: PrefectApi, checkout: Checkout) -> None:
    broken = checkout.folder / "broken.yaml"
    broken.write_text(
        dumps_yaml({"deployments": [{**DEPLOYED["sweep"], "entrypoint": f"{FLOWS}.brew"}]})
    )
    done = api.command("deploy", "--all", "--prefect-file", broken.name)
    broken.unlink()
    assert done.returncode == 1
    assert f"'brew' not found in '{FLOWS}'" in " ".join((done.stdout + done.stderr).split())


def test_stages_of_a_run_that_died_are_marked_as_ended(api: PrefectApi, checkout: Checkout) -> None:
    @flow(name="died")
    def stage() -> None:
        pass

    ours, other = "started by tidy-hawk", "started by shy-crow"
    given = {"ours": (ours, Running()), "done": (ours, Completed()), "other": (other, Running())}
    started_by = SimpleNamespace(name="tidy-hawk")
    with temporary_settings({PREFECT_API_URL: checkout.environment["PREFECT_API_URL"]}):
        with get_client(sync_client=True) as client:
            runs = {
                name: str(client.create_flow_run(stage, tags=[tag], state=state).id)
                for name, (tag, state) in given.items()
            }
        for hook in scheduled.reproduce.on_cancellation_hooks:
            # A worker calls its hooks by these names.
            hook(flow=scheduled.reproduce, flow_run=started_by, state=Cancelling())
    states = {name: api.state(run) for name, run in runs.items()}
    assert states == {"ours": "CANCELLED", "done": "COMPLETED", "other": "RUNNING"}


def test_run_that_was_killed_with_its_server_leaves_its_place(
    api: PrefectApi, checkout: Checkout
) -> None:
    def begin() -> str:
        run = api.start("reproduce/reproduce")
        api.ask(f"flow_runs/{run}/set_state", {"state": {"type": "PENDING"}})
        return run

    killed = begin()
    refused = begin()
    assert [api.state(run) for run in (killed, refused)] == ["PENDING", "CANCELLED"]
    with temporary_settings({PREFECT_API_URL: checkout.environment["PREFECT_API_URL"]}):
        end_killed(scheduled.reproduce)
    following = begin()
    assert [api.state(run) for run in (killed, following)] == ["CRASHED", "PENDING"]
    api.ask(f"flow_runs/{following}/set_state", {"state": {"type": "CANCELLED"}})


def test_experiment_leaves_parameters_and_results_and_shares_units(checkout: Checkout) -> None:
    folder = checkout.folder
    before = {name: (folder / name).read_bytes() for name in ("params.yaml", "dvc.lock")}
    scores = folder / "results/sweep/scores.csv"
    table, n_units = scores.read_bytes(), len(kept(checkout))
    done = checkout.run(
        *("flows", "reproduce", "sweep", "-S", "sweep.perplexities=[5,40,45]", "--name", "wider")
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert {name: (folder / name).read_bytes() for name in before} == before
    assert scores.read_bytes() == table
    shown = checkout.run("dvc", "exp", "show", "--json")
    [[experiment]] = [
        [each for each in (one["experiments"] or []) if each["name"] == "wider"]
        for one in json.loads(shown.stdout)
        if one["rev"] != "workspace"
    ]
    params = experiment["revs"][0]["data"]["params"]["params.yaml"]["data"]
    assert params["sweep"]["perplexities"] == [5, 40, 45]
    # Two splits at the new perplexity, an embedding and its scores each.
    assert len(kept(checkout)) == n_units + 4
    assert not list((folder / ".dvc/tmp/exps/standalone").glob("tmp*"))
