"""Tables as text for terminals, at most `WIDTH` characters wide."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import pairwise

from topo.table.description import Cell, Group, Table, Tables, Words

#: Widest line, in characters.
WIDTH = 110

_GAP = "  "
_MARKS = {1: "¹", 2: "²"}


def to_text(described: Tables) -> str:
    """Write tables for a terminal.

    Returns
    -------
    str
        Lines of at most 110 characters: the heading, what is missing, the introduction, the
        tables, with the paper's values below ours; of those that are folded, only how many there
        are. Ends with a newline.
    """
    lines: list[str] = []
    if described.title:
        lines += [*wrap(described.title), ""]
    if described.missing:
        lines += ["Missing:", *_list(described.missing, "- ")]
    if described.introduction:
        lines += [*wrap(_plain(described.introduction)), ""]
    folded = [table for table in described.tables if table.is_folded]
    for table in described.tables:
        if not table.is_folded:
            lines += _table(table)
    if folded:
        lines += wrap(f"{len(folded)} tables of other metrics stand on the page and in table1.md.")
    return "\n".join(lines).rstrip("\n") + "\n"


def _table(table: Table) -> Iterator[str]:
    yield from wrap(table.title)
    yield from wrap(_plain(table.note))
    if table.columns:
        yield from _bands(table)
    else:
        yield ""
    yield from _list(table.footnotes, "– ")


def _bands(table: Table) -> Iterator[str]:
    """Write the columns in as few runs as fit beside the titles of the rows."""
    rows = [row for group in table.groups for row in group.rows]
    margin = max((len(row.title) for row in rows), default=0)
    widths = [
        max([len(_plain(title)), *(_cell_width(row.cells[i]) for row in rows)])
        for i, title in enumerate(table.columns)
    ]
    for columns in _cut(widths, margin):
        yield from _band(table, columns, [widths[i] for i in columns], margin)


def _cut(widths: Sequence[int], margin: int) -> list[range]:
    """Cut the columns into as few runs as fit, about equally many in each."""
    for n_bands in range(1, len(widths) + 1):
        ends = [round(i * len(widths) / n_bands) for i in range(n_bands + 1)]
        bands = [range(start, end) for start, end in pairwise(ends)]
        if all(_total(margin, [widths[i] for i in band]) <= WIDTH for band in bands):
            break
    return bands


def _total(margin: int, widths: Sequence[int]) -> int:
    return margin + sum(len(_GAP) + width for width in widths)


def _band(
    table: Table, columns: Sequence[int], widths: Sequence[int], margin: int
) -> Iterator[str]:
    def line(title: str, cells: Sequence[str]) -> str:
        padded = [cell.rjust(width) for cell, width in zip(cells, widths, strict=True)]
        return _GAP.join([title.ljust(margin), *padded]).rstrip()

    total = _total(margin, widths)
    yield line("", [_plain(table.columns[i]) for i in columns])
    yield "─" * total
    for group in table.groups:
        yield from _heading(group, total)
        for row in group.rows:
            cells = [row.cells[i] for i in columns]
            yield line(row.title, [_ranked(cell.value, cell.rank) for cell in cells])
            if any(cell.paper for cell in cells):
                yield line("", [cell.paper + " " for cell in cells])
    yield ""


def _heading(group: Group, total: int) -> Iterator[str]:
    if group.title and len(group.title) + 6 <= total:
        yield f"── {group.title} ".ljust(total, "─")
    elif group.title:
        yield from wrap(group.title, "── ")


def _plain(words: Words) -> str:
    return "".join(
        f"_{each.text}" if each.is_subscript else each.text + _MARKS.get(each.rank or 0, "")
        for each in words
    )


def _ranked(value: str, rank: int | None) -> str:
    # A mark has a column of its own, so that numbers line up.
    return value + _MARKS.get(rank or 0, " ")


def _cell_width(cell: Cell) -> int:
    return max(len(cell.value), len(cell.paper)) + 1


def _list(sentences: Sequence[str], bullet: str) -> list[str]:
    lines = [line for each in sentences for line in wrap(each, bullet)]
    return [*lines, ""] if lines else []


def wrap(text: str, bullet: str = "") -> list[str]:
    """Break text into lines of at most `WIDTH` characters, the bullet before the first of them."""
    return textwrap.wrap(
        " ".join(text.split()), WIDTH, initial_indent=bullet, subsequent_indent=" " * len(bullet)
    )
