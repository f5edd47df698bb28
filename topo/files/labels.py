"""Classes as names: of a column, or of a file of their own."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topo.files.contents import check_names, is_number, listed

_NOISE = "-1"
#: More different numbers, each of fewer rows on average, are a measurement and no classes.
_MANY_NUMBERS, _FEW_ROWS = 20, 5


def class_names(labels: NDArray[Any], path: Path) -> NDArray[np.str_]:
    """Return the class of every row as a name; whole numbers become their digits.

    Raises
    ------
    ValueError
        Where a row has no class, a number is not whole or they are too many to name classes, or a
        name cannot be printed.
    """
    names = [_name(each, path) for each in labels.tolist()]
    without = [i for i, name in enumerate(names) if not name.strip()]
    if without:
        raise ValueError(
            f"{path}: every row needs a class, {len(without):,} of {len(names):,} have none (first:"
            f" row {without[0]}): name them, or remove these rows"
        )
    known = sorted(set(names))
    if _are_measured(known, len(names)):
        raise ValueError(
            f"{path}: {len(known):,} different numbers for {len(names):,} rows are a measurement "
            "and no classes: leave the label out, or cut it into a few classes, for example by "
            "pandas.qcut(label, 5, labels=list('abcde'))"
        )
    check_names(path, known, "class")
    return np.asarray(names, dtype=np.str_)


def class_notes(labels: NDArray[np.str_]) -> list[str]:
    """Say what is unusual about classes."""
    counts = Counter(labels.tolist())
    notes = []
    if _NOISE in counts:
        notes.append(
            f"Label -1 ({counts[_NOISE]:,} rows), by which clusterings mark noise, is taken as a "
            "class like any other."
        )
    alone = sorted(name for name, n in counts.items() if n == 1)
    if alone:
        notes.append(f"Classes of one row: {listed(alone)}.")
    if len(counts) == 1:
        notes.append(f"All rows are of one class, {listed(list(counts))}.")
    return notes


def _are_measured(known: list[str], n_rows: int) -> bool:
    many = len(known) > max(_MANY_NUMBERS, n_rows / _FEW_ROWS)
    return many and all(is_number(name) for name in known)


def _name(value: Any, path: Path) -> str:
    """Return a class as a name; empty where there is none."""
    if value is None or value != value:
        return ""
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="backslashreplace")
    if isinstance(value, float):
        if not value.is_integer():
            raise ValueError(
                f"{path}: classes must be names or whole numbers, got {value}: leave the label "
                "out if it is a measurement"
            )
        return str(int(value))
    if isinstance(value, str | bool | int):
        return str(value)
    raise ValueError(
        f"{path}: classes must be names or whole numbers, got {type(value).__name__}: convert them"
    )
