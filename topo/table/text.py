"""The tables as text for terminals, at most `WIDTH` characters wide."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import pairwise

import pandas as pd

from topo.table.scored import missing_scores, scored_section
from topo.table.sections import (
    Block,
    Cell,
    Line,
    Section,
    missing_notes,
    spread_section,
    table1_sections,
    what_is_shown,
)

#: Widest line, in characters.
WIDTH = 110

_GAP = "  "
_MARKS = {1: "¹", 2: "²"}


def table1_text(table: pd.DataFrame, also_missing: Sequence[str] = ()) -> str:
    """Write Table 1 for a terminal.

    Parameters
    ----------
    table
        As `topo.table.table1` returns it.
    also_missing
        What else the run lacks, a sentence each.

    Returns
    -------
    str
        Lines of at most 110 characters: a title, which says "partial" if anything is missing, and
        what and why; the tables, with the paper's values below ours. Ends with a newline.
    """
    missing = missing_notes(table, also_missing)
    lines = [f"Table 1{', partial' if missing else ''}", ""]
    if missing:
        lines += ["Missing:", *(line for note in missing for line in _wrapped(note, "- ")), ""]
    lines += [*_wrapped(_introduction(table)), ""]
    for section in table1_sections(table):
        lines += _section(section)
    return "\n".join(lines[:-1]) + "\n"


def spread_text(spreads: pd.DataFrame) -> str:
    """Write the spread of the diagram distances for a terminal.

    Parameters
    ----------
    spreads
        As `topo.scores.spread` returns it.

    Returns
    -------
    str
        Lines of at most 110 characters. Ends with a newline.
    """
    return "\n".join([*_section(spread_section(spreads))][:-1]) + "\n"


def scored_text(scores: pd.DataFrame) -> str:
    """Write the scores of one embedding and its controls for a terminal.

    Parameters
    ----------
    scores
        As for `topo.table.scored.scored_section`.

    Returns
    -------
    str
        Lines of at most 110 characters: the table, then why numbers are missing. Ends with a
        newline.
    """
    reasons = [line for reason in missing_scores(scores) for line in _wrapped(reason, "– ")]
    return "\n".join([*_section(scored_section(scores)), *reasons]) + "\n"


def _introduction(table: pd.DataFrame) -> str:
    return (
        f"{what_is_shown(table)} In parentheses, below: the paper's values. ¹ best and ² second of "
        "t-SNE, UMAP, AE and TopoAE, by the mean alone; ↓ lower is better, ↑ higher is better. "
        "d_b/Σ, d_SW/Σ: each diagram is first divided by the sum of its persistences. Empty "
        "diagram: what an embedding scores whose diagram vanishes. – does not apply. † some "
        "repetitions are missing."
    )


def _section(section: Section) -> Iterator[str]:
    yield from _wrapped(section.title)
    yield from _wrapped(section.note)
    if not section.columns:
        yield ""
        return
    labels = [line.label for block in section.blocks for line in block.lines]
    label_width = max(map(len, labels), default=0)
    widths = [
        max([len(title), *(_cell_width(line.cells[i]) for line in _all_lines(section))])
        for i, (title, _) in enumerate(section.columns)
    ]
    for columns in _bands(widths, label_width):
        yield from _band(section, columns, [widths[i] for i in columns], label_width)


def _all_lines(section: Section) -> list[Line]:
    return [line for block in section.blocks for line in block.lines]


def _bands(widths: Sequence[int], label_width: int) -> list[range]:
    """Cut the columns into as few runs as fit beside the labels, about equally many in each."""
    for n_bands in range(1, len(widths) + 1):
        ends = [round(i * len(widths) / n_bands) for i in range(n_bands + 1)]
        bands = [range(start, end) for start, end in pairwise(ends)]
        if all(_total(label_width, [widths[i] for i in band]) <= WIDTH for band in bands):
            break
    return bands


def _total(label_width: int, widths: Sequence[int]) -> int:
    return label_width + sum(len(_GAP) + width for width in widths)


def _band(
    section: Section, columns: Sequence[int], widths: Sequence[int], label_width: int
) -> Iterator[str]:
    total = _total(label_width, widths)
    titles = [section.columns[i][0] for i in columns]
    yield _joined(" " * label_width, titles, widths)
    yield "─" * total
    for block in section.blocks:
        yield from _heading(block, total)
        for line in block.lines:
            cells = [line.cells[i] for i in columns]
            yield _joined(line.label.ljust(label_width), [_value(cell) for cell in cells], widths)
            if any(cell.paper for cell in cells):
                yield _joined(" " * label_width, [cell.paper + " " for cell in cells], widths)
    yield ""


def _heading(block: Block, total: int) -> Iterator[str]:
    if block.heading and len(block.heading) + 6 <= total:
        yield f"── {block.heading} ".ljust(total, "─")
    elif block.heading:
        yield from _wrapped(block.heading, "── ")


def _joined(label: str, cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [cell.rjust(width) for cell, width in zip(cells, widths, strict=True)]
    return _GAP.join([label, *padded]).rstrip()


def _value(cell: Cell) -> str:
    return cell.value + _MARKS.get(cell.rank or 0, " ")


def _cell_width(cell: Cell) -> int:
    return max(len(cell.value), len(cell.paper)) + 1


def _wrapped(text: str, bullet: str = "") -> list[str]:
    return textwrap.wrap(
        " ".join(text.split()), WIDTH, initial_indent=bullet, subsequent_indent=" " * len(bullet)
    )
