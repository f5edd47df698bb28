"""Rules with a practical margin: what is worse by less does not count as worse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from topo.names import dataset_title, method_title
from topo.statements.contrasts import Difference, Rule
from topo.statements.evidence import Contrast, Evidence
from topo.statements.samples import Quantity, Sample
from topo.statements.verdicts import Outcome, Verdict


@dataclass(frozen=True)
class Loss:
    """By how many per cent one sample is worse than another, by repetition: a measure."""

    a: Sample
    b: Sample

    def __call__(self, evidence: Evidence) -> pd.Series[float]:
        """Return the loss of a; below 0 where it is better.

        Raises
        ------
        MissingEvidenceError
            As `topo.statements.contrasts.paired`.
        """
        worse = Difference(self.a, self.b)(evidence)
        sign = -1 if self.a.quantity.direction == "higher" else 1
        base = evidence.values(self.b).reindex(worse.index).abs()
        # Of nothing, no loss is none, and any other has no per cent.
        losses: pd.Series[float] = (100 * sign * worse / base).mask(worse == 0, 0.0)
        return losses


def competitive(
    a: str, b: str, *, dataset: str, quantities: Sequence[Quantity], margin: float
) -> Rule:
    """Judge whether one method keeps up with another.

    Parameters
    ----------
    margin
        In per cent of what `b` has: so much worse still counts as keeping up.

    Returns
    -------
    Rule
        "holds" where `a` is shown to keep up in at least half of the quantities, "does not hold"
        where it is shown not to in more than half; else "not decidable". Shown is what a paired
        comparison with the margin tells after Holm's correction.
    """
    contrasts = {
        quantity.title: Contrast(
            Loss(Sample(dataset, a, quantity), Sample(dataset, b, quantity)), margin
        )
        for quantity in quantities
    }

    def decide(evidence: Evidence) -> Verdict:
        sides = {title: evidence.side(contrast) for title, contrast in contrasts.items()}
        kept, fallen, unclear = (
            [title for title, side in sides.items() if side == wanted] for wanted in (-1, 1, 0)
        )
        outcome: Outcome = "not decidable"
        if 2 * len(kept) >= len(sides):
            outcome = "holds"
        elif 2 * len(fallen) > len(sides):
            outcome = "does not hold"
        losses = {
            f"loss in {title}, %": evidence.interval(contrast.measure).mean
            for title, contrast in contrasts.items()
        }
        return Verdict(
            outcome,
            f"on {dataset_title(dataset)} {method_title(a)} keeps up with {method_title(b)}, or is "
            f"worse by less than {margin:g} %, in {_counted(kept)}, falls behind in "
            f"{_counted(fallen)}, unclear in {_counted(unclear)}",
            {"kept": len(kept), "fallen": len(fallen), "unclear": len(unclear), **losses},
        )

    return Rule(decide, tuple(contrasts.values()))


def _counted(titles: Sequence[str]) -> str:
    return f"{len(titles)} ({', '.join(titles)})" if titles else "0"
