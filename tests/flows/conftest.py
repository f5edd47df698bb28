from __future__ import annotations

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.flows.checkout import Checkout, copy_of, copy_project


@pytest.fixture(scope="session")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The run of the small study: its folder, what it printed, and left in the temporary folder.

    Made once for all processes that run tests: the first that needs it makes it, others wait.
    """
    shared = tmp_path_factory.getbasetemp()
    # Every process of pytest-xdist has a folder of its own below one that all have.
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    told = shared / "small-study.json"
    with (shared / "small-study.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            (shared / "small-study").mkdir()
            told.write_text(json.dumps(run_small_study(shared / "small-study")))
    return json.loads(told.read_text())


def run_small_study(folder: Path) -> dict[str, Any]:
    checkout = copy_project(folder)
    with tempfile.TemporaryDirectory(prefix="t-") as temporary:
        checkout.environment["TMPDIR"] = temporary
        done = checkout.run("flows", "reproduce")
        left = [path.name for path in Path(temporary).iterdir()]
    assert done.returncode == 0, done.stdout + done.stderr
    return {"folder": str(folder), "printed": done.stdout, "left": left}


@pytest.fixture(scope="session")
def reproduced(first_run: dict[str, Any]) -> tuple[Checkout, str]:
    """A checkout in which the whole small study has run once, and what that printed.

    Tests leave it as it is; those that change something take a copy (`study`, `copy_of`).
    """
    return Checkout(Path(first_run["folder"])), first_run["printed"]


@pytest.fixture
def study(reproduced: tuple[Checkout, str], tmp_path: Path) -> Iterator[Checkout]:
    """A copy of the small study after its run, for one test."""
    with copy_of(reproduced[0], tmp_path / "study") as copy:
        yield copy


@pytest.fixture(scope="session")
def published(
    reproduced: tuple[Checkout, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Checkout]:
    """The small study as a commit, its data in the default remote of a user with an empty home.

    Tests clone it and leave it as it is.
    """
    with copy_of(reproduced[0], tmp_path_factory.mktemp("published") / "study") as checkout:
        checkout.environment["HOME"] = str(tmp_path_factory.mktemp("home"))
        checkout.git("add", "--all")
        checkout.git("commit", "--quiet", "--message", "The small study")
        checkout.dvc("push", "--run-cache")
        yield checkout


@pytest.fixture
def clone(published: Checkout, tmp_path: Path) -> Checkout:
    """A second clone of the same user, without data."""
    return published.clone(tmp_path / "clone")
