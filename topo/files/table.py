"""A person's table: points, names of columns, classes, and what was seen in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topo.files.contents import Contents, check_size, listed
from topo.files.conversions import how_to_convert
from topo.files.labels import class_names, class_notes
from topo.files.precision import in_double_precision
from topo.registry import load


@dataclass(frozen=True, eq=False)
class Table:
    """Points from a file, and what the reader did or saw.

    Attributes
    ----------
    X : (n, d) float64 array or scipy.sparse.csr_array
        The points, finite: sparse where the file is.
    columns
        Name of every coordinate.
    labels : (n,) array of str, or None
        Class of every point, by name.
    label_name
        Column that the classes come from, or None.
    notes
        Sentences: what was left out, converted or looks unusual.
    """

    X: Any
    columns: tuple[str, ...]
    labels: NDArray[np.str_] | None
    label_name: str | None
    notes: tuple[str, ...]


def read_table(
    path: str | Path, *, label: str | None = None, columns: Sequence[str] | None = None
) -> Table:
    """Read a table; nothing in the file is trusted, unpickled or followed to another file.

    Parameters
    ----------
    path
        A .csv, .tsv, .npy, .npz (one array, or a scipy.sparse matrix), .parquet or .h5ad file.
    label
        Name of the column of classes: in .npy its position, in .npz the name of a second array,
        in .h5ad a column of ``obs``. No classes if None.
    columns
        Names of the columns that are points; all columns of numbers but the label if None.

    Returns
    -------
    Table
        Columns that are constant and rows that coincide are kept, and counted in its notes.

    Raises
    ------
    FileNotFoundError
        Where there is no such file.
    ValueError
        Where the format is unknown, the file is damaged, too large or not what it says, a value is
        missing or infinite, or a column or a class does not fit; the message says what to do.
    """
    path = Path(path)
    contents = _reader(path)(path, label=label, columns=columns)
    X, notes = _points(contents.X, contents.columns, path)
    labels = None if contents.labels is None else class_names(contents.labels, path)
    seen = [*contents.notes, *notes, *_point_notes(X, contents.columns)]
    if labels is not None:
        seen += class_notes(labels)
    return Table(X, contents.columns, labels, label, tuple(seen))


_READERS: Mapping[str, str] = {
    ".csv": "topo.files.text:read_text",
    ".tsv": "topo.files.text:read_text",
    ".npy": "topo.files.npy:read_npy",
    ".npz": "topo.files.npz:read_npz",
    ".parquet": "topo.files.parquet:read_parquet",
    ".h5ad": "topo.files.h5ad:read_h5ad",
}


def _reader(path: Path) -> Callable[..., Contents]:
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing or no file: give the path of a table")
    suffix = path.suffix.lower()
    if suffix not in _READERS:
        raise ValueError(
            f"{path}: formats are {', '.join(_READERS)}, got {suffix or 'a name without one'}: "
            f"{how_to_convert(suffix)}"
        )
    reader: Callable[..., Contents] = load(_READERS[suffix])
    return reader


def _points(X: Any, columns: tuple[str, ...], path: Path) -> tuple[Any, tuple[str, ...]]:
    """Return finite points in double precision, and what was done to them."""
    if 0 in X.shape:
        raise ValueError(
            f"{path}: points must have at least one row and one column, got {X.shape[0]} x "
            f"{X.shape[1]}: give more"
        )
    if isinstance(X, np.ndarray):
        check_size(path, *X.shape)
        points, notes = in_double_precision(X, path)
        _check_finite(points, columns, path)
        return points, notes
    # Subtracted from each column, a smallest number would fill the matrix.
    data, notes = in_double_precision(X.data, path, shift=False)
    if not np.isfinite(data).all():
        raise ValueError(f"{path}: points must be finite, got NaN or infinity: replace them")
    X.data = data
    return X, notes


def _check_finite(points: NDArray[np.float64], columns: tuple[str, ...], path: Path) -> None:
    finite = np.isfinite(points)
    if not finite.all():
        row, column = divmod(int(np.argmin(finite)), points.shape[1])
        raise ValueError(
            f"{path}: points must be finite, got {points[row, column]} in row {row}, column "
            f"{columns[column]} ({np.count_nonzero(~finite)} such entries in all): remove or "
            "replace them"
        )


def _point_notes(X: Any, columns: tuple[str, ...]) -> list[str]:
    notes = []
    lowest, highest = (_dense(extreme(axis=0)) for extreme in (X.min, X.max))
    constant = [columns[i] for i in np.flatnonzero(lowest == highest)]
    if constant:
        notes.append(
            f"{len(constant):,} of {len(columns):,} columns are constant, which no distance sees: "
            f"{listed(constant)}."
        )
    coinciding = count_coinciding(X)
    if coinciding:
        notes.append(f"{coinciding:,} of {X.shape[0]:,} rows coincide with an earlier row.")
    return notes


def _dense(row: Any) -> NDArray[np.float64]:
    return np.asarray(row if isinstance(row, np.ndarray) else row.toarray())


def count_coinciding(X: Any) -> int:
    """Count the rows, of a matrix dense or sparse, that are equal to an earlier one."""
    different = {blake2b(row, digest_size=16).digest() for row in _rows(X)}
    return int(X.shape[0]) - len(different)


def _rows(X: Any) -> Iterator[bytes]:
    if isinstance(X, np.ndarray):
        # -0.0 + 0.0 is 0.0, so that equal numbers have equal bytes.
        yield from ((row + 0.0).tobytes() for row in X)
        return
    for start, end in pairwise(X.indptr.tolist()):
        yield X.indices[start:end].tobytes() + (X.data[start:end] + 0.0).tobytes()
