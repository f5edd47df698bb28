"""Columns of a table that pyarrow read: which are points, and what is left out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topo.files.contents import Contents, check_size, is_number, listed
from topo.files.precision import in_double_precision

#: Of the cells with words of a column that is one of numbers otherwise.
_FEWEST_NUMBERS = 0.5
#: How pandas names the index where it writes one, and row numbers, into a file.
_INDEX_NAMES = ("", "Unnamed: 0", "__index_level_0__", "index")


def of_columns(
    table: Any,
    path: Path,
    *,
    label: str | None,
    chosen: bool,
    left_out: Sequence[str] = (),
) -> Contents:
    """Take the points and the label out of a pyarrow table.

    Parameters
    ----------
    table
        The columns that may be points, and the label.
    path
        For messages.
    label
        Name of the column of classes.
    chosen
        True where a person named the columns, so that none is left out.
    left_out
        Columns without numbers that were not even read.

    Raises
    ------
    ValueError
        Where values are missing, no column has numbers, or a chosen one has none.
    """
    names = [name for name in table.column_names if name != label]
    read_without = [name for name in names if not has_numbers(table[name].type)]
    _check_words(table, read_without, path)
    without = [*left_out, *read_without]
    numbered = [] if chosen else [n for n in names if n in _INDEX_NAMES and _counts(table[n])]
    if chosen and without:
        raise ValueError(f"{path}: points must be numbers, got columns without: {listed(without)}: "
                         "leave them out, or code them as numbers")  # fmt: skip
    points = [name for name in names if name not in without and name not in numbered]
    check_size(path, table.num_rows, len(points))
    if not table.num_rows:
        raise ValueError(f"{path}: points must have at least one row, got the names alone")
    if not points:
        all_names = listed([*left_out, *names])
        raise ValueError(f"{path} must have a column of numbers, got {all_names}: code them so")
    _check_missing(table, points, path)
    # Each by itself: side by side, whole numbers would be rounded like their neighbours.
    converted = [in_double_precision(_numbers(table[name]), path) for name in points]
    X = np.column_stack([values for values, _ in converted])
    seen = dict.fromkeys(note for _, notes in converted for note in notes)
    labels = None if label is None else _classes(table[label])
    return Contents(X, tuple(points), labels, (*_notes(without, numbered, label), *seen))


def has_numbers(kind: Any) -> bool:
    """Whether a column of this pyarrow type has numbers, or yes and no."""
    from pyarrow import types

    return bool(
        types.is_integer(kind)
        or types.is_floating(kind)
        or types.is_boolean(kind)
        or types.is_decimal(kind)
    )


def _counts(column: Any) -> bool:
    """Whether a column is 0, 1, 2, … or 1, 2, 3, …: row numbers, not a measurement."""
    values = column.to_numpy()
    if values.dtype.kind not in "iu" or not len(values):
        return False
    return bool(values[0] in (0, 1) and (np.diff(values) == 1).all())


def _check_words(table: Any, names: list[str], path: Path) -> None:
    """Refuse words in a column of numbers: left out, it would be missed."""
    from pyarrow import compute, types

    for name in names:
        if not types.is_string(table[name].type):
            continue
        counts = compute.value_counts(table[name]).to_pylist()
        filled = [(each["values"], each["counts"]) for each in counts if each["values"]]
        words = [(word, n) for word, n in filled if not is_number(word)]
        n_words, n_all = sum(n for _, n in words), sum(n for _, n in filled)
        if n_all and n_words < n_all * _FEWEST_NUMBERS:
            raise ValueError(
                f"{path}: column {name!r} has {n_all - n_words:,} numbers, but words in "
                f"{n_words:,} of its cells ({listed([word[:40] for word, _ in words])}): remove "
                "these rows, or leave the column out"
            )


def _check_missing(table: Any, names: list[str], path: Path) -> None:
    missing = {}
    for name in names:
        values = np.asarray(table[name].is_null(nan_is_null=True))
        if values.any():
            missing[name] = values
    if missing:
        rows = np.flatnonzero(np.any(list(missing.values()), axis=0))
        raise ValueError(
            f"{path}: points need a number in every cell, {len(rows):,} of {table.num_rows:,} rows "
            f"lack one (first: row {rows[0]}) in {listed(list(missing))}: remove these rows, fill "
            "the cells, or leave the columns out"
        )


def _numbers(column: Any) -> NDArray[Any]:
    from pyarrow import types

    if types.is_decimal(column.type):
        column = column.cast("float64")
    return np.asarray(column.to_numpy())


def _classes(column: Any) -> NDArray[Any]:
    """Return the cells of a column, in which equal ones are one object: text can be long."""
    values: list[Any] = []
    for chunk in column.dictionary_encode().chunks:
        words = chunk.dictionary.to_pylist()
        values += [None if code is None else words[code] for code in chunk.indices.to_pylist()]
    return np.asarray(values, dtype=object)


def _notes(without: list[str], numbered: list[str], label: str | None) -> list[str]:
    notes = []
    if without:
        how = "" if label else "; as the label, one of them gives the classes"
        notes.append(f"Columns without numbers are left out: {listed(without)}{how}.")
    if numbered:
        notes.append(f"Row numbers are left out: {listed(numbered)}.")
    return notes
