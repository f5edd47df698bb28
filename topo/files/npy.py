"""NumPy's .npy: one array, its size checked against the file before memory is taken."""

from __future__ import annotations

import ast
import math
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from topo.checks import is_whole
from topo.files.contents import Contents, check_label, check_size, choose, in_one_line

_MAGIC = b"\x93NUMPY"
#: Bytes that say how long the header is, by version of the format.
_LENGTH_BYTES = {(1, 0): 2, (2, 0): 4, (3, 0): 4}
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


def read_array(file: IO[bytes], *, size: int, name: str) -> NDArray[Any]:
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
    data = bytearray(file.read(expected))
    rest = file.read(len(_MAGIC))
    if found > expected or rest:
        what = "a second array" if rest == _MAGIC else f"{found - expected:,} bytes"
        raise ValueError(
            f"{name} must hold one array and nothing else, got {what} after it: save it again, by "
            "one numpy.save into a new file"
        )
    if len(data) != expected:
        raise ValueError(f"{name} is damaged: it ends too early: save it again")
    array = np.frombuffer(data, dtype=header.dtype)
    return array.reshape(header.shape, order="F" if header.columns_first else "C")


def _read_header(file: IO[bytes], name: str) -> _Header:
    if file.read(len(_MAGIC)) != _MAGIC:
        raise ValueError(f"{name} must be a .npy file, got something else: use numpy.save")
    version = tuple(file.read(2))
    if version not in _LENGTH_BYTES:
        raise ValueError(
            f"{name} must be a .npy file of version 1, 2 or 3, got "
            f"{'.'.join(map(str, version)) or 'none'}: save it again by numpy.save"
        )
    size = int.from_bytes(file.read(_LENGTH_BYTES[version]), "little")
    if size > _LONGEST_HEADER:
        raise ValueError(f"{name} is damaged: its header has {size:,} bytes: save it again")
    try:
        return _parsed(file.read(size).decode("utf-8"))
    except (ValueError, TypeError, SyntaxError, KeyError, MemoryError, RecursionError) as error:
        words = in_one_line(error)
        raise ValueError(f"{name} is damaged: its header is none ({words}): save it again"
                         ) from error  # fmt: skip


def _parsed(text: str) -> _Header:
    """Read a header, a dictionary of plain values as Python writes it."""
    fields = ast.literal_eval(text)
    if fields.keys() != {"shape", "fortran_order", "descr"}:
        raise ValueError("its entries are others")
    shape = fields["shape"]
    if not isinstance(shape, tuple) or not all(is_whole(each) and each >= 0 for each in shape):
        raise ValueError("its shape is none")
    dtype = np.lib.format.descr_to_dtype(fields["descr"])  # type: ignore[no-untyped-call]
    return _Header(shape, bool(fields["fortran_order"]), dtype)


def _check_kind(header: _Header, name: str) -> None:
    if not header.dtype.itemsize:
        raise ValueError(f"{name} is damaged: its entries have no bytes: save it again")
    if header.dtype.hasobject:
        raise ValueError(
            f"{name} must hold numbers or names, got Python objects, which are never unpickled: "
            f"{_remedy(len(header.shape))}"
        )
    if header.dtype.kind not in _KINDS:
        raise ValueError(
            f"{name} must hold numbers or names, got records of several fields: save "
            "structured_to_unstructured(array), which numpy.lib.recfunctions has"
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
    return "save it by numpy.save(path, array.astype(float))"
