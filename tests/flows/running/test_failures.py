"""What a person sees of a failure that was to be expected."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path

import pytest

from flows import store
from flows.running.failures import UnitsFailedError, raise_failures, shorten_logs
from flows.services.local import _say_what_starts
from tasks.fanout import Outcome, State


def logged(error: Exception, caplog: pytest.LogCaptureFixture) -> str:
    shorten_logs()
    logger = logging.getLogger("prefect.flow_runs")
    # Prefect's own logger hands nothing on to others.
    logger.addHandler(caplog.handler)
    try:
        raise error
    except Exception as caught:
        logger.exception("Encountered exception during execution: %r", caught)
    finally:
        logger.removeHandler(caplog.handler)
    return caplog.handler.format(caplog.records[-1])


@pytest.mark.parametrize("kind", [ValueError, FileNotFoundError, UnitsFailedError])
def test_expected_failure_is_logged_in_its_own_words(kind: type[Exception], caplog) -> None:
    text = logged(kind("2 units failed:\n  one\n  another"), caplog)
    assert text.endswith("execution: 2 units failed:\n  one\n  another")
    assert "Traceback" not in text


def _ended(name: str, reason: str = "") -> Outcome:
    state: State = "failed" if reason else "computed"
    return Outcome(name, "key", 1.0, state, reason=reason)


def test_failures_of_one_reason_are_told_together() -> None:
    failed = [_ended(f"u{n}", "diverged") for n in range(5)]
    failed += [_ended("v", "too long"), _ended("w")]
    raise_failures(failed[-1:])
    with pytest.raises(UnitsFailedError) as caught:
        raise_failures(failed)
    assert str(caught.value).splitlines() == [
        "6 units failed:",
        "  u0, u1, u2 and 2 more: diverged",
        "  v: too long",
    ]


def test_fault_of_the_program_is_logged_with_its_stack(caplog) -> None:
    text = logged(ZeroDivisionError("division by zero"), caplog)
    assert "Traceback" in text
    assert "ZeroDivisionError('division by zero')" in text


@pytest.mark.parametrize(
    ("there", "line"),
    [
        ((), "starting a local Prefect server and a local Ray with 3 cores ...\n"),
        (("RAY_ADDRESS",), "starting a local Prefect server ...\n"),
        (("RAY_ADDRESS", "PREFECT_API_URL"), ""),
    ],
)
def test_what_starts_here_is_said_at_once(
    no_services: None, monkeypatch: pytest.MonkeyPatch, capsys, there: tuple[str, ...], line: str
) -> None:
    for name in there:
        monkeypatch.setenv(name, "elsewhere")
    _say_what_starts(3)
    assert capsys.readouterr().err == line


def test_missing_file_names_the_stage_that_writes_it(in_folder: Path) -> None:
    for read, path, stage in (
        (partial(store.read_json, store.CHOSEN, stage="tune"), "results/tune/chosen.json", "tune"),
        (store.read_unavailable, "data/prepared/unavailable.json", "prepare"),
    ):
        message = f"{path} is missing: run `python -m flows {stage}` \\(or `reproduce`\\) first"
        with pytest.raises(FileNotFoundError, match=message):
            read()
