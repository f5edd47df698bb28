"""A run with a Prefect server and a Ray of its own, stopped while a unit runs."""

from __future__ import annotations

import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.cluster import wait_for
from tests.flows.checkout import Checkout, copy_project
from tests.flows.prefect_api import PrefectApi

#: Runs for as long as it is left to.
ENDLESS = {
    "n_repetitions": 10**4,
    "n_points": 60,
    "input_dimension": 5,
    "latent_dimension": 3,
    "step_size": 1e-6,
    "max_steps": 10**6,
    "tolerance": 1e-300,
    "lattice_side": 5,
    "lattice_angle": 75.0,
}


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    """A copy of the project with one unit that does not end, and a folder for temporary files."""
    made = copy_project(tmp_path)
    # The path is short because a socket's path may have no more than about 100 characters.
    made.environment["TMPDIR"] = tempfile.mkdtemp(prefix="t-")
    experiments = {"dimension_0_faithful": ENDLESS}
    made.write_params(lambda params: params["theory"].update(experiments=experiments))
    yield made
    shutil.rmtree(made.environment["TMPDIR"], ignore_errors=True)


def start(
    checkout: Checkout, *command: str
) -> tuple[subprocess.Popen[str], dict[str, psutil.Process]]:
    """Start a command; return it when the unit runs, and its processes by their names."""
    # That of a user who keeps nothing from others.
    front_door = checkout.start("flows", *command, umask=0)
    found: dict[str, psutil.Process] = {}

    def unit_runs() -> bool:
        for each in psutil.Process(front_door.pid).children(recursive=True):
            try:
                found[each.name()] = each
            except psutil.NoSuchProcess:
                continue
        return any(name.startswith("ray::theory") for name in found)

    assert wait_for(unit_runs, seconds=180), sorted(found)
    assert front_door.poll() is None
    return front_door, found


def written_by_all(path: Path) -> Iterator[Path]:
    """Files and folders that every user can reach and write."""
    if path.stat().st_mode & stat.S_IWOTH:
        yield path
    if path.is_dir() and path.stat().st_mode & stat.S_IXOTH:
        for each in path.iterdir():
            yield from written_by_all(each)


def require_nothing_left(checkout: Checkout) -> None:
    assert wait_for(lambda: not checkout.left_running(), seconds=30), checkout.left_running()
    assert list(Path(checkout.environment["TMPDIR"]).iterdir()) == []
    assert list(written_by_all(checkout.folder / ".cache")) == []


@pytest.mark.parametrize(
    ("command", "request_to_end"),
    [(("reproduce", "theory"), signal.SIGINT), (("theory",), signal.SIGTERM)],
)
def test_request_to_end_stops_everything_that_was_started(
    checkout: Checkout, command: tuple[str, ...], request_to_end: signal.Signals
) -> None:
    started, _ = start(checkout, *command)
    started.send_signal(request_to_end)
    output, _ = started.communicate(timeout=120)
    assert started.returncode == 130, output
    assert "interrupted: what was finished is kept, the same command goes on" in output
    assert "Traceback" not in output
    require_nothing_left(checkout)


def local_server(checkout: Checkout, started: psutil.Process) -> PrefectApi:
    """The server that a command has started."""

    def port() -> str:
        for each in started.children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                if each.cmdline()[1:3] == ["-m", "flows.services.prefect_process"]:
                    return each.cmdline()[3]
        return ""

    assert wait_for(lambda: port(), seconds=60)
    checkout.environment["PREFECT_API_URL"] = f"http://127.0.0.1:{port()}/api"
    return PrefectApi(checkout)


@pytest.mark.proof
def test_all_that_a_killed_serve_has_started_ends(checkout: Checkout) -> None:
    checkout.write_params(lambda params: params["tune"].update(n_trials=10**6))
    serve = checkout.start("flows", "serve")
    api = local_server(checkout, psutil.Process(serve.pid))
    assert wait_for(lambda: api.knows("reproduce/scheduled"), seconds=120)
    run = api.start("reproduce/scheduled", workers=1)
    tuning = wait_for(
        lambda: any(each["state_type"] == "RUNNING" for each in api.runs("tune")), seconds=180
    )
    assert tuning, api.log(run)
    serve.kill()
    serve.communicate(timeout=60)
    require_nothing_left(checkout)


def test_lost_head_of_the_local_ray_ends_the_run_with_a_word(checkout: Checkout) -> None:
    front_door, processes = start(checkout, "reproduce", "theory")
    processes["gcs_server"].kill()
    output, _ = front_door.communicate(timeout=120)
    assert front_door.returncode == 1, output
    assert "the local Ray ended; finished units are kept, the same command goes on" in output
    require_nothing_left(checkout)
