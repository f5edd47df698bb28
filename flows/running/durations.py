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
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from flows import store
from flows.environment import DEVICE
from tasks.fanout import FanOut

#: Seconds and costs by machine, stage and kind.
_KEPT = store.CACHE / "durations.json"
_Kept: TypeAlias = dict[str, dict[str, dict[str, tuple[float, float]]]]

#: A unit that has run longer than expected is expected to run for this share of its time more.
_OVERTIME = 0.25


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


#: Units that follow one another.
Chain = Sequence[PlannedUnit]


class Speed(NamedTuple):
    """What units of one kind took, and were expected to cost, all together in seconds."""

    seconds: float = 0.0
    cost: float = 0.0

    def add(self, seconds: float, cost: float) -> Speed:
        """Return the speed with one more unit."""
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
        self.chains = [tuple(chain) for chain in chains]
        self._planned = {unit.name: unit for chain in self.chains for unit in chain}
        self._earlier = earlier
        self._most_at_once = 1

    @property
    def n_units(self) -> int:
        """How many units the stage has."""
        return len(self._planned)

    def measured(self, fanout: FanOut) -> dict[str, Speed]:
        """Return the speeds of what this run has computed, by kind."""
        speeds: dict[str, Speed] = {}
        for each in fanout.outcomes:
            unit = self._planned.get(each.name)
            if unit is not None and each.state == "computed" and each.attempts == 1:
                before = speeds.get(unit.kind, Speed())
                speeds[unit.kind] = before.add(each.seconds, unit.cost)
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
        left = [[unit for unit in chain if unit.name not in ended] for chain in self.chains]
        if not rates:
            return None
        now = time.monotonic() if now is None else now

        def seconds(unit: PlannedUnit) -> float:
            kinds = (unit.kind, *_kinds_above(unit.kind))
            whole = unit.cost * next((rates[kind] for kind in kinds if kind in rates), 1.0)
            if unit.name not in running:
                return whole
            elapsed = now - running[unit.name]
            return max(whole - elapsed, _OVERTIME * elapsed)

        chains = [sum(map(seconds, chain)) for chain in left]
        return max(sum(chains) / self._most_at_once, max(chains, default=0.0))

    def _rates(self, fanout: FanOut) -> dict[str, float]:
        """Seconds for each second of cost by kind: this run's own where there are some.

        Earlier ones are scaled by how fast the machine is today. Wider kinds have rates too, for
        those that nobody has measured.
        """
        own = self.measured(fanout)
        both = [kind for kind in own if kind in self._earlier]
        expected = sum(own[kind].cost * self._earlier[kind].rate for kind in both)
        today = sum(own[kind].seconds for kind in both) / expected if expected else 1.0
        rates = {kind: today * speed.rate for kind, speed in self._earlier.items()}
        rates |= {kind: speed.rate for kind, speed in own.items()}
        return {**_wider({**self._earlier, **own}), **_wider(own), **rates}


def _wider(speeds: Mapping[str, Speed]) -> dict[str, float]:
    totals: dict[str, Speed] = {}
    for kind, speed in speeds.items():
        for above in _kinds_above(kind):
            totals[above] = totals.get(above, Speed()).add(*speed)
    return {kind: total.rate for kind, total in totals.items()}


def read_durations(stage: str) -> dict[str, Speed]:
    """Return the speeds of a stage's units in earlier runs on this machine, by kind.

    What only other stages have measured is theirs.
    """
    stages = _read().get(_machine(), {})
    # The stage's own last: they stand in place of the others'.
    names = sorted(stages, key=lambda name: name == stage)
    return {kind: Speed(*each) for name in names for kind, each in stages[name].items()}


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
