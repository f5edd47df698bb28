"""The results page, made from ``results.json`` alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

#: Of the load average: more before a benchmark starts is other work than the benchmarks'.
MOST_LOAD = 1.5


def render(
    results: Mapping[str, Any], figures: Mapping[str, Sequence[str]], missing: Sequence[str] = ()
) -> str:
    """Write the page.

    Parameters
    ----------
    results
        Sections by name of the benchmark, as in ``results.json``.
    figures
        Files of every benchmark's plots, in the folder ``figures``.
    missing
        Names of the benchmarks that have no results.

    Returns
    -------
    str
        Markdown.
    """
    lines = [
        "# Benchmarks",
        "",
        "Made by `make bench`; do not edit. Every ratio was measured in one run, both sides in "
        "turn, one thread each unless stated: the median of the rounds, in brackets the least "
        "and the greatest. Seconds of what computes in one process are processor time, which "
        "other work on the machine hardly lengthens; of runs, services and units they are the "
        "clock's. `python -m tests.bench NAME` measures one part anew and leaves the "
        "others.",
        "",
        *_machines(results),
        *_doubts(results),
        *([f"- Not measured on this page: {', '.join(missing)}."] if missing else []),
        "",
        "## Goals",
        "",
        *_goals(results),
    ]
    for name, section in results.items():
        lines += ["", f"## {section['title']}", "", section["about"], ""]
        lines += [_when(name, section), ""]
        lines += _section(section, figures.get(name, ()))
    return "\n".join(_without_double_blanks(lines)).rstrip() + "\n"


def _when(name: str, section: Mapping[str, Any]) -> str:
    """Say when, and what else ran: other work makes every figure less certain."""
    return (
        f"Measured {section['date']} at revision {section.get('revision') or 'unknown'} with "
        f"`python -m tests.bench {name}` in "
        f"{section['seconds']:.0f} s; load average {section['load'][0]:.1f} before, "
        f"{section['load'][1]:.1f} after."
    )


def _without_double_blanks(lines: list[str]) -> Iterator[str]:
    before = ""
    for line in lines:
        if line or before:
            yield line
        before = line


def _machines(results: Mapping[str, Any]) -> list[str]:
    """Say where and when, for each set of sections that was measured alike."""
    named: dict[str, list[str]] = {}
    for name, section in results.items():
        named.setdefault(section["machine"], []).append(name)
    return [f"- {machine}: {', '.join(names)}." for machine, names in named.items()]


def _doubts(results: Mapping[str, Any]) -> Iterator[str]:
    """Name the sections that other work made less certain, and those of older code than others."""
    busy = [name for name, section in results.items() if section["load"][0] > MOST_LOAD]
    if busy:
        yield (
            f"- **Measured while other work ran** (load average over {MOST_LOAD} before the "
            f"start), so less certain: {', '.join(busy)}."
        )
    older = _older(results)
    if older:
        yield (
            f"- **Measured with older code** than {_newest(results)}, the newest on this page: "
            f"{', '.join(older)}."
        )


def _newest(results: Mapping[str, Any]) -> str:
    """Return the revision of the last commit that a section was measured at."""
    dated = [s for s in results.values() if s.get("committed")]
    return max(dated, key=lambda s: s["committed"])["revision"] if dated else ""


def _older(results: Mapping[str, Any]) -> list[str]:
    newest = _newest(results)
    return [name for name, s in results.items() if newest and s.get("revision") != newest]


def _goals(results: Mapping[str, Any]) -> Iterator[str]:
    goals = [goal for section in results.values() for goal in section["goals"]]
    yield from _table(
        ("goal", "aim", "measured", "met?"),
        [
            (
                goal["what"],
                f"{goal['sign']} {goal['target']:g} {goal['unit']}",
                f"{_number(goal['measured'])} {goal['unit']}",
                "yes" if goal["met"] else "**no**",
            )
            for goal in goals
        ],
    )
    missed = [goal for goal in goals if not goal["met"]]
    if missed:
        yield from ("", "What stands in the way of those missed:", "")
        yield from (f"- {goal['what']}: {goal['reason']}.{_tried(goal)}" for goal in missed)


def _tried(goal: Mapping[str, Any]) -> str:
    return f" Tried: {goal['tried']}." if goal.get("tried") else ""


def _section(section: Mapping[str, Any], files: Sequence[str]) -> Iterator[str]:
    for file in files:
        yield from (f"![{section['title']}](figures/{file})", "")
    if section["ratios"]:
        yield from _table(
            ("case", "slower", "faster", "ratio", "slower takes", "faster takes", "rounds"),
            [_ratio(ratio) for ratio in section["ratios"]],
        )
        yield ""
    if section["numbers"]:
        yield from _table(
            ("", "measured"),
            [(n["case"], f"{_number(n['value'])} {n['unit']}".strip()) for n in section["numbers"]],
        )
        yield ""
    if section["skipped"]:
        yield from ("Not measured:", "")
        yield from (f"- {reason}" for reason in section["skipped"])


def _ratio(ratio: Mapping[str, Any]) -> tuple[str, ...]:
    spread = f" ({_number(ratio['low'])}–{_number(ratio['high'])})" if ratio["rounds"] > 1 else ""
    return (
        ratio["case"],
        ratio["slower"],
        ratio["faster"],
        f"**{_number(ratio['ratio'])}**{spread}",
        _seconds(ratio["slower_seconds"]),
        _seconds(ratio["faster_seconds"]),
        str(ratio["rounds"]),
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '∣') for cell in row)} |"


def _number(value: float) -> str:
    """Write three digits that count."""
    if value != 0 and abs(value) < 0.01:
        return f"{value:.2g}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _seconds(value: float) -> str:
    for unit, factor in (("µs", 1e6), ("ms", 1e3)):
        if value * factor < 1000:
            return f"{_number(value * factor)} {unit}"
    return f"{_number(value)} s"
