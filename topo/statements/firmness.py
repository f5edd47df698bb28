"""How firmly a verdict stands: what of the evidence, changed, would make it another one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topo.statements.contrasts import family_of
from topo.statements.evidence import Evidence
from topo.statements.statement import Conclusion, Decide, Statement, Threshold, decided
from topo.statements.verdicts import (
    Curve,
    Firmness,
    FirmnessWord,
    Judged,
    JudgedConclusion,
    Outcome,
    conclude,
)


class Changed(NamedTuple):
    """Evidence that is changed in one way.

    Attributes
    ----------
    evidence
        With the change.
    beside
        As few repetitions without it, where the change costs some: what these cost does not count.
    """

    evidence: Evidence
    beside: Evidence | None = None


#: By the words for a way; a verdict must survive all that is changed in it.
Perturbed = Mapping[str, Sequence[Changed]]

_ONE_LESS = "one repetition left out"
#: What is tuned for itself.
_TUNED = ["dataset", "method"]


def perturb(evidence: Evidence) -> Perturbed:
    """Change the evidence in every way that a firm verdict survives.

    Returns
    -------
    dict
        By the words for it. Without the second-best trial where its benchmark was not run.
    """
    ways = {
        _ONE_LESS: [Changed(evidence.without(each)) for each in range(evidence.n_repetitions)],
        "half of the repetitions": [Changed(evidence.halved(half)) for half in (0, 1)],
        "no correction for many comparisons": [Changed(evidence.uncorrected())],
        "no correction for overlapping splits": [Changed(evidence.over_these_splits())],
    }
    if not evidence.second_best.empty:
        ways["the second-best trial of what was tuned"] = [
            Changed(with_second_best(evidence), as_second_best(evidence))
        ]
    return ways


def with_second_best(evidence: Evidence) -> Evidence:
    """Put the second-best trial of what was tuned in place of the best, in the benchmark."""
    others = evidence.benchmark[~_is_in(evidence.second_best, evidence.benchmark, _TUNED)]
    return replace(evidence, benchmark=pd.concat([others, evidence.second_best], ignore_index=True))


def as_second_best(evidence: Evidence) -> Evidence:
    """Keep of what was tuned those rows alone to which `with_second_best` has others."""
    there, tuned = (
        _is_in(evidence.second_best, evidence.benchmark, names)
        for names in ([*_TUNED, "draw", "split", "model_seed"], _TUNED)
    )
    return replace(evidence, benchmark=evidence.benchmark[there | ~tuned])


def _is_in(some: pd.DataFrame, rows: pd.DataFrame, names: list[str]) -> NDArray[np.bool_]:
    """Say of every row whether another table has one with the same in these columns."""
    theirs, ours = (pd.MultiIndex.from_frame(each[names]) for each in (some, rows))
    return ours.isin(theirs)


def examine(conclusion: Conclusion, evidence: Evidence, perturbed: Perturbed) -> JudgedConclusion:
    """Judge a conclusion, and say how firmly.

    Parameters
    ----------
    conclusion
        Its family, over which Holm's correction is taken, is all paired comparisons of its
        readings.
    evidence
        The tables.
    perturbed
        What `perturb` makes of them.

    Returns
    -------
    JudgedConclusion
        With a firmness, for itself and for each reading, except where nothing could be examined:
        without evidence, or undecided with fewer than two repetitions.
    """
    judged = conclusion.judge(evidence)
    rules = [reading.decide for reading in conclusion.readings]
    found = tuple(each.outcome for each in judged.readings)
    trials = {
        way: [_outcomes(rules, each, found) for each in seen] for way, seen in perturbed.items()
    }
    for position, reading in enumerate(conclusion.readings):
        for threshold in reading.thresholds:
            for value in threshold.others:
                if (outcome := _at(threshold, value, rules, position, evidence)) is not None:
                    trials[_words(threshold, value)] = [
                        (*found[:position], outcome, *found[position + 1 :])
                    ]
    readings = tuple(
        _with_firmness(each, reading, [(way, [o[i] for o in of]) for way, of in trials.items()])
        if _is_examined(each, evidence)
        else each
        for i, (each, reading) in enumerate(zip(judged.readings, conclusion.readings, strict=True))
    )
    if all(each.firmness is None for each in readings):
        return replace(judged, readings=readings)
    changed = [
        way for way, of in trials.items() if any(conclude(each) != judged.outcome for each in of)
    ]
    return replace(judged, readings=readings, firmness=_firmness(changed))


def _outcomes(
    rules: Sequence[Decide], changed: Changed, found: Sequence[Outcome]
) -> tuple[Outcome, ...]:
    """Judge by other evidence; what it lacks, such as a failed run, is no other outcome."""
    family = family_of(rules)
    outcomes = []
    for rule, before in zip(rules, found, strict=True):
        verdict = decided(rule, changed.evidence.within(family))
        is_same = bool(verdict.cause)
        if changed.beside is not None and verdict.outcome != before:
            is_same |= verdict.outcome == decided(rule, changed.beside.within(family)).outcome
        outcomes.append(before if is_same else verdict.outcome)
    return tuple(outcomes)


def _at(
    threshold: Threshold,
    value: float,
    rules: Sequence[Decide],
    position: int,
    evidence: Evidence,
) -> Outcome | None:
    """Judge one reading by another value; None where the evidence does not have that."""
    rule = threshold.rule(value)
    family = family_of([*rules[:position], rule, *rules[position + 1 :]])
    verdict = decided(rule, evidence.within(family))
    return None if verdict.cause else verdict.outcome


def _is_examined(judged: Judged, evidence: Evidence) -> bool:
    """Whether there was anything to examine."""
    if judged.outcome != "not decidable":
        return True
    return bool(judged.numbers) and evidence.n_repetitions > 1


def _with_firmness(
    judged: Judged, reading: Statement, trials: Sequence[tuple[str, Sequence[Outcome]]]
) -> Judged:
    changed = [way for way, outcomes in trials if set(outcomes) - {judged.outcome}]
    found = dict(trials)
    curves = tuple(
        Curve(
            each.name,
            each.unit,
            each.value,
            tuple(
                sorted(
                    [
                        (each.value, judged.outcome),
                        *(
                            (value, found[_words(each, value)][0])
                            for value in each.others
                            if _words(each, value) in found
                        ),
                    ]
                )
            ),
        )
        for each in reading.thresholds
        if any(_words(each, value) in changed for value in each.others)
    )
    return replace(judged, firmness=_firmness(changed, curves))


def _firmness(changed: Sequence[str], curves: tuple[Curve, ...] = ()) -> Firmness:
    word: FirmnessWord = "firm"
    if _ONE_LESS in changed or len(changed) > 1:
        word = "fragile"
    elif changed:
        word = "fairly firm"
    return Firmness(word, tuple(changed), curves)


def _words(threshold: Threshold, value: float) -> str:
    return f"{threshold.name}: {value:g} {threshold.unit}".rstrip()
