"""Units with parts: what is added is computed alone."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest

from tasks.cache import UnitCache
from tasks.fanout import FanOut, Outcome
from tasks.parts import add_parts, chosen_parts, missing_parts, only_parts
from tasks.result import Result
from tests.tasks.units import ARRAY, measure, measuring


def finished(*parts: str, stored: Result | None = None) -> Result:
    unit = measuring(*parts)
    return add_parts(unit, stored, measure(parts=list(parts), X=ARRAY))


def test_only_what_is_not_there_is_missing() -> None:
    assert missing_parts(measuring("a", "b"), None) == ("a", "b")
    assert missing_parts(measuring("a", "b", "c"), finished("a", "c")) == ("b",)
    assert missing_parts(measuring("a"), finished("a", "c")) == ()


def test_parts_do_not_change_the_units_file() -> None:
    assert measuring("a").key == measuring("a", "b").key
    assert only_parts(measuring("a", "b"), ("b",)).parameters == {"parts": ["b"]}


def test_other_code_of_a_part_makes_it_missing_and_no_other() -> None:
    stored = finished("a", "b")
    edited = measuring("a", modules=("topo.metrics.local",))
    assert edited.key == measuring("a").key
    assert missing_parts(edited, stored) == ("a",)
    assert missing_parts(measuring("b"), stored) == ()


def test_added_parts_leave_the_others_as_they_are() -> None:
    both = finished("b", stored=finished("a"))
    chosen = chosen_parts(measuring("a", "b"), both)
    assert chosen.values == {"a": ["a", 3], "b": ["b", 3]}
    assert set(both.arrays) == {"a/at", "b/at"}
    np.testing.assert_array_equal(chosen.arrays["at"], ARRAY[:1])
    assert chosen_parts(measuring("b"), both).values == {"b": ["b", 3]}


@pytest.fixture
def fanout(ray_cluster: None, tmp_path: Path):
    def run(*parts: str) -> Outcome:
        return asyncio.run(FanOut(UnitCache(tmp_path)).run(measuring(*parts)))

    return run


def test_an_added_part_costs_itself(fanout) -> None:
    first = fanout("a", "b")
    assert (first.state, first.parts) == ("computed", ("a", "b"))
    again = fanout("b", "a")
    assert (again.state, again.parts) == ("cached", ())
    more = fanout("a", "b", "c")
    assert (more.state, more.parts) == ("computed", ("c",))
    assert more.result is not None
    assert more.result.values == {name: [name, 3] for name in "abc"}
    fewer = fanout("c")
    assert fewer.state == "cached" and fewer.result is not None
    assert fewer.result.values == {"c": ["c", 3]}
