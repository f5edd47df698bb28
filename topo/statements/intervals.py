"""Numbers of a verdict in print: intervals, bounds, comparisons."""

from __future__ import annotations

from topo.inference import LEVEL, Comparison, MeanInterval
from topo.table.numbers import format_estimate, format_number

#: Places among the four methods.
ORDINALS = ("first", "second", "third", "fourth")


def format_interval(mean: MeanInterval) -> str:
    """Write a mean with half the width of its interval, if it has one."""
    return format_estimate(mean.mean, mean.half_width)


def format_bound(value: float) -> str:
    """Write a bound, or a number that has no interval, with four digits and no zeros at the end."""
    return format_number(value) if 1e4 <= abs(value) < 1e6 else f"{value:.4g}"


def format_comparison(found: Comparison) -> str:
    """Write a difference with its interval or, where it was counted, how often either side wins."""
    words = format_interval(found.difference)
    if found.test != "sign":
        return words
    counts = f"{found.n_above} above, {found.n_below} below, {found.n_ties} equal"
    if found.least_p >= LEVEL:
        counts += "; so few show nothing" if found.least_p < 1 else "; splits show nothing"
    return f"{words} ({counts})"
