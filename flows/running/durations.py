"""How long units took on this machine, and how long what is left of a stage may take.

The seconds are kept in the cache folder, outside of all results: they only say what to expect of
the next run.
"""

from __future__ import annotations

import json
import os
import platform
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from flows import store
from flows.environment import DEVICE
from tasks.fanout import FanOut

#: Seconds and costs by machine, stage and kind.
_KEPT = store.CACHE / "durations.json"
_Kept: TypeAlias = dict[str, dict[str, dict[str, tuple[float, float]]]]

#: A unit that has run longer than expected is expected to run for this share of its time more.
_OVERTIME = 0.25
#: What other kinds took stands beside so many seconds of rough cost that are taken at their word.
_TRUST = 30.0


class PlannedUnit(NamedTuple):
    """A unit that a stage will run.

    Attributes
    ----------
    name
        The unit's.
    cost
        Rough seconds on one core; they need only be right against others of the unit's kind.
    """

    name: str
    cost: float

    @property
    def kind(self) -> str:
        """What it has in common with units of equal speed: dataset, method and what is done."""
        # "spheres/tsne perplexity 5/split 0, model seed 1/embed" is a "spheres/tsne/embed".
        parts = [re.sub(r" .*", "", part) for part in self.name.split("/")]
        return "/".join(part for part in parts if part != "split")


def _kinds_above(kind: str) -> list[str]:
    """Return "tsne/embed" and "embed" for "spheres/tsne/embed": wider and wider kinds."""
    parts = kind.split("/")
    return ["/".join(parts[start:]) for start in range(1, len(parts))]


@dataclass
class SideBySide:
    """Units of a chain that follow what comes before them, but not one another.

    Which they are may become known only while the chain runs.
    """

    units: list[PlannedUnit]


#: Units that follow one another.
Chain = Sequence[PlannedUnit | SideBySide]


def _units(step: PlannedUnit | SideBySide) -> Sequence[PlannedUnit]:
    return step.units if isinstance(step, SideBySide) else (step,)


class Speed(NamedTuple):
    """What units of one kind took, and were expected to cost, all together in seconds."""

    seconds: float = 0.0
    cost: float = 0.0

    def add(self, seconds: float, cost: float) -> Speed:
        """Return the speed with more units."""
        return Speed(self.seconds + seconds, self.cost + cost)

    @property
    def rate(self) -> float:
        """Seconds for each second of the rough cost."""
        return self.seconds / self.cost


class Durations:
    """What the units of a stage may take, from earlier runs and from those that have ended.

    Parameters
    ----------
    chains
        All units of the stage, those that follow one another together.
    earlier
        Speeds of earlier runs by kind; see `read_durations`.
    """

    def __init__(self, chains: Iterable[Chain], earlier: Mapping[str, Speed]) -> None:
        self.chains = list(chains)
        self._earlier = earlier
        self._most_at_once = 1

    @property
    def n_units(self) -> int:
        """How many units the stage has, as far as that is known."""
        return sum(1 for _ in self._planned())

    def _planned(self) -> Iterator[PlannedUnit]:
        return (unit for chain in self.chains for step in chain for unit in _units(step))

    def measured(self, fanout: FanOut) -> dict[str, Speed]:
        """Return the speeds of what this run has computed, by kind."""
        return {kind: _usual(speeds) for kind, speeds in self._computed(fanout).items()}

    def _computed(self, fanout: FanOut) -> dict[str, list[Speed]]:
        """Return the speed of every unit that this run has computed, by kind."""
        speeds: dict[str, list[Speed]] = {}
        planned = {unit.name: unit for unit in self._planned()}
        for each in fanout.outcomes:
            unit = planned.get(each.name)
            if unit is not None and each.state == "computed" and each.attempts == 1:
                speeds.setdefault(unit.kind, []).append(Speed(each.seconds, unit.cost))
        return speeds

    def left(self, fanout: FanOut, *, now: float | None = None) -> float | None:
        """Estimate how many seconds are left.

        As many units run at once as have done so far, and none begins before the one that it
        follows has ended.

        Parameters
        ----------
        fanout
            Runs the units.
        now
            Monotonic seconds; those of this moment if None.

        Returns
        -------
        float or None
            Seconds; None where too little is known of what is left.
        """
        running = dict(fanout.running)
        self._most_at_once = max(self._most_at_once, len(running))
        ended = {each.name for each in fanout.outcomes}
        rates = self._rates(fanout)
        if not rates:
            return None
        now = time.monotonic() if now is None else now

        def seconds(unit: PlannedUnit) -> float:
            if unit.name in ended:
                return 0.0
            kinds = (unit.kind, *_kinds_above(unit.kind))
            whole = unit.cost * next((rates[kind] for kind in kinds if kind in rates), 1.0)
            if unit.name not in running:
                return whole
            elapsed = now - running[unit.name]
            return max(whole - elapsed, _OVERTIME * elapsed)

        def shortest(step: PlannedUnit | SideBySide) -> float:
            each = list(map(seconds, _units(step)))
            return max(sum(each) / self._most_at_once, max(each, default=0.0))

        longest = max((sum(map(shortest, chain)) for chain in self.chains), default=0.0)
        return max(sum(map(seconds, self._planned())) / self._most_at_once, longest)

    def _rates(self, fanout: FanOut) -> dict[str, float]:
        """Seconds for each second of cost by kind: this run's own where there are some.

        Earlier ones are scaled by how fast the machine is today. Wider kinds have rates too, for
        those that nobody has measured.
        """
        computed = self._computed(fanout)
        own = {kind: _usual(speeds) for kind, speeds in computed.items()}
        both = [kind for kind in own if kind in self._earlier]
        expected = sum(own[kind].cost * self._earlier[kind].rate for kind in both)
        today = sum(own[kind].seconds for kind in both) / expected if expected else 1.0
        rates = {kind: today * speed.rate for kind, speed in self._earlier.items()}
        rates |= {kind: speed.rate for kind, speed in own.items()}
        earlier = {kind: [speed] for kind, speed in self._earlier.items()}
        return {**_wider({**earlier, **computed}), **_wider(computed), **rates}


def _usual(speeds: Iterable[Speed]) -> Speed:
    """Return all speeds together, at the rate of the median second of cost.

    The first units of a worker load and compile what the others find.
    """
    ordered = sorted(speeds, key=lambda each: each.rate)
    total, below = sum(each.cost for each in ordered), 0.0
    for each in ordered:
        below += each.cost
        if below >= total / 2:
            return Speed(each.rate * total, total)
    return Speed()


def _wider(speeds: Mapping[str, Sequence[Speed]]) -> dict[str, float]:
    together: dict[str, list[Speed]] = {}
    for kind, each in speeds.items():
        for above in _kinds_above(kind):
            together.setdefault(above, []).extend(each)
    rough = Speed(_TRUST, _TRUST)
    return {kind: rough.add(*_usual(each)).rate for kind, each in together.items()}


def read_durations(stage: str) -> dict[str, Speed]:
    """Return the speeds of a stage's units in earlier runs on this machine, by kind.

    Embeddings that only other stages have measured have theirs; scorings have other metrics there.
    """
    stages = _read().get(_machine(), {})
    # The stage's own last: they stand in place of the others'.
    names = sorted(stages, key=lambda name: name == stage)
    return {
        kind: Speed(*each)
        for name in names
        for kind, each in stages[name].items()
        if name == stage or kind.endswith("/embed")
    }


def keep_durations(stage: str, measured: Mapping[str, Speed]) -> None:
    """Keep the speeds of a run for the next; each run counts half as much as the one after it."""
    if not measured:
        return
    kept = _read()
    stages = kept.setdefault(_machine(), {})
    speeds = stages.setdefault(stage, {})
    for kind, speed in measured.items():
        seconds, cost = speeds.get(kind, (0.0, 0.0))
        speeds[kind] = speed.add(seconds / 2, cost / 2)
    store.write_json(_KEPT, kept)


def _read() -> _Kept:
    try:
        kept: _Kept = json.loads(_KEPT.read_text())
    except (OSError, ValueError):
        # What is only expected must not stop a run.
        return {}
    return kept


def _machine() -> str:
    return f"{platform.node()}, {os.environ.get(DEVICE, 'cpu')}"


def format_seconds(seconds: float) -> str:
    """Write a duration for people: seconds below two minutes, else minutes."""
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def format_core_seconds(seconds: float) -> str:
    """Write what units took on their cores together."""
    return f"{seconds:,.0f} core-seconds"
