"""Reader of the IDX format, in which MNIST is published."""

from __future__ import annotations

import gzip
import io
import zlib

import numpy as np
from numpy.typing import NDArray

#: Third byte of the header where the entries are unsigned bytes.
_UNSIGNED_BYTE = 0x08

_GZIP = b"\x1f\x8b"

#: What people find in a download's place, by its first bytes.
_OTHER_FILES = {
    b"<!doctype html": "an HTML page",
    b"<html": "an HTML page",
    b"<?xml": "an XML document",
    b"version https://git-lfs": "a Git LFS pointer in the file's place",
    b"pk\x03\x04": "a zip archive",
}


def unpack(content: bytes, *, at_most: int) -> bytes:
    """Decompress what gzip has compressed, and return anything else as it is.

    No more bytes are decompressed than it takes to see that there are more than `at_most`.

    Raises
    ------
    ValueError
        If a gzip file is not whole, or there are too many bytes.
    """
    try:
        if content.startswith(_GZIP) and len(content) <= at_most:
            with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
                content = file.read(at_most + 1)
    except EOFError as error:
        raise ValueError("a complete gzip file is needed, got one that is cut short") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise ValueError(f"a complete gzip file is needed, got a damaged one ({error})") from error
    if len(content) > at_most:
        raise ValueError(f"at most {at_most:,} bytes are needed, got more")
    return content


def read_idx(content: bytes, *, n_axes: int) -> NDArray[np.uint8]:
    """Read the content of an IDX file of unsigned bytes.

    The format is a magic number of four bytes (0, 0, type of the entries, number of axes), the
    length of every axis as a big-endian 32-bit integer, and the entries.

    Raises
    ------
    ValueError
        If it is cut short, or no IDX file of this kind; says what it seems to be.
    """
    magic = bytes([0, 0, _UNSIGNED_BYTE, n_axes])
    start = 4 + 4 * n_axes
    if content[:4] != magic:
        raise ValueError(
            f"an IDX file of unsigned bytes with {n_axes} axes is needed, got {_describe(content)}"
        )
    if len(content) < start:
        raise ValueError("a whole IDX file is needed, got one that ends inside its header")
    shape = tuple(int(length) for length in np.frombuffer(content, ">u4", n_axes, offset=4))
    expected = int(np.prod(shape, dtype=object))
    lengths = " x ".join(map(str, shape))
    if len(content) - start != expected:
        raise ValueError(
            f"{lengths} = {expected} bytes are needed after the IDX file's header, got "
            f"{len(content) - start}"
        )
    try:
        return np.frombuffer(content, np.uint8, offset=start).reshape(shape)
    except ValueError as error:  # without entries an axis may claim any length
        raise ValueError(f"axes that an array can have are needed, got {lengths}") from error


def _describe(content: bytes) -> str:
    """Say what a file is that is no IDX file as it is looked for."""
    if not content:
        return "an empty file"
    begin = content[:64].lstrip().lower()
    for first, found in _OTHER_FILES.items():
        if begin.startswith(first):
            return found
    if content[:3] == bytes([0, 0, _UNSIGNED_BYTE]) and len(content) > 3:
        return f"an IDX file with {content[3]} axes"
    return f"a file that begins with {content[:4].hex()}"
