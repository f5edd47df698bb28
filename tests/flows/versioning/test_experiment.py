from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from dvc.utils.hydra import apply_overrides
from dvc.utils.serialize import load_yaml

from flows.__main__ import main
from flows.versioning.experiment import check_changes, remove_abandoned
from flows.versioning.git import git
from topo.params import load_params

ROOT = Path(__file__).parents[3]


@pytest.fixture
def folder(in_folder: Path) -> Path:
    Path("params.yaml").write_text((ROOT / "params.yaml").read_text())
    return in_folder


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            "sweep.perplexity=5",
            "params.yaml has (Could not override 'sweep.perplexity'.)",
        ),
        (
            "sweep.perplexities=[]",
            "cannot be used:\n  sweep.perplexities: Tuple should",
        ),
        ("+sweep.coffee=1", "sweep.coffee: unknown key"),
        ('benchmark.methods=["brew"]', "unknown method 'brew'; valid: tsne"),
        ("sweep.perplexities=5,40", "one VALUE, got several: write a list in brackets"),
        ("other.yaml:a=3", "got the file other.yaml: leave the file away"),
        ("split.seed=${coffee}", "params.yaml has (Interpolation key 'coffee' not found)"),
        ("split.seed=???", "params.yaml has (Missing mandatory value: seed)"),
        ("split.seed=042", "split.seed: a number must be no text, got '042': write 42"),
        ("split.seed=0o17", "split.seed: must be a number, got the text '0o17': write 15"),
        ("split.seed=1:30", "split.seed: must be a number, got the text '1:30': write it in"),
        ("split.seed=yes", "split.seed: must be a number, got the text 'yes': write it in"),
        ("split.seed=1e-3", "split.seed: must be a whole number, got 0.001"),
        ("coffee", "required is NAME=VALUE"),
        ("benchmark.leave_out.mnist=[]", "needs a git commit to start from, and there is none"),
        ("sweep.perplexities=[5,40]", "needs a git commit to start from, and there is none here"),
    ],
)
def test_refused_change_is_one_error_and_starts_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], change: str, message: str
) -> None:
    assert main(["reproduce", "-S", change]) == 1
    printed = capsys.readouterr().err
    assert printed.startswith("error: ")
    assert change in printed
    assert message in printed
    assert "Traceback" not in printed
    assert [path.name for path in folder.iterdir()] == ["params.yaml"]


def test_folder_of_a_killed_experiment_is_removed(in_folder: Path, capsys) -> None:
    experiments = Path(".dvc/tmp/exps")
    notes = {}
    for name, status in (("tmp_killed", 2), ("tmp_used", 2), ("tmp_new", 1), ("tmp_over", 6)):
        place = experiments / "standalone" / name
        notes[name] = experiments / "run" / name / f"{name}.run"
        for folder in (place, notes[name].parent):
            folder.mkdir(parents=True)
        notes[name].write_text(json.dumps({"root_dir": str(place.absolute()), "status": status}))
        if name != "tmp_new":
            os.utime(place, (0, 0))
    (experiments / "standalone/tmp_over").rmdir()
    (experiments / "run/damaged").mkdir()
    (experiments / "run/damaged/damaged.run").write_text("")
    command = [sys.executable, "-c", "print(1, flush=True); input()"]
    place = experiments / "standalone/tmp_used"
    with subprocess.Popen(
        command, cwd=place, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as user:
        assert user.stdout is not None
        user.stdout.readline()
        remove_abandoned()
        user.communicate("\n")
    left = {path.name for path in (experiments / "standalone").iterdir()}
    assert left == {"tmp_used", "tmp_new"}
    assert {name for name, note in notes.items() if note.exists()} == {*left, "tmp_over"}
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("tmp_killed is left of an experiment that was killed: removed")


@pytest.mark.parametrize(
    ("spelling", "value"), [("1_000", 1000), ("1e2", 100), ("+5", 5), ("'5'", None), ("${x}", None)]
)
def test_a_number_set_is_the_one_that_dvc_records(
    folder: Path, spelling: str, value: int | None
) -> None:
    changes = [f"split.seed={spelling}"]
    if value is None:
        with pytest.raises(ValueError, match=re.escape(changes[0])):
            check_changes(changes)
        return
    subprocess.run(["git", "init", "--quiet"], check=True)
    commit = ("commit", "--quiet", "--allow-empty", "--message", "start")
    git("-c", "user.name=A Tester", "-c", "user.email=tester@example.com", *commit)
    check_changes(changes)
    # What `dvc exp run --set-param` does with the file.
    apply_overrides("params.yaml", changes)
    assert load_params(Path("params.yaml")).split.seed == value
    assert load_yaml("params.yaml")["split"]["seed"] == value


def test_changes_of_a_file_that_is_no_yaml_are_one_error(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "params.yaml").write_text("split: [\n")
    assert main(["reproduce", "-S", "split.seed=1"]) == 1
    assert "error: params.yaml is not valid YAML" in capsys.readouterr().err


def test_unknown_stage_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["reproduce", "brew"])
    assert "invalid choice: 'brew' (choose from 'fetch', 'prepare'" in capsys.readouterr().err


def test_git_is_named_where_it_is_missing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(folder))
    with pytest.raises(RuntimeError, match=r"git cannot be run .*: install it"):
        git("status")


def test_git_says_its_own_words(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subprocess.run(["git", "init", "--quiet"], check=True)
    with pytest.raises(RuntimeError, match=r"git checkout: .*no-such-branch"):
        git("checkout", "no-such-branch")
