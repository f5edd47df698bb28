"""Two methods compared on the splits that both have."""

from __future__ import annotations

from typing import Literal, NamedTuple

from topo.statements.evidence import Evidence
from topo.statements.intervals import MeanInterval, differences, mean_interval
from topo.statements.samples import Sample

Better = Literal["first", "second", "unclear"]


class PairedComparison(NamedTuple):
    """The first sample's values minus the second's, and which one is better if 0 is excluded."""

    difference: MeanInterval
    better: Better

    @property
    def equal(self) -> bool:
        """Whether both are the same on every one of several splits."""
        return self.difference.mean == self.difference.half_width == 0


def paired_comparison(evidence: Evidence, a: Sample, b: Sample) -> PairedComparison:
    """Compare two samples in the direction of their metric.

    Raises
    ------
    MissingEvidenceError
        If they share no split.
    """
    difference = mean_interval(differences(evidence, a, b))
    outcome = difference.outcome(low=0)
    if outcome == "not decidable":
        return PairedComparison(difference, "unclear")
    first_is_higher = outcome == "holds"
    higher_is_better = a.quantity.direction == "higher"
    return PairedComparison(
        difference, "first" if first_is_higher == higher_is_better else "second"
    )
