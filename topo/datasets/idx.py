"""Reader of the IDX format, in which MNIST is published."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

#: Third byte of the header where the entries are unsigned bytes.
_UNSIGNED_BYTE = 0x08


def read_idx(path: Path, *, n_axes: int) -> NDArray[np.uint8]:
    """Read a gzip-compressed IDX file of unsigned bytes.

    The format is a magic number of four bytes (0, 0, type of the entries, number of axes), the
    length of every axis as a big-endian 32-bit integer, and the entries.

    Parameters
    ----------
    path
        File to read.
    n_axes
        Number of axes that the array must have: 3 for images, 1 for labels.

    Returns
    -------
    uint8 array with `n_axes` axes

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is not gzip, is cut short, or is no IDX file of this kind.
    """
    content = _decompressed(path)
    magic = bytes([0, 0, _UNSIGNED_BYTE, n_axes])
    if content[:4] != magic:
        raise ValueError(
            f"{path} must be an IDX file of unsigned bytes with {n_axes} axes, magic number "
            f"{magic.hex()}, got {content[:4].hex() or 'an empty file'}: it is another file"
        )
    start = 4 + 4 * n_axes
    if len(content) < start:
        raise ValueError(f"{path} ends inside its header: fetch it again")
    shape = tuple(int(length) for length in np.frombuffer(content, ">u4", n_axes, offset=4))
    expected = int(np.prod(shape, dtype=object))
    if len(content) - start != expected:
        raise ValueError(
            f"{path} must hold {' x '.join(map(str, shape))} = {expected} bytes after its header, "
            f"got {len(content) - start}: fetch it again"
        )
    try:
        return np.frombuffer(content, np.uint8, offset=start).reshape(shape)
    except ValueError as error:  # without entries an axis may claim any length
        raise ValueError(
            f"{path} must have axes that an array can have, got {shape}: fetch it again"
        ) from error


def _decompressed(path: Path) -> bytes:
    try:
        return gzip.decompress(path.read_bytes())
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ValueError(
            f"{path} must be a complete gzip file, got one that does not decompress ({error}): "
            "fetch it again"
        ) from error
