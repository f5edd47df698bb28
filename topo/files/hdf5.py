"""HDF5 by h5py, within the one file: no link or storage that leads out of it is followed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topo.files.contents import MOST_NAME_BYTES, check_size, in_one_line

#: HDF5's own filters, and h5py's LZF: others are programs loaded from elsewhere.
_FILTERS = {1, 2, 3, 4, 5, 6, 32000}
#: A chunk is unpacked whole, however little of it is read.
_MOST_CHUNK_BYTES = 2**28
#: Names at a time: many may share one long text, which is then read for each.
_NAMES_AT_ONCE = 16


@contextmanager
def open_file(path: Path) -> Iterator[Folder]:
    """Open a file to be read, and say in one line what is damaged in it.

    Raises
    ------
    ValueError
        Where it is no HDF5 file, or damaged.
    """
    import h5py

    try:
        with h5py.File(path, "r") as file:
            yield Folder(file, path)
    except (OSError, RuntimeError, KeyError, TypeError) as error:
        words = in_one_line(error)
        raise ValueError(f"{path} is no HDF5 file, or damaged ({words}): save it again") from error


class Folder:
    """A group of an HDF5 file, of which only what lies in the file itself can be reached."""

    def __init__(self, group: Any, path: Path) -> None:
        self._group, self._path = group, path

    def __contains__(self, name: str) -> bool:
        return "/" not in name and name in self._group

    @property
    def names(self) -> list[str]:
        """Names of what is in it."""
        return list(self._group.keys())

    def attribute(self, name: str) -> Any:
        """Return an attribute; None where there is none."""
        return self._group.attrs.get(name)

    def is_folder(self, name: str) -> bool:
        """Whether a name is that of a group."""
        import h5py

        return isinstance(self._member(name), h5py.Group)

    def folder(self, name: str) -> Folder:
        """Return a group in it."""
        if not self.is_folder(name):
            raise ValueError(f"{self._path}: {self._place(name)} must be a group, got an array")
        return Folder(self._member(name), self._path)

    def shape(self, name: str) -> tuple[int, ...]:
        """Return the shape of an array in it."""
        return tuple(self._array(name).shape)

    def array(self, name: str) -> NDArray[Any]:
        """Return an array of numbers or of names, its size checked before it is read."""
        import h5py

        array = self._array(name)
        check_size(self._path, *array.shape)
        if h5py.check_string_dtype(array.dtype):
            return self._strings(array, name)
        if array.dtype.kind not in "biuf":
            raise ValueError(
                f"{self._path}: {self._place(name)} must be numbers or names, got {array.dtype}"
            )
        return np.asarray(array[()])

    def _strings(self, array: Any, name: str) -> NDArray[Any]:
        if array.ndim != 1:
            raise ValueError(f"{self._path}: {self._place(name)} must be one list of names")
        read, n_bytes = [], len(array) * array.dtype.itemsize
        text = array.asstr(errors="backslashreplace")
        for start in range(0, len(array), _NAMES_AT_ONCE):
            if n_bytes > MOST_NAME_BYTES:
                raise ValueError(
                    f"{self._path}: names in {self._place(name)} take more than "
                    f"{MOST_NAME_BYTES // 2**20} MiB: shorten them"
                )
            names = text[start : start + _NAMES_AT_ONCE].tolist()
            n_bytes += sum(map(len, names))
            read += names
        return np.asarray(read, dtype=object)

    def _array(self, name: str) -> Any:
        import h5py

        array = self._member(name)
        if not isinstance(array, h5py.Dataset) or array.shape is None:
            raise ValueError(f"{self._path}: {self._place(name)} must be an array")
        if array.external or array.is_virtual:
            raise ValueError(
                f"{self._path}: {self._place(name)} lies in another file, which is not opened: "
                "save all of it in one file"
            )
        plan = array.id.get_create_plist()
        filters = {plan.get_filter(i)[0] for i in range(plan.get_nfilters())}
        if not filters <= _FILTERS:
            raise ValueError(
                f"{self._path}: {self._place(name)} is packed by a filter that is not part of "
                "HDF5: save it with compression='gzip'"
            )
        if math.prod(array.chunks or (0,)) * array.dtype.itemsize > _MOST_CHUNK_BYTES:
            raise ValueError(
                f"{self._path}: {self._place(name)} has chunks of more than "
                f"{_MOST_CHUNK_BYTES // 2**20} MiB: save it with smaller ones"
            )
        return array

    def _member(self, name: str) -> Any:
        import h5py

        if name not in self:
            raise ValueError(f"{self._path}: {self._place(name)} is missing")
        if not isinstance(self._group.get(name, getlink=True), h5py.HardLink):
            raise ValueError(
                f"{self._path}: {self._place(name)} is a link, which is not followed: "
                "save the data themselves"
            )
        return self._group[name]

    def _place(self, name: str) -> str:
        return f"{self._group.name.rstrip('/')}/{name}"[:80].encode("unicode_escape").decode()
