"""What the rounds have shown: how often every kind of fault hit, and how long things took."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

#: Seconds from a resumed run's command to its first finished unit, where the services are there.
MOST_SECONDS_TO_COMPUTE = 20.0

#: Rounds after which a kind of fault must have hit something.
_ROUNDS_TO_HIT = 2


@dataclass
class Tally:
    """Counts of all rounds so far.

    Attributes
    ----------
    rounds, hits
        How many rounds every kind of fault had, and in how many of them it hit work in progress.
    seconds
        How long the rounds of every kind took together.
    left_out
        Why a kind cannot be had on this machine.
    waits
        Seconds from every resumed run's command to its first finished unit.
    """

    rounds: Counter[str] = field(default_factory=Counter)
    hits: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)

    def told(self, kind: str, hit: bool, said: str) -> str:
        """Count a round, and return what to say of it."""
        self.rounds[kind] += 1
        self.hits[kind] += hit
        return said if hit else f"{said} (nothing in progress was hit)"

    def leave_out(self, kind: str, why: str) -> str:
        """Note that a kind cannot be had here, and return what to say of it."""
        self.left_out[kind] = why
        return f"{kind} left out: {why}"

    def took(self, kind: str, seconds: float) -> None:
        """Add the seconds of a round."""
        self.seconds[kind] = self.seconds.get(kind, 0.0) + seconds

    def lines(self) -> list[str]:
        """Return a line for every kind of fault."""
        counted = [
            f"{kind}: {self.hits[kind]} of {n} rounds hit, {self.seconds[kind] / n:.0f} s each"
            for kind, n in self.rounds.items()
        ]
        return [*counted, *(f"{kind}: left out, {why}" for kind, why in self.left_out.items())]

    def complaints(self) -> list[str]:
        """Return what all rounds together did not show."""
        slowest = max(self.waits, default=0.0)
        never = [
            f"{kind!r} hit nothing in {n} rounds"
            for kind, n in self.rounds.items()
            if n >= _ROUNDS_TO_HIT and not self.hits[kind]
        ]
        if slowest > MOST_SECONDS_TO_COMPUTE:
            return [*never, f"a resumed run computed its first unit after {slowest:.1f} s"]
        return never
