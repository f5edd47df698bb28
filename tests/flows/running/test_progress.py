from __future__ import annotations

import pytest

from flows.running.progress import format_seconds, status_line
from tasks.fanout import Outcome


class Stub:
    def __init__(self, outcomes: list[Outcome], running: dict[str, float]) -> None:
        self.outcomes = outcomes
        self.running = running
        self.not_kept: dict[str, str] = {}
        self.retries: dict[str, tuple[str, ...]] = {}


def outcome(state: str, cost: float) -> Outcome:
    return Outcome("name", "key", cost, state)  # type: ignore[arg-type]


def test_line_says_how_many_what_and_how_long() -> None:
    fanout = Stub([outcome("cached", 5.0), outcome("computed", 10.0)], {"b": 0.0, "a": 0.0})
    line = status_line(fanout, n_units=4, cost=35.0, elapsed=30.0)  # type: ignore[arg-type]
    # 20 of 35 are left, and 10 took 30 seconds; what was cached says nothing about speed.
    assert line == "2 of 4 units; about 60 s left; running a, b"


def test_failures_are_counted_and_nothing_is_promised_before_anything_is_known() -> None:
    fanout = Stub([outcome("failed", 1.0)], {})
    line = status_line(fanout, n_units=2, cost=2.0, elapsed=1.0)  # type: ignore[arg-type]
    assert line == "1 of 2 units; 1 failed"


def test_what_a_full_disk_costs_is_said() -> None:
    fanout = Stub([outcome("computed", 1.0)], {})
    fanout.not_kept["a"] = "No space left on device"
    line = status_line(fanout, n_units=1, cost=1.0, elapsed=1.0)  # type: ignore[arg-type]
    assert "1 could not be kept for later runs (No space left on device)" in line


def test_what_was_tried_again_is_said() -> None:
    fanout = Stub([outcome("computed", 1.0)], {"b": 0.0})
    fanout.retries = {"a": ("NodeDiedError",) * 2, "b": ("WorkerCrashedError",)}
    line = status_line(fanout, n_units=2, cost=2.0, elapsed=1.0)  # type: ignore[arg-type]
    assert "2 tried again (NodeDiedError, WorkerCrashedError)" in line


@pytest.mark.parametrize(("seconds", "text"), [(0.4, "0 s"), (119, "119 s"), (240, "4 min")])
def test_durations_are_for_people(seconds: float, text: str) -> None:
    assert format_seconds(seconds) == text
