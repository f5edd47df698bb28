"""What a rule measures and compares, paired by repetition.

It names its comparisons, so that they are corrected together.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

import pandas as pd

from topo.inference import Comparison, differences
from topo.statements.evidence import Contrast, Evidence, Family
from topo.statements.samples import Sample, TheorySample, theory_sample
from topo.statements.score_tables import MissingEvidenceError
from topo.statements.verdicts import Verdict


def paired(evidence: Evidence, samples: Collection[Sample | TheorySample]) -> pd.DataFrame:
    """Set samples side by side on the repetitions where all of them have a value.

    Returns
    -------
    DataFrame
        A row per repetition and a column per sample, numbered in the order given.

    Raises
    ------
    MissingEvidenceError
        If a sample has no value, or they share no repetition.
    """
    columns = [evidence.values(sample) for sample in samples]
    frame = pd.concat(columns, axis=1, keys=range(len(columns))).dropna().sort_index()
    if frame.empty:
        titles = ", ".join(sample.title for sample in samples)
        raise MissingEvidenceError(f"no repetition has a value of each of: {titles}")
    return frame


@dataclass(frozen=True)
class Value:
    """One sample, repetition by repetition: a measure."""

    sample: Sample | TheorySample

    def __call__(self, evidence: Evidence) -> pd.Series[float]:
        """Return the values.

        Raises
        ------
        MissingEvidenceError
            As `topo.statements.evidence.Evidence.values`.
        """
        return evidence.values(self.sample)


def theory_value(place: str, quantity: str, dimension: int = 0) -> Value:
    """Measure a number of an experiment's case, such as ``theorem_1/circle/m=20``."""
    return Value(theory_sample(place, quantity, dimension))


@dataclass(frozen=True)
class Difference:
    """One sample minus another, repetition by repetition: a measure."""

    a: Sample
    b: Sample

    def __call__(self, evidence: Evidence) -> pd.Series[float]:
        """Return a − b by repetition; 0 where they differ by rounding alone.

        Raises
        ------
        MissingEvidenceError
            As `paired`.
        """
        both = paired(evidence, (self.a, self.b))
        return pd.Series(differences(both[0], both[1]), both.index)


@dataclass(frozen=True)
class Pair:
    """Two methods, compared in one quantity in its direction."""

    a: Sample
    b: Sample

    @property
    def contrast(self) -> Contrast:
        """The comparison, the same whichever of the two comes first."""
        first, second = sorted((self.a, self.b), key=lambda sample: sample.method)
        return Contrast(Difference(first, second))

    def difference(self, evidence: Evidence) -> Comparison:
        """Return a − b.

        Raises
        ------
        MissingEvidenceError
            As `paired`.
        """
        return evidence.compare(Contrast(Difference(self.a, self.b)))

    def better(self, evidence: Evidence, *, alone: bool = False) -> int:
        """Say which is better: 1 for the first, −1 for the second, 0 where it is not shown.

        Parameters
        ----------
        evidence
            The tables.
        alone
            Whether to leave the family out of account.

        Raises
        ------
        MissingEvidenceError
            As `paired`.
        """
        difference = self.difference(evidence)
        side = difference.side(None if alone else evidence.p_value(self.contrast))
        return side if self.a.quantity.direction == "higher" else -side


@dataclass(frozen=True, eq=False)
class Rule:
    """A rule that names the paired comparisons it makes.

    Attributes
    ----------
    decide
        Returns the verdict. It may raise MissingEvidenceError.
    contrasts
        What it compares, whatever the tables say.
    """

    decide: Callable[[Evidence], Verdict]
    contrasts: tuple[Contrast, ...] = ()

    def __call__(self, evidence: Evidence) -> Verdict:
        """Return the verdict."""
        return self.decide(evidence)


def contrasts_of(decide: Callable[[Evidence], Verdict]) -> tuple[Contrast, ...]:
    """Return the paired comparisons of a rule: none of one that names none."""
    return decide.contrasts if isinstance(decide, Rule) else ()


def family_of(rules: Iterable[Callable[[Evidence], Verdict]]) -> Family:
    """Return the paired comparisons of several rules, such as all readings of a conclusion.

    A comparison that two of them make counts once.
    """
    return frozenset(contrast for rule in rules for contrast in contrasts_of(rule))
