"""Sparse matrices put together from what a file says, after it was checked."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from topo.files.contents import MOST_NUMBERS

#: Each has a name.
_MOST_COLUMNS = 10**6


class Parts(NamedTuple):
    """What a file has of a sparse matrix.

    Attributes
    ----------
    layout
        "csr" or "csc" (compressed rows or columns), or "coo" (entry by entry).
    shape : (2,) int array
        Rows and columns.
    data : (k,) array
        The entries.
    first, second : int arrays
        For "csr" and "csc" the indices (k,) and where each row or column starts, (rows + 1,) or
        (columns + 1,); for "coo" the rows and the columns of the entries, (k,) each.
    """

    layout: str
    shape: NDArray[Any]
    data: NDArray[Any]
    first: NDArray[Any]
    second: NDArray[Any]


def compressed(parts: Parts, path: Path) -> Any:
    """Return the matrix with compressed rows, entries of one place summed.

    Raises
    ------
    ValueError
        Where the parts are not of one matrix, or an index lies outside of it.
    """
    import scipy.sparse

    shape = _shape(parts.shape, path)
    for array in (parts.first, parts.second):
        if array.dtype.kind not in "iu" or array.ndim != 1:
            raise _damaged(path, "indices must be whole numbers")
    if parts.data.ndim != 1 or parts.data.dtype.kind not in "biuf":
        raise _damaged(path, f"entries must be real numbers, got {parts.data.dtype}")
    if parts.data.dtype == np.float16:  # which scipy does not have
        parts = parts._replace(data=parts.data.astype(np.float32))
    if parts.layout == "coo":
        _check_places(parts, shape, path)
        matrix = scipy.sparse.coo_array((parts.data, (parts.first, parts.second)), shape=shape)
    else:
        _check_compressed(parts, shape, path)
        kind = scipy.sparse.csr_array if parts.layout == "csr" else scipy.sparse.csc_array
        matrix = kind((parts.data, parts.first, parts.second), shape=shape)
    rows = scipy.sparse.csr_array(matrix)
    rows.sum_duplicates()
    rows.eliminate_zeros()
    return rows


def _shape(given: NDArray[Any], path: Path) -> tuple[int, int]:
    if given.shape != (2,) or given.dtype.kind not in "iu":
        raise _damaged(path, "it has no shape of rows and columns")
    rows, columns = (int(each) for each in given.tolist())
    if not (0 < rows <= MOST_NUMBERS and 0 < columns <= _MOST_COLUMNS):
        raise ValueError(
            f"{path}: a sparse matrix may have from 1 to {MOST_NUMBERS:,} rows and to "
            f"{_MOST_COLUMNS:,} columns, got {rows:,} x {columns:,}: keep fewer"
        )
    return rows, columns


def _check_compressed(parts: Parts, shape: tuple[int, int], path: Path) -> None:
    n_lines, n_places = shape if parts.layout == "csr" else shape[::-1]
    starts = parts.second.astype(np.int64)
    if len(starts) != n_lines + 1 or starts[0] != 0 or starts[-1] != len(parts.data):
        raise _damaged(path, f"{len(starts):,} starts do not fit {n_lines:,} lines")
    if (np.diff(starts) < 0).any() or len(parts.first) != len(parts.data):
        raise _damaged(path, "starts decrease, or indices and entries differ in number")
    _check_range(parts.first, n_places, path)


def _check_places(parts: Parts, shape: tuple[int, int], path: Path) -> None:
    if not len(parts.first) == len(parts.second) == len(parts.data):
        raise _damaged(path, "indices and entries differ in number")
    _check_range(parts.first, shape[0], path)
    _check_range(parts.second, shape[1], path)


def _check_range(indices: NDArray[Any], n: int, path: Path) -> None:
    if len(indices) and (int(indices.min()) < 0 or int(indices.max()) >= n):
        raise _damaged(path, f"an index lies outside 0 … {n - 1}")


def _damaged(path: Path, words: str) -> ValueError:
    return ValueError(f"{path} is damaged: {words}: save it by scipy.sparse.save_npz")
