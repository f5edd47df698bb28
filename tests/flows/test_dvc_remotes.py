"""Data and results elsewhere: `dvc push` in one clone, `dvc pull` in another."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.flows.checkout import Checkout

REPORT = "results/report"


def files(folder: Path) -> dict[str, bytes]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def stages_run(output: str) -> list[str]:
    return re.findall(r"Running stage '(\w+)'", output)


def add_remote(checkout: Checkout, name: str, url: str) -> None:
    checkout.dvc("remote", "add", "--quiet", "--local", name, url)


def test_clone_without_data_gets_all_of_it_and_computes_nothing(
    published: Checkout, clone: Checkout
) -> None:
    assert not (clone.folder / "data").exists()
    clone.dvc("pull")
    lock = (clone.folder / "dvc.lock").read_bytes()
    assert stages_run(clone.dvc("repro")) == ["fetch"]
    assert (clone.folder / "dvc.lock").read_bytes() == lock
    assert clone.git("status", "--porcelain") == ""
    for folder in ("data", REPORT):
        assert files(clone.folder / folder) == files(published.folder / folder), folder


def test_default_remote_is_one_folder_of_the_user(published: Checkout, clone: Checkout) -> None:
    home = Path(published.environment["HOME"])
    pushed = home / ".local/share/dvc/topological-autoencoders/files/md5"
    assert {path.is_relative_to(pushed.parents[1]) for path in home.rglob("*") if path.is_file()}
    assert any(pushed.rglob("*"))
    # Only `dvc push` makes it.
    clone.environment["HOME"] = str(clone.folder.parent / "other home")
    clone.run("dvc", "pull")
    clone.run("dvc", "status")
    assert not (clone.folder.parent / "other home").exists()


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("never made", "Some of the cache files do not exist neither locally nor on remote"),
        ("a file/below", "Not a directory: "),
    ],
)
def test_remote_that_is_not_there_is_named_and_nothing_is_lost(
    clone: Checkout, tmp_path: Path, place: str, words: str
) -> None:
    (tmp_path / "a file").write_text("not a folder")
    add_remote(clone, "elsewhere", str(tmp_path / place))
    done = clone.run("dvc", "pull", "--remote", "elsewhere")
    assert done.returncode != 0
    assert words in done.stderr
    clone.dvc("pull")
    before = files(clone.folder / REPORT)
    assert before
    clone.run("dvc", "pull", "--remote", "elsewhere")
    assert files(clone.folder / REPORT) == before


def test_protocol_without_its_package_says_what_to_install(clone: Checkout) -> None:
    if find_spec("dvc_s3") is not None:
        pytest.skip("dvc-s3 is installed here")
    clone.dvc("pull")
    add_remote(clone, "far", "s3://bucket/folder")
    done = clone.run("dvc", "push", "--remote", "far")
    assert done.returncode != 0
    assert "s3 is supported, but requires 'dvc-s3' to be installed" in done.stderr
