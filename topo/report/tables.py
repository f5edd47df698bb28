"""Table 1 and the noise beside it, as HTML."""

from __future__ import annotations

import re

import pandas as pd

from topo.paper import PAPER_SOURCE
from topo.report.markup import Markup, escape, join, tag
from topo.table.sections import (
    Block,
    Cell,
    Line,
    Section,
    spread_section,
    table1_sections,
    what_is_shown,
)

_PLACES = {1: ("best", "1"), 2: ("second", "2")}


def table1_html(table: pd.DataFrame) -> Markup:
    """Write Table 1: what is shown, then one table per dataset, then the other reading of KL."""
    return join(_introduction(table), *map(section_html, table1_sections(table)))


def spread_html(spreads: pd.DataFrame) -> Markup:
    """Write how far the diagram distances differ between splits and between model seeds."""
    return section_html(spread_section(spreads))


def _introduction(table: pd.DataFrame) -> Markup:
    return tag(
        "p",
        f"{what_is_shown(table)} In parentheses: {PAPER_SOURCE}. ",
        *(tag("span", "Best", class_="best"), tag("sup", "1"), " and "),
        *(tag("span", "second", class_="second"), tag("sup", "2")),
        " of t-SNE, UMAP, AE and TopoAE, by the mean alone; ↓ lower is better, ↑ higher is "
        "better. “/Σ”: each diagram is first divided by the sum of its persistences. Empty "
        "diagram: what an embedding scores whose diagram vanishes. – does not apply. † some "
        "repetitions are missing.",
        class_="note",
    )


def section_html(section: Section) -> Markup:
    """Write one table with its title and its note."""
    title, note = tag("h3", section.title), tag("p", section.note, class_="note")
    if not section.columns:
        return join(title, note)
    head = tag("tr", tag("td"), *(_heading(markup) for _, markup in section.columns))
    bodies = [_block(block, len(section.columns)) for block in section.blocks]
    # Wider than a phone: the frame scrolls, not the page, and the keyboard can reach it.
    frame = tag(
        "div",
        tag("table", tag("thead", head), *bodies, class_="numbers"),
        class_="scroll",
        tabindex="0",
        role="region",
        aria_label=section.title,
    )
    return join(title, *([note] if section.note else []), frame)


def _heading(markup: str) -> Markup:
    subscripts = re.sub(r"&lt;(/?sub)&gt;", r"<\1>", escape(markup))
    return tag("th", Markup(subscripts), scope="col")


def _block(block: Block, n_columns: int) -> Markup:
    rows = [_line(line) for line in block.lines]
    if block.heading:
        heading = tag("th", block.heading, colspan=str(n_columns + 1), scope="rowgroup")
        rows.insert(0, tag("tr", heading, class_="heading"))
    return tag("tbody", *rows)


def _line(line: Line) -> Markup:
    return tag("tr", tag("th", line.label, scope="row"), *map(_cell, line.cells))


def _cell(cell: Cell) -> Markup:
    class_, mark = _PLACES.get(cell.rank or 0, ("", ""))
    value = tag("span", cell.value, class_=class_) if class_ else escape(cell.value)
    superscript = [tag("sup", mark)] if mark else []
    paper = [tag("span", cell.paper, class_="paper")] if cell.paper else []
    return tag("td", value, *superscript, *paper)
