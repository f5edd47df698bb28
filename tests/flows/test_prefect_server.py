from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import psutil
import pytest

from flows.prefect_server import is_healthy, prefect_server
from flows.store import CACHE
from tests.sockets import listening

ROOT = Path(__file__).parents[2]


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
        os.kill(first, signal.SIGKILL)
        deadline = time.monotonic() + 10
        while server.process_id == first and time.monotonic() < deadline:
            time.sleep(0.1)
        server.wait_until_healthy()
        second = server.process_id
        open_to = {address for _, address in listening(psutil.Process(second))}
    assert second != first
    assert open_to == {"127.0.0.1"}
    assert not is_healthy(server.url)
    assert "PREFECT_API_URL" not in os.environ
    assert "the local Prefect server ended (exit status -9): started again, 1 of 3 times" in (
        capfd.readouterr().err
    )
    with pytest.raises(ProcessLookupError):
        os.kill(second, 0)
