"""What lines and displays say while units run."""

from __future__ import annotations

import io
import logging

import pytest
from rich.console import Console

from flows.environment import STAGES_OF_RUN
from flows.running import live
from flows.running.live import draw, live_display, plain_lines
from flows.running.progress import News, end_line, place_in_run, status_line, summarise
from tasks.fanout import Outcome


class Stub:
    def __init__(self, outcomes: list[Outcome], running: dict[str, float] | None = None) -> None:
        self.outcomes = outcomes
        self.running = running or {}
        self.not_kept: dict[str, str] = {}
        self.retries: dict[str, tuple[str, ...]] = {}


def outcome(state: str, name: str = "name", **known: object) -> Outcome:
    return Outcome(name, "key", 1.0, state, **known)  # type: ignore[arg-type]


def test_line_says_how_many_what_since_when_and_how_long() -> None:
    fanout = Stub([outcome("cached"), outcome("computed")], {"b": 97.0, "a": 58.0})
    line = status_line(fanout, n_units=4, left=57.0, now=100.0)  # type: ignore[arg-type]
    assert line == "2 of 4 units; about 60 s left; running a (42 s), b (3 s)"


def test_stage_of_a_whole_run_says_which_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(STAGES_OF_RUN, raising=False)
    assert place_in_run("tune") == ""
    monkeypatch.setenv(STAGES_OF_RUN, "fetch tune report")
    place = place_in_run("tune")
    assert place == "stage 2 of 3"
    line = status_line(Stub([]), n_units=4, left=None, place=place)  # type: ignore[arg-type]
    assert line == "stage 2 of 3: 0 of 4 units"


def test_line_promises_nothing_before_anything_is_known() -> None:
    line = status_line(Stub([outcome("failed")]), n_units=2, left=None)  # type: ignore[arg-type]
    assert line == "1 of 2 units; 1 failed"


def test_last_line_says_what_it_cost() -> None:
    ended = [outcome("computed", seconds=1500.0), outcome("cached"), outcome("failed")]
    assert end_line(Stub(ended), n_units=4, elapsed=700.0) == (  # type: ignore[arg-type]
        "3 of 4 units in 12 min; 1 computed in 1,500 core-seconds; 1 found finished; 1 failed"
    )


def test_what_a_full_disk_costs_is_said() -> None:
    fanout = Stub([outcome("computed")])
    fanout.not_kept["a"] = "No space left on device"
    [said] = summarise(fanout, left=None)  # type: ignore[arg-type]
    assert said == "1 could not be kept for later runs (No space left on device)"


def test_what_was_tried_again_is_said() -> None:
    fanout = Stub([outcome("computed")])
    fanout.retries = {"a": ("NodeDiedError",) * 2, "b": ("WorkerCrashedError",)}
    [said] = summarise(fanout, left=None)  # type: ignore[arg-type]
    assert said == "2 tried again (NodeDiedError, WorkerCrashedError)"


def test_failures_and_further_attempts_are_told_once(caplog: pytest.LogCaptureFixture) -> None:
    fanout = Stub([outcome("computed")])
    news = News(fanout, logging.getLogger("news"))  # type: ignore[arg-type]
    fanout.retries["a"] = ("NodeDiedError",)
    news.tell()
    fanout.retries["a"] = ("NodeDiedError", "WorkerCrashedError")
    fanout.outcomes.append(outcome("failed", "a", reason="diverged"))
    for _ in range(2):
        news.tell()
    assert caplog.messages == [
        "a is tried again: NodeDiedError",
        "a is tried again: WorkerCrashedError",
        "a failed: diverged",
    ]


def shown(console: Console, fanout: Stub) -> list[str]:
    with console.capture() as capture:
        console.print(
            draw("tune", fanout, n_units=3, summary="1 failed", console=console)  # type: ignore[arg-type]
        )
    return capture.get().splitlines()


@pytest.fixture
def console() -> Console:
    return Console(file=io.StringIO(), width=60, height=12, force_terminal=True)


def test_display_shows_stage_units_and_what_runs_longest_first(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live.time, "monotonic", lambda: 100.0)
    lines = shown(console, Stub([outcome("failed")], {"young": 98.0, "old": 55.0}))
    assert "tune" in lines[0]
    assert lines[0].endswith("1 of 3 units")
    assert [line.split() for line in lines[1:]] == [
        ["1", "failed"],
        ["45", "s", "old"],
        ["2", "s", "young"],
    ]


def test_display_fits_the_terminal(console: Console) -> None:
    lines = shown(console, Stub([], {f"{number} " + "long " * 20: 0.0 for number in range(40)}))
    assert len(lines) <= 12
    assert lines[-1].strip() == "and 36 more"


def test_lines_of_a_terminal_stand_above_the_display_in_their_own_words(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "terminal", lambda: console)
    before = set(logging.root.handlers)
    logger = logging.getLogger("prefect.flow_runs")
    with plain_lines(), live_display(console) as display:
        display.update("40 %", refresh=True)
        logger.warning("a failed: diverged")
    assert "a failed: diverged" in console.file.getvalue()  # type: ignore[attr-defined]
    assert set(logging.root.handlers) == before


@pytest.mark.parametrize(
    ("name", "level", "path", "is_shown"),
    [
        ("prefect.flow_runs", logging.ERROR, f"{live._PREFECT}/flow_engine.py", False),
        ("prefect.engine", logging.INFO, f"{live._PREFECT}/flow_engine.py", False),
        ("prefect.client", logging.WARNING, f"{live._PREFECT}/client.py", True),
        ("prefect.flow_runs", logging.INFO, "flows/stages/prepare.py", True),
    ],
)
def test_what_prefect_says_of_every_run_is_left_out(
    console: Console, name: str, level: int, path: str, is_shown: bool
) -> None:
    live._TerminalHandler(console).handle(
        logging.LogRecord(name, level, path, 1, "so it is", None, None)
    )
    assert ("so it is" in console.file.getvalue()) == is_shown  # type: ignore[attr-defined]


def test_a_file_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", io.StringIO())
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert live.terminal.__wrapped__() is None
