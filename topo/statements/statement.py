"""What the paper concludes, and the statements in which a run can decide it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from topo.statements.contrasts import family_of
from topo.statements.evidence import Evidence
from topo.statements.score_tables import MissingEvidenceError
from topo.statements.verdicts import Judged, JudgedConclusion, Verdict, conclude

#: A rule; it may raise MissingEvidenceError.
Decide = Callable[[Evidence], Verdict]


@dataclass(frozen=True)
class Threshold:
    """A number in a rule that might as well be another.

    Attributes
    ----------
    name
        What it bounds.
    value
        The number that the verdict rests on.
    others
        Other sensible values, in ascending order; they do not decide, they tell how firm a verdict
        is.
    reason
        Why `value`, and why the others are sensible: one sentence.
    rule
        Returns the rule with another number in place of `value`.
    unit
        Of the number, where it has one.
    """

    name: str
    value: float
    others: tuple[float, ...]
    reason: str
    rule: Callable[[float], Decide]
    unit: str = ""

    @property
    def decide(self) -> Decide:
        """The rule at `value`."""
        return self.rule(self.value)


@dataclass(frozen=True)
class Statement:
    """One reading of a conclusion, which a run can decide.

    Attributes
    ----------
    name
        Name in lower case with hyphens. It is an address on the report page: it stays.
    claim
        The reading in this project's words.
    rule
        When it holds, when it does not, and when neither can be said.
    decide
        The rule as a function. It may raise MissingEvidenceError; `judge` does not.
    thresholds
        Numbers of the rule that might as well be others.
    """

    name: str
    claim: str
    rule: str
    decide: Decide
    thresholds: tuple[Threshold, ...] = ()

    @classmethod
    def at(cls, name: str, claim: str, rule: str, first: Threshold, *more: Threshold) -> Self:
        """Make a statement of a rule with thresholds, each of which decides at its value."""
        return cls(name, claim, rule, first.decide, (first, *more))

    def judge(self, evidence: Evidence) -> Judged:
        """Apply the rule; what is missing makes the statement not decidable."""
        verdict = decided(self.decide, evidence)
        return Judged(
            name=self.name,
            claim=self.claim,
            rule=self.rule,
            outcome=verdict.outcome,
            explanation=verdict.explanation.rstrip(".") + ".",
            numbers={k: float(v) for k, v in verdict.numbers.items() if math.isfinite(v)},
            cause=verdict.cause,
        )


@dataclass(frozen=True)
class Conclusion:
    """A conclusion of the paper, with the statements that it is read as.

    Attributes
    ----------
    name
        Name in lower case with hyphens, other than that of any statement.
    theme
        Heading under which it is reported.
    place
        Section, figure or table of the paper.
    quote
        The paper's words: at most 15 of them.
    readings
        At least one. `topo.statements.verdicts.conclude` says what their outcomes come to.
    """

    name: str
    theme: str
    place: str
    quote: str
    readings: tuple[Statement, ...]

    def judge(self, evidence: Evidence) -> JudgedConclusion:
        """Judge every reading, their paired comparisons as one family, and the conclusion."""
        seen = evidence.within(family_of(reading.decide for reading in self.readings))
        judged = tuple(reading.judge(seen) for reading in self.readings)
        return JudgedConclusion(
            name=self.name,
            theme=self.theme,
            place=self.place,
            quote=self.quote,
            outcome=conclude([each.outcome for each in judged]),
            readings=judged,
        )


def decided(decide: Decide, evidence: Evidence) -> Verdict:
    """Apply a rule, with "not decidable" and the reason where evidence is missing.

    Parameters
    ----------
    decide
        The rule.
    evidence
        The tables.

    Returns
    -------
    Verdict
        Never an exception for missing rows.
    """
    try:
        return decide(evidence)
    except MissingEvidenceError as error:
        return Verdict("not decidable", str(error), cause=error.cause)
