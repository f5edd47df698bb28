"""What a crash leaves of DVC's files: the front door mends it, or says who must."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from dvc.utils.serialize import dumps_yaml

from flows import reproduce, store
from flows.__main__ import main
from flows.doctor.checkout import check_dvc_files
from flows.versioning.dvc_files import broken_dvc_files, mend_dvc_files
from flows.versioning.git import git
from tests.flows.checkout import TINY

LOCK = Path("dvc.lock")
RWLOCK, EXPERIMENTS = Path(".dvc/tmp/rwlock"), Path(".dvc/tmp/exps/rwlock")
COMMITTED = "schema: '2.0'\nstages:\n  made:\n    cmd: echo 1 > made\n"
CONFLICT = f"<<<<<<< HEAD\n{COMMITTED}=======\n>>>>>>> other\n"


@pytest.fixture(autouse=True)
def repository(in_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("DVC_SITE_CACHE_DIR", str(in_folder / ".cache/site"))
    git("init", "--quiet")
    EXPERIMENTS.parent.mkdir(parents=True)
    store.require_writable(store.CACHE)
    return in_folder


def commit_lock() -> None:
    LOCK.write_text(COMMITTED)
    git("add", "dvc.lock")
    git("-c", "user.name=A", "-c", "user.email=a@b", "commit", "--quiet", "--message", "Start")


def entry(pid: int, command: str) -> str:
    holder = {"pid": pid, "cmd": command}
    return json.dumps({"write": {"/x/made": holder}, "read": {"/x/read": [holder]}})


@pytest.fixture
def child() -> Iterator[subprocess.Popen[str]]:
    """Another program, which was there before all else."""
    command = [sys.executable, "-c", "print(1, flush=True); input()", "repro"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    yield process
    process.communicate("\n")


@pytest.mark.parametrize(
    "damaged", ["", "schema: '2.0'\nstages:\n  ma", "- 1\n", "\0" * 20, "\xff"]
)
def test_damaged_lock_is_the_committed_one_again(damaged: str, capsys) -> None:
    commit_lock()
    LOCK.write_bytes(damaged.encode("latin-1"))
    finding = check_dvc_files()
    assert finding.state == "problem"
    assert finding.found == f"dvc.lock is {'damaged' if damaged else 'empty'}"
    assert finding.remedy == (
        "`python -m flows reproduce` mends it before it starts; before `dvc repro`: "
        "`git checkout HEAD -- dvc.lock`"
    )
    mend_dvc_files()
    assert LOCK.read_text() == COMMITTED
    assert git("status", "--short", "dvc.lock") == ""
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{finding.found}: the committed one is back; finished units are kept")
    copy = store.CACHE / "dvc.lock.damaged"
    assert copy.exists() == bool(damaged) == (str(copy) in line)
    assert check_dvc_files().state == "ok"


@pytest.mark.parametrize("committed", ["", None])
def test_lock_that_git_does_not_have_is_removed(committed: str | None, capsys) -> None:
    if committed is not None:
        commit_lock()
        LOCK.write_text(committed)
        git(
            "-c", "user.name=A", "-c", "user.email=a@b", "commit", "--quiet", "--all", "-m", "Empty"
        )
    LOCK.write_text("")
    assert check_dvc_files().remedy.endswith("remove dvc.lock")
    mend_dvc_files()
    assert not LOCK.exists()
    assert "dvc.lock is empty: removed, since none is committed" in capsys.readouterr().err


@pytest.mark.parametrize("path", [RWLOCK, EXPERIMENTS])
@pytest.mark.parametrize("damaged", ["", '{"rea', "[]", '{"write": {"/x": {"pid": "1"}}}'])
def test_damaged_list_of_who_writes_is_removed(path: Path, damaged: str, capsys) -> None:
    path.write_text(damaged)
    finding = check_dvc_files()
    assert finding.found == f"{path} is {'damaged' if damaged else 'empty'}"
    assert f"remove {path} while no DVC works here" in finding.remedy
    mend_dvc_files()
    assert not path.exists()
    assert capsys.readouterr().err == f"{finding.found}: removed\n"


def test_every_argument_of_a_program_counts(child) -> None:
    RWLOCK.write_text(entry(child.pid, "/venv/bin/dvc exp repro"))
    assert [each.path for each in broken_dvc_files()] == [RWLOCK]


def test_process_number_that_another_program_has_by_now(child, capsys) -> None:
    RWLOCK.write_text(entry(child.pid, "/venv/bin/dvc push"))
    finding = check_dvc_files()
    assert finding.found == (
        f"{RWLOCK} has an entry of `/venv/bin/dvc push`, whose process number {child.pid} another "
        "program has by now"
    )
    mend_dvc_files()
    assert json.loads(RWLOCK.read_text()) == {"write": {}, "read": {"/x/read": []}}
    assert capsys.readouterr().err == f"{finding.found}: the entry is removed\n"
    assert check_dvc_files().state == "ok"


def test_program_that_began_after_the_entry_is_another(child) -> None:
    RWLOCK.write_text(entry(child.pid, "/venv/bin/dvc repro"))
    assert list(broken_dvc_files()) == []
    os.utime(RWLOCK, (0, 0))
    assert [each.path for each in broken_dvc_files()] == [RWLOCK]


def test_entries_of_the_living_and_of_the_dead_are_dvc_s(child) -> None:
    """Of who has ended DVC removes the entry itself."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    for pid in (child.pid, ended.pid):
        text = entry(pid, "/a folder/.venv/lib/dvc/__main__.py repro")
        RWLOCK.write_text(text)
        mend_dvc_files()
        assert RWLOCK.read_text() == text


def test_merge_conflict_is_the_user_s(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    def services(**options: object) -> None:
        raise AssertionError("the services must not start")

    monkeypatch.setattr(reproduce, "services", services)
    Path("params.yaml").write_text(dumps_yaml(TINY))
    LOCK.write_text(CONFLICT)
    assert check_dvc_files().remedy.startswith("decide (`git checkout --ours dvc.lock`, or")
    assert main(["reproduce"]) == 1
    errors = capsys.readouterr().err
    assert errors.startswith("error: dvc.lock has the marks of a merge conflict: decide (`git che")
    assert LOCK.read_text() == CONFLICT


def test_dvc_goes_on_after_all_of_it_at_once() -> None:
    def dvc(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "dvc", *command], capture_output=True, text=True
        )

    dvc("init", "--quiet", "--force")
    Path("dvc.yaml").write_text("stages:\n  made:\n    cmd: echo 1 > made\n    outs: [made]\n")
    EXPERIMENTS.parent.mkdir(parents=True, exist_ok=True)
    for path in (LOCK, RWLOCK, EXPERIMENTS):
        path.write_text("")
    assert dvc("repro").returncode == 255
    mend_dvc_files()
    done = dvc("repro")
    assert done.returncode == 0, done.stderr
    assert check_dvc_files().state == "ok"
