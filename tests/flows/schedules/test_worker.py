"""Runs that a worker or `serve` takes from a server: to their end, and cancelled."""

from __future__ import annotations

import shlex
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from flows.services.child import child_command
from flows.versioning.git import git
from tests.cluster import wait_for
from tests.flows.checkout import Checkout, copy_project, shared_services
from tests.flows.prefect_api import PrefectApi
from tests.flows.schedules.test_deploy import commit

pytestmark = pytest.mark.proof


@pytest.fixture(scope="module")
def checkout(
    reproduced: tuple[Checkout, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Checkout]:
    """A checkout of its own in which the study has run, with a server that stays."""
    checkout = copy_project(tmp_path_factory.mktemp("worker"))
    # DVC's default remote is a folder in it.
    checkout.environment["HOME"] = str(tmp_path_factory.mktemp("home"))
    for name in ("data", "results", ".cache/units", ".dvc/cache", "dvc.lock"):
        source, place = reproduced[0].folder / name, checkout.folder / name
        place.parent.mkdir(exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copyfile)(source, place)
    commit(checkout)
    with shared_services(checkout, ray=False):
        api = PrefectApi(checkout)
        for words in (("work-pool", "create", "study", "--type", "process"), ("deploy", "--all")):
            done = api.command(*words)
            assert done.returncode == 0, done.stdout + done.stderr
        yield checkout


@contextmanager
def running(checkout: Checkout, *command: str) -> Iterator[subprocess.Popen[str]]:
    """A command that waits for runs, ended as a service manager ends it."""
    log = checkout.folder / ".cache" / f"{command[0]}.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            # A shell has its background jobs ignore the signal that a worker ends itself by.
            child_command(*command),
            cwd=checkout.folder,
            env={**checkout.environment, "PWD": str(checkout.folder)},
            stdout=output,
            stderr=output,
            text=True,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=90)


WORKER = ("prefect", "worker", "start", "--pool", "study", "--limit", "1")


def process_ids(folder: Path) -> set[int]:
    """Processes that work in a folder or below it."""
    found = set()
    for process in psutil.process_iter():
        try:
            # `serve` has one of Python's own from its first run on, and until its end.
            own = any("resource_tracker" in word for word in process.cmdline())
            if process.cwd().startswith(str(folder)) and not own:
                found.add(process.pid)
        except psutil.Error:
            continue
    return found


def test_worker_runs_the_study_records_it_and_makes_an_experiment(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = PrefectApi(checkout)
    monkeypatch.chdir(checkout.folder)
    with running(checkout, *WORKER):
        run = api.start("reproduce/reproduce", workers=2)
        assert api.ended(run, seconds=300) == "COMPLETED", api.log(run)
        [tag] = git("tag").split()
        assert "sweep" in git("show", f"{tag}:dvc.lock")
        assert tag in api.artifact("metrics-diff")["data"]
        assert f"recorded as {tag}" in api.log(run)
        run = api.start("sweep-experiment/sweep", perplexities={"spheres": [5, 30]}, workers=2)
        assert api.ended(run, seconds=300) == "COMPLETED", api.log(run)
    name = api.ask(f"flow_runs/{run}")["name"]
    listed = checkout.run("dvc", "exp", "list", "--name-only", "--all-commits")
    assert name in listed.stdout.split()
    stages = api.ask("flow_runs/filter", {"flow_runs": {"parent_flow_run_id": {"any_": [run]}}})
    assert any(each["name"].startswith("report-") for each in stages)
    assert git("tag") == tag
    assert name in api.artifact("experiment-metrics-diff")["data"]


def test_push_without_an_origin_fails_with_what_to_do_and_loses_nothing(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = PrefectApi(checkout)
    monkeypatch.chdir(checkout.folder)
    with running(checkout, *WORKER):
        run = api.start("reproduce/reproduce", workers=2, push=True)
        ended = api.ended(run, seconds=300)
    assert ended.startswith("FAILED")
    assert "name a repository by `git remote add origin URL`" in ended
    assert git("tag").startswith("results/")


@pytest.mark.parametrize(
    ("command", "deployment"),
    [
        (WORKER, "reproduce/reproduce"),
        (("flows", "serve", "--cron", "0 3 * * *"), "reproduce/scheduled"),
    ],
    ids=["worker", "serve"],
)
def test_cancelled_run_leaves_nothing_running(
    checkout: Checkout, command: tuple[str, ...], deployment: str
) -> None:
    def endless(params: dict) -> None:
        params["methods"]["topoae"]["epochs"] = 10_000_000

    checkout.write_params(endless)
    api = PrefectApi(checkout)
    with running(checkout, *command):
        assert wait_for(lambda: api.knows(deployment))
        before = process_ids(checkout.folder)
        run = api.start(deployment, workers=2)
        assert wait_for(lambda: benchmarks(api), seconds=180), api.log(run)
        [stage] = benchmarks(api)
        assert wait_for(lambda: busy_worker(checkout.folder)), api.log(run)
        api.cancel(run)
        assert api.ended(run, seconds=120).startswith("CANCELLED")
        assert wait_for(lambda: process_ids(checkout.folder) <= before, seconds=30)
        assert api.state(stage["id"]) in {"CRASHED", "CANCELLED"}
    checkout.write_params()


def benchmarks(api: PrefectApi) -> list[dict[str, Any]]:
    """Flow runs of the stage that are going on."""
    return [each for each in api.runs("benchmark") if each["state_type"] == "RUNNING"]


def busy_worker(folder: Path) -> bool:
    """Whether a Ray worker of a checkout is at work on the unit that never ends."""
    lines = []
    for process_id in process_ids(folder):
        with suppress(psutil.Error):
            lines.append(" ".join(psutil.Process(process_id).cmdline()))
    return any(line.startswith("ray::") and "topoae" in line for line in lines)


def test_failure_command_is_given_the_reason(checkout: Checkout, tmp_path: Path) -> None:
    def broken(params: dict) -> None:
        params["methods"]["topoae"]["learning_rate"] = 1e30

    checkout.write_params(broken)
    told = tmp_path / "told.txt"
    checkout.environment["TOPO_ON_FAILURE"] = shlex.join(["tee", str(told)])
    api = PrefectApi(checkout)
    try:
        with running(checkout, *WORKER):
            run = api.start("reproduce/reproduce", workers=2)
            ended = api.ended(run, seconds=300)
            assert ended.startswith("FAILED"), api.log(run)
            assert "exit status" in ended
            assert wait_for(told.exists)
    finally:
        checkout.write_params()
        del checkout.environment["TOPO_ON_FAILURE"]
    assert told.read_text().startswith("reproduce (")
    assert "exit status" in told.read_text()
