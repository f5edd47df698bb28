"""Questions are answered round after round; a later part may rest on what earlier ones found."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, cast

from flows.stages.questions import Asked, EndedPart, answer, planned_units
from tasks.fanout import FanOut, Outcome
from tasks.questions import compute_part
from tasks.unit import Unit
from topo.datasets.base import LabelledPoints
from topo.questions.base import Findings, Part, Question, Rounds
from topo.theory.base import TheoryValue


class Doubled(Part):
    """Twice a number."""

    number: float
    needs: tuple[str, ...] = ()

    @property
    def datasets(self) -> tuple[str, ...]:
        return self.needs

    def compute(self, data: Mapping[str, LabelledPoints], *, seed: int) -> Findings:
        return Findings([TheoryValue("twice/x", "value", None, 0, 2 * self.number)])


class Twice(Question):
    """What comes of doubling, and of doubling all of that together."""

    @property
    def datasets(self) -> tuple[str, ...]:
        return ("mnist",)

    def plan(self) -> Sequence[Mapping[str, float]]:
        return [{"a": 1.0, "b": 1.0, "c": 1.0}, {"sum": 1.0}]

    def rounds(self, *, seed: int) -> Rounds:
        found = yield {
            "a": Doubled(number=1.0),
            "b": Doubled(number=2.0),
            "c": Doubled(number=3.0, needs=("mnist",)),
        }
        total = sum(value.value for each in found.values() for value in each.values)
        yield {"sum": Doubled(number=total)}


class Here:
    """Computes units in this process, but for those that are to fail."""

    def __init__(self, *failing: str) -> None:
        self.failing = failing

    async def run(self, unit: Unit) -> Outcome:
        if unit.name in self.failing:
            return Outcome(unit.name, "", unit.cost, state="failed", reason="diverged")
        result = compute_part(**unit.parameters)
        return Outcome(unit.name, "", unit.cost, state="computed", result=result)


ASKED = Asked("twice", Twice(), 7)


def answered(*failing: str) -> dict[str, EndedPart]:
    ended = asyncio.run(answer(ASKED, planned_units(ASKED), {}, cast(FanOut, Here(*failing))))
    return {each.name: each for each in ended}


def values(ended: EndedPart) -> Any:
    return None if ended.result is None else [each[-1] for each in ended.result.values]


def test_a_round_rests_on_what_was_found_before() -> None:
    ended = answered()
    assert {name: values(each) for name, each in ended.items()} == {
        "a": [2.0],
        "b": [4.0],
        "c": None,  # its dataset could not be had
        "sum": [12.0],
    }
    assert ended["c"].outcome is None


def test_what_failed_is_not_among_what_was_found() -> None:
    ended = answered("twice/b")
    assert values(ended["sum"]) == [4.0]
    assert ended["b"].outcome is not None and ended["b"].outcome.reason == "diverged"


def test_units_of_a_round_follow_those_before() -> None:
    chain = planned_units(ASKED)
    names = [[unit.name for unit in step.units] for step in chain]
    assert names == [["twice/a", "twice/b", "twice/c"], ["twice/sum"]]
    # What lacks its dataset is planned no longer, once its round has begun.
    asyncio.run(answer(ASKED, chain, {}, cast(FanOut, Here())))
    names = [[unit.name for unit in step.units] for step in chain]
    assert names == [["twice/a", "twice/b"], ["twice/sum"]]
