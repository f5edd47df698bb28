"""What a page calls the revision is what was run."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.running.failures import UnitsFailedError
from flows.running.provenance import describe_run, end_stage
from flows.versioning.git import git
from flows.versioning.last_stage import read_last_stage, write_last_stage
from tasks.fanout import Outcome


@pytest.fixture
def head(in_folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The commit of a repository with parameters, code and a dvc.lock."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    git("init", "--quiet")
    for name in ("params.yaml", "dvc.lock", *(f"code/{number}.py" for number in range(7))):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text("as committed")
    git("add", ".")
    git("-c", "user.name=A", "-c", "user.email=a@b", "commit", "--quiet", "--message", "Start")
    return git("rev-parse", "--short=12", "HEAD")


def revision() -> str:
    return describe_run()["revision"]


def test_stages_write_dvc_lock_and_the_revision_stays(head: str) -> None:
    assert revision() == head
    Path("dvc.lock").write_text("of this run")
    Path("code/1.py").write_text("as committed")
    Path("untracked.txt").touch()
    assert revision() == head
    # Staged, as `core.autostage` does, or gone.
    git("add", "dvc.lock")
    assert revision() == head
    git("rm", "--quiet", "--force", "dvc.lock")
    assert revision() == head


def test_edited_files_are_named(head: str) -> None:
    Path("params.yaml").write_text("of an experiment")
    assert revision() == f"{head}-dirty (params.yaml)"
    git("add", "params.yaml")
    assert revision() == f"{head}-dirty (params.yaml)"
    for path in Path("code").iterdir():
        path.write_text("edited")
    named = ", ".join(f"code/{number}.py" for number in range(5))
    assert revision() == f"{head}-dirty ({named} and 3 more)"


def test_without_git_or_a_commit_it_is_unknown(
    in_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(in_folder.parent))
    assert revision() == "unknown"
    git("init", "--quiet")
    assert revision() == "unknown"
    monkeypatch.setenv("PATH", str(in_folder))
    assert revision() == "unknown"


def test_stage_whose_units_failed_says_that_its_tables_are_written(in_folder: Path) -> None:
    failed = Outcome(name="a/embed", key="0", cost=1.0, state="failed", reason="it diverged")
    write_last_stage("benchmark", "began")
    with pytest.raises(UnitsFailedError, match="a/embed: it diverged"):
        end_stage("benchmark", [failed])
    assert read_last_stage() == ("benchmark", "wrote")
