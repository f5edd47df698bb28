"""Numbers of any type in double precision: exact where it can be, and said where it cannot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Whole numbers up to here, and no farther, are all doubles.
_LARGEST_WHOLE = 2**53


def in_double_precision(
    X: NDArray[Any], path: Path, *, shift: bool = True
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """Return an array of real numbers, or of bool, as float64, and sentences about it.

    Whole numbers that no double holds become differences from the smallest of their column, which
    leaves all distances as they are; where `shift` is False they are refused.

    Raises
    ------
    ValueError
        Where the entries are no real numbers, or the differences are too large as well.
    """
    kind, size = X.dtype.kind, X.dtype.itemsize
    if kind == "b":
        return X.astype(np.float64), ("True and False are taken as 1 and 0.",)
    if kind not in "iuf":
        raise ValueError(
            f"{path}: points must be an array of real numbers, got {X.dtype}: {_remedy(kind)}"
        )
    if kind in "iu" and X.size and max(int(X.max()), -int(X.min())) > _LARGEST_WHOLE:
        if not shift:
            raise ValueError(
                f"{path}: a sparse matrix's whole numbers must lie within ±2^53, beyond which "
                "double precision rounds them: scale them down"
            )
        return _differences(X, path)
    if kind == "f" and size == 2:
        return X.astype(np.float64), ("Half precision in the file; computed in double precision.",)
    if kind == "f" and size > 8:
        with np.errstate(over="ignore"):
            return X.astype(np.float64), ("Rounded to double precision.",)
    return np.ascontiguousarray(X, dtype=np.float64), ()


def _differences(X: NDArray[Any], path: Path) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    lowest, highest = X.min(axis=0), X.max(axis=0)
    pairs = zip(np.ravel(lowest).tolist(), np.ravel(highest).tolist(), strict=True)
    if any(high - low > _LARGEST_WHOLE for low, high in pairs):
        raise ValueError(
            f"{path}: whole numbers of one column must lie within 2^53 of each other, beyond "
            "which double precision does not hold them apart: scale them down, or leave columns "
            "of numbers that only name something out"
        )
    # Modulo 2^64, which the differences stay below.
    differences = X.astype(np.uint64) - lowest.astype(np.uint64)
    note = "Whole numbers beyond 2^53: each column is its difference from its smallest."
    return differences.astype(np.float64), (note,)


def _remedy(kind: str) -> str:
    return {
        "c": "save real and imaginary parts as columns of their own",
        "M": "save times as numbers, for example seconds since the first",
        "m": "save durations as numbers, for example array / numpy.timedelta64(1, 's')",
        "U": "if they are numbers, save array.astype(float)",
        "S": "if they are numbers, save array.astype(float)",
    }.get(kind, "convert them to floats")
