"""Commands whose output nobody reads to its end, and commands outside of a checkout."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from flows import store
from flows.__main__ import main
from flows.closed_output import READER_GONE, reader_is_gone, run_while_read

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def arrays(in_folder: Path) -> None:
    """An embedding to score, in a folder that is no checkout."""
    for name, n_columns in (("X.npy", 5), ("Z.npy", 2)):
        np.save(name, np.random.default_rng(0).normal(size=(30, n_columns)))


def run(*command: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Run Python in the current folder, which knows the project but nothing of its caches."""
    own = ("PREFECT_", "NUMBA_", "TOPO_", "PYTHONUNBUFFERED", "MNIST_DIR")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    return subprocess.run(
        [sys.executable, *command],
        # No mirror answers.
        env={**kept, "PYTHONPATH": str(ROOT), "https_proxy": "http://127.0.0.1:9"},
        stderr=subprocess.PIPE,
        text=True,
        timeout=120,
        **options,
    )


def run_unread(*command: str) -> subprocess.CompletedProcess[str]:
    """Run Python with a standard output that nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        return run(*command, stdout=writer)
    finally:
        os.close(writer)


@pytest.mark.parametrize("command", ["cache", "fetch", "score X.npy Z.npy"])
def test_command_ends_quietly_when_nobody_reads(command: str) -> None:
    # What belongs to a checkout looks for it.
    Path("params.yaml").write_bytes((ROOT / "params.yaml").read_bytes())
    done = run_unread("-m", "flows", *command.split())
    assert (done.returncode, done.stderr) == (READER_GONE, "")


@pytest.mark.parametrize(
    ("option", "status"),
    # Unbuffered, argparse itself overlooks what it cannot print.
    [("-B", READER_GONE), ("-u", 0)],
)
def test_help_ends_quietly_when_nobody_reads(option: str, status: int) -> None:
    done = run_unread(option, "-m", "flows", "--help")
    assert (done.returncode, done.stderr) == (status, "")


def test_front_door_ends_quietly_with_dvc() -> None:
    program = """
import sys
from flows.closed_output import run_while_read
from flows.reproduce import _run_dvc
sys.exit(run_while_read(lambda: _run_dvc("version", environment={})))
"""
    done = run_unread("-c", program)
    assert (done.returncode, done.stderr) == (READER_GONE, "")


def test_another_broken_pipe_is_an_error(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    def fail(options: object) -> int:
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr("flows.__main__._run", fail)
    assert main(["prepare"]) == 1
    assert capsys.readouterr().err == "error: [Errno 32] Broken pipe\n"


def test_standard_output_may_be_closed_from_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert not reader_is_gone(sys.stdout)
    assert run_while_read(lambda: 7) == 7


def test_score_leaves_its_results_alone_in_the_folder(in_folder: Path) -> None:
    done = run("-m", "flows", "score", "X.npy", "Z.npy", stdout=subprocess.PIPE)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in in_folder.iterdir()} == {"X.npy", "Z.npy", "results"}


@pytest.mark.parametrize("command", [["serve"], ["cache", "--prune", "30"], ["benchmark"]])
def test_commands_of_a_checkout_leave_nothing_elsewhere(
    in_folder: Path, command: list[str], capsys
) -> None:
    before = set(in_folder.iterdir())
    assert main(command) == 1
    assert "params.yaml" in capsys.readouterr().err
    assert set(in_folder.iterdir()) == before


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("params.yaml", "checkout/.cache"),
        # Packages may be installed without a checkout.
        ("pyproject.toml", "home/.cache/topological-autoencoders"),
    ],
)
def test_compiled_code_is_kept_with_the_code(
    in_folder: Path, monkeypatch: pytest.MonkeyPatch, change: str, expected: str
) -> None:
    from flows import environment

    monkeypatch.setenv("HOME", str(in_folder / "home"))
    monkeypatch.delenv(store.CACHE_VARIABLE, raising=False)
    monkeypatch.setattr(environment, "_digest_of_options", lambda: "digest")
    monkeypatch.setattr(environment, "_CHECKOUT", in_folder / "checkout")
    Path("checkout").mkdir()
    (Path("checkout") / change).touch()
    assert environment._compiled_code() == in_folder / expected / "numba-digest"


def test_stages_of_an_experiment_compile_for_the_checkout(
    in_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import environment

    monkeypatch.setenv(store.CACHE_VARIABLE, str(in_folder / "kept"))
    monkeypatch.setattr(environment, "CACHE", in_folder / "kept")
    assert environment._compiled_code().parent == in_folder / "kept"
