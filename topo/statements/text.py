"""The verdicts as Markdown and as text for terminals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from topo.statements.verdicts import (
    CONCLUDED,
    CONCLUSION_OUTCOMES,
    FIRMNESS,
    FIRMNESS_DEFINED,
    JUDGED,
    OUTCOMES,
    Curve,
    Firmness,
    Judged,
    JudgedConclusion,
)
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

#: A sign for every outcome, which does without colour.
SIGNS = dict(zip(CONCLUSION_OUTCOMES, "✓◐✗?", strict=True))
#: What the words of a verdict mean, said once in every place that shows verdicts.
DEFINED = f"{CONCLUDED} {JUDGED} {FIRMNESS_DEFINED} Within a theme the firmest come first."
_INDENT = " " * 4
_WITHOUT = "without evidence"


def by_theme(judged: Sequence[JudgedConclusion]) -> list[tuple[str, list[JudgedConclusion]]]:
    """Set the conclusions of every theme in order, the firmest first.

    Parameters
    ----------
    judged
        As `topo.statements.judge` returns them: those of one theme side by side.

    Returns
    -------
    list of (str, list of JudgedConclusion)
        Themes in the order given. Conclusions whose firmness was not examined come last.
    """
    themes = groupby(judged, lambda each: each.theme)
    return [(theme, sorted(each, key=lambda one: _place(one.firmness))) for theme, each in themes]


def by_cause(readings: Iterable[Judged]) -> dict[str, list[Judged]]:
    """Set together the readings that lack evidence for one and the same cause.

    Returns
    -------
    dict
        Readings by what is missing, in the order given; without those that were judged.
    """
    found: dict[str, list[Judged]] = {}
    for each in readings:
        if each.cause:
            found.setdefault(each.cause, []).append(each)
    return found


def tally(judged: JudgedConclusion) -> str:
    """Say of several readings how many hold, do not hold, and stay open; of one, what was found."""
    counts = Counter(_WITHOUT if each.cause else each.outcome for each in judged.readings)
    if len(judged.readings) == 1 and _WITHOUT not in counts:
        return judged.readings[0].explanation
    told = [f"{counts[word]} {word}" for word in (*OUTCOMES, _WITHOUT) if word in counts]
    return f"{_counted(judged.readings)}: {', '.join(told)}."


def missing_words(cause: str, readings: Sequence[Judged]) -> str:
    """Say what is missing, and how many readings lack it."""
    return f"{cause[:1].upper()}{cause[1:].rstrip('.')}: {_counted(readings)}"


def curve_words(curve: Curve) -> str:
    """Say at which values of a threshold which outcome is found, as "holds at 2 %"."""
    unit = curve.unit and f" {curve.unit}"
    parts = []
    for outcome, points in groupby(curve.outcomes, lambda point: point[1]):
        values = [
            f"{value:g}{unit}" + (" (used)" if value == curve.value else "") for value, _ in points
        ]
        parts.append(f"{outcome} at {', '.join(values)}")
    return "; ".join(parts)


def changed_otherwise(firmness: Firmness) -> list[str]:
    """Return what changes a verdict, without the thresholds that its curves show."""
    shown = tuple(f"{curve.name}: " for curve in firmness.curves)
    return [way for way in firmness.changed_by if not way.startswith(shown)]


def verdicts_markdown(judged: Sequence[JudgedConclusion]) -> str:
    """Write the verdicts as Markdown.

    Parameters
    ----------
    judged
        As `topo.statements.judge` returns them.

    Returns
    -------
    str
        A title, the counts, what the words mean, what is missing with the readings that lack it,
        and per theme a table of conclusions with their readings and rules folded below it. The
        title is of the second level, for a page around it. Ends with a newline.
    """
    lines = ["## What became of the paper's conclusions", "", f"{_counts(judged)}. {DEFINED}", ""]
    causes = by_cause(_readings(judged))
    for cause, lacking in causes.items():
        names = ", ".join(f"`{each.name}`" for each in lacking)
        lines.append(f"- {escape(missing_words(cause, lacking))} {_WITHOUT} ({names}).")
    lines += [""] if causes else []
    for theme, conclusions in by_theme(judged):
        lines += [f"### {theme}", "", *_table(map(_row, conclusions), "Conclusion"), ""]
        readings = [each for each in _readings(conclusions) if not each.cause]
        if not readings:
            continue
        rows = map(_reading_row, readings)
        lines += ["<details>", f"<summary>Readings ({len(readings)})</summary>", ""]
        lines += [*_table(rows, "Reading and rule"), "", "</details>", ""]
    return "\n".join(lines) + "\n"


def findings_markdown(judged: Sequence[JudgedConclusion]) -> str:
    """Write the verdicts of `FINDINGS` as Markdown.

    Parameters
    ----------
    judged
        As `topo.statements.judge` returns them.

    Returns
    -------
    str
        The counts of all conclusions, one table, and what could not be judged. Ends with a newline.
    """
    by_name = {reading.name: reading for each in judged for reading in each.readings}
    shown = [by_name[name] for name in FINDINGS]
    lines = [f"{_counts(judged)}."]
    if rows := [_short_row(each) for each in shown if not each.cause]:
        lines += ["", *_table(rows, "Statement")]
    if causes := by_cause(shown):
        told = (missing_words(*each) for each in causes.items())
        lines += ["", *(f"- {escape(each)} {_WITHOUT}." for each in told)]
    return "\n".join(lines) + "\n"


def verdicts_text(judged: Sequence[JudgedConclusion]) -> str:
    """Write the verdicts for a terminal.

    Parameters
    ----------
    judged
        As `topo.statements.judge` returns them.

    Returns
    -------
    str
        Lines of at most 110 characters: the counts, then by theme every conclusion with its
        verdict and what its readings come to. Ends with a newline.
    """
    lines = [*wrap(f"{_counts(judged)}."), *wrap(DEFINED)]
    for cause, lacking in by_cause(_readings(judged)).items():
        lines += wrap(f"{missing_words(cause, lacking)} {_WITHOUT}.", "?   ")
    for theme, conclusions in by_theme(judged):
        lines += ["", f"── {theme} ".ljust(WIDTH, "─")]
        for each in conclusions:
            lines += wrap(f"“{each.quote}” ({each.place})", f"{SIGNS[each.outcome]}   ")
            lines += wrap(f"{_verdict(each)}: {tally(each)}", _INDENT)
    return "\n".join(lines) + "\n"


def _counts(judged: Sequence[JudgedConclusion]) -> str:
    counts = Counter(each.outcome for each in judged)
    words = [f"{outcome} {counts[outcome]}" for outcome in CONCLUSION_OUTCOMES]
    n_readings = sum(len(each.readings) for each in judged)
    return f"Of {len(judged)} conclusions, in {n_readings} readings: {', '.join(words)}"


def _readings(judged: Iterable[JudgedConclusion]) -> Iterator[Judged]:
    return (reading for each in judged for reading in each.readings)


def _counted(readings: Sequence[Judged]) -> str:
    return "1 reading" if len(readings) == 1 else f"{len(readings)} readings"


def _place(firmness: Firmness | None) -> int:
    return len(FIRMNESS) if firmness is None else FIRMNESS.index(firmness.word)


def _verdict(each: Judged | JudgedConclusion) -> str:
    return each.outcome if each.firmness is None else f"{each.outcome}, {each.firmness.word}"


def _table(rows: Iterable[str], what: str) -> Iterator[str]:
    yield from (f"| Verdict | {what} | Found |", "| :-- | :-- | :-- |", *rows)


def _row(each: JudgedConclusion) -> str:
    return f"| {_marked(each)} | “{escape(each.quote)}” ({each.place}) | {escape(tally(each))} |"


def _reading_row(each: Judged) -> str:
    claim = f"{escape(each.claim)}<br>`{each.name}`<br>{escape(each.rule)}"
    return f"| {_marked(each)} | {claim} | {escape(each.explanation)}{_changed_by(each)} |"


def _changed_by(each: Judged) -> str:
    if each.firmness is None:
        return ""
    lines = [f"By {curve.name}: {curve_words(curve)}." for curve in each.firmness.curves]
    if ways := changed_otherwise(each.firmness):
        lines.append(f"Changed by: {', '.join(ways)}.")
    return "".join(f"<br>{escape(line)}" for line in lines)


def _short_row(each: Judged) -> str:
    return f"| {_marked(each)} | {escape(each.claim)} | {escape(each.explanation)} |"


def _marked(each: Judged | JudgedConclusion) -> str:
    # A space that breaks no line keeps the sign beside its outcome.
    return f"{SIGNS[each.outcome]}\N{NO-BREAK SPACE}{_verdict(each)}"
