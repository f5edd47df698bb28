"""The statements of the paper and what became of them, as HTML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby

from topo.report.markup import Markup, join, tag
from topo.statements.verdicts import OUTCOMES, Judged, OpenQuestion

#: A sign for every outcome, which does without colour.
_SIGNS: dict[str, str] = dict(zip(OUTCOMES, "✓✗?", strict=True))


def verdicts_html(verdicts: Sequence[Judged]) -> Markup:
    """Write a table with one statement per row, its rule and numbers folded away.

    Parameters
    ----------
    verdicts
        The statements as they were judged, those of one theme side by side.

    Returns
    -------
    Markup
        Filters by outcome, then the table; a sentence where there is no statement.
    """
    if not verdicts:
        return tag("p", "No statement was judged.", class_="note")
    head = tag("tr", *(tag("th", title, scope="col") for title in ("Verdict", "Statement")))
    themes = [_theme(name, list(each)) for name, each in groupby(verdicts, lambda v: v.theme)]
    table = tag("table", tag("thead", head), *themes, class_="verdicts")
    return join(_filters(verdicts), table)


def questions_html(questions: Sequence[OpenQuestion]) -> Markup:
    """Write the questions that no run can decide; nothing without any."""
    if not questions:
        return Markup("")
    items = [
        tag("li", tag("strong", each.claim), " ", _place(each.place), tag("p", each.reason))
        for each in questions
    ]
    return join(tag("h3", "What no run of this study decides"), tag("ul", *items))


def _filters(verdicts: Sequence[Judged]) -> Markup:
    boxes = [
        tag(
            "label",
            tag("input", type="checkbox", name="outcome", value=outcome, checked=True),
            " ",
            _badge(outcome),
            f" ({count})",
        )
        for outcome, count in _counts(verdicts).items()
    ]
    legend = tag("legend", "Show")
    unfold = tag("button", "Unfold all", type="button", id="unfold")
    return tag("fieldset", legend, *boxes, unfold, class_="filters needs-script")


def _counts(verdicts: Sequence[Judged]) -> dict[str, int]:
    found = Counter(each.outcome for each in verdicts)
    return {outcome: found[outcome] for outcome in OUTCOMES}


def _theme(name: str, verdicts: Sequence[Judged]) -> Markup:
    counts = [
        tag("span", f"{_SIGNS[outcome]} {count}", title=outcome)
        for outcome, count in _counts(verdicts).items()
        if count
    ]
    told = tag("span", *counts, class_="counts")
    heading = tag("tr", tag("th", name, told, colspan="2", scope="rowgroup"), class_="heading")
    return tag("tbody", heading, *map(_row, verdicts))


def _row(verdict: Judged) -> Markup:
    summary = tag(
        "summary",
        tag("strong", verdict.claim),
        " ",
        _place(verdict.place),
        tag("span", verdict.explanation, class_="explanation"),
    )
    rule = tag("p", tag("strong", "Rule."), " ", verdict.rule)
    statement = tag("td", tag("details", summary, rule, _numbers(verdict.numbers)))
    badge = tag("td", _badge(verdict.outcome))
    return tag("tr", badge, statement, id=verdict.name, data_outcome=verdict.outcome)


def _place(place: str) -> Markup:
    return tag("span", place, class_="place")


def _badge(outcome: str) -> Markup:
    sign = tag("span", _SIGNS[outcome], aria_hidden="true")
    return tag("span", sign, " ", outcome, class_=f"badge {outcome.replace(' ', '-')}")


def _numbers(numbers: Mapping[str, float]) -> Markup:
    if not numbers:
        return Markup("")
    rows = [
        tag("tr", tag("th", name, scope="row"), tag("td", f"{number:.6g}"))
        for name, number in numbers.items()
    ]
    return tag("table", tag("tbody", *rows), class_="numbers small")
