"""What a statement of the paper is: a conclusion, and the rule that decides it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from topo.statements.evidence import Evidence, MissingEvidenceError
from topo.statements.verdicts import Judged, Verdict

#: A rule; it may raise MissingEvidenceError.
Decide = Callable[[Evidence], Verdict]


@dataclass(frozen=True)
class Statement:
    """A conclusion of the paper that a run can decide.

    Attributes
    ----------
    name
        Name in lower case with hyphens.
    place
        Section, figure or table of the paper.
    claim
        The conclusion in this project's words, with the paper's in quotation marks.
    rule
        When it holds, when it does not, and when neither can be said.
    decide
        The rule as a function. It may raise MissingEvidenceError; `judge` does not.
    theme
        Heading under which it is reported.
    """

    name: str
    place: str
    claim: str
    rule: str
    decide: Decide
    theme: str

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
