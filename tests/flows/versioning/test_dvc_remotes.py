"""Data and results elsewhere: `dvc push` in one clone, `dvc pull` in another."""

from __future__ import annotations

import hashlib
import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.flows.checkout import Checkout

REPORT = "results/report"


def files(folder: Path) -> dict[str, str]:
    """SHA-256 of every file: pytest would lay long contents that differ side by side for ever."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in paths
    }


def stages_run(output: str) -> list[str]:
    return re.findall(r"Running stage '(\w+)'", output)


@pytest.fixture(scope="module")
def pulled(published: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A second clone of the same user, with all data."""
    clone = published.clone(tmp_path_factory.mktemp("pulled") / "clone")
    assert not (clone.folder / "data").exists()
    clone.dvc("pull")
    return clone


def add_remote(checkout: Checkout, url: str) -> None:
    config = checkout.folder / ".dvc/config.local"
    config.write_text(f"['remote \"elsewhere\"']\n    url = {url}\n")


def test_clone_without_data_gets_all_of_it_and_computes_nothing(
    published: Checkout, pulled: Checkout
) -> None:
    lock = (pulled.folder / "dvc.lock").read_bytes()
    assert stages_run(pulled.dvc("repro")) == ["fetch"]
    assert (pulled.folder / "dvc.lock").read_bytes() == lock
    assert pulled.git("status", "--porcelain") == ""
    for folder in ("data", REPORT):
        assert files(pulled.folder / folder) == files(published.folder / folder), folder


def test_default_remote_is_one_folder_of_the_user(published: Checkout, clone: Checkout) -> None:
    home = Path(published.environment["HOME"])
    remote = home / ".local/share/dvc/topological-autoencoders"
    written = [path for path in home.rglob("*") if path.is_file()]
    assert written
    assert all(path.is_relative_to(remote) for path in written)
    # Only `dvc push` makes it.
    empty = clone.folder.parent / "another home"
    clone.environment["HOME"] = str(empty)
    assert clone.run("dvc", "pull").returncode != 0
    assert not empty.exists()


def test_remote_that_is_not_there_is_said_and_nothing_is_lost(
    pulled: Checkout, clone: Checkout, tmp_path: Path
) -> None:
    add_remote(clone, str(tmp_path / "never made"))
    done = clone.run("dvc", "pull", "--remote", "elsewhere")
    assert done.returncode != 0
    assert "Some of the cache files do not exist neither locally nor on remote" in done.stderr
    before = files(pulled.folder / REPORT)
    (tmp_path / "a file").write_text("not a folder")
    add_remote(pulled, str(tmp_path / "a file/below"))
    done = pulled.run("dvc", "push", "--remote", "elsewhere")
    assert done.returncode != 0
    assert f"Not a directory: '{tmp_path / 'a file/below'}" in done.stderr
    assert files(pulled.folder / REPORT) == before


@pytest.mark.skipif(find_spec("dvc_s3") is not None, reason="dvc-s3 is installed here")
def test_protocol_without_its_package_says_what_to_install(pulled: Checkout) -> None:
    add_remote(pulled, "s3://bucket/folder")
    done = pulled.run("dvc", "push", "--remote", "elsewhere")
    assert done.returncode != 0
    assert "s3 is supported, but requires 'dvc-s3' to be installed" in done.stderr
