"""Two methods compared on the splits that both have."""

from __future__ import annotations

from typing import NamedTuple

from topo.statements.estimates import Estimate, differences, estimate
from topo.statements.evidence import Evidence
from topo.statements.samples import Sample


class Duel(NamedTuple):
    """Two methods compared on the splits that both have.

    Attributes
    ----------
    difference
        The first one's values minus the second one's.
    sign
        1 where the first is better and the interval excludes 0, −1 where it is worse likewise,
        else 0.
    """

    difference: Estimate
    sign: int

    @property
    def equal(self) -> bool:
        """Whether both are the same on every one of several splits."""
        return self.difference.mean == self.difference.half_width == 0


def duel(evidence: Evidence, a: Sample, b: Sample) -> Duel:
    """Compare two samples in the direction of their metric.

    Raises
    ------
    MissingEvidenceError
        If they share no split.
    """
    difference = estimate(differences(evidence, a, b))
    higher = {"holds": 1, "does not hold": -1, "not decidable": 0}[difference.outcome(low=0)]
    return Duel(difference, higher if a.quantity.direction == "higher" else -higher)
