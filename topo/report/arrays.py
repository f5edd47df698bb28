"""Arrays as short texts, which the page's script reads back."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Whole numbers that a coordinate can be.
STEPS = 65535
_SHADES = 255


def text(array: NDArray[Any], dtype: str) -> str:
    """Write an array's bytes, little-endian as in `dtype`, as base64."""
    return b64encode(np.ascontiguousarray(array, dtype=dtype).tobytes()).decode()


def places(points: NDArray[np.float64]) -> dict[str, Any]:
    """Write plane points.

    Parameters
    ----------
    points : (n, 2) array
        Finite.

    Returns
    -------
    dict
        square: left, bottom and side of a square around the points; points: their places in it,
        x and y of each in steps of side / 65535, 16-bit whole numbers as base64.
    """
    low = points.min(axis=0)
    side = float((points.max(axis=0) - low).max()) or 1.0
    steps = np.rint((points - low) / side * STEPS)
    return {"square": [*low.tolist(), side], "points": text(steps, "<u2")}


def shades(values: NDArray[np.float64] | None) -> dict[str, Any] | None:
    """Write numbers from 0 on that are looked at, not read.

    Returns
    -------
    dict or None
        top: the largest; values: each in steps of top / 255, 8-bit whole numbers as base64. None
        of None.
    """
    if values is None:
        return None
    top = float(values.max(initial=0.0)) or 1.0
    return {"top": top, "values": text(np.rint(values / top * _SHADES), "u1")}


def indices(values: NDArray[np.int64]) -> str:
    """Write whole numbers below 65536 as 16-bit numbers in base64."""
    return text(values, "<u2")


def pictures(images: NDArray[np.uint8]) -> dict[str, Any]:
    """Write pictures whose pixels go from 0 to 3.

    Parameters
    ----------
    images : (n, height, width) uint8 array

    Returns
    -------
    dict
        height, width; pixels: four to a byte, the first in the highest two bits, every picture
        beginning with a byte, as base64.
    """
    n, height, width = images.shape
    flat = images.reshape(n, height * width)
    fours = np.pad(flat, ((0, 0), (0, -flat.shape[1] % 4))).reshape(n, -1, 4)
    packed = fours @ np.array([64, 16, 4, 1], dtype=np.uint8)
    return {"height": height, "width": width, "pixels": text(packed, "u1")}
