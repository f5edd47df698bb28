"""What a statement of the paper is, and what becomes of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from topo.statements.evidence import Evidence

Outcome = Literal["holds", "does not hold", "not decidable"]
OUTCOMES: tuple[Outcome, ...] = ("holds", "does not hold", "not decidable")


class MissingEvidenceError(Exception):
    """The tables lack what a rule asks for; the message says what, and why if they know."""


@dataclass(frozen=True)
class Verdict:
    """What a rule says about the evidence.

    Attributes
    ----------
    outcome
        "holds", "does not hold" or "not decidable".
    explanation
        One sentence, without a full stop, with the numbers that decided.
    numbers
        The same numbers by name; those that are not finite say that there is none.
    """

    outcome: Outcome
    explanation: str
    numbers: Mapping[str, float] = field(default_factory=dict)


Decide = Callable[["Evidence"], Verdict]


@dataclass(frozen=True)
class Judged:
    """A statement with its verdict, as plain data.

    Attributes
    ----------
    name, theme, place, claim, rule
        As in `Statement`.
    outcome, explanation
        As in `Verdict`; the explanation is a full sentence.
    numbers
        Finite numbers by name.
    """

    name: str
    theme: str
    place: str
    claim: str
    rule: str
    outcome: Outcome
    explanation: str
    numbers: Mapping[str, float]


@dataclass(frozen=True)
class Statement:
    """A conclusion of the paper that a run can decide.

    Attributes
    ----------
    name
        Name in kebab-case.
    theme
        Heading under which it is reported.
    place
        Section, figure or table of the paper.
    claim
        The conclusion in this project's words, with the paper's in quotation marks.
    rule
        When it holds, when it does not, and when neither can be said.
    decide
        The rule as a function. It may raise MissingEvidenceError; `judge` does not.
    """

    name: str
    theme: str
    place: str
    claim: str
    rule: str
    decide: Decide

    def judge(self, evidence: Evidence) -> Judged:
        """Apply the rule; what is missing makes the statement not decidable."""
        verdict = decided(self.decide, evidence)
        return Judged(
            name=self.name,
            theme=self.theme,
            place=self.place,
            claim=self.claim,
            rule=self.rule,
            outcome=verdict.outcome,
            explanation=verdict.explanation.rstrip(".") + ".",
            numbers={k: float(v) for k, v in verdict.numbers.items() if math.isfinite(v)},
        )


@dataclass(frozen=True)
class OpenQuestion:
    """A conclusion or conjecture of the paper that no run of this study can decide.

    Attributes
    ----------
    name
        Name in kebab-case.
    place
        Section of the paper.
    claim
        As in `Statement`.
    reason
        Why the study says nothing about it.
    """

    name: str
    place: str
    claim: str
    reason: str


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
        return Verdict("not decidable", str(error))
