"""The command `doctor` as a whole: what it tells, how it ends, what it leaves alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from flows import doctor as package
from flows.__main__ import main
from flows.doctor import CHECKS, checkout, machine, packages
from flows.doctor.finding import Finding

ROOT = Path(__file__).parents[3]


def good() -> Finding:
    return Finding("water", "ok", "wet")


def poor() -> Finding:
    return Finding("wind", "warning", "weak", "wait")


def bad() -> Finding:
    return Finding("fire", "problem", "out " * 40, "light it")


def check_broken() -> Finding:
    raise ZeroDivisionError("by nought")


def test_every_check_is_made() -> None:
    written = {
        function
        for module in (checkout, machine, packages)
        for name, function in vars(module).items()
        if name.startswith("check_") and function.__module__ == module.__name__
    }
    assert written == set(CHECKS)
    assert len(CHECKS) == len(written)


@pytest.mark.parametrize(
    ("checks", "status", "end"),
    [
        ((good,), 0, "no problems, no warnings"),
        ((good, poor, poor), 0, "no problems, 2 warnings"),
        ((bad, good, poor), 1, "1 problem, 1 warning"),
    ],
)
def test_only_a_problem_makes_it_fail(checks, status, end, monkeypatch, capsys) -> None:
    monkeypatch.setattr(package, "CHECKS", checks)
    assert main(["doctor"]) == status
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == end
    assert [line.split()[0] for line in lines if line[:1].strip()][:-1] == [
        check().state for check in checks
    ]
    assert all(len(line) <= 100 for line in lines)


def test_what_to_do_stands_below_what_was_found(monkeypatch, capsys) -> None:
    monkeypatch.setattr(package, "CHECKS", (poor,))
    main(["doctor"])
    assert capsys.readouterr().out.startswith("warning  wind: weak\n         → wait\n")


def test_a_check_that_breaks_is_a_problem_and_hides_no_other(monkeypatch, capsys) -> None:
    monkeypatch.setattr(package, "CHECKS", (check_broken, good))
    assert main(["doctor"]) == 1
    told = capsys.readouterr().out
    assert "problem  broken: could not be checked (ZeroDivisionError: by nought)" in told
    assert "ok       water: wet" in told


def test_it_speaks_where_no_package_is_installed() -> None:
    # -S: without site-packages, as in a fresh clone.
    done = subprocess.run(
        [sys.executable, "-S", "-m", "flows", "doctor"], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert "are missing: deflate, dvc, fastapi," in " ".join(done.stdout.split())
    assert "run `make -B setup` and use .venv/bin/python" in " ".join(done.stdout.split())


def test_it_writes_nothing(in_folder: Path, no_services: None) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "flows", "doctor"],
        env={k: v for k, v in environment.items() if not k.startswith(("PREFECT_", "NUMBA_"))},
        capture_output=True,
        text=True,
    )
    # An empty folder is no checkout.
    assert done.returncode == 1
    told = " ".join(done.stdout.split())
    assert "imports: torch, gtda.homology" in told
    assert "prefect.server.api.server work" in told
    assert list(in_folder.iterdir()) == []
