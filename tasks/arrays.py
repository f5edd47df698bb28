"""Named arrays as bytes and back, without pickle."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: What numpy and zipfile raise for bytes that are no npz file, or a damaged one.
_UNREADABLE = (
    *(ValueError, TypeError, AttributeError, KeyError, EOFError, OSError, NotImplementedError),
    *(RuntimeError, SyntaxError, MemoryError, OverflowError, zipfile.BadZipFile, zlib.error),
)


def pack_arrays(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Return the bytes of an npz file, uncompressed.

    Equal arrays in the same memory layout give equal bytes, whichever Python and zlib write them.

    Raises
    ------
    ValueError
        Where an array holds Python objects: numpy would pickle them.
    """
    for name, array in arrays.items():
        if array.dtype.hasobject:
            raise ValueError(
                f"array {name!r} must hold numbers, got Python objects: they would be pickled"
            )
    buffer = io.BytesIO()
    # Not `np.savez`: it asks for 64-bit sizes, which Python 3.11.4 writes in another way.
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(arrays):
            entry = zipfile.ZipInfo(f"{name}.npy")
            # From 2 GiB on zipfile must know beforehand.
            entry.file_size = arrays[name].nbytes
            with archive.open(entry, "w") as member:
                np.save(member, arrays[name], allow_pickle=False)
    return buffer.getvalue()


def unpack_arrays(content: bytes) -> dict[str, NDArray[Any]]:
    """Read what `pack_arrays` returned; nothing is unpickled.

    Raises
    ------
    ValueError
        Where the content is no npz file, is damaged, or has an array of Python objects.
    """
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except _UNREADABLE as error:
        raise ValueError(
            f"content must be an npz file of numbers and text, which this one is not ({error}): "
            "delete it and run again"
        ) from error
