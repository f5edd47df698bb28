"""Samples of the score tables that findings speak of, and their means with intervals."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from flows.reporting.outcomes import words
from topo.figures import Curve
from topo.inference import MeanInterval, mean_interval
from topo.statements import Evidence, Quantity, Sample
from topo.statements.contrasts import paired
from topo.statements.quantities import NESTING

SPHERES = "spheres"
EMPTY = Quantity("sliced_wasserstein", "empty")


def nesting(method: str, perplexity: float | None = None) -> Sample:
    """Nesting of a method on SPHERES, of the benchmark or at a perplexity of the sweep."""
    if perplexity is None:
        return Sample(SPHERES, method, NESTING)
    return Sample(SPHERES, method, NESTING, "sweep", {"perplexity": perplexity})


def sliced(quantity: Quantity, perplexity: float) -> Sample:
    """Name a diagram distance of t-SNE on SPHERES at a perplexity of the sweep."""
    return Sample(SPHERES, "tsne", quantity, "sweep", {"perplexity": perplexity})


def mean(evidence: Evidence, sample: Sample) -> MeanInterval:
    """Mean of a sample over its repetitions."""
    return _interval(evidence, evidence.values(sample))


def difference(evidence: Evidence, one: Sample, other: Sample) -> MeanInterval:
    """Mean difference of two samples on the repetitions that both have."""
    beside = paired(evidence, [one, other])
    return _interval(evidence, beside[0] - beside[1])


def relative(evidence: Evidence, one: Sample, other: Sample) -> MeanInterval:
    """Return one sample minus another in % of the other, on the repetitions that both have."""
    beside = paired(evidence, [one, other])
    return _interval(evidence, 100 * (beside[0] / beside[1] - 1))


def _interval(evidence: Evidence, values: pd.Series[float]) -> MeanInterval:
    return mean_interval(values, test_to_train=evidence.overlap(values))


def curve(evidence: Evidence, quantity: Quantity, level: Quantity | None, *, title: str) -> Curve:
    """Follow a diagram distance of t-SNE on SPHERES along the sweep, beside a level."""
    perplexities = evidence.sweep_values(SPHERES, "tsne", "perplexity")
    values = [evidence.values(sliced(quantity, each)) for each in perplexities]
    return Curve(
        title=title,
        x=perplexities,
        mean=[float(each.mean()) for each in values],
        low=[float(each.min()) for each in values],
        high=[float(each.max()) for each in values],
        level=None if level is None else mean(evidence, sliced(level, perplexities[-1])).mean,
    )


def clearness(interval: MeanInterval) -> float:
    """Return how many half widths the interval's middle lies from 0; 0 without an interval."""
    if not interval.half_width > 0:
        return 0.0
    return abs(interval.mean) / interval.half_width


def text(interval: MeanInterval) -> str:
    """Mean and half width, rounded to the interval."""
    return words(interval.mean, interval.half_width)


def signed(interval: MeanInterval) -> str:
    """Write a change: as `text`, with a plus sign where it is above 0."""
    return f"{'+' if interval.mean > 0 else ''}{text(interval)}"


def counted(intervals: Mapping[str, MeanInterval]) -> str:
    """List means by name, with how many repetitions they rest on: once where all have as many."""
    numbers = {each.n for each in intervals.values()}
    if len(numbers) > 1:
        return ", ".join(f"{name} {text(each)} (n = {each.n})" for name, each in intervals.items())
    told = ", ".join(f"{name} {text(each)}" for name, each in intervals.items())
    return f"{told} (n = {numbers.pop()})"
