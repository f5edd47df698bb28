"""What the study found, in pictures with a few sentences each: the page's first screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from matplotlib import rc_context, rcdefaults

from flows.reporting.enclosure import find_enclosure, find_perplexity
from flows.reporting.large_perplexity import find_large_perplexity
from flows.reporting.loops import find_loops
from flows.reporting.loss_cost import find_cost
from flows.reporting.must_fail import find_must_fail
from flows.reporting.outcomes import firmness_place, outcomes, tuning_gain
from flows.reporting.own_making import find_own_making
from flows.reporting.results import Results
from flows.reporting.samples import clearness
from flows.reporting.scale import find_scale
from flows.reporting.terms import explain
from topo.report import ReportFinding
from topo.statements import (
    Evidence,
    Firmness,
    Judged,
    JudgedConclusion,
    MissingEvidenceError,
)

#: Each returns a finding, and the interval that says how clear it is.
_FIND = (
    *(find_perplexity, find_scale, find_cost, find_enclosure),
    *(find_loops, find_must_fail, find_large_perplexity, find_own_making),
)
#: Findings that are read with ease only after another.
_BUILDS_ON = {"finding-large-perplexity": "finding-perplexity"}


class _Found(NamedTuple):
    """A finding, and by how many half widths of its interval it differs from none."""

    clearness: float
    finding: ReportFinding


def draw_findings(
    results: Results, evidence: Evidence, *, judged: Sequence[JudgedConclusion]
) -> tuple[ReportFinding, ...]:
    """Draw the findings that the results allow, those with the firmest verdict first.

    Of equally firm ones, those come first that differ from none by more half widths of their
    intervals. What rests on no verdict comes last. One that builds on another comes after it.
    """
    firm = {each.name: each.firmness for each in _named(judged)}
    # The user's own matplotlibrc would draw other pictures.
    with rc_context():
        rcdefaults()
        firmest = sorted(
            _find(results, evidence),
            key=lambda each: (firmness_place(firm.get(each.finding.verdict)), -each.clearness),
        )
        told = [_with_firmness(each, firm.get(each.verdict)) for _, each in firmest]
        whole = (*tuning_gain(results), *outcomes(judged))
    return tuple(explain([*_in_order(told), *whole], results))


def _find(results: Results, evidence: Evidence) -> Iterator[_Found]:
    for find in _FIND:
        try:
            interval, finding = find(results, evidence)
        except MissingEvidenceError:
            # The page's banner says what is missing and why.
            continue
        yield _Found(clearness(interval), finding)


def _named(judged: Sequence[JudgedConclusion]) -> Iterator[Judged | JudgedConclusion]:
    """Yield conclusions and their readings: all that a finding may rest on."""
    for each in judged:
        yield each
        yield from each.readings


def _with_firmness(finding: ReportFinding, firmness: Firmness | None) -> ReportFinding:
    """Say of a finding that its verdict is fragile, where it is, and what would change it."""
    if firmness is None or firmness.word != "fragile":
        return finding
    change = f": {firmness.changed_by[0]} would change it" if firmness.changed_by else ""
    return replace(finding, sentence=f"{finding.sentence} Its verdict is fragile{change}.")


def _in_order(findings: Sequence[ReportFinding]) -> list[ReportFinding]:
    """Put what builds on another right behind it, where it would come before."""
    place = {each.name: i for i, each in enumerate(findings)}

    def key(finding: ReportFinding) -> tuple[int, bool]:
        before = place.get(_BUILDS_ON.get(finding.name, ""), -1)
        return max(place[finding.name], before), finding.name in _BUILDS_ON

    return sorted(findings, key=key)
