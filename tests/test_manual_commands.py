"""Every command that the manual prints exists; the quick ones run as printed."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from dvc.cli import DvcParserError, parse_args
from dvc.utils.hydra import apply_overrides

from flows.__main__ import _parser
from tests.manual import ROOT, blocks, commands
from topo.params import load_params

COMMANDS = commands()
#: Words of the shell, and programs whose own commands are not looked into.
PLAIN = {".", "cd", "chmod", "export", "mkdir", "source", "git", "pip", "curl", "unset", "sudo"}
#: Those with subcommands that tell about themselves.
TELLING = {"prefect", "ray"}


def check_make(targets: list[str]) -> None:
    known = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    given = {word.partition("=")[0] for word in targets if "=" in word}
    variables = re.findall(r"^(\w+) :=", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert given <= set(variables), f"make has no variable {given}"
    named = [word for word in targets if "=" not in word and not word.startswith("-")]
    assert set(named) <= set(known), f"make has no target {named}"


def check_python(words: list[str]) -> None:
    assert words[0] == "-m", "only modules are called"
    if words[1] == "flows":
        _parser().parse_args(["prepare" if word == "STAGE" else word for word in words[2:]])
    else:
        assert find_spec(words[1]) is not None


def check_dvc(words: list[str]) -> None:
    parse_args(words)


def check_telling(program: str, words: list[str]) -> None:
    first_option = next((i for i, word in enumerate(words) if word.startswith("-")), len(words))
    command = [str(Path(sys.executable).parent / program), *words[:first_option], "--help"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for option in words[first_option:]:
        if option == "--":
            break
        if option.startswith("--"):
            assert option.partition("=")[0] in done.stdout


def test_there_are_commands() -> None:
    assert {"make reproduce", "make test", "dvc repro", "python -m flows doctor"} <= set(COMMANDS)


def test_commands_within_sentences_are_among_them() -> None:
    assert {
        "python -m flows STAGE",
        'python -m flows serve --cron "0 3 * * *"',
        "python -m flows cache --prune 30",
        "dvc gc --all-tags",
        "make chaos SEED=1 ROUNDS=100",
        "ray start",
    } <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_exists(command: str) -> None:
    program, *words = shlex.split(command)
    name = Path(program).name
    if name == "make":
        check_make(words)
    elif name == "python":
        check_python(words)
    elif name == "dvc":
        check_dvc(words)
    elif name in TELLING:
        check_telling(name, words)
    else:
        assert name in PLAIN, f"this test does not know how to check {name}: teach it"


@pytest.mark.parametrize(
    "command",
    [
        "make coffee",
        "make chaos CUPS=2",
        "python -m flows brew",
        "python -m flows reproduce --cups 2",
        "python -m no_such_module",
        "dvc brew",
        "dvc repro --cups",
        "brew install coffee",
    ],
)
def test_the_check_notices_what_does_not_exist(command: str) -> None:
    with pytest.raises((AssertionError, SystemExit, DvcParserError)):
        test_every_command_exists(command)


def values_set(command: str) -> list[str]:
    words = shlex.split(command)
    return [value for option, value in pairwise(words) if option in ("-S", "--set-param")]


@pytest.mark.parametrize("command", [command for command in COMMANDS if values_set(command)])
def test_values_that_commands_set_are_taken(tmp_path: Path, command: str) -> None:
    changed = shutil.copy(ROOT / "params.yaml", tmp_path)
    before = load_params(Path(changed))
    apply_overrides(changed, values_set(command))
    assert load_params(Path(changed)) != before


def test_nodes_of_a_cluster_have_their_files_in_a_folder_that_nobody_else_may_enter() -> None:
    starting = [block for block in blocks("sh") if "ray start" in block]
    assert starting
    for block in starting:
        assert 'TMPDIR="$(mktemp -d /tmp/ray-XXXXXX)"' in block
        assert re.findall(r"ray start .*", block) == re.findall(
            r'ray start .* --temp-dir="\$TMPDIR/ray"', block
        )


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
def test_make_tells_of_targets_that_it_has() -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0
    described = re.findall(r"^make ([\w-]+)", done.stdout, re.MULTILINE)
    assert {"reproduce", "test"} <= set(described)
    check_make(described)


def test_score_runs_as_printed(tmp_path: Path) -> None:
    """In a shell, with `python` on PATH as in an active environment."""
    rng = np.random.default_rng(0)
    for name, array in {
        "X": rng.normal(size=(40, 5)),
        "Z": rng.normal(size=(40, 2)),
        "y": np.arange(40) % 3,
        "umap": rng.normal(size=(40, 2)),
        "tsne": rng.normal(size=(40, 2)),
    }.items():
        np.save(tmp_path / f"{name}.npy", array)
    cells = pd.DataFrame(rng.normal(size=(40, 3)), columns=["CD3", "CD4", "CD8"])
    cells = cells.assign(celltype=["blood", "nerve", "skin", "skin"] * 10)
    cells.to_csv(tmp_path / "cells.csv", index=False)
    quick = [line for block in blocks("sh") for line in block.splitlines()]
    quick = [line for line in quick if line.startswith("python -m flows score")]
    assert quick
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
    }
    for line in quick:
        done = subprocess.run(
            line, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        assert "Trustworthiness" in done.stdout
    assert (tmp_path / "results/score/score.html").exists()
