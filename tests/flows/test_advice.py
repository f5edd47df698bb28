"""What `doctor` and errors of `score` tell a person to do is done here, and helps."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from flows.__main__ import main
from flows.doctor import checkout, machine
from flows.doctor.finding import SET_UP, Finding
from flows.score import score as score_module
from flows.score.input import read_score_input
from flows.score.sampled import draw_subsamples
from tests.flows.checkout import ROOT

pytestmark = pytest.mark.usefixtures("in_folder")

X, Z = np.random.default_rng(0).normal(size=(60, 4)), np.random.default_rng(1).normal(size=(60, 2))
HALVES = np.arange(60) % 4 / 2
OBJECTS = np.array(X.tolist(), dtype=object)
WITH_NAN = np.where(np.arange(60)[:, None] == 7, np.nan, X)

Arrays = dict[str, np.ndarray]

#: What is handed over, what is advised, and every way to follow it.
ARRAYS: dict[str, tuple[Arrays, str, Sequence[Arrays]]] = {
    "other points embedded": (
        {"Z": Z[:-1]},
        "embed exactly the points that you give",
        [{"Z": Z}, {"X": X[:-1], "Z": Z[:-1], "y": HALVES[:-1].astype(int)}],
    ),
    "classes that are no whole numbers": (
        {"y": HALVES},
        "leave the label out if it is a measurement",
        [{"y": np.unique(HALVES, return_inverse=True)[1]}],
    ),
    "classes in a column": (
        {"y": np.ones((60, 1), dtype=int)},
        "one class per row of the points, with shape (60,)",
        [{"y": np.ones((60, 1), dtype=int).reshape(60)}],
    ),
    "line": ({"Z": Z[:, 0]}, "reshape them", [{"Z": Z[:, 0].reshape(60, 1)}]),
    "images": ({"X": X.reshape(60, 2, 2)}, "reshape them", [{"X": X}]),
    "one point": ({"X": X[:1], "Z": Z[:1]}, "give more", [{"X": X[:2], "Z": Z[:2]}]),
    "no column": ({"Z": Z[:, :0]}, "give more", [{"Z": Z[:, :1]}]),
    "text": (
        {"X": X.astype(str)},
        "save array.astype(float)",
        [{"X": X.astype(str).astype(float)}],
    ),
    "objects": (
        {"X": OBJECTS},
        "save it by numpy.save(path, array.astype(float))",
        [{"X": OBJECTS.astype(float)}],
    ),
    "not finite": (
        {"X": WITH_NAN},
        "remove or replace them",
        [{"X": np.delete(WITH_NAN, 7, axis=0), "Z": np.delete(Z, 7, axis=0)},
         {"X": np.nan_to_num(WITH_NAN)}],
    ),
}  # fmt: skip


def read(arrays: Arrays) -> None:
    labels = Path("y.npy") if "y" in arrays else None
    for name, array in ({"X": X, "Z": Z} | arrays).items():
        np.save(f"{name}.npy", array, allow_pickle=array.dtype == object)
    read_score_input(Path("X.npy"), [Path("Z.npy")], labels=labels)


@pytest.mark.parametrize("case", ARRAYS)
def test_advice_about_arrays_helps(case: str) -> None:
    wrong, advice, ways = ARRAYS[case]
    with pytest.raises(ValueError, match=re.escape(advice)):
        read(wrong)
    for way in ways:
        read(way)


def test_advice_about_files_helps() -> None:
    files = Path("X.npy"), [Path("Z.npy")]
    with pytest.raises(FileNotFoundError, match="give the path of a table"):
        read_score_input(*files)
    np.savetxt("X.npy", X)
    np.save("Z.npy", Z)
    with pytest.raises(ValueError, match=r"use numpy\.save"):
        read_score_input(*files)
    np.save("X.npy", np.loadtxt("X.npy"))
    read_score_input(*files)
    Path("X.npy").write_bytes(Path("X.npy").read_bytes()[:-1])
    with pytest.raises(ValueError, match="save it again"):
        read_score_input(*files)
    np.save("X.npy", X)
    read_score_input(*files)


def score(*options: str) -> int:
    return main(["score", "X.npy", "Z.npy", *options])


def test_sizes_that_are_advised_fit_the_memory(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    read({})
    monkeypatch.setattr(score_module, "free_memory", lambda: 100_000)
    assert score() == 1
    told = capsys.readouterr().err
    (sample,) = re.findall(r"with --sample (\d+)", told)
    (rows,) = re.findall(r"at most (\d+) of them drawn at random", told)
    assert score("--sample", sample) == 0
    read({"X": X[: int(rows)], "Z": Z[: int(rows)]})
    assert score() == 0


def test_squares_that_overflow_do_not_once_the_points_are_rescaled(
    capsys: pytest.CaptureFixture[str],
) -> None:
    read({"Z": 1e200 * Z})
    assert score() == 1
    assert "rescale the points" in capsys.readouterr().err
    read({"Z": 1e200 * Z / 1e200})
    assert score() == 0


@pytest.mark.parametrize(
    ("n", "sample", "advice", "better"),
    [(60, 31, "at most 30, got 31: lower it", 30), (41, 25, "got 25: leave it out", None)],
)
def test_advice_about_the_sample_helps(
    n: int, sample: int, advice: str, better: int | None
) -> None:
    with pytest.raises(ValueError, match=advice):
        draw_subsamples(n, sample)
    assert len(draw_subsamples(n, better)) == (1 if better is None else 2)


def test_folder_that_is_taken_is_moved_away(capsys: pytest.CaptureFixture[str]) -> None:
    read({})
    Path("out").write_text("a file where the folder should be")
    assert score("--out", "out") == 1
    assert "out must be a folder that can be written" in capsys.readouterr().err
    Path("out").rename("elsewhere")
    assert score("--out", "out") == 0


def test_environment_is_set_up_again_though_it_was_complete(in_folder: Path) -> None:
    """With a Python that only notes what it is asked for."""
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copyfile(ROOT / name, in_folder / name)
    python = in_folder / "python"
    python.write_text(
        f'#!/bin/sh\necho "$@" >> {in_folder}/asked\nmkdir -p .venv/bin\n'
        f"[ -e .venv/bin/python ] || cp {python} .venv/bin/python\n"
    )
    python.chmod(0o755)
    installs = []
    for command in ("make setup", *re.findall("`(.+?)`", SET_UP)):
        (in_folder / "asked").write_text("")
        subprocess.run([*command.split(), f"PYTHON={python}"], check=True, capture_output=True)
        installs.append((in_folder / "asked").read_text().count("pip install"))
    assert installs == [1, 1]


def set_memory(gib: float, cores: int, monkeypatch: pytest.MonkeyPatch) -> Finding:
    monkeypatch.setattr(machine, "usable_memory", lambda: int(gib * 2**30))
    monkeypatch.setattr(machine, "usable_cores", lambda: cores)
    return machine.check_memory()


def test_advice_about_memory_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    too_little = set_memory(1.0, 1, monkeypatch)
    assert too_little.state == "problem"
    (required,) = re.findall(r"take about (\d+) GiB: raise", too_little.remedy)
    assert set_memory(float(required), 1, monkeypatch).state == "ok"
    (workers,) = re.findall(r"give --workers (\d+)", set_memory(4.5, 4, monkeypatch).remedy)
    assert set_memory(4.5, int(workers), monkeypatch).state == "ok"


def test_advice_about_the_disk_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    def free(n_bytes: int) -> Finding:
        monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=n_bytes))
        return machine.check_disk()

    (least,) = re.findall(r"free at least (\d+) GiB there", free(0).remedy)
    assert free(int(least) * 2**30).state == "warning"


def initialise_git(patch: pytest.MonkeyPatch) -> None:
    subprocess.run(["git", "init", "--quiet"], check=True)


def go_to_the_checkout(patch: pytest.MonkeyPatch) -> None:
    patch.chdir(ROOT)


Step = Callable[[pytest.MonkeyPatch], Any]

#: A check, what makes it fail, what is advised, and what that means.
CHECKS: dict[str, tuple[Callable[[], Finding], Step, str, Step]] = {
    "git": (checkout.check_git, lambda patch: None, "run `git init` in it", initialise_git),
    "dvc": (
        checkout.check_dvc,
        lambda patch: None,
        "run in the checkout's own folder",
        go_to_the_checkout,
    ),
    "params": (
        checkout.check_parameters,
        lambda patch: None,
        "run in the checkout's own folder",
        go_to_the_checkout,
    ),
    "folders": (
        checkout.check_folders,
        lambda patch: Path("results").touch(),
        "move away what stands there",
        lambda patch: Path("results").rename("elsewhere"),
    ),
    "prefect": (
        machine.check_prefect_server,
        lambda patch: patch.setenv("PREFECT_API_URL", "nowhere"),
        "unset it to have a local one",
        lambda patch: patch.delenv("PREFECT_API_URL"),
    ),
    "ray": (
        machine.check_ray_cluster,
        lambda patch: patch.setenv("RAY_ADDRESS", "nowhere"),
        "unset it to have a local Ray",
        lambda patch: patch.delenv("RAY_ADDRESS"),
    ),
}


@pytest.mark.parametrize("case", CHECKS)
@pytest.mark.usefixtures("no_services")
def test_advice_of_doctor_helps(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    check, spoil, advice, follow = CHECKS[case]
    spoil(monkeypatch)
    finding = check()
    assert finding.state == "problem"
    assert advice in finding.remedy
    follow(monkeypatch)
    assert check().state == "ok"


def test_activated_environment_is_what_stages_call(monkeypatch: pytest.MonkeyPatch) -> None:
    activate = Path(sys.prefix) / "bin/activate"
    if not activate.exists():
        pytest.skip(f"{sys.prefix} is no virtual environment, which could be activated")
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    finding = checkout.check_stage_python()
    assert finding.state == "warning"
    (command,) = re.findall(r"activate the environment \(`(.+?)`\)", finding.remedy)
    path = subprocess.run(
        ["sh", "-c", f'{command.replace(".venv", sys.prefix)} && echo "$PATH"'],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    monkeypatch.setenv("PATH", path)
    assert checkout.check_stage_python().state == "ok"
