"""A local Ray that is broken off while it starts: nothing stays, and nobody waits."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.cluster import wait_for

ROOT = Path(__file__).parents[3]
START = """
from flows.environment import set_environment
set_environment()
from flows.services.local import ray_cluster
with ray_cluster(1):
    print("started")
"""

pytestmark = pytest.mark.usefixtures("no_services")


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A folder for temporary files, empty."""
    folder = Path(tempfile.mkdtemp(prefix="t-", dir="/tmp"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def starter(temporary: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that starts a Ray."""
    process = subprocess.Popen(
        [sys.executable, "-c", START],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    yield process
    process.kill()
    process.communicate()


def descendant(process: subprocess.Popen[str], name: str) -> psutil.Process | None:
    for each in psutil.Process(process.pid).children(recursive=True):
        try:
            if each.name() == name:
                return each
        except psutil.NoSuchProcess:
            continue
    return None


@pytest.mark.parametrize(
    "moment",
    [
        lambda starter, temporary: any(temporary.iterdir()),
        lambda starter, temporary: descendant(starter, "raylet"),
    ],
    ids=["folder made", "raylet there"],
)
def test_killed_starter_leaves_no_process_and_no_folder(
    starter: subprocess.Popen[str],
    temporary: Path,
    moment: Callable[[subprocess.Popen[str], Path], bool],
) -> None:
    assert wait_for(lambda: moment(starter, temporary))
    started = psutil.Process(starter.pid).children(recursive=True)
    starter.kill()
    assert wait_for(lambda: not any(each.is_running() for each in started), seconds=20)
    assert wait_for(lambda: not list(temporary.iterdir()), seconds=20)


@pytest.mark.parametrize("part", ["gcs_server", "raylet"])
def test_part_that_is_killed_while_ray_starts_is_noticed_at_once(
    starter: subprocess.Popen[str], temporary: Path, part: str
) -> None:
    assert wait_for(lambda: descendant(starter, part))
    found = descendant(starter, part)
    assert found is not None
    found.kill()
    killed = time.monotonic()
    output, _ = starter.communicate(timeout=120)
    assert starter.returncode == 1
    assert f"the local Ray did not start (its process {part} ended)" in output
    assert time.monotonic() - killed < 20
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("part", ["", "raylet"], ids=["folder made", "raylet there"])
def test_keeper_that_is_killed_while_ray_starts_leaves_no_process_and_no_folder(
    starter: subprocess.Popen[str], temporary: Path, part: str
) -> None:
    assert wait_for(lambda: any(temporary.iterdir()))
    assert wait_for(lambda: not part or descendant(starter, part))
    started = psutil.Process(starter.pid).children(recursive=True)
    [keeper] = psutil.Process(starter.pid).children()
    keeper.kill()
    output, _ = starter.communicate(timeout=60)
    assert starter.returncode == 1
    assert "the local Ray did not start" in output
    assert list(temporary.iterdir()) == []
    assert wait_for(lambda: not any(each.is_running() for each in started), seconds=20)
