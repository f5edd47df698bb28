"""Rules that many statements share: where the mean of something lies, and all of several rules."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from topo.names import dataset_title
from topo.statements.contrasts import Difference, Rule, Value, contrasts_of
from topo.statements.evidence import Contrast, Evidence, Measure
from topo.statements.intervals import format_bound, format_comparison
from topo.statements.samples import Sample, TheorySample
from topo.statements.statement import Decide, decided
from topo.statements.verdicts import Outcome, Verdict

#: Most parts of a combined rule that its explanation spells out.
_MOST_PARTS = 4

#: What rules on means have in common.
INTERVAL = (
    "The interval is the 95 % t-interval of the mean over the repetitions: over fresh draws where "
    "the data are made, else widened for new samples (Nadeau and Bengio)."
)


def mean_within(
    measure: Measure, what: str, *, low: float = -math.inf, high: float = math.inf
) -> Rule:
    """Judge where the mean over the repetitions lies.

    Parameters
    ----------
    measure
        It is remembered by its identity: make it once, not in every verdict.
    what
        The measure in words.
    low, high
        Bounds, at least one of them finite.

    Returns
    -------
    Rule
        "holds" where the mean is shown to lie between the bounds, "does not hold" where it is
        shown to lie beyond one of them, else "not decidable". Shown is what the 95 % t-interval
        excludes.
    """
    contrasts, signs = _contrasts(measure, low=low, high=high)

    def decide(evidence: Evidence) -> Verdict:
        sides = [
            sign * evidence.side(contrast) for contrast, sign in zip(contrasts, signs, strict=True)
        ]
        outcome: Outcome = "not decidable"
        if -1 in sides:
            outcome = "does not hold"
        elif 0 not in sides:
            outcome = "holds"
        words = _where(evidence, contrasts, signs, sides)
        numbers = _numbers(evidence, contrasts)
        return Verdict(
            outcome, f"{what}: {words}", {**numbers, "low bound": low, "high bound": high}
        )

    return Rule(decide)


def comparison_within(
    measure: Measure, what: str, *, low: float = -math.inf, high: float = math.inf
) -> Rule:
    """Judge a measure that compares two methods, as `mean_within`.

    Its comparisons with the bounds belong to the family, so that they are corrected (Holm).
    """
    contrasts, _ = _contrasts(measure, low=low, high=high)
    return Rule(mean_within(measure, what, low=low, high=high).decide, contrasts)


def sample_within(
    sample: Sample | TheorySample, *, low: float = -math.inf, high: float = math.inf
) -> Rule:
    """Judge where the mean of a sample lies, as `mean_within`."""
    return mean_within(Value(sample), sample.title, low=low, high=high)


def difference_within(
    a: Sample, b: Sample, *, low: float = -math.inf, high: float = math.inf
) -> Rule:
    """Judge the mean of a − b, paired by repetition, as `comparison_within`."""
    what = f"{a.quantity.title} of {a.who} minus {b.who} on {dataset_title(a.dataset)}"
    if a.quantity != b.quantity:
        what = f"{a.title} minus {b.quantity.title}"
    return comparison_within(Difference(a, b), what, low=low, high=high)


def every_value_within(
    measures: Sequence[Measure], what: str, *, low: float = -math.inf, high: float = math.inf
) -> Rule:
    """Judge facts that one counterexample refutes: every value counts by itself.

    Returns
    -------
    Rule
        "holds" where all values of all measures lie between the bounds, else "does not hold".
    """

    def decide(evidence: Evidence) -> Verdict:
        values = pd.concat([evidence.measured(measure) for measure in measures])
        least, greatest = float(values.min()), float(values.max())
        outcome: Outcome = "holds" if low <= least and greatest <= high else "does not hold"
        # Rounded, two values may read the same.
        extent = " to ".join(dict.fromkeys(map(format_bound, (least, greatest))))
        return Verdict(
            outcome,
            f"{what}: {extent} ({_counted(len(values))}), where {_wanted(low, high)} is required",
            {"least": least, "greatest": greatest, "n": len(values)},
        )

    return Rule(decide)


def all_of(parts: Mapping[str, Decide]) -> Rule:
    """Judge several rules as one.

    Returns
    -------
    Rule
        "holds" where all hold, "does not hold" where one does not, else "not decidable"; missing
        evidence for one of them does not save a claim that another refutes.
    """

    def decide(evidence: Evidence) -> Verdict:
        verdicts = {label: decided(part, evidence) for label, part in parts.items()}
        outcomes = [verdict.outcome for verdict in verdicts.values()]
        outcome = _combined(outcomes)
        telling = [v for v in verdicts.values() if v.outcome == outcome]
        # What is missing is missing for many parts: it is said once.
        causes = dict.fromkeys(v.cause for v in telling)
        explanations = [v.explanation for v in telling if not v.cause]
        explanations += dict.fromkeys(v.explanation for v in telling if v.cause)
        numbers = {
            f"{label}: {name}": value
            for label, verdict in verdicts.items()
            for name, value in verdict.numbers.items()
        }
        words = explanations[:_MOST_PARTS]
        if len(explanations) > _MOST_PARTS:
            words.append(f"{len(explanations) - _MOST_PARTS} more likewise")
        # A part that its numbers leave open would leave the whole open: no evidence is wanting.
        cause = "" if "" in causes else next(iter(causes))
        return Verdict(outcome, "; ".join(words), numbers, cause)

    return Rule(decide, tuple(each for part in parts.values() for each in contrasts_of(part)))


def _combined(outcomes: Sequence[Outcome]) -> Outcome:
    """Return the outcome of a claim that needs all of several."""
    if "does not hold" in outcomes:
        return "does not hold"
    return "not decidable" if "not decidable" in outcomes else "holds"


def _contrasts(
    measure: Measure, *, low: float, high: float
) -> tuple[tuple[Contrast, ...], tuple[int, ...]]:
    """Return a contrast for every finite bound, and on which side of it the claim is."""
    bounds = [(each, sign) for each, sign in ((low, 1), (high, -1)) if math.isfinite(each)]
    if not bounds:
        raise ValueError("a rule needs a finite bound, got none: give low or high")
    return tuple(Contrast(measure, each) for each, _ in bounds), tuple(sign for _, sign in bounds)


def _where(
    evidence: Evidence, contrasts: Sequence[Contrast], signs: Sequence[int], sides: Sequence[int]
) -> str:
    """Say what the mean is, on which side of its bounds, and what the correction changes."""
    found = [evidence.compare(contrast) for contrast in contrasts]
    n = found[0].difference.n
    words = f"{format_comparison(found[0])} (n = {n}), "
    for outcome, negation in ((-1, "not "), (1, "")):
        if outcome in sides and (outcome == -1 or 0 not in sides):
            return words + " and ".join(
                f"{negation}{'above' if sign > 0 else 'below'} {format_bound(contrast.bound)}"
                for contrast, sign, side in zip(contrasts, signs, sides, strict=True)
                if side == outcome
            )
    if n < 2:
        return words + "and one repetition has no interval"
    unclear = [each for each, side in zip(found, sides, strict=True) if side == 0]
    bounds = " and ".join(format_bound(each.bound) for each in unclear)
    if any(each.side() for each in unclear):
        among = f"among {len(evidence.family)} comparisons"
        return words + f"distinguishable from {bounds} by itself, not {among}"
    return words + f"not distinguishable from {bounds}"


def _numbers(evidence: Evidence, contrasts: Sequence[Contrast]) -> dict[str, float]:
    """Name the mean, its interval, and the p-values, before and after the correction."""
    numbers = dict(evidence.interval(contrasts[0].measure)._asdict())
    for contrast in contrasts:
        name = f"p against {format_bound(contrast.bound)}"
        numbers[name] = evidence.compare(contrast).p_value
        if contrast in evidence.family:
            numbers[f"{name}, corrected"] = evidence.p_value(contrast)
    return numbers


def _wanted(low: float, high: float) -> str:
    if low == high:
        return f"exactly {format_bound(low)}"
    words = (("at least", low), ("at most", high))
    return " and ".join(
        f"{word} {format_bound(bound)}" for word, bound in words if math.isfinite(bound)
    )


def _counted(n: int) -> str:
    return "1 value" if n == 1 else f"{n} values"
