"""prefect.yaml on a real server, and an experiment by the front door beside it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dvc.utils.serialize import dumps_yaml, loads_yaml
from prefect import Task, flow
from prefect.client.orchestration import get_client
from prefect.flows import load_flow_from_entrypoint
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import Cancelling, Completed, Running
from prefect.utilities.callables import parameter_schema
from prefect.utilities.schema_tools import validate

from flows.running.study_run import STUDY_RUN, end_killed, run_stage, study_run
from flows.schedules import scheduled
from tests.flows.checkout import Checkout, copy_of, shared_services
from tests.flows.prefect_api import PrefectApi
from tests.flows.schedules.test_changes import USUAL, USUAL_SWEEP

ROOT = Path(__file__).parents[3]
DEPLOYED = {
    each["name"]: each for each in loads_yaml((ROOT / "prefect.yaml").read_text())["deployments"]
}
FLOWS = "flows.schedules.scheduled"
WHERE = {"workers": None, "ray_address": None}
FORMS: dict[str, dict[str, Any]] = {
    "reproduce": {**WHERE, "push": False},
    "sweep": {**USUAL_SWEEP, "report": True, **WHERE},
    "benchmark": {**USUAL, "report": True, **WHERE},
}


@pytest.mark.parametrize("name", FORMS)
def test_form_of_a_deployment(name: str) -> None:
    flow = load_flow_from_entrypoint(DEPLOYED[name]["entrypoint"])
    fields = parameter_schema(flow).properties
    # The values of params.yaml, and no blanks.
    shown = {field: each["default"] for field, each in fields.items()}
    assert shown == json.loads(json.dumps(FORMS[name]))
    assert all(each["description"] for each in fields.values())
    assert flow.description


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("sweep", {"perplexities": {"spheres": []}}),
        ("sweep", {"perplexities": {"spheres": [0]}}),
        ("sweep", {"perplexities": {"spheres": [5, 5]}}),
        # As many as there are test points.
        ("sweep", {"perplexities": {"mnist": [2000]}}),
        ("sweep", {"perplexities": {"moons": [5]}}),
        ("sweep", {"repetitions": {"mnist": 0}}),
        ("benchmark", {"methods": []}),
        ("benchmark", {"methods": ["isomap"]}),
        ("benchmark", {"datasets": []}),
        ("benchmark", {"repetitions": {"digits": 0}}),
    ],
)
def test_form_refuses_what_the_run_would(name: str, given: dict[str, Any]) -> None:
    flow = load_flow_from_entrypoint(DEPLOYED[name]["entrypoint"])
    schema = parameter_schema(flow).model_dump_for_openapi()
    assert not validate({}, schema)
    assert validate(given, schema)


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


@pytest.mark.proof
def test_deployment_of_no_flow_is_refused(api: PrefectApi, checkout: Checkout) -> None:
    broken = checkout.folder / "broken.yaml"
    broken.write_text(
        dumps_yaml({"deployments": [{**DEPLOYED["sweep"], "entrypoint": f"{FLOWS}.brew"}]})
    )
    done = api.command("deploy", "--all", "--prefect-file", broken.name)
    broken.unlink()
    assert done.returncode == 1
    assert f"'brew' not found in '{FLOWS}'" in " ".join((done.stdout + done.stderr).split())


@pytest.fixture
def server(
    api: PrefectApi, checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> Iterator[PrefectApi]:
    """The server, as this process's own."""
    monkeypatch.delenv(STUDY_RUN, raising=False)
    with temporary_settings({PREFECT_API_URL: checkout.environment["PREFECT_API_URL"]}):
        yield api


def nothing(flow: Any, flow_run: Any, state: Any) -> None:
    pass


@flow(name="a-stage")
def passes() -> None:
    pass


@flow(name="a-stage")
async def fails() -> None:
    raise ValueError("no room")


@flow(name="a-stage")
async def is_interrupted() -> None:
    raise KeyboardInterrupt


def stages_of_last_run(api: PrefectApi) -> tuple[str, list[str]]:
    """The state of the last run of the study, and those of its stages."""
    runs = api.ask("flow_runs/filter", {"sort": "START_TIME_DESC"})
    study = next(each for each in runs if each["name"].startswith("reproduce-2"))
    body = {"flow_runs": {"parent_flow_run_id": {"any_": [study["id"]]}}}
    stages = api.ask("flow_runs/filter", {**body, "sort": "START_TIME_ASC"})
    assert all(re.fullmatch(r"a-stage-[-0-9]+", each["name"]) for each in stages)
    return study["state_type"], [each["state_type"] for each in stages]


def test_stages_are_subflows_of_one_run_that_ends_as_they_do(server: PrefectApi) -> None:
    with study_run() as run:
        for _ in range(2):
            run_stage(passes, {}, on_end=nothing)
        with pytest.raises(ValueError, match="no room"):
            run_stage(fails, {}, on_end=nothing)
        run.fail("stage a-stage failed")
    assert stages_of_last_run(server) == ("FAILED", ["COMPLETED", "COMPLETED", "FAILED"])


def test_interrupted_run_and_its_stage_are_cancelled(server: PrefectApi) -> None:
    with pytest.raises(KeyboardInterrupt), study_run():
        run_stage(is_interrupted, {}, on_end=nothing)
    assert stages_of_last_run(server) == ("CANCELLED", ["CANCELLED"])


def test_stages_of_a_run_that_was_killed_are_marked_as_ended(server: PrefectApi) -> None:
    with get_client(sync_client=True) as client:
        ours, other = (
            client.create_flow_run(scheduled.reproduce, name=f"reproduce-2{number}")
            for number in range(2)
        )
        runs = {}
        given = {
            "ours": (ours, Running()),
            "done": (ours, Completed()),
            "other": (other, Running()),
        }
        for name, (study, state) in given.items():
            task = Task(lambda: None, name=name)
            parent = client.create_task_run(task, study.id, dynamic_key="0")
            runs[name] = client.create_flow_run(
                passes, state=state, parent_task_run_id=parent.id
            ).id
    for hook in scheduled.reproduce.on_cancellation_hooks:
        # A worker calls its hooks by these names.
        hook(flow=scheduled.reproduce, flow_run=ours, state=Cancelling())
    states = {name: server.state(run) for name, run in runs.items()}
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


#: What a worker does with a run, on the server and the Ray that are there.
RUN_SWEEP = """
from flows.environment import set_environment
set_environment()
from flows.schedules.scheduled import forms, sweep
sweep.with_options(flow_run_name="wider")(
    perplexities=forms.Perplexities(spheres=[5, 40, 45]), report=False
)
"""


def test_experiment_of_a_form_leaves_parameters_and_results_and_shares_units(
    api: PrefectApi, checkout: Checkout
) -> None:
    folder = checkout.folder
    before = {name: (folder / name).read_bytes() for name in ("params.yaml", "dvc.lock")}
    scores = folder / "results/sweep/scores.csv"
    table, n_units = scores.read_bytes(), len(kept(checkout))
    done = subprocess.run(
        [sys.executable, "-c", RUN_SWEEP],
        cwd=folder,
        env=checkout.environment,
        capture_output=True,
        text=True,
        timeout=300,
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
    assert params["sweep"]["datasets"]["spheres"]["perplexities"] == [5, 40, 45]
    # Two splits at the new perplexity, an embedding and its scores each.
    assert len(kept(checkout)) == n_units + 4
    assert not list((folder / ".dvc/tmp/exps/standalone").glob("tmp*"))
    # On the server it is one run, with the stages as its subflows, and what it changed.
    [run] = api.runs("sweep-experiment")
    stages = api.ask(
        "flow_runs/filter", {"flow_runs": {"parent_flow_run_id": {"any_": [run["id"]]}}}
    )
    assert (run["name"], run["state_type"]) == ("wider", "COMPLETED")
    assert "sweep" in {each["name"].partition("-")[0] for each in stages}
    assert "wider" in api.artifact("experiment-metrics-diff")["data"]
