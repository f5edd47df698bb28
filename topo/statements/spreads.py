"""Rules on spreads: between methods, between splits, and along a swept hyperparameter."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from topo.methods.roles import PAPER_METHODS
from topo.names import dataset_title
from topo.statements.evidence import Evidence, MissingEvidenceError, paired
from topo.statements.intervals import ROUNDING, format_bound
from topo.statements.predicates import Measure
from topo.statements.samples import Quantity, Sample, TheorySample
from topo.statements.statement import Decide
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
        As `topo.statements.evidence.paired`.
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


def splits_against_methods(
    expected: Literal["splits", "methods"],
    *,
    dataset: str,
    quantity: Quantity,
    splits: TheorySample | None = None,
) -> Decide:
    """Judge which moves a quantity more: another random split, or another of the four methods.

    Parameters
    ----------
    expected
        What is claimed to move it more.
    dataset, quantity
        What is compared.
    splits
        Values on other splits, in place of the four methods' mean on theirs.

    Returns
    -------
    callable
        Compares the standard deviation, over the splits, of the four methods' mean with that of
        the methods' means over the benchmark's splits. "holds" and "does not hold" where the 95 %
        χ²-interval of the first lies wholly on one side of the second; else "not decidable".
    """

    def decide(evidence: Evidence) -> Verdict:
        table = four_methods(evidence, dataset, quantity)
        by_split = table.mean(axis=1) if splits is None else evidence.values(splits)
        methods = float(table.mean(axis=0).std(ddof=1))
        deviation, low, high = _deviation(by_split)
        outcome: Outcome = "not decidable"
        if low > methods:
            outcome = "holds" if expected == "splits" else "does not hold"
        elif high < methods:
            outcome = "holds" if expected == "methods" else "does not hold"
        interval = (
            "no interval" if math.isnan(low) else f"{format_bound(low)} to {format_bound(high)}"
        )
        return Verdict(
            outcome,
            f"{quantity.title} on {dataset_title(dataset)}: standard deviation "
            f"{format_bound(deviation)} ({interval}) over {len(by_split)} splits, "
            f"{format_bound(methods)} over the four methods",
            {"splits": deviation, "splits low": low, "splits high": high, "methods": methods},
        )

    return decide


def trend(dataset: str, method: str, quantity: Quantity, *, name: str) -> Measure:
    """Measure, split by split, whether a quantity falls or rises along a hyperparameter.

    Returns
    -------
    callable
        Spearman's rank correlation of the quantity with the hyperparameter `name` of the sweep,
        from −1 (falls all the way) to 1; 0 where the quantity does not change.
    """

    def measure(evidence: Evidence) -> pd.Series[float]:
        values = evidence.sweep_values(dataset, method, name)
        if len(values) < _FEWEST_VALUES:
            raise MissingEvidenceError(
                f"a trend needs at least {_FEWEST_VALUES} values of {name}, the sweep has "
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
        As `topo.statements.evidence.paired`.
    """
    ranks = paired(evidence, samples).rank(axis=1)
    correlations: pd.Series[float] = ranks.apply(_correlation_with_position, axis=1)
    return correlations


def _correlation_with_position(ranks: pd.Series[float]) -> float:
    if ranks.nunique() == 1:
        return 0.0
    return float(np.corrcoef(ranks, np.arange(len(ranks)))[0, 1])


def _deviation(values: pd.Series[float]) -> tuple[float, float, float]:
    """Return the standard deviation and its 95 % χ²-interval; NaN for a single value."""
    from scipy.special import chdtri

    degrees = len(values) - 1
    if degrees < 1:
        return math.nan, math.nan, math.nan
    deviation = float(values.std(ddof=1))
    low, high = (deviation * math.sqrt(degrees / chdtri(degrees, p)) for p in (0.025, 0.975))
    return deviation, low, high
