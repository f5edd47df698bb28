"""The verdicts as Markdown and as text for terminals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from topo.statements.claims.questions import OPEN_QUESTIONS
from topo.statements.verdicts import OUTCOMES, Judged
from topo.table.markdown import escape
from topo.table.text import WIDTH, wrap

#: What to read first: the statements that the study is known for, by name.
FINDINGS = (
    "topoae-first-or-second-sliced-wasserstein-spheres",
    "topoae-lowest-rmse-spheres",
    "topoae-lowest-rmse-mnist",
    "reconstruction-not-hindered-mnist",
    "topoae-encloses",
    "topoae-circle-limited-by-compute",
    "tsne-750-encloses",
    "sliced-wasserstein-falls-to-750-raw",
    "sliced-wasserstein-falls-to-750-sum",
    "bottleneck-overlooks-scale-spheres",
    "nearly-all-matched-to-diagonal-tsne",
    "zero-loss-hides-lost-loop",
    "theorem-1-for-edge-lengths",
)

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
        decides. The title is of the second level, for a page around it. Ends with a newline.
    """
    lines = ["## What became of the paper's conclusions", "", f"{_counts(judged)}.", ""]
    for theme, verdicts in _by_theme(judged):
        lines += [f"### {theme}", "", *_table(map(_row, verdicts)), ""]
    lines += ["### Rules", ""]
    lines += [f"- `{each.name}`: {escape(each.rule)}" for each in judged]
    lines += ["", "### Open questions", "", "No run of this study decides these.", ""]
    lines += [
        f"- {escape(each.claim)} ({each.place}) {escape(each.reason)}" for each in OPEN_QUESTIONS
    ]
    return "\n".join(lines) + "\n"


def findings_markdown(judged: Sequence[Judged]) -> str:
    """Write the verdicts of `FINDINGS` as Markdown.

    Parameters
    ----------
    judged
        As `topo.statements.judge` returns them.

    Returns
    -------
    str
        The counts of all verdicts, and one table. Ends with a newline.
    """
    by_name = {each.name: each for each in judged}
    rows = (_short_row(by_name[name]) for name in FINDINGS)
    return "\n".join([f"Of {len(judged)} statements: {_counts(judged)}.", "", *_table(rows)]) + "\n"


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
    return f"{', '.join(words)}; beside them {len(OPEN_QUESTIONS)} open questions"


def _by_theme(judged: Sequence[Judged]) -> Iterator[tuple[str, list[Judged]]]:
    for theme, verdicts in groupby(judged, lambda each: each.theme):
        yield theme, list(verdicts)


def _table(rows: Iterable[str]) -> list[str]:
    return ["| Verdict | Conclusion | Found |", "| :-- | :-- | :-- |", *rows]


def _row(each: Judged) -> str:
    claim = f"{escape(each.claim)} ({each.place})<br>`{each.name}`"
    return f"| {_outcome(each)} | {claim} | {escape(each.explanation)} |"


def _short_row(each: Judged) -> str:
    return f"| {_outcome(each)} | {escape(each.claim)} | {escape(each.explanation)} |"


def _outcome(each: Judged) -> str:
    return f"{_SIGNS[each.outcome]}\N{NO-BREAK SPACE}{each.outcome}"


def _entry(each: Judged) -> list[str]:
    return [
        *wrap(f"{each.claim} ({each.place})", f"{_SIGNS[each.outcome]}   "),
        *wrap(f"{each.outcome}: {each.explanation}", _INDENT),
    ]
