"""Checks of Python and packages, each made to fail by a real interpreter or real metadata."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from flows.doctor import packages


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Have the metadata of a package in some version found before the true one."""

    def make(name: str, version: str) -> None:
        folder = tmp_path / f"{name.replace('-', '_')}-{version}.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        )

    monkeypatch.syspath_prepend(tmp_path)
    return make


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose modules a child process finds first."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("version", [(3, 10, 14), (3, 13, 0), (2, 7, 18)])
def test_other_pythons(version, monkeypatch) -> None:
    monkeypatch.setattr(sys, "version_info", (*version, "final", 0))
    finding = packages.check_python()
    assert finding.state == "problem"
    assert finding.found.startswith("{}.{}.{} (".format(*version))
    assert "need 3.11 or 3.12: install one, run `make -B setup`" in finding.remedy


def test_everything_here_is_as_the_project_names_it() -> None:
    assert packages.check_python().state == "ok"
    assert packages.check_packages().state == "ok"
    assert packages.check_bounds().state == "ok"


def test_missing_package(monkeypatch) -> None:
    wanted = {"numpy": "", "no-such-package-anywhere": ">=1"}
    monkeypatch.setattr(packages, "_required", lambda: wanted)
    finding = packages.check_packages()
    assert finding.state == "problem"
    assert finding.found == "1 of 2 are missing: no-such-package-anywhere"
    assert finding.remedy.startswith("run `make -B setup`")


@pytest.mark.parametrize(
    ("name", "version", "words"),
    [
        ("fastapi", "0.155.0", "fastapi 0.155.0 is not <0.151: Prefect's server cannot be import"),
        ("sqlalchemy", "2.1.0", "sqlalchemy 2.1.0 is not <2.1: with it Prefect fires no schedule"),
        ("numpy", "2.3.1", "numpy 2.3.1 is not >=1.26,<2"),
        ("scikit-learn", "1.7.0", "scikit-learn 1.7.0 is not ==1.3.2"),
        ("prefect", "3.9.1", "prefect 3.9.1 is not >=3.4,<3.9"),
    ],
)
def test_versions_out_of_bounds(install, name, version, words) -> None:
    install(name, version)
    finding = packages.check_bounds()
    assert finding.state == "problem"
    assert finding.found.startswith(words)
    assert finding.remedy.startswith("run `make -B setup`")


def test_versions_that_were_not_tested_together(install) -> None:
    install("pandas", "3.0.99")
    finding = packages.check_pins()
    assert finding.state == "warning"
    assert "pandas 3.0.99, not 3." in finding.found
    assert packages.check_bounds().state == "ok"


def test_a_local_build_counts_as_its_version(install) -> None:
    before = packages.check_pins()
    pinned = packages.version("torch").partition("+")[0]
    install("torch", f"{pinned}+cpu")
    assert packages.check_pins() == before


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("raise ImportError('libgomp.so.1: cannot open\\nsecond line')",
         "broken: ImportError: libgomp.so.1: cannot open"),
        ("import os; os._exit(7)", "the import ended the process with status 7"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGILL)", "with status -4"),
    ],
)  # fmt: skip
def test_library_that_cannot_be_imported(modules: Path, monkeypatch, code, words) -> None:
    (modules / "broken.py").write_text(code)
    monkeypatch.setattr(packages, "_IMPORTED", ("json", "broken"))
    finding = packages.check_imports()
    assert finding.state == "problem"
    assert words in finding.found
    assert "second line" not in finding.found
    assert "remove .venv and run `make -B setup`" in finding.remedy


def test_import_that_takes_too_long(modules: Path, monkeypatch) -> None:
    (modules / "slow.py").write_text("import time; time.sleep(60)")
    monkeypatch.setattr(packages, "_IMPORTED", ("slow",))
    monkeypatch.setattr(packages, "_IMPORT_SECONDS", 0.5)
    finding = packages.check_imports()
    assert (finding.state, finding.found) == ("warning", "the import takes more than 0.5 s")


def test_prefects_server_that_another_package_broke(modules: Path, monkeypatch) -> None:
    server = modules / "prefect/server/api"
    server.mkdir(parents=True)
    for folder in (server, server.parent, server.parents[1]):
        (folder / "__init__.py").touch()
    words = "Body() got an unexpected keyword argument 'min_items'"
    (server / "server.py").write_text(f"raise TypeError({words!r})")
    monkeypatch.setattr(packages, "_IMPORTED", packages._IMPORTED[-1:])
    finding = packages.check_imports()
    assert finding.state == "problem"
    assert finding.found == f"prefect.server.api.server: TypeError: {words}"
    assert finding.remedy.startswith("take the versions of constraints.txt")
