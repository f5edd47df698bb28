"""A record of a run: a tag with all that is tracked plus dvc.lock, and nothing else changed."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.versioning.git import git
from flows.versioning.record import metrics_diff, push_record, record

FIRST = datetime(2026, 11, 24, 3, 7, tzinfo=UTC)
SECOND = FIRST + timedelta(days=1)


@pytest.fixture
def bare(in_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A git repository with a metric, without a commit, where git knows no user."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    git("init", "--quiet", "--initial-branch", "main")
    subprocess.run([sys.executable, "-m", "dvc", "init", "--quiet"], check=True)
    Path("dvc.yaml").write_text("metrics: [metrics.json]\n")
    Path("metrics.json").write_text('{"d_b": 13.0}\n')
    Path(".gitignore").write_text("/.cache/\n")
    git("add", ".")
    return in_folder


@pytest.fixture
def repository(bare: Path) -> Path:
    """The same with a commit, a changed file, a staged one, an untracked one, and dvc.lock."""
    git("-c", "user.name=A", "-c", "user.email=a@b", "commit", "--quiet", "--message", "Start")
    Path("dvc.lock").write_text("schema: '2.0'\n")
    Path("metrics.json").write_text('{"d_b": 12.5}\n')
    Path("staged.txt").write_text("staged\n")
    Path("untracked.txt").write_text("untracked\n")
    git("add", "staged.txt")
    return bare


def state() -> list[str]:
    """All that a record must leave alone."""
    return [
        git("rev-parse", "HEAD"),
        git("branch"),
        git("status", "--short"),
        git("ls-files", "-s"),
    ]


def test_record_has_the_files_and_leaves_branch_index_and_files_alone(repository: Path) -> None:
    before = state()
    made = record(ended=FIRST)
    assert state() == before
    assert (made.tag, made.before, made.changed) == ("results/20261124T030700Z", "HEAD", True)
    assert git("show", f"{made.tag}:metrics.json") == '{"d_b": 12.5}'
    names = set(git("ls-tree", "--name-only", made.tag).split())
    assert {"dvc.lock", "metrics.json", "staged.txt"} <= names
    assert "untracked.txt" not in names
    assert git("rev-parse", f"{made.tag}^") == git("rev-parse", "HEAD")
    assert "git checkout results/20261124T030700Z" in made.sentence


def test_unchanged_run_makes_no_tag(repository: Path) -> None:
    record(ended=FIRST)
    again = record(ended=SECOND)
    assert git("tag") == "results/20261124T030700Z"
    assert again.sentence == "nothing has changed since results/20261124T030700Z"


def test_two_runs_are_compared(repository: Path) -> None:
    record(ended=FIRST)
    Path("metrics.json").write_text('{"d_b": 14.0}\n')
    made = record(ended=SECOND)
    table = metrics_diff(made.before, made.tag)
    assert [each.strip() for each in table.splitlines()[-1].split("|")[1:-1]] == [
        *("d_b", "12.5", "14.0", "1.5")
    ]
    assert metrics_diff(made.tag, made.tag) == "No metric has changed."
    assert "cannot be compared" in metrics_diff("no-such-tag", made.tag)


def test_metrics_that_are_nowhere_are_not_called_unchanged(repository: Path) -> None:
    """As after an experiment without a report, in a clone that has no results."""
    git("rm", "--quiet", "--force", "metrics.json")
    made = record(ended=FIRST)
    table = metrics_diff("HEAD", made.tag)
    assert "No metric" not in table
    git("rm", "--quiet", "--cached", "--ignore-unmatch", "metrics.json")
    git("-c", "user.name=A", "-c", "user.email=a@b", "commit", "--quiet", "--message", "None")
    assert "cannot be compared: not both of them are here" in metrics_diff("HEAD", made.tag)


def test_first_commit_is_not_needed(bare: Path) -> None:
    made = record(ended=FIRST)
    assert made.before is None
    assert git("log", "--format=%an <%ae>", made.tag) == (
        "Topological autoencoders, judged <study@localhost>"
    )
    assert "nothing before it" in metrics_diff(made.before, made.tag)


def test_without_git_it_is_said(in_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(in_folder.parent))
    made = record(ended=FIRST)
    assert made.sentence.startswith("no git repository here, so no tag keeps this run")
    monkeypatch.setenv("PATH", str(in_folder))
    assert record(ended=FIRST) == made
    with pytest.raises(RuntimeError, match="push needs a git repository"):
        push_record(made)


def test_push_says_which_remote_is_missing_and_keeps_the_record(repository: Path) -> None:
    made = record(ended=FIRST)
    with pytest.raises(RuntimeError, match="`dvc remote add --default NAME URL`"):
        push_record(made)
    dvc = [sys.executable, "-m", "dvc"]
    subprocess.run([*dvc, "remote", "add", "--quiet", "--default", "disk", "../disk"], check=True)
    with pytest.raises(RuntimeError, match="`git remote add origin URL`"):
        push_record(made)
    git("init", "--quiet", "--bare", "../origin")
    git("remote", "add", "origin", "../origin")
    push_record(made)
    assert made.tag in git("ls-remote", "origin")
    assert git("tag") == made.tag
