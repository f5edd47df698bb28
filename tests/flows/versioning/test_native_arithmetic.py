"""Results that other machines cannot have stay out of dvc.lock."""

from __future__ import annotations

import pytest

from tests.flows.checkout import Checkout


@pytest.fixture
def committed(study: Checkout) -> Checkout:
    study.git("add", "--all")
    study.git("commit", "--quiet", "--message", "The small study")
    return study


def test_native_run_is_an_experiment(committed: Checkout) -> None:
    lock = (committed.folder / "dvc.lock").read_bytes()
    done = committed.run(
        *("flows", "reproduce", "prepare", "--arithmetic", "native", "--name", "own")
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "arithmetic is native (" in done.stderr
    assert (
        "kept as an experiment, which `dvc exp apply` brings; dvc.lock stays as it is"
        in done.stderr
    )
    assert (committed.folder / "dvc.lock").read_bytes() == lock
    assert committed.git("status", "--porcelain") == ""
    assert "own" in committed.dvc("exp", "list", "--name-only").split()


def test_dvc_repro_refuses_to_record_native_results(committed: Checkout) -> None:
    lock = (committed.folder / "dvc.lock").read_bytes()
    committed.environment["TOPO_ARITHMETIC"] = "native"
    done = committed.run("dvc", "repro", "prepare")
    assert done.returncode != 0
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert "dvc.lock has results of portable arithmetic on a CPU, and this run's is native" in line
    assert "`python -m flows reproduce` keeps such results as an experiment" in line
    assert (committed.folder / "dvc.lock").read_bytes() == lock
    assert committed.git("status", "--porcelain") == ""


def test_run_that_needs_an_experiment_and_has_no_commit_says_why(study: Checkout) -> None:
    done = study.run("flows", "reproduce", "--arithmetic", "native")
    assert done.returncode == 1
    assert "makes a DVC experiment, which needs a git commit to start from" in done.stderr
