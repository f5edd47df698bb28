"""The tables as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from topo.paper import PAPER_SOURCE
from topo.table.sections import (
    Cell,
    Line,
    Section,
    missing_notes,
    spread_section,
    table1_sections,
    what_is_shown,
)

_NO_BREAK = "\N{NO-BREAK SPACE}"


def table1_markdown(table: pd.DataFrame, also_missing: Sequence[str] = ()) -> str:
    """Write Table 1 as Markdown.

    Parameters
    ----------
    table
        As `topo.table.table1` returns it.
    also_missing
        What else the run lacks, a sentence each.

    Returns
    -------
    str
        A title, which says "partial" if anything is missing, and what and why; one table per
        dataset; one for the other reading of KL. Ends with a newline.
    """
    missing = missing_notes(table, also_missing)
    lines = [f"# Table 1{', partial' if missing else ''}", ""]
    if missing:
        lines += ["Missing:", "", *(f"- {_escaped(note)}" for note in missing), ""]
    lines += [_introduction(table), ""]
    for section in table1_sections(table):
        lines += _section(section)
    return "\n".join(lines[:-1]) + "\n"


def spread_markdown(spreads: pd.DataFrame) -> str:
    """Write the spread of the diagram distances as Markdown.

    Parameters
    ----------
    spreads
        As `topo.scores.spread` returns it.

    Returns
    -------
    str
        One table: for every dataset and method the standard deviation between splits and between
        model seeds on one split. Ends with a newline.
    """
    return "\n".join([*_section(spread_section(spreads))][:-1]) + "\n"


def _introduction(table: pd.DataFrame) -> str:
    return (
        f"{what_is_shown(table)} In parentheses: {PAPER_SOURCE}. **<ins>Best</ins>** and "
        "**second** of t-SNE, UMAP, AE and TopoAE, by the mean alone; ↓ lower is better, ↑ higher "
        "is better. d<sub>b</sub>/Σ, d<sub>SW</sub>/Σ: each diagram is first divided by the sum "
        "of its persistences. Empty diagram: what an embedding scores whose diagram vanishes. "
        "– does not apply. † some repetitions are missing."
    )


def _section(section: Section) -> Iterator[str]:
    yield f"## {section.title}"
    yield ""
    if section.note:
        yield _escaped(section.note)
        yield ""
    if not section.columns:
        return
    yield _row(["", *(markup for _, markup in section.columns)])
    yield _row([":--", *("--:" for _ in section.columns)])
    for block in section.blocks:
        if block.heading:
            yield _row([f"*{_escaped(block.heading)}*", *("" for _ in section.columns)])
        yield from (_line(line) for line in block.lines)
    yield ""


def _line(line: Line) -> str:
    return _row([_escaped(line.label), *(_cell(cell) for cell in line.cells)])


def _cell(cell: Cell) -> str:
    value = cell.value.replace(" ", _NO_BREAK)
    marked = {1: f"**<ins>{value}</ins>**", 2: f"**{value}**"}.get(cell.rank or 0, value)
    return f"{marked}<br>{cell.paper}" if cell.paper else marked


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    """Keep foreign text, such as a reason, from being read as markup or as another cell."""
    one_line = " ".join(text.split())
    for character in "\\`*_|<[":
        one_line = one_line.replace(character, f"\\{character}")
    return one_line
