from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from contextlib import chdir
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from flows.services import prefect_server as module
from flows.services.prefect_server import RESTARTS, LocalServer, is_healthy, prefect_server
from flows.store import CACHE
from tests.cluster import wait_for
from tests.sockets import listening

ROOT = Path(__file__).parents[3]


@pytest.mark.usefixtures("no_services")
def test_server_that_is_killed_is_started_again(
    in_folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    CACHE.mkdir()
    with prefect_server() as server:
        assert os.environ["PREFECT_API_URL"] == server.url
        server.wait_until_healthy()
        first = server.process_id
        lease = _take_place(server.url)
        os.kill(first, signal.SIGKILL)
        deadline = time.monotonic() + 10
        while server.process_id == first and time.monotonic() < deadline:
            time.sleep(0.1)
        server.wait_until_healthy()
        second = server.process_id
        # What it no longer knew would hold its place for ever: every later run would be cancelled.
        renewed = _post(f"{lease}/renew", {"lease_duration": 60.0})
        command = psutil.Process(second).cmdline()
        open_to = {address for _, address in listening(psutil.Process(second))}
    assert second != first
    assert renewed.status_code == httpx.codes.NO_CONTENT, renewed.text
    assert command[1:3] == ["-m", "flows.services.prefect_process"]
    assert open_to == {"127.0.0.1"}
    assert not is_healthy(server.url)
    assert "PREFECT_API_URL" not in os.environ
    told = "ended (exit status -9): started again, 1 of 3 times in a row"
    assert told in capfd.readouterr().err
    with pytest.raises(ProcessLookupError):
        os.kill(second, 0)


def _take_place(url: str) -> str:
    """Take the only place of a limit, as a scheduled run does; return the lease's address."""
    # The database may be there from an earlier server.
    limits, name = f"{url}/v2/concurrency_limits", secrets.token_hex(8)
    _post(f"{limits}/", {"name": name, "limit": 1}).raise_for_status()
    wanted = {"names": [name], "slots": 1, "mode": "concurrency", "lease_duration": 60.0}
    taken = _post(f"{limits}/increment-with-lease", wanted).raise_for_status()
    return f"{limits}/leases/{taken.json()['lease_id']}"


def _post(url: str, body: dict[str, Any]) -> httpx.Response:
    """Post again while the server answers 503, as Prefect's own client does.

    A server that has just started still writes to its database; a request that finds the database
    locked is answered by 503.
    """
    deadline = time.monotonic() + 30
    while (response := httpx.post(url, json=body)).status_code == httpx.codes.SERVICE_UNAVAILABLE:
        if time.monotonic() > deadline:
            break
        time.sleep(0.2)
    return response


@pytest.mark.parametrize(("settled_seconds", "endless"), [(60.0, False), (0.0, True)])
def test_server_that_cannot_live_is_given_up_and_one_that_has_lived_is_not(
    in_folder: Path, monkeypatch: pytest.MonkeyPatch, settled_seconds: float, endless: bool
) -> None:
    CACHE.mkdir()
    starts: list[subprocess.Popen[bytes]] = []

    def start(server: LocalServer) -> subprocess.Popen[bytes]:
        starts.append(subprocess.Popen([sys.executable, "-c", ""]))
        return starts[-1]

    monkeypatch.setattr(LocalServer, "_start", start)
    monkeypatch.setattr(module, "_SETTLED_SECONDS", settled_seconds)
    server = LocalServer()
    if endless:
        assert wait_for(lambda: len(starts) > RESTARTS + 2)
    else:
        with pytest.raises(RuntimeError, match="ended by itself"):
            server.wait_until_healthy()
        assert len(starts) == RESTARTS + 1
    server.stop()
    # The last one may have been asked to end before it did so by itself.
    assert all(each.poll() is not None for each in starts)


@pytest.mark.usefixtures("no_services")
def test_full_disk_is_the_reason(full_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PREFECT_HOME", str(full_folder / "prefect"))
    monkeypatch.setattr(module, "RESTARTS", 0)
    with chdir(full_folder):
        CACHE.mkdir()
        server = LocalServer()
        with pytest.raises(RuntimeError, match=r"ended by itself .*; make room there"):
            server.wait_until_healthy()
        server.stop()


def test_reason_is_the_last_exception_in_the_log(
    in_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    CACHE.mkdir()
    monkeypatch.delenv("PREFECT_HOME", raising=False)
    monkeypatch.setattr(module, "RESTARTS", 0)
    fault = "import sqlite3, sys\ntry: raise sqlite3.DatabaseError('file is not a database')\n"
    program = fault + "finally: print('Application startup failed.')"

    def start(server: LocalServer) -> subprocess.Popen[bytes]:
        with server.log.open("ab") as output:
            return subprocess.Popen([sys.executable, "-c", program], stdout=output, stderr=output)

    monkeypatch.setattr(LocalServer, "_start", start)
    server = LocalServer()
    with pytest.raises(RuntimeError, match=r"\(sqlite3.DatabaseError: file is not a database\)"):
        server.wait_until_healthy()
    server.stop()
