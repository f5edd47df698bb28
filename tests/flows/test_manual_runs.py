"""Blocks of the manual run as printed, in a shell, on the small study."""

from __future__ import annotations

import os
import pty
import re
import shutil
import signal
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from flows.addresses import is_healthy
from flows.services.prefect_server import _free_port
from tests.cluster import wait_for
from tests.flows.checkout import Checkout, copy_project
from tests.flows.prefect_api import PrefectApi
from tests.flows.schedules.test_deploy import commit
from tests.flows.versioning.test_dvc_remotes import files
from tests.manual import blocks, commands


def block_with(words: str) -> str:
    (block,) = [block for block in blocks("sh") if words in block]
    return block


def typed(checkout: Checkout, text: str) -> str:
    """What a shell prints that stops at the first failure."""
    done = subprocess.run(
        ["sh", "-ec", text],
        cwd=checkout.folder,
        env=checkout.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_second_clone_and_old_commit(published: Checkout, clone: Checkout) -> None:
    clone.dvc("pull")
    told = typed(clone, block_with("git clone . ../second"))
    assert re.findall(r"Running stage '(\w+)'", told) == ["fetch"]
    second = Checkout(clone.folder.parent / "second")
    second.environment["HOME"] = clone.environment["HOME"]
    report = files(published.folder / "results/report")
    assert files(second.folder / "results/report") == report
    first = second.git("rev-parse", "HEAD")
    second.git("commit", "--quiet", "--allow-empty", "--message", "Another")
    shutil.rmtree(second.folder / "results/report")
    typed(second, block_with("git checkout HEAD~1"))
    assert second.git("rev-parse", "HEAD") == first
    assert files(second.folder / "results/report") == report


@pytest.mark.parametrize("command", [each for each in commands() if " flows cache" in each])
def test_cache(clone: Checkout, command: str) -> None:
    assert re.search(r"\d+ .*units?", typed(clone, command))


@contextmanager
def pasted(checkout: Checkout, text: str) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """A shell in a terminal that is given all lines at once, and a file of what it shows.

    A command that asks something would take the next one for the answer.
    """
    log = checkout.folder / ".cache/terminal.log"
    log.parent.mkdir()
    log.touch()
    outside, inside = pty.openpty()
    ends = {"stdin": inside, "stdout": inside, "stderr": inside}
    where = {"cwd": checkout.folder, "env": {**checkout.environment, "TERM": "xterm"}}
    shell = subprocess.Popen(["sh", "-i"], start_new_session=True, **ends, **where)
    os.close(inside)
    reader = threading.Thread(target=copy_shown, args=(outside, log), daemon=True)
    reader.start()
    try:
        os.write(outside, text.encode())
        yield shell, log
        os.write(outside, b"exit\n")
        shell.wait(timeout=60)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(shell.pid, signal.SIGKILL)
        shell.wait()
        reader.join()
        os.close(outside)


def copy_shown(terminal: int, log: Path) -> None:
    # It has no end of file, but an error when the last program in it has ended.
    with log.open("ab", buffering=0) as file, suppress(OSError):
        while shown := os.read(terminal, 4096):
            file.write(shown)


@pytest.mark.proof
def test_server_with_a_worker(tmp_path: Path) -> None:
    checkout = copy_project(tmp_path)
    commit(checkout)
    block, port = block_with("prefect server start"), str(_free_port())
    assert block.count("4200") == 2
    own = f"http://127.0.0.1:{port}"
    checkout.environment |= {"PREFECT_SERVER_API_PORT": port, "PREFECT_API_URL": f"{own}/api"}
    with pasted(checkout, block.replace("4200", port) + "prefect server stop\n") as (shell, log):
        assert wait_for(lambda: re.search(r"Worker .* started!", log.read_text()), seconds=150), (
            log.read_text()
        )
        api = PrefectApi(checkout)
        assert api.deployment("reproduce/reproduce")["work_pool_name"] == "study"
        for origin, readers in ((own, own), ("http://elsewhere.example", None)):
            with urllib.request.urlopen(
                urllib.request.Request(f"{own}/api/health", headers={"Origin": origin}), timeout=30
            ) as answer:
                assert answer.headers["access-control-allow-origin"] == readers
        with pytest.raises(urllib.error.HTTPError, match="403"):
            # As any page may send it: a form needs no leave.
            api.ask("flows/count", {})
        worker = next(
            each for each in psutil.Process(shell.pid).children() if "worker" in each.cmdline()
        )
        worker.send_signal(signal.SIGINT)
    assert "Server stopped!" in log.read_text()
    assert wait_for(lambda: not is_healthy(f"{own}/api"), seconds=20)
