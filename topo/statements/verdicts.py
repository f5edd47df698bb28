"""What becomes of the paper's conclusions, as plain data."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

Outcome = Literal["holds", "does not hold", "not decidable"]
OUTCOMES: tuple[Outcome, ...] = ("holds", "does not hold", "not decidable")

ConclusionOutcome = Literal["holds", "holds in part", "does not hold", "not decidable"]
CONCLUSION_OUTCOMES: tuple[ConclusionOutcome, ...] = (
    "holds",
    "holds in part",
    "does not hold",
    "not decidable",
)
#: `conclude` in words.
CONCLUDED = (
    "A conclusion holds where every reading of it does, and does not hold where none does and one "
    "is refuted; it holds in part where some do and others do not or stay open, and is not "
    "decidable where all stay open."
)

#: What readings are judged by, in words.
JUDGED = (
    "A reading is not decidable where its rule finds neither shown; it is without evidence where "
    "the run does not have what its rule asks for."
)

FirmnessWord = Literal["firm", "fairly firm", "fragile"]
#: From the firmest.
FIRMNESS: tuple[FirmnessWord, ...] = ("firm", "fairly firm", "fragile")
#: `FIRMNESS` in words.
FIRMNESS_DEFINED = (
    "Firm is a verdict that nothing tried would change: a repetition left out, half of the "
    "repetitions, the second-best trial of what was tuned, no correction for many comparisons or "
    "for overlapping splits, a threshold at other sensible values. Fragile is one that a single "
    "repetition left out would change, or two other of these things; fairly firm, one that one "
    "other thing would change."
)


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
    cause
        What the run does not have, where that alone leaves the rule undecided; else empty.
    """

    outcome: Outcome
    explanation: str
    numbers: Mapping[str, float] = field(default_factory=dict)
    cause: str = ""


@dataclass(frozen=True)
class Curve:
    """An outcome against a number of its rule that might as well be another.

    Attributes
    ----------
    name, unit, value
        As in `topo.statements.statement.Threshold`.
    outcomes
        The outcome at every value that was tried, by ascending value.
    """

    name: str
    unit: str
    value: float
    outcomes: tuple[tuple[float, Outcome], ...]


@dataclass(frozen=True)
class Firmness:
    """How firmly an outcome stands; `topo.statements.firmness` says what is tried.

    Attributes
    ----------
    word
        One of `FIRMNESS`: "firm" where nothing that was tried changes the outcome, "fragile" where
        a single repetition left out does, or two other things do, else "fairly firm".
    changed_by
        What would make it another outcome, such as "one repetition left out"; empty where nothing
        that was tried does.
    curves
        Of a reading: every threshold on which its outcome hangs.
    """

    word: FirmnessWord
    changed_by: tuple[str, ...] = ()
    curves: tuple[Curve, ...] = ()


@dataclass(frozen=True)
class Judged:
    """A statement with its verdict, as plain data.

    Attributes
    ----------
    name, claim, rule
        As in `topo.statements.statement.Statement`.
    outcome, explanation, cause
        As in `Verdict`; the explanation is a full sentence.
    numbers
        Finite numbers by name.
    firmness
        None where it was not examined.
    """

    name: str
    claim: str
    rule: str
    outcome: Outcome
    explanation: str
    numbers: Mapping[str, float]
    firmness: Firmness | None = None
    cause: str = ""


@dataclass(frozen=True)
class JudgedConclusion:
    """A conclusion with what became of it, as plain data.

    Attributes
    ----------
    name, theme, place, quote
        As in `topo.statements.statement.Conclusion`.
    outcome
        As `conclude` says.
    readings
        Its statements with their verdicts.
    firmness
        None where it was not examined.
    """

    name: str
    theme: str
    place: str
    quote: str
    outcome: ConclusionOutcome
    readings: tuple[Judged, ...]
    firmness: Firmness | None = None


def conclude(outcomes: Collection[Outcome]) -> ConclusionOutcome:
    """Say what the outcomes of a conclusion's readings come to.

    Parameters
    ----------
    outcomes
        At least one.

    Returns
    -------
    ConclusionOutcome
        "holds" where all hold, "holds in part" where some do and others do not or stay open, "does
        not hold" where none holds and one does not, "not decidable" where all stay open.

    Raises
    ------
    ValueError
        If there is no outcome.
    """
    if not outcomes:
        raise ValueError("a conclusion needs at least one reading, got none")
    found = set(outcomes)
    if found == {"holds"}:
        return "holds"
    if "holds" in found:
        return "holds in part"
    return "does not hold" if "does not hold" in found else "not decidable"
