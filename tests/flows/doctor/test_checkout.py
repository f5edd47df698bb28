from __future__ import annotations

import copy
import hashlib
import os
import sys
from pathlib import Path

import pytest
from dvc.utils.serialize import dumps_yaml

from flows.doctor import checkout
from flows.doctor.finding import SET_UP
from tests.flows.checkout import TINY
from topo.datasets import mnist

IMAGES, LABELS = mnist.PART_FILES["test"]
ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.usefixtures("in_folder")


def write_params(**changes) -> None:
    Path("params.yaml").write_text(dumps_yaml(copy.deepcopy(TINY) | changes))


def make_executable(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)


def test_parameters() -> None:
    finding = checkout.check_parameters()
    assert finding.state == "problem"
    assert "params.yaml" in finding.found
    assert finding.remedy.startswith("run in the checkout's own folder")
    Path("params.yaml").write_text("benchmark: {}\n")
    assert "params.yaml cannot be used:" in checkout.check_parameters().found
    write_params()
    assert checkout.check_parameters().state == "ok"


def test_folders() -> None:
    assert checkout.check_folders()[1:3] == ("ok", "data, results, .cache can be written")
    Path("results").write_text("a file where the folder should be")
    finding = checkout.check_folders()
    assert (finding.state, finding.found) == ("problem", "cannot be written: results")
    assert not Path("data").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_folder_of_another_owner() -> None:
    Path("data").mkdir(mode=0o500)
    assert checkout.check_folders().found == "cannot be written: data"


@pytest.fixture
def made_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small made files stand for the published ones."""
    made = {name: hashlib.sha256(name.encode()).hexdigest() for name in (IMAGES, LABELS)}
    monkeypatch.setattr(mnist, "MNIST_FILES", {**mnist.MNIST_FILES, **made})
    monkeypatch.delenv("MNIST_DIR", raising=False)
    write_params()


def put(folder: str, *names: str, content: str | None = None) -> None:
    Path(folder).mkdir(parents=True, exist_ok=True)
    for name in names:
        (Path(folder) / name).write_text(name if content is None else content)


def test_mnist_that_is_nowhere(made_files: None, monkeypatch) -> None:
    monkeypatch.setenv("MNIST_DIR", "elsewhere")
    finding = checkout.check_mnist()
    assert finding.state == "warning"
    assert finding.found == f"{IMAGES}, {LABELS} not in data/raw/mnist, nor in elsewhere"
    assert "put the files into data/raw/mnist, or name their folder by MNIST_DIR" in finding.remedy


def test_mnist_in_two_places(made_files: None, monkeypatch) -> None:
    put("elsewhere", LABELS)
    put("data/raw/mnist", IMAGES)
    monkeypatch.setenv("MNIST_DIR", "elsewhere")
    finding = checkout.check_mnist()
    assert finding.state == "ok"
    assert finding.found == f"data/raw/mnist/{IMAGES}, elsewhere/{LABELS}: the content is right"


@pytest.mark.parametrize("folder", ["data/raw/mnist", "elsewhere"])
def test_damaged_mnist(made_files: None, folder: str, monkeypatch) -> None:
    monkeypatch.setenv("MNIST_DIR", "elsewhere")
    put(folder, IMAGES, LABELS)
    put(folder, LABELS, content="something else")
    finding = checkout.check_mnist()
    assert finding.state == "problem"
    assert f"{folder}/{LABELS} is not MNIST's {LABELS}" in finding.found
    assert finding.remedy == "put the right file there, or delete it: `fetch` gets it again"


def test_mnist_that_is_not_wanted_or_unknown() -> None:
    Path("params.yaml").write_text("benchmark: {}\n")
    assert checkout.check_mnist().state == "warning"
    datasets = {name: each for name, each in TINY["datasets"].items() if name != "mnist"}
    benchmark = {**TINY["benchmark"], "datasets": ["spheres", "digits"]}
    write_params(datasets=datasets, benchmark=benchmark)
    assert checkout.check_mnist()[1:3] == ("ok", "not in params.yaml, hence not needed")


def test_git(monkeypatch, tmp_path: Path) -> None:
    finding = checkout.check_git()
    assert finding.state == "problem"
    assert f"{tmp_path} is no Git checkout" in finding.found
    Path(".git").mkdir()
    make_executable(tmp_path / "bin/git")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert checkout.check_git().state == "ok"
    monkeypatch.setenv("PATH", str(tmp_path))
    assert checkout.check_git()[1:3] == ("warning", "no git on PATH")


def test_dvc(monkeypatch) -> None:
    finding = checkout.check_dvc()
    assert finding.state == "problem"
    assert finding.found.endswith("no .dvc and no dvc.yaml here")
    monkeypatch.chdir(ROOT)
    assert checkout.check_dvc().state == "ok"


def test_dvc_that_is_not_installed(monkeypatch) -> None:
    def missing(name: str) -> str:
        raise checkout.PackageNotFoundError(name)

    monkeypatch.setattr(checkout, "version", missing)
    assert checkout.check_dvc()[1:] == ("problem", "not installed", SET_UP)


def test_python_that_the_stages_call(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    finding = checkout.check_stage_python()
    assert (finding.state, finding.found) == ("warning", "none, and DVC's stages call it")
    make_executable(tmp_path / "python")
    finding = checkout.check_stage_python()
    assert finding.state == "warning"
    assert finding.found.startswith(f"{tmp_path}/python, not {sys.executable},")
    assert "activate the environment" in finding.remedy
    make_executable(tmp_path / "bin/python")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin/python3.11"))
    assert checkout.check_stage_python().state == "ok"
