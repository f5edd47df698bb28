"""Means with 95 % t-intervals, where they lie, and two methods compared by them."""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from topo.statements.evidence import Evidence, paired
from topo.statements.samples import Sample
from topo.statements.verdicts import Outcome
from topo.table.numbers import format_estimate, format_number

#: Values that differ by less than this share of themselves are equal: the order of additions.
ROUNDING = 1e-9


class MeanInterval(NamedTuple):
    """Mean of n repetitions with the half width of its 95 % t-interval; NaN with fewer than two."""

    mean: float
    half_width: float
    n: int

    @property
    def low(self) -> float:
        """Lower end of the interval."""
        return self.mean - self.half_width

    @property
    def high(self) -> float:
        """Upper end of the interval."""
        return self.mean + self.half_width

    def __str__(self) -> str:
        return format_estimate(self.mean, self.half_width)

    def outcome(self, *, low: float = -math.inf, high: float = math.inf) -> Outcome:
        """Say where the interval lies.

        Returns
        -------
        Outcome
            "holds" if the whole interval lies between `low` and `high`, "does not hold" if all
            of it lies on one side of them; else, and with one repetition, "not decidable".
        """
        if self.low > low and self.high < high:
            return "holds"
        if self.high < low or self.low > high:
            return "does not hold"
        return "not decidable"


def mean_interval(values: pd.Series[float]) -> MeanInterval:
    """Return the mean of at least one repetition with its 95 % t-interval."""
    from scipy.special import stdtrit

    n = len(values)
    if n < 2:
        return MeanInterval(float(values.mean()), math.nan, n)
    half_width = stdtrit(n - 1, 0.975) * values.std(ddof=1) / math.sqrt(n)
    return MeanInterval(float(values.mean()), float(half_width), n)


def differences(evidence: Evidence, a: Sample, b: Sample) -> pd.Series[float]:
    """Subtract one sample from another, split by split.

    Returns
    -------
    Series
        a − b by split; 0 where they differ by rounding alone.

    Raises
    ------
    MissingEvidenceError
        As `topo.statements.evidence.paired`.
    """
    both = paired(evidence, (a, b))
    difference: pd.Series[float] = both[0] - both[1]
    return difference.mask(np.isclose(both[0], both[1], rtol=ROUNDING, atol=0), 0.0)


def format_bound(value: float) -> str:
    """Write a bound, or a number that has no interval, with four digits and no zeros at the end."""
    return format_number(value) if 1e4 <= abs(value) < 1e6 else f"{value:.4g}"


_Better = Literal["first", "second", "unclear"]


class PairedComparison(NamedTuple):
    """The first sample's values minus the second's, and which one is better if 0 is excluded."""

    difference: MeanInterval
    better: _Better

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
