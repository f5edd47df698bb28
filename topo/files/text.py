"""Tables as text, .csv and .tsv, read by pyarrow: columns of numbers, one of classes."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from topo.files.columns import of_columns
from topo.files.contents import Contents, check_label, check_size, choose, in_one_line, is_number

#: pyarrow takes the type of a column from the first block alone: the file is one block.
_MOST_BYTES = 2**30
_LONGEST_HEADER = 2**24
#: By the end of a file's name.
SEPARATORS = {".csv": ",", ".tsv": "\t"}
_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")


class _Head(NamedTuple):
    """The first row: names, or numbers already."""

    names: list[str]
    is_header: bool


def read_text(
    path: Path, *, label: str | None = None, columns: Sequence[str] | None = None
) -> Contents:
    """Read a table of text in UTF-8, its separator by the name of the file.

    The first row has the names of the columns; where all its cells are numbers, and not 0, 1, 2, …,
    there are no names, and columns are called by their positions.
    """
    check_text(path)
    separator = SEPARATORS[path.suffix.lower()]
    head = _read_head(path, separator)
    check_label(path, label, head.names)
    places = choose(path, head.names, label=label, columns=columns)
    # Before memory is taken: no exact count, since a quoted cell may have lines of its own.
    check_size(path, _count_lines(path) - head.is_header, len(places))
    included = [head.names[i] for i in places] + ([] if label is None else [label])
    table = _read(path, separator, head, included, label)
    notes = () if head.is_header else ("The first row has numbers: the columns have no names.",)
    contents = of_columns(table, path, label=label, chosen=columns is not None)
    return contents._replace(notes=(*notes, *contents.notes))


def check_text(path: Path) -> None:
    """Refuse what is too large for text, or none in UTF-8."""
    size = path.stat().st_size
    if size > _MOST_BYTES:
        raise ValueError(
            f"{path}: text is read up to 1 GiB, got {size / _MOST_BYTES:.1f}: save it as .parquet "
            "or .npy"
        )
    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(_BYTE_ORDER_MARKS):
        raise ValueError(
            f"{path} must be text in UTF-8, got UTF-16: "
            "convert it, for example by iconv -f UTF-16 -t UTF-8"
        )
    if b"\0" in start:
        raise ValueError(f"{path} must be text, got something else: name the file after its format")


def _read_head(path: Path, separator: str) -> _Head:
    with path.open("rb") as file:
        first = file.readline(_LONGEST_HEADER)
    try:
        line = first.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        raise ValueError(_not_utf8(path)) from None
    if separator == "," and ";" in line and "," not in line:
        raise ValueError(
            f"{path} must be separated by commas, got semicolons: convert it by "
            "pandas.read_csv(path, sep=';', decimal=',').to_csv('new.csv', index=False)"
        )
    cells = next(csv.reader([line], delimiter=separator), [])
    if not any(cell.strip() for cell in cells):
        raise ValueError(f"{path} must begin with a row of names or numbers, got an empty line")
    positions = [str(i) for i in range(len(cells))]
    is_header = cells == positions or not all(is_number(cell) for cell in cells)
    return _Head(cells if is_header else positions, is_header)


def _count_lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(partial(file.read, 2**20), b""))


def _read(path: Path, separator: str, head: _Head, included: list[str], label: str | None) -> Any:
    import pyarrow
    from pyarrow import csv as reader

    try:
        return reader.read_csv(
            path,
            reader.ReadOptions(
                use_threads=False,
                block_size=path.stat().st_size + 1,
                column_names=head.names,
                skip_rows=int(head.is_header),
            ),
            reader.ParseOptions(delimiter=separator, newlines_in_values=True),
            reader.ConvertOptions(
                include_columns=included,
                # Classes are names: 01 is not 1.
                column_types={} if label is None else {label: pyarrow.string()},
            ),
        )
    except pyarrow.ArrowInvalid as error:
        words = in_one_line(error)
        if "UTF8" in words:
            raise ValueError(_not_utf8(path)) from error
        raise ValueError(f"{path} is no table ({words}): give every row the same cells") from error


def _not_utf8(path: Path) -> str:
    return f"{path} must be text in UTF-8: convert it, for example by iconv -f LATIN1 -t UTF-8"
