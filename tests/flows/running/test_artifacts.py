"""What Prefect shows of units while they run."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from flows.running import progress
from flows.running.groups import OpaqueGroup
from flows.running.jobs import JobRun
from flows.running.progress import RUNNING, WAITING, publish_table
from flows.running.study import EndedTrial, Trial, trial_rows
from tasks.fanout import Outcome
from topo.scores import Hyperparameters


class Named(NamedTuple):
    """A job, of which only the name counts."""

    name: str


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What would be sent to the server."""
    messages: list[Any] = []

    async def create(value: Any, *, key: str) -> str:
        messages.append((key, value))
        return key

    async def update(place: str, progress: str, rows: Any) -> None:
        messages.append((place, progress, rows))

    monkeypatch.setattr(progress, "acreate_progress_artifact", create)
    monkeypatch.setattr(progress, "acreate_table_artifact", create)
    monkeypatch.setattr(progress, "_update", update)
    return messages


def states(*names: str) -> list[dict[str, str]]:
    return [{"state": name} for name in names]


def test_table_is_there_from_the_start_and_kept_up(sent, monkeypatch) -> None:
    monkeypatch.setattr(progress, "_SECONDS_BETWEEN_UPDATES", 0.02)
    now = states(RUNNING, WAITING)

    async def run() -> None:
        nonlocal now
        async with publish_table("spheres_2x-tsne", table="units", rows=lambda: now):
            await asyncio.sleep(0.1)
            now = states("computed", RUNNING)
            await asyncio.sleep(0.1)
            now = states("computed", "failed")

    asyncio.run(run())
    places = ("spheres-2x-tsne-units", "spheres-2x-tsne-progress")
    assert sent == [
        (places[1], 0.0),
        (places[0], states(RUNNING, WAITING)),
        # Nothing is sent while nothing changes.
        (*places, states("computed", RUNNING)),
        (*places, states("computed", "failed")),
    ]


def test_thousands_of_units_are_sent_rarely(sent, monkeypatch) -> None:
    monkeypatch.setattr(progress, "_SECONDS_BETWEEN_UPDATES", 0.0)
    lengths = iter(range(10_000, 20_000))

    async def run() -> None:
        async with publish_table(
            "a", table="units", rows=lambda: states(*["computed"] * next(lengths))
        ):
            await asyncio.sleep(0.2)

    asyncio.run(run())
    # At the start, and at the end.
    assert len(sent) == 3


def test_every_unit_of_a_group_has_a_row() -> None:
    jobs = [Named(name) for name in ("c", "b", "a")]
    ended = [
        Outcome("a/embed", "", 1.0, "computed", seconds=1.234, attempts=2),
        Outcome("b/embed", "", 1.0, "failed", attempts=1, reason="diverged"),
    ]
    fanout = SimpleNamespace(outcomes=ended, running={"a/evaluate": 0.0})
    rows = OpaqueGroup(dict.fromkeys(jobs), fanout).table()
    assert [(row["unit"], row["state"]) for row in rows] == [
        ("a/embed", "computed"),
        ("a/evaluate", RUNNING),
        ("b/embed", "failed"),
        ("b/evaluate", "left out"),
        ("c/embed", WAITING),
        ("c/evaluate", WAITING),
    ]
    assert (rows[0]["seconds"], rows[0]["attempts"]) == (1.23, 2)
    assert rows[2]["reason"] == "diverged"


def test_every_trial_of_a_study_has_a_row() -> None:
    trial = Trial("spheres", "tsne", 0, 0, Hyperparameters(), "kl_0.1", 0.5, "ok", "")
    embedded = Outcome("e", "", 1.0, "computed", seconds=2.0, attempts=1)
    scored = Outcome("s", "", 1.0, "computed", seconds=0.5, attempts=1)
    run = JobRun(Named("job"), embedded, scored)
    planned = [(0, 0), (1, 0), (-1, 1)]
    first, second, third = trial_rows(planned, planned[:2], {(0, 0): EndedTrial(trial, run)})
    assert (third["trial"], third["repetition"]) == ("default", 1)
    assert (first["state"], first["seconds"], first["attempts"]) == ("ok", 2.5, 2)
    assert (second["state"], third["state"]) == (RUNNING, WAITING)
    assert first.keys() == second.keys()
