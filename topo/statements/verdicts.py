"""What becomes of the paper's conclusions, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Outcome = Literal["holds", "does not hold", "not decidable"]
OUTCOMES: tuple[Outcome, ...] = ("holds", "does not hold", "not decidable")


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


@dataclass(frozen=True)
class Judged:
    """A statement with its verdict, as plain data.

    Attributes
    ----------
    name, theme, place, claim, rule
        As in `topo.statements.statement.Statement`.
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
class OpenQuestion:
    """A conclusion or conjecture of the paper that no run of this study can decide.

    Attributes
    ----------
    name
        Name in lower case with hyphens.
    place
        Section of the paper.
    claim
        As in `topo.statements.statement.Statement`.
    reason
        Why the study says nothing about it.
    """

    name: str
    place: str
    claim: str
    reason: str
