"""NumPy's .npz: one matrix, dense or as scipy.sparse.save_npz writes it."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from topo.files.contents import MOST_NUMBERS, Contents, in_one_line, listed
from topo.files.npy import of_matrix, read_array
from topo.files.sparse import Parts, compressed

_FORMAT = "format"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
#: A stored array's numbers take at most 8 bytes each, and its header less than this.
_MOST_BYTES = 8 * MOST_NUMBERS + 2**16
_MOST_ARRAYS = 1000


def read_npz(
    path: Path, *, label: str | None = None, columns: Sequence[str] | None = None
) -> Contents:
    """Read a matrix from a .npz file; a dense one may have its classes in a second array.

    Of several arrays the points are the one named X. Columns are named 0, 1, 2, … by position.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _contents(_Arrays(archive, path), path, label=label, columns=columns)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        words = in_one_line(error)
        raise ValueError(f"{path} is no .npz file, or damaged ({words}): save it again") from error


class _Arrays:
    """The arrays of an archive by name, each read when it is asked for."""

    def __init__(self, archive: zipfile.ZipFile, path: Path) -> None:
        self._archive, self._path = archive, path
        entries = archive.infolist()
        self.names = [each.filename.removesuffix(".npy") for each in entries]
        if len(entries) > _MOST_ARRAYS or len(set(self.names)) < len(entries):
            raise ValueError(
                f"{path} must hold up to {_MOST_ARRAYS:,} arrays of different names, got "
                f"{len(entries):,}: save it again by numpy.savez"
            )
        self._entries = dict(zip(self.names, entries, strict=True))

    def read(self, name: str) -> NDArray[Any]:
        """Read one array; no more is unpacked than its entry says, and that is bounded first."""
        entry = self._entries[name]
        if entry.compress_type not in _METHODS or entry.flag_bits & 1:
            raise ValueError(
                f"{self._path} must be packed as numpy.savez or numpy.savez_compressed do it, got "
                "another method or a password: save it again"
            )
        if entry.file_size > _MOST_BYTES:
            raise ValueError(
                f"{self._path}: at most {MOST_NUMBERS:,} numbers are read, got "
                f"{entry.file_size:,} bytes unpacked: keep fewer rows or columns"
            )
        with self._archive.open(entry) as file:
            return read_array(file, size=entry.file_size, name=f"{self._path} ({name[:40]!a})")


def _contents(
    arrays: _Arrays, path: Path, *, label: str | None, columns: Sequence[str] | None
) -> Contents:
    if _FORMAT in arrays.names:
        if label is not None:
            raise ValueError(
                f"{path} is a sparse matrix, which has no column of classes: save both as .h5ad by "
                "anndata.AnnData(matrix, obs=frame).write_h5ad('X.h5ad')"
            )
        return of_matrix(_sparse(arrays, path), path, label=None, columns=columns)
    others = [name for name in arrays.names if name != label]
    if label is not None and len(others) == len(arrays.names):
        raise ValueError(f"{path} has no array {label!r}: choose from {listed(arrays.names)}")
    name = "X" if "X" in others else others[0] if len(others) == 1 else None
    if name is None:
        raise ValueError(
            f"{path} must hold the points as its one array or as X, got {listed(arrays.names)}: "
            "save it by numpy.savez(path, X=points)"
        )
    contents = of_matrix(arrays.read(name), path, label=None, columns=columns)
    if label is None:
        return contents
    labels = arrays.read(label)
    if labels.shape != contents.X.shape[:1]:
        raise ValueError(
            f"{path}: {label!r} must have one class per row, shape ({contents.X.shape[0]},), got "
            f"{labels.shape}"
        )
    return contents._replace(labels=labels)


def _sparse(arrays: _Arrays, path: Path) -> Any:
    kind = arrays.read(_FORMAT)
    layout = kind.item() if kind.size == 1 else None
    layout = layout.decode(errors="replace") if isinstance(layout, bytes) else str(layout)
    needed = {"csr": "indptr", "csc": "indptr", "coo": "row"}.get(layout)
    if needed is None or not {"shape", "data", needed} <= set(arrays.names):
        raise ValueError(
            f"{path} must be a sparse matrix in the layout csr, csc or coo, got {layout[:20]!a}: "
            "save it by scipy.sparse.save_npz(path, matrix.tocsr())"
        )
    shape = arrays.read("shape")
    parts = [arrays.read(name) for name in _PARTS[layout]]
    return compressed(Parts(layout, shape, arrays.read("data"), *parts), path)


_PARTS = {
    "csr": ("indices", "indptr"),
    "csc": ("indices", "indptr"),
    "coo": ("row", "col"),
}
