from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.checkout import Checkout, copy_project


@pytest.fixture(scope="session")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Checkout, str, Path]]:
    """A checkout in which the small study has run once, what that printed, and a copy as it was.

    Its runs have a temporary folder of their own.
    """
    checkout = copy_project(tmp_path_factory.mktemp("checkout"))
    checkout.environment["TMPDIR"] = tempfile.mkdtemp(prefix="t-")
    done = checkout.run("flows", "reproduce")
    assert done.returncode == 0, done.stdout + done.stderr
    copy = tmp_path_factory.mktemp("untouched") / "copy"
    shutil.copytree(checkout.folder, copy, ignore=shutil.ignore_patterns("prefect", "dvc"))
    yield checkout, done.stdout, copy
    shutil.rmtree(checkout.environment["TMPDIR"])


@pytest.fixture(scope="session")
def reproduced(first_run: tuple[Checkout, str, Path]) -> tuple[Checkout, str]:
    """A checkout in which the whole small study has run once, and what that printed."""
    checkout, output, _ = first_run
    return checkout, output


@pytest.fixture(scope="session")
def published(
    first_run: tuple[Checkout, str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Checkout:
    """The small study as a commit, its data in the default remote of a user with an empty home.

    Tests clone it and leave it as it is.
    """
    *_, folder = first_run
    checkout = Checkout(folder)
    checkout.environment["HOME"] = str(tmp_path_factory.mktemp("home"))
    checkout.git("add", "--all")
    checkout.git("commit", "--quiet", "--message", "The small study")
    checkout.dvc("push", "--run-cache")
    return checkout


@pytest.fixture
def clone(published: Checkout, tmp_path: Path) -> Checkout:
    """A second clone of the same user, without data."""
    return published.clone(tmp_path / "clone")
