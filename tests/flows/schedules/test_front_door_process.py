"""What a failed run hands to the command of its user."""

from __future__ import annotations

import shlex
from pathlib import Path
from types import SimpleNamespace

import pytest

from flows.schedules.front_door_process import ON_FAILURE, notify

FAILED = {
    "flow": SimpleNamespace(name="reproduce"),
    "flow_run": SimpleNamespace(name="tidy-hawk"),
    "state": SimpleNamespace(message="exit status 1; the last lines were:\nno space left"),
}


def test_command_is_given_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = tmp_path / "what was told.txt"
    monkeypatch.setenv(ON_FAILURE, shlex.join(["tee", str(told)]))
    # Prefect calls its hooks by these names.
    notify(**FAILED)
    assert told.read_text() == (
        "reproduce (tidy-hawk) failed: exit status 1; the last lines were:\nno space left\n"
    )


@pytest.mark.parametrize("command", [None, ""])
def test_without_a_command_nobody_is_told(
    command: str | None, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(ON_FAILURE, raising=False)
    if command is not None:
        monkeypatch.setenv(ON_FAILURE, command)
    notify(**FAILED)
    assert capfd.readouterr() == ("", "")


def test_command_that_fails_hides_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ON_FAILURE, "false")
    notify(**FAILED)
