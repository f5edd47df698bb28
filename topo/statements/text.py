"""The verdicts as Markdown and as text for terminals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from topo.statements.claims.questions import OPEN_QUESTIONS
from topo.statements.verdicts import OUTCOMES, Judged
from topo.table.markdown import escape
from topo.table.text import WIDTH, wrap

_SIGNS = dict(zip(OUTCOMES, "✓✗?", strict=True))
_INDENT = " " * 4


def verdicts_markdown(judged: Sequence[Judged]) -> str:
    """Write the verdicts as Markdown.

    Parameters
    ----------
    judged
        As `topo.statements.judge` returns them.

    Returns
    -------
    str
        A title, the counts, one table per theme, the rules, and the questions that no run
        decides. Ends with a newline.
    """
    lines = ["# What became of the paper's conclusions", "", f"{_counts(judged)}.", ""]
    for theme, verdicts in _by_theme(judged):
        lines += [f"## {theme}", "", "| Verdict | Conclusion | Found |", "| :-- | :-- | :-- |"]
        lines += [_row(each) for each in verdicts] + [""]
    lines += ["## Rules", ""]
    lines += [f"- `{each.name}`: {escape(each.rule)}" for each in judged]
    lines += ["", "## Open questions", "", "No run of this study decides these.", ""]
    lines += [
        f"- {escape(each.claim)} ({each.place}) {escape(each.reason)}" for each in OPEN_QUESTIONS
    ]
    return "\n".join(lines) + "\n"


def verdicts_text(judged: Sequence[Judged]) -> str:
    """Write the verdicts for a terminal.

    Parameters
    ----------
    judged
        As `topo.statements.judge` returns them.

    Returns
    -------
    str
        Lines of at most 110 characters: the counts, then by theme every claim with its verdict
        and what was found, then the questions that no run decides. Ends with a newline.
    """
    lines = wrap(f"Verdicts: {_counts(judged)}")
    for theme, verdicts in _by_theme(judged):
        lines += ["", f"── {theme} ".ljust(WIDTH, "─")]
        for each in verdicts:
            lines += _entry(each)
    lines += ["", "── Open questions, which no run of this study decides ".ljust(WIDTH, "─")]
    for question in OPEN_QUESTIONS:
        lines += wrap(f"{question.claim} ({question.place})", "·   ")
        lines += wrap(question.reason, _INDENT)
    return "\n".join(lines) + "\n"


def _counts(judged: Sequence[Judged]) -> str:
    counts = Counter(each.outcome for each in judged)
    words = [f"{outcome} {counts[outcome]}" for outcome in OUTCOMES]
    return f"{', '.join(words)}, open questions {len(OPEN_QUESTIONS)}"


def _by_theme(judged: Sequence[Judged]) -> Iterator[tuple[str, list[Judged]]]:
    for theme, verdicts in groupby(judged, lambda each: each.theme):
        yield theme, list(verdicts)


def _row(each: Judged) -> str:
    verdict = f"{_SIGNS[each.outcome]}\N{NO-BREAK SPACE}{each.outcome}"
    claim = f"{escape(each.claim)} ({each.place})<br>`{each.name}`"
    return f"| {verdict} | {claim} | {escape(each.explanation)} |"


def _entry(each: Judged) -> list[str]:
    return [
        *wrap(f"{each.claim} ({each.place})", f"{_SIGNS[each.outcome]}   "),
        *wrap(f"{each.outcome}: {each.explanation}", _INDENT),
    ]
