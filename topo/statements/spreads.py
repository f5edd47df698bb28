"""Rules on spreads: between methods, between repetitions, and along a swept hyperparameter."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from topo.inference.comparisons import ROUNDING
from topo.methods.roles import PAPER_METHODS
from topo.names import dataset_title
from topo.statements.contrasts import Rule, paired
from topo.statements.evidence import Evidence, Measure
from topo.statements.intervals import format_bound
from topo.statements.samples import Quantity, Sample, TheorySample
from topo.statements.score_tables import MissingEvidenceError
from topo.statements.verdicts import Outcome, Verdict

#: Fewest values of a hyperparameter that can have a trend.
_FEWEST_VALUES = 3


def four_methods(evidence: Evidence, dataset: str, quantity: Quantity) -> pd.DataFrame:
    """Return one quantity of the paper's four methods.

    Returns
    -------
    DataFrame
        A row per split that all four have, a column per method.

    Raises
    ------
    MissingEvidenceError
        As `topo.statements.contrasts.paired`.
    """
    return paired(evidence, [Sample(dataset, method, quantity) for method in PAPER_METHODS])


def relative_range(dataset: str, quantity: Quantity) -> Measure:
    """Measure, split by split, how far the four methods lie apart, in per cent of their mean."""

    def measure(evidence: Evidence) -> pd.Series[float]:
        table = four_methods(evidence, dataset, quantity)
        apart = table.max(axis=1) - table.min(axis=1)
        ranges = 100 * apart / table.mean(axis=1)
        return ranges.mask((apart == 0) | (ranges < 100 * ROUNDING), 0.0)

    return measure


def repetitions_against_methods(
    expected: Literal["repetitions", "methods"], *, dataset: str, quantity: Quantity
) -> Rule:
    """Judge which moves a method's place among the four more: another repetition, or the method.

    A shift that is common to all methods in a repetition says nothing of their differences: it is
    taken out first.

    Parameters
    ----------
    expected
        What is claimed to move it more.

    Returns
    -------
    Rule
        Compares the standard deviation over the repetitions of a method's distance from the four
        methods' mean with that of the methods' means. "holds" and "does not hold" where the 95 %
        χ²-interval of the first, with (n - 1) (4 - 1) degrees of freedom, lies wholly on one side
        of the second; else "not decidable".
    """

    def decide(evidence: Evidence) -> Verdict:
        table = four_methods(evidence, dataset, quantity)
        methods = float(table.mean(axis=0).std(ddof=1))
        deviation, low, high = _deviation(evidence, table)
        outcome: Outcome = "not decidable"
        if low > methods:
            outcome = "holds" if expected == "repetitions" else "does not hold"
        elif high < methods:
            outcome = "holds" if expected == "methods" else "does not hold"
        interval = (
            "no interval" if math.isnan(low) else f"{format_bound(low)} to {format_bound(high)}"
        )
        return Verdict(
            outcome,
            f"{quantity.title} on {dataset_title(dataset)}: standard deviation "
            f"{format_bound(deviation)} ({interval}) over {len(table)} repetitions, without what "
            f"all methods have in common, {format_bound(methods)} over the four methods",
            {
                "repetitions": deviation,
                "repetitions low": low,
                "repetitions high": high,
                "methods": methods,
            },
        )

    return Rule(decide)


def trend(
    dataset: str, method: str, quantity: Quantity, *, name: str, least: float = -math.inf
) -> Measure:
    """Measure, split by split, whether a quantity falls or rises along a hyperparameter.

    Parameters
    ----------
    name
        The hyperparameter.
    least
        Its least value that counts.

    Returns
    -------
    callable
        Spearman's rank correlation of the quantity with the hyperparameter `name` of the sweep,
        from −1 (falls all the way) to 1; 0 where the quantity does not change.
    """

    def measure(evidence: Evidence) -> pd.Series[float]:
        values = [each for each in evidence.sweep_values(dataset, method, name) if each >= least]
        if len(values) < _FEWEST_VALUES:
            start = "" if least == -math.inf else f" from {least:g} on"
            raise MissingEvidenceError(
                f"a trend needs at least {_FEWEST_VALUES} values of {name}{start}, the sweep has "
                f"{len(values)}"
            )
        samples = [Sample(dataset, method, quantity, "sweep", {name: value}) for value in values]
        return rank_correlation(evidence, samples)

    return measure


def rank_correlation(
    evidence: Evidence, samples: Sequence[Sample | TheorySample]
) -> pd.Series[float]:
    """Return Spearman's correlation of values with the place of their sample, by split.

    Returns
    -------
    Series
        From −1 (each is below the one before) to 1; 0 where all are equal.

    Raises
    ------
    MissingEvidenceError
        As `topo.statements.contrasts.paired`.
    """
    ranks = paired(evidence, samples).rank(axis=1)
    correlations: pd.Series[float] = ranks.apply(_correlation_with_position, axis=1)
    return correlations


def _correlation_with_position(ranks: pd.Series[float]) -> float:
    if ranks.nunique() == 1:
        return 0.0
    return float(np.corrcoef(ranks, np.arange(len(ranks)))[0, 1])


def _deviation(evidence: Evidence, table: pd.DataFrame) -> tuple[float, float, float]:
    """Return the standard deviation about rows and columns, and its 95 % χ²-interval.

    Splits of one dataset are alike, by Nadeau and Bengio's ratio: new samples vary more.
    """
    from scipy.special import chdtri

    n, n_methods = table.shape
    degrees = (n - 1) * (n_methods - 1)
    if degrees < 1:
        return math.nan, math.nan, math.nan
    values = table.to_numpy(dtype=np.float64)
    rest = values - values.mean(axis=1, keepdims=True) - values.mean(axis=0) + values.mean()
    # What rounding leaves is no spread.
    rest[np.abs(rest) < ROUNDING * np.abs(values).max()] = 0.0
    of_splits = 1 + evidence.overlap(table[0])
    deviation = math.sqrt(float((rest**2).sum()) / degrees * of_splits)
    low, high = (deviation * math.sqrt(degrees / chdtri(degrees, p)) for p in (0.025, 0.975))
    return deviation, low, high
