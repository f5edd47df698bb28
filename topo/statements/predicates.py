"""Rules that many statements share: where the mean of something lies, and all of several rules."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from topo.names import dataset_title
from topo.statements.evidence import Evidence
from topo.statements.intervals import MeanInterval, differences, format_bound, mean_interval
from topo.statements.samples import Sample, TheorySample
from topo.statements.statement import Decide, decided
from topo.statements.verdicts import Outcome, Verdict

#: Something measured once per repetition.
Measure = Callable[[Evidence], "pd.Series[float]"]

#: Most parts of a combined rule that its explanation spells out.
_MOST_PARTS = 4

#: What rules on means have in common.
INTERVAL = "The interval is the 95 % t-interval of the mean over the repetitions."


def mean_within(
    measure: Measure, what: str, *, low: float = -math.inf, high: float = math.inf
) -> Decide:
    """Judge where the mean over the repetitions lies.

    Returns
    -------
    callable
        "holds" where the 95 % t-interval of the mean lies between the bounds, "does not hold"
        where it lies beyond one of them, else "not decidable".
    """

    def decide(evidence: Evidence) -> Verdict:
        mean = mean_interval(measure(evidence))
        outcome = mean.outcome(low=low, high=high)
        relation = _relation(outcome, mean, _finite(low, high))
        return Verdict(
            outcome,
            f"{what}: {mean} (n = {mean.n}), {relation}",
            {**mean._asdict(), "low bound": low, "high bound": high},
        )

    return decide


def sample_within(
    sample: Sample | TheorySample, *, low: float = -math.inf, high: float = math.inf
) -> Decide:
    """Judge where the mean of a sample lies, as `mean_within`."""
    return mean_within(lambda evidence: evidence.values(sample), sample.title, low=low, high=high)


def difference_within(
    a: Sample, b: Sample, *, low: float = -math.inf, high: float = math.inf
) -> Decide:
    """Judge the mean of a − b, paired by split, as `mean_within`."""
    what = f"{a.quantity.title} of {a.who} minus {b.who} on {dataset_title(a.dataset)}"
    if a.quantity != b.quantity:
        what = f"{a.title} minus {b.quantity.title}"
    return mean_within(lambda evidence: differences(evidence, a, b), what, low=low, high=high)


def every_value_within(
    measures: Sequence[Measure], what: str, *, low: float = -math.inf, high: float = math.inf
) -> Decide:
    """Judge facts that one counterexample refutes: every value counts by itself.

    Returns
    -------
    callable
        "holds" where all values of all measures lie between the bounds, else "does not hold".
    """

    def decide(evidence: Evidence) -> Verdict:
        values = pd.concat([measure(evidence) for measure in measures])
        least, greatest = float(values.min()), float(values.max())
        outcome: Outcome = "holds" if low <= least and greatest <= high else "does not hold"
        extent = (
            format_bound(least)
            if least == greatest
            else f"{format_bound(least)} to {format_bound(greatest)}"
        )
        return Verdict(
            outcome,
            f"{what}: {extent} ({_counted(len(values))}), where {_wanted(low, high)} is required",
            {"least": least, "greatest": greatest, "n": len(values)},
        )

    return decide


def all_of(parts: Mapping[str, Decide]) -> Decide:
    """Judge several rules as one.

    Returns
    -------
    callable
        "holds" where all hold, "does not hold" where one does not, else "not decidable"; missing
        evidence for one of them does not save a claim that another refutes.
    """

    def decide(evidence: Evidence) -> Verdict:
        verdicts = {label: decided(part, evidence) for label, part in parts.items()}
        outcomes = [verdict.outcome for verdict in verdicts.values()]
        outcome = _combined(outcomes)
        telling = [v.explanation for v in verdicts.values() if v.outcome == outcome]
        numbers = {
            f"{label}: {name}": value
            for label, verdict in verdicts.items()
            for name, value in verdict.numbers.items()
        }
        words = telling[:_MOST_PARTS]
        if len(telling) > _MOST_PARTS:
            words.append(f"{len(telling) - _MOST_PARTS} more likewise")
        return Verdict(outcome, "; ".join(words), numbers)

    return decide


def _combined(outcomes: Sequence[Outcome]) -> Outcome:
    """Return the outcome of a claim that needs all of several."""
    if "does not hold" in outcomes:
        return "does not hold"
    return "not decidable" if "not decidable" in outcomes else "holds"


def _finite(low: float, high: float) -> list[tuple[str, float]]:
    bounds = (("above", low), ("below", high))
    return [(word, bound) for word, bound in bounds if math.isfinite(bound)]


def _relation(outcome: Outcome, mean: MeanInterval, bounds: list[tuple[str, float]]) -> str:
    """Say in words where the interval lies."""
    if outcome == "holds":
        return " and ".join(f"{word} {format_bound(bound)}" for word, bound in bounds)
    if outcome == "does not hold":
        return " and ".join(
            f"not {word} {format_bound(bound)}"
            for word, bound in bounds
            if (mean.high < bound if word == "above" else mean.low > bound)
        )
    if mean.n < 2:
        return "and one repetition has no interval"
    inside = [bound for _, bound in bounds if mean.low <= bound <= mean.high]
    return f"and the interval contains {' and '.join(map(format_bound, inside))}"


def _wanted(low: float, high: float) -> str:
    if low == high:
        return f"exactly {format_bound(low)}"
    words = (("at least", low), ("at most", high))
    return " and ".join(
        f"{word} {format_bound(bound)}" for word, bound in words if math.isfinite(bound)
    )


def _counted(n: int) -> str:
    return "1 value" if n == 1 else f"{n} values"
