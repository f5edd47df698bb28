"""NumPy's .npy: one array, its size checked against the file before memory is taken."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from io import BufferedIOBase, BytesIO
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from topo.files.contents import Contents, check_label, check_size, choose, in_one_line

_MAGIC = b"\x93NUMPY"
#: By version: how many bytes say how long the header is, and what reads it.
_HEADERS: dict[tuple[int, ...], tuple[int, Callable[[IO[bytes]], tuple[Any, ...]]]] = {
    (1, 0): (2, np.lib.format.read_array_header_1_0),
    (2, 0): (4, np.lib.format.read_array_header_2_0),
}
_LONGEST_HEADER = 10_000
_KINDS = "biufcmMSU"


class _Header(NamedTuple):
    """What an array's header promises."""

    shape: tuple[int, ...]
    columns_first: bool
    dtype: np.dtype[Any]


def read_npy(
    path: Path, *, label: str | None = None, columns: Sequence[str] | None = None
) -> Contents:
    """Read one matrix from a .npy file; its columns are named by their positions, from 0."""
    with path.open("rb") as file:
        array = read_array(file, size=path.stat().st_size, name=str(path))
    return of_matrix(array, path, label=label, columns=columns)


def of_matrix(
    array: Any, path: Path, *, label: str | None, columns: Sequence[str] | None
) -> Contents:
    """Take points and label out of a matrix whose columns have no names but their positions."""
    if array.ndim != 2:
        raise ValueError(
            f"{path}: points must have two axes, (points, features), got shape {array.shape}: "
            "reshape them"
        )
    names = [str(i) for i in range(array.shape[1])]
    check_label(path, label, names)
    places = choose(path, names, label=label, columns=columns)
    labels = None if label is None else array[:, names.index(label)]
    X = array if len(places) == len(names) and columns is None else array[:, places]
    return Contents(X, tuple(names[i] for i in places), labels)


def read_array(file: BufferedIOBase, *, size: int, name: str) -> NDArray[Any]:
    """Read the one array of a stream of `size` bytes; nothing is unpickled.

    Raises
    ------
    ValueError
        If it is no .npy, holds Python objects, or more or fewer bytes than its header promises.
    """
    header = _read_header(file, name)
    _check_kind(header, name)
    expected = math.prod(header.shape) * header.dtype.itemsize
    found = size - file.tell()
    if found < expected:
        raise ValueError(
            f"{name} is damaged: its header promises {expected:,} bytes, {found:,} are there: "
            "save it again"
        )
    check_size(Path(name), *header.shape)
    data = bytearray(expected)
    n_read = file.readinto(data)
    rest = file.read(len(_MAGIC))
    if found > expected or rest:
        what = "a second array" if rest == _MAGIC else f"{found - expected:,} bytes"
        raise ValueError(
            f"{name} must hold one array and nothing else, got {what} after it: save it again, by "
            "one numpy.save into a new file"
        )
    if n_read != expected:
        raise ValueError(f"{name} is damaged: it ends too early: save it again")
    array = np.frombuffer(data, dtype=header.dtype)
    return array.reshape(header.shape, order="F" if header.columns_first else "C")


def _read_header(file: BufferedIOBase, name: str) -> _Header:
    if file.read(len(_MAGIC)) != _MAGIC:
        raise ValueError(f"{name} must be a .npy file, got something else: use numpy.save")
    version = tuple(file.read(2))
    if version not in _HEADERS:
        # Version 3 differs in names of fields alone, which no array of numbers has.
        raise ValueError(
            f"{name} must be a .npy file of version 1 or 2, got version "
            f"{'.'.join(map(str, version)) or 'none'}: save it again by numpy.save"
        )
    n_bytes, read = _HEADERS[version]
    length = file.read(n_bytes)
    size = int.from_bytes(length, "little")
    if size > _LONGEST_HEADER:
        raise ValueError(f"{name} is damaged: its header has {size:,} bytes: save it again")
    try:
        return _Header(*read(BytesIO(length + file.read(size))))
    except (ValueError, TypeError, SyntaxError, OverflowError, RecursionError) as error:
        raise ValueError(f"{name} is damaged ({in_one_line(error)}): save it again") from error


def _check_kind(header: _Header, name: str) -> None:
    if any(each < 0 for each in header.shape) or not header.dtype.itemsize:
        raise ValueError(f"{name} is damaged: it has shape {header.shape}: save it again")
    if header.dtype.hasobject:
        raise ValueError(
            f"{name} must hold numbers or names, got Python objects, which are never unpickled: "
            f"{_remedy(len(header.shape))}"
        )
    if header.dtype.kind not in _KINDS:
        raise ValueError(
            f"{name} must hold numbers or names, got records of several fields: save "
            "numpy.lib.recfunctions.structured_to_unstructured(array)"
        )


def _remedy(n_axes: int) -> str:
    """Say how what was probably meant can be saved."""
    if n_axes == 0:
        return "a sparse matrix is saved by scipy.sparse.save_npz('X.npz', matrix)"
    if n_axes == 1:
        return (
            "save names by numpy.save(path, array.astype(str)), rows of equal length by "
            "numpy.save(path, numpy.vstack(array).astype(float))"
        )
    return "save numpy.save(path, array.astype(float))"
