"""Seconds of two ways of doing the same, taken in turn, and what a benchmark reports."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, NamedTuple

#: Shorter calls are repeated until they take so many seconds together.
_SHORTEST = 0.02

Call = Callable[[], object]
Clock = Callable[[], float]


class Side(NamedTuple):
    """One of the two things compared.

    Attributes
    ----------
    name
        Its name in the tables.
    call
        What is timed.
    warm
        The same at a tiny size, or None: compiles and loads what the first call would.
    """

    name: str
    call: Call
    warm: Call | None = None


class Ratio(NamedTuple):
    """How many times longer one side takes than the other.

    Attributes
    ----------
    case
        What both did.
    slower, faster
        Names; the ratio is seconds of the first by seconds of the second.
    slower_seconds, faster_seconds
        Medians over the rounds.
    ratio, low, high
        Median, least and greatest of the rounds' ratios.
    rounds
        How often both were timed, in turn.
    """

    case: str
    slower: str
    faster: str
    slower_seconds: float
    faster_seconds: float
    ratio: float
    low: float
    high: float
    rounds: int


class Number(NamedTuple):
    """What is no ratio: seconds, bytes, shares."""

    case: str
    value: float
    unit: str


class Goal(NamedTuple):
    """What was aimed at.

    Attributes
    ----------
    what, sign, target, measured, unit
        The aim, and this run's number.
    reason
        What stands in the way, from this run's measurements.
    tried
        What was tried to reach it, and what is left; empty where nothing was.
    """

    what: str
    sign: Literal["≥", "≤"]
    target: float
    measured: float
    unit: str
    reason: str
    tried: str = ""

    @property
    def met(self) -> bool:
        """Whether it was reached."""
        if self.sign == "≥":
            return self.measured >= self.target
        return self.measured <= self.target


@dataclass
class Section:
    """What one benchmark found.

    Attributes
    ----------
    title, about
        Heading, and what was compared, in a sentence or two.
    ratios, numbers, goals
        The figures.
    skipped
        What was not measured, and why.
    series
        What the plots show.
    """

    title: str
    about: str
    ratios: list[Ratio] = field(default_factory=list)
    numbers: list[Number] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    series: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        named = {
            name: [each._asdict() for each in getattr(self, name)]
            for name in ("ratios", "numbers", "goals")
        }
        for goal, shown in zip(self.goals, named["goals"], strict=True):
            shown["met"] = goal.met
        return {**asdict(self), **named}


def seconds_of(call: Call, *, clock: Clock = time.process_time) -> float:
    """Time one call: this process's processor time, which other work here does not lengthen."""
    started = clock()
    call()
    return clock() - started


def _mean_seconds(call: Call, number: int, clock: Clock) -> float:
    return seconds_of(lambda: [call() for _ in range(number)], clock=clock) / number


def seconds_at_best(call: Call, *, rounds: int = 20) -> float:
    """Return the least of several rounds' seconds per call, so short calls compare with long."""
    number = _enough_calls(call, time.process_time)
    return min(_mean_seconds(call, number, time.process_time) for _ in range(rounds))


def _enough_calls(call: Call, clock: Clock) -> int:
    return max(1, math.ceil(_SHORTEST / max(seconds_of(call, clock=clock), 1e-9)))


def compare(
    case: str, slower: Side, faster: Side, *, rounds: int, clock: Clock = time.process_time
) -> Ratio:
    """Time two sides in turn; which one begins changes from round to round.

    The first call of each, which may compile something, does not count. A single round is for
    what takes long: there the slower side is called once, after its `warm` where it has one.
    """
    if slower.warm is not None:
        slower.warm()
    (faster.warm or faster.call)()
    numbers = [1, 1]
    if rounds > 1:
        numbers = [_enough_calls(side.call, clock) for side in (slower, faster)]
    calls = (slower.call, faster.call)
    taken: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds):
        for side in (0, 1) if number % 2 == 0 else (1, 0):
            taken[side].append(_mean_seconds(calls[side], numbers[side], clock))
    return ratio_of(case, slower.name, faster.name, *taken)


def ratio_of(case: str, slower: str, faster: str, slow: list[float], fast: list[float]) -> Ratio:
    """Sum rounds up."""
    ratios = [a / b for a, b in zip(slow, fast, strict=True)]
    return Ratio(
        case,
        slower,
        faster,
        statistics.median(slow),
        statistics.median(fast),
        statistics.median(ratios),
        min(ratios),
        max(ratios),
        len(ratios),
    )
