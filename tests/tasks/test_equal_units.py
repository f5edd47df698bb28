"""Units with equal keys that are asked for at the same moment."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.cache import UnitCache
from tasks.fanout import FanOut
from tests.tasks import units
from tests.tasks.test_fanout import run

pytestmark = pytest.mark.usefixtures("ray_cluster")


def test_equal_units_asked_for_at_once_are_computed_once(tmp_path: Path) -> None:
    counter = tmp_path / "attempts"
    wanted = [units.unit(units.die, name, counter=str(counter)) for name in ("one", "other")]
    first, second = run(FanOut(UnitCache(tmp_path / "units")), *wanted)
    assert (first.name, first.state, second.name, second.state) == (
        *("one", "computed"),
        *("other", "cached"),
    )
    # The third attempt is the first that does not die.
    assert counter.read_text() == "xxx"
    assert first.result is not None and second.result is not None
    assert first.result.values == second.result.values == 2


def test_unit_whose_equal_has_failed_is_tried_itself(tmp_path: Path) -> None:
    wanted = [units.unit(units.fail_once, marker=str(tmp_path / "marker")) for _ in range(3)]
    outcomes = run(FanOut(UnitCache(tmp_path / "units")), *wanted)
    assert [each.state for each in outcomes] == ["failed", "computed", "cached"]
    assert outcomes[0].reason == "ValueError: first"


def test_parts_of_one_unit_asked_for_at_once_are_all_kept(tmp_path: Path) -> None:
    cache = UnitCache(tmp_path)
    outcomes = run(FanOut(cache), units.measuring("a", "b"), units.measuring("b", "c"))
    assert [each.parts for each in outcomes] == [("a", "b"), ("c",)]
    stored = cache.get(units.measuring("a").key)
    assert stored is not None and set(stored.values) == {"a", "b", "c"}
