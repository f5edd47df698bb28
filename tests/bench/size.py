"""How much of its work a benchmark does."""

from __future__ import annotations

from dataclasses import dataclass

#: Share of the study that the whole run does by default; the suite then takes about 35 minutes.
DEFAULT_SCALE = 0.1


@dataclass(frozen=True)
class Size:
    """Full, or as small as it still runs, for the tests.

    Attributes
    ----------
    smallest
        Whether to do as little as possible.
    scale
        Share of the study's repetitions, trials, perplexities and epochs that the whole run does.
    """

    smallest: bool = False
    scale: float = DEFAULT_SCALE

    @property
    def rounds(self) -> int:
        """How often both sides of a short comparison are timed."""
        return 1 if self.smallest else 7

    @property
    def few_rounds(self) -> int:
        """How often both sides of a long comparison are timed."""
        return 1 if self.smallest else 3
