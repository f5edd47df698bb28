from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.checkout import Checkout, copy_of, copy_project


@pytest.fixture(scope="session")
def reproduced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Checkout, str]]:
    """A checkout in which the whole small study has run once, and what that printed.

    Tests leave it as it is; those that change something take a copy (`study`, `copy_of`). Its run
    had a temporary folder of its own.
    """
    checkout = copy_project(tmp_path_factory.mktemp("checkout"))
    with tempfile.TemporaryDirectory(prefix="t-") as temporary:
        checkout.environment["TMPDIR"] = temporary
        done = checkout.run("flows", "reproduce")
        assert done.returncode == 0, done.stdout + done.stderr
        yield checkout, done.stdout


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
