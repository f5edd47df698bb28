"""What the units of a stage are expected to take."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from flows import store
from flows.running import durations
from flows.running.durations import (
    Durations,
    PlannedUnit,
    SideBySide,
    Speed,
    format_seconds,
    keep_durations,
    read_durations,
)
from tasks.fanout import Outcome


def fanout(
    *ended: tuple[str, float], running: dict[str, float] | None = None, cached: tuple[str, ...] = ()
) -> Any:
    outcomes = [
        Outcome(name, "", 1.0, "computed", seconds=seconds, attempts=1) for name, seconds in ended
    ]
    outcomes += [Outcome(name, "", 1.0, "cached") for name in cached]
    return SimpleNamespace(outcomes=outcomes, running=running or {})


def units(*names: str, cost: float = 1.0) -> list[PlannedUnit]:
    return [PlannedUnit(name, cost) for name in names]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("spheres/tsne/split 0/embed", "spheres/tsne/embed"),
        ("spheres_2x/tsne perplexity 5/split 1, model seed 2/embed", "spheres_2x/tsne/embed"),
        ("mnist/topoae trial 14/split 0/evaluate", "mnist/topoae/evaluate"),
        ("theorem_1", "theorem_1"),
    ],
)
def test_kind_of_a_unit(name: str, kind: str) -> None:
    assert PlannedUnit(name, 1.0).kind == kind


def test_nothing_is_expected_of_what_nobody_has_measured() -> None:
    assert Durations([units("a/b/embed")], {}).left(fanout()) is None


def test_what_runs_at_once_shares_what_is_left() -> None:
    expected = Durations([units(f"a/b/split {each}/embed") for each in range(7)], {})
    ended = [("a/b/split 0/embed", 10.0)]
    running = {"a/b/split 1/embed": 96.0, "a/b/split 2/embed": 98.0}
    # Four wait for 10 seconds each, two have run for 4 and 2 seconds.
    assert expected.left(fanout(*ended, running=running), now=100.0) == (40 + 6 + 8) / 2


def test_units_that_follow_one_another_do_not_share() -> None:
    chain = units(*(f"a/b trial {each}/embed" for each in range(5)))
    expected = Durations([chain, units("a/c/embed")], {"a/b/embed": Speed(10.0, 1.0)})
    running = {"a/b trial 0/embed": 0.0, "a/c/embed": 0.0}
    assert expected.left(fanout(running=running), now=4.0) == 46.0


def test_earlier_runs_are_scaled_by_today() -> None:
    earlier = {"a/b/embed": Speed(20.0, 2.0), "a/c/embed": Speed(30.0, 1.0)}
    chains = [units("a/b/split 0/embed"), units("a/b/split 1/embed"), units("a/c/embed")]
    # The machine takes twice as long today: 20 and 60 are left.
    assert Durations(chains, earlier).left(fanout(("a/b/split 0/embed", 20.0))) == 80.0


def test_unmeasured_kinds_are_as_fast_as_those_most_like_them() -> None:
    chains = [units("a/tsne/embed"), units("a/ae/embed"), units("b/tsne/embed", cost=4.0)]
    ended = [("a/tsne/embed", 3.0), ("a/ae/embed", 7.0)]
    # t-SNE took 3 seconds for one of cost, beside 30 that are taken at their word.
    assert Durations(chains, {}).left(fanout(*ended)) == pytest.approx(4 * (30 + 3) / (30 + 1))
    many = [f"a/tsne/split {each}/embed" for each in range(300)]
    ended = [(name, 3.0) for name in many]
    left = Durations([*chains, units(*many)], {}).left(fanout(*ended, cached=("a/ae/embed",)))
    assert left == pytest.approx(3 + 12, rel=0.1)


def test_first_units_that_load_and_compile_are_not_the_usual_ones() -> None:
    names = [f"a/b/split {each}/evaluate" for each in range(6)]
    ended = list(zip(names, [20.0, 18.0, 1.0, 1.0, 1.0], strict=False))
    assert Durations([units(*names)], {}).left(fanout(*ended)) == 1.0


def test_group_of_a_chain_waits_for_what_comes_before_and_runs_side_by_side() -> None:
    again = SideBySide(units(*(f"a/b candidate {each} again/embed" for each in range(9))))
    chain = [*units("a/b trial 0/embed", "a/b trial 1/embed"), again]
    expected = Durations([chain, units("a/c/embed")], {"a/b/embed": Speed(10.0, 1.0)})
    running = {"a/b trial 0/embed": 0.0, "a/c/embed": 0.0}
    # Two trials after one another, then nine jobs on two cores.
    assert expected.left(fanout(running=running), now=0.0) == 20 + 90 / 2
    assert expected.n_units == 12
    # Which are judged again, and how many, is known only now.
    again.units = units("a/b trial 1 again/embed")
    assert expected.left(fanout(running=running), now=0.0) == 20 + 10
    assert expected.n_units == 4


def test_late_units_are_expected_to_take_a_little_more() -> None:
    expected = Durations([units("a/b/embed")], {"a/b/embed": Speed(10.0, 1.0)})
    assert expected.left(fanout(running={"a/b/embed": 0.0}), now=40.0) == 10.0


def test_found_units_say_nothing_of_speed_and_take_nothing() -> None:
    expected = Durations([units("a/b/embed"), units("a/b/split 1/embed")], {})
    assert expected.left(fanout(cached=("a/b/embed",))) is None
    assert expected.measured(fanout(cached=("a/b/embed",))) == {}


def test_durations_are_kept_by_machine_stage_and_kind(
    in_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.CACHE.mkdir()
    assert read_durations("tune") == {}
    only_tune = {name: Speed(1.0, 1.0) for name in ("a/b/embed", "a/b/evaluate")}
    keep_durations("tune", {"k": Speed(8.0, 2.0), **only_tune})
    keep_durations("tune", {"k": Speed(2.0, 1.0)})
    keep_durations("sweep", {"k": Speed(5.0, 1.0)})
    # Half of the first run, and the second.
    assert read_durations("tune")["k"] == Speed(6.0, 2.0)
    # What a stage has not measured, another may have; but it scores by other metrics.
    assert read_durations("sweep") == {"k": Speed(5.0, 1.0), "a/b/embed": Speed(1.0, 1.0)}
    monkeypatch.setattr(durations.platform, "node", lambda: "elsewhere")
    assert read_durations("tune") == {}


def test_damaged_file_stops_no_run(in_folder: Path) -> None:
    store.CACHE.mkdir()
    (store.CACHE / "durations.json").write_text("{")
    assert read_durations("tune") == {}
    keep_durations("tune", {"k": Speed(1.0, 1.0)})
    assert read_durations("tune") == {"k": Speed(1.0, 1.0)}


@pytest.mark.parametrize(("seconds", "text"), [(0.4, "0 s"), (119, "119 s"), (240, "4 min")])
def test_durations_are_for_people(seconds: float, text: str) -> None:
    assert format_seconds(seconds) == text
