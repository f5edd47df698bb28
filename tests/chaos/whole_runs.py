"""Rounds that strike a whole run: the front door or `serve` killed, DVC's files left broken."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import time
from contextlib import suppress

import psutil

from tests.chaos.strikes import break_dvc
from tests.chaos.study import MOST_SECONDS_TO_END, STAGES, Study, require
from tests.cluster import wait_for
from tests.flows.checkout import Checkout
from tests.flows.prefect_api import PrefectApi

#: The services of a run are up after so many seconds.
_SECONDS_OF_START = 8.0
_SECONDS_TO_BEGIN = 120.0
_DEPLOYMENT = "reproduce/scheduled"
_COMMANDS = {
    "front door": ("flows", "reproduce"),
    "serve": ("flows", "serve", "--cron", "0 3 1 1 *"),
}


def break_dvc_files(made: Study, rng: random.Random) -> str:
    """Leave a file of DVC's as a crash does: the front door mends it, and computes nothing."""
    name, done = break_dvc(made.checkout.folder, rng)
    began = time.time()
    run = made.checkout.run("flows", "reproduce")
    require(run)
    made.compare(n_computed=0, since=began)
    said = [line for line in run.stderr.splitlines() if line.startswith(f"{name} ")]
    return made.tally.told("DVC's files", bool(said), f"{name} {done}: {' '.join(said)}")


def end_at_start(made: Study, rng: random.Random) -> str:
    """End the front door while it starts, in order or by force: nothing may stay."""
    number = rng.choice((signal.SIGKILL, signal.SIGINT, signal.SIGTERM))
    moment = rng.uniform(0.0, _SECONDS_OF_START)
    with made.own_services(), made.started("flows", "reproduce") as process:
        time.sleep(moment)
        began = bool(psutil.Process(process.pid).children() or list(made.temporary.iterdir()))
        process.send_signal(number)
        process.communicate(timeout=MOST_SECONDS_TO_END)
    made.require_nothing_left()
    said = f"{number.name} to the front door after {moment:.1f} s"
    return made.tally.told("start-up", began, said)


def kill_whole_run(made: Study, kind: str, rng: random.Random) -> str:
    """Kill a whole run with what started it, and have the front door finish it."""
    made.forget(*STAGES, "report")
    # DVC would bring the results back from its own cache, and nothing would be computed.
    (made.checkout.folder / "dvc.lock").unlink(missing_ok=True)
    shutil.rmtree(made.checkout.folder / ".dvc/cache", ignore_errors=True)
    command = _COMMANDS[kind]
    with made.own_services():
        with made.started(*command) as process:
            if kind == "serve":
                _begin_scheduled_run(made.checkout, process)
            moment = rng.uniform(0.0, made.seconds)
            time.sleep(moment)
            ended = process.poll() is not None
        made.require_nothing_left()
        n_kept, resumed = len(made.kept()), time.time()
        require(made.checkout.run("flows", "reproduce"))
    made.compare(n_computed=made.n_units - n_kept, since=resumed)
    said = f"kill -9 of `{' '.join(command[:2])}` after {moment:.1f} s"
    return made.tally.told(kind, not ended, f"{said}: {n_kept} of {made.n_units} units kept")


def _begin_scheduled_run(checkout: Checkout, serve: subprocess.Popen[str]) -> None:
    """Have a run begin on the server of `serve`, also where a round has killed one before."""
    assert wait_for(lambda: _port_of_server(serve), seconds=_SECONDS_TO_BEGIN)
    checkout.environment["PREFECT_API_URL"] = f"http://127.0.0.1:{_port_of_server(serve)}/api"
    api = PrefectApi(checkout)
    del checkout.environment["PREFECT_API_URL"]
    assert wait_for(lambda: api.knows(_DEPLOYMENT), seconds=_SECONDS_TO_BEGIN)
    started: list[str] = []

    def runs() -> bool:
        # A server that has just begun is now and then too busy to answer.
        with suppress(OSError):
            if not started:
                started.append(api.start(_DEPLOYMENT))
            return api.state(started[0]) == "RUNNING"
        return False

    # It would be cancelled where the killed one still held the place.
    assert wait_for(runs, seconds=_SECONDS_TO_BEGIN), "no scheduled run began"


def _port_of_server(serve: subprocess.Popen[str]) -> str:
    for child in psutil.Process(serve.pid).children():
        words = child.cmdline()
        if words[-2:-1] == ["flows.services.prefect_process"]:
            return words[-1]
    return ""
