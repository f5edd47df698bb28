"""Tables as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from topo.table.description import Cell, Row, Table, Tables, Words

_NO_BREAK = "\N{NO-BREAK SPACE}"


def to_markdown(described: Tables) -> str:
    """Write tables as Markdown.

    Returns
    -------
    str
        The heading, what is missing, the introduction, the tables. The heading is of the second
        level, for a page around it. Ends with a newline.
    """
    lines: list[str] = []
    if described.title:
        lines += [f"## {escape(described.title)}", ""]
    if described.missing:
        lines += ["Missing:", "", *_list(described.missing)]
    if described.introduction:
        lines += [_words(described.introduction), ""]
    for table in described.tables:
        lines += _table(table)
    return "\n".join(lines).rstrip("\n") + "\n"


def _table(table: Table) -> Iterator[str]:
    if table.is_folded:
        yield from ("<details>", f"<summary>{escape(table.title)}</summary>", "")
    else:
        yield from (f"### {escape(table.title)}", "")
    if table.note:
        yield from (_words(table.note), "")
    if table.columns:
        yield _line(["", *map(_words, table.columns)])
        yield _line([":--", *("--:" for _ in table.columns)])
        for group in table.groups:
            if group.title:
                yield _line([f"*{escape(group.title)}*", *("" for _ in table.columns)])
            yield from map(_row, group.rows)
        yield ""
    yield from _list(table.footnotes)
    if table.is_folded:
        yield from ("</details>", "")


def _row(row: Row) -> str:
    title = f"{escape(row.title)}<br>{escape(row.note)}" if row.note else escape(row.title)
    return _line([title, *map(_cell, row.cells)])


def _cell(cell: Cell) -> str:
    value = _ranked(escape(cell.value).replace(" ", _NO_BREAK), cell.rank)
    return f"{value}<br>{cell.paper}" if cell.paper else value


def _words(words: Words) -> str:
    return "".join(
        f"<sub>{escape(each.text)}</sub>"
        if each.is_subscript
        else _ranked(escape(each.text), each.rank)
        for each in words
    )


def _ranked(text: str, rank: int | None) -> str:
    return {1: f"**<ins>{text}</ins>**", 2: f"**{text}**"}.get(rank or 0, text)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _list(sentences: Sequence[str]) -> list[str]:
    return [*(f"- {escape(each)}" for each in sentences), ""] if sentences else []


def escape(text: str) -> str:
    """Keep foreign text, such as a reason, from being read as markup or as another cell."""
    # A new line would end the cell.
    one_line = re.sub(r"\s+", " ", text)
    return re.sub(r"([\\`*_|<\[])", r"\\\1", one_line)
