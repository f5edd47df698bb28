"""What a reader takes out of a file, and the limits that hold before anything is allocated."""

from __future__ import annotations

import math
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from numpy.typing import NDArray

#: Points times coordinates, or numbers that a sparse matrix holds: 0.8 GB in double precision.
MOST_NUMBERS = 10**8
#: Bytes of all names of a file together, and characters of one.
MOST_NAME_BYTES = 2**26
LONGEST_NAME = 200

_SHOWN = 5


class Contents(NamedTuple):
    """What one format's reader took out of a file.

    Attributes
    ----------
    X : (n, d) array or scipy.sparse matrix
        The chosen columns, of any type of real numbers or of bool.
    columns
        Their names.
    labels : (n,) array or None
        The label column as it stands in the file: strings or numbers.
    notes
        Sentences about what the reader did.
    """

    X: Any
    columns: tuple[str, ...]
    labels: NDArray[Any] | None
    notes: tuple[str, ...] = ()


def check_size(path: Path, *shape: int) -> None:
    """Refuse a shape of more numbers than are read, before any memory is taken for it."""
    if any(each < 0 for each in shape) or math.prod(shape) > MOST_NUMBERS:
        raise ValueError(
            f"{path}: at most {MOST_NUMBERS:,} numbers are read, got {' x '.join(map(str, shape))}:"
            " keep fewer rows or columns"
        )


def choose(
    path: Path, names: Sequence[str], *, label: str | None, columns: Sequence[str] | None
) -> list[int]:
    """Return the positions of the columns that are points: those named, or all but the label.

    Raises
    ------
    ValueError
        Where a name is unknown, stands twice, cannot be printed, or is both label and point.
    """
    check_names(path, names, "column")
    twice = sorted({name for name in names if names.count(name) > 1}) if _repeats(names) else []
    if twice:
        raise ValueError(f"{path}: columns must have names of their own, got {listed(twice)} "
                         "more than once: rename them")  # fmt: skip
    for name in columns or ():
        _check_known(path, name, names)
        if name == label:
            raise ValueError(f"{path}: column {name!r} cannot be both label and point: leave it "
                             "out of the columns")  # fmt: skip
    if columns is None:
        return [i for i, name in enumerate(names) if name != label]
    places = {name: i for i, name in enumerate(names)}
    return [places[name] for name in dict.fromkeys(columns)]


def check_label(path: Path, label: str | None, names: Sequence[str]) -> None:
    """Refuse a label that no column has."""
    if label is not None:
        _check_known(path, label, names)


def check_names(path: Path, names: Sequence[str], kind: str) -> None:
    """Refuse names that would not stand in one line of a table or of a page."""
    for name in names:
        if len(name) > LONGEST_NAME or not name.isprintable():
            raise ValueError(
                f"{path}: the name of a {kind} must be one line of at most {LONGEST_NAME} "
                f"printable characters, got {name[:40]!a}{'…' * (len(name) > 40)}: rename it"
            )


def listed(names: Sequence[str]) -> str:
    """Return the first names of a list, quoted, and how many more there are."""
    shown = ", ".join(repr(str(name)) for name in names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown} and {len(names) - _SHOWN:,} more"


def is_number(text: str) -> bool:
    """Whether a cell of text is a number; NaN is none."""
    try:
        return not math.isnan(float(text)) and "_" not in text
    except ValueError:
        return False


def in_one_line(error: BaseException) -> str:
    """Return the first line of a library's message; what a file put into it cannot act."""
    line = (str(error).splitlines() or [type(error).__name__])[0][:200]
    return "".join(each if each.isprintable() else "?" for each in line)


def _repeats(names: Sequence[str]) -> bool:
    return len(set(names)) < len(names)


def _check_known(path: Path, name: str, names: Sequence[str]) -> None:
    if name not in names:
        close = get_close_matches(name, names, n=3) or list(names)
        raise ValueError(f"{path} has no column {name!r}: choose from {listed(close)}")
