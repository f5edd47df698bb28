"""What a table says, before it becomes text, Markdown or HTML."""

from __future__ import annotations

import re
from typing import NamedTuple, TypeAlias

#: What stands where there is no number.
NOTHING = "–"


class Word(NamedTuple):
    """A run of text.

    Attributes
    ----------
    text
        As it is; every writer escapes it.
    rank
        1 marks it as best, 2 as second.
    is_subscript
        Whether it stands below the line.
    """

    text: str
    rank: int | None = None
    is_subscript: bool = False


Words: TypeAlias = tuple[Word, ...]


def subscripted(text: str) -> Words:
    """Read "d_SW/Σ" as d, SW below the line, and /Σ; for our own text, which names no file."""
    return _split(text, r"_([A-Za-z0-9.]+)")


def symbols(text: str) -> Words:
    """Read d_SW and d_b in sentences, where another "_" may belong to a dataset's name."""
    return _split(text, r"(?<=\bd)_(SW|b)\b")


def _split(text: str, below: str) -> Words:
    """Put below the line what a pattern's group matches."""
    parts = re.split(below, text)
    return tuple(Word(part, is_subscript=i % 2 == 1) for i, part in enumerate(parts) if part)


class Cell(NamedTuple):
    """What is written in one place: our number, the paper's, and 1 or 2 if ours is marked."""

    value: str
    paper: str = ""
    rank: int | None = None


class Row(NamedTuple):
    """Cells with what they are about, such as a method; a note says what that means."""

    title: str
    cells: tuple[Cell, ...]
    note: str = ""


class Group(NamedTuple):
    """Rows under a title of their own, which may be empty."""

    title: str
    rows: tuple[Row, ...]


class Table(NamedTuple):
    """One table.

    Attributes
    ----------
    note
        What is to be known before it is read.
    columns
        Their headings; without any, title and note say why there is no table.
    footnotes
        Why numbers are missing, a sentence each.
    is_folded
        Whether it opens only when it is asked for.
    """

    title: str
    note: Words = ()
    columns: tuple[Words, ...] = ()
    groups: tuple[Group, ...] = ()
    footnotes: tuple[str, ...] = ()
    is_folded: bool = False


class Tables(NamedTuple):
    """Tables one after another, with a heading, what all of them lack and have in common."""

    tables: tuple[Table, ...]
    title: str = ""
    missing: tuple[str, ...] = ()
    introduction: Words = ()
