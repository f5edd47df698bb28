"""Checks of points before anything is computed from them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Points that are not all equal differ by this much: the squares of smaller distances lose digits.
SMALLEST_EXTENT = 1e-140


def check_points(X: NDArray[Any]) -> None:
    """Refuse what is not a point cloud.

    Parameters
    ----------
    X : (n, d) array
        Points, of any real number type.

    Raises
    ------
    ValueError
        If `X` is no array, has other than two axes, no row or no column, does not hold real
        numbers, or has an entry that is NaN or infinite; the message names the first one.
    """
    if not isinstance(X, np.ndarray):
        raise ValueError(
            f"points must be an array of numbers, got {type(X).__name__}: convert them first"
        )
    if X.ndim != 2:
        raise ValueError(
            f"points must have two axes, (points, features), got shape {X.shape}: reshape them"
        )
    if 0 in X.shape:
        raise ValueError(
            f"points need at least one row and one column, got {X.shape[0]} x {X.shape[1]}: "
            "give more"
        )
    if not (np.issubdtype(X.dtype, np.floating) or np.issubdtype(X.dtype, np.integer)):
        raise ValueError(f"points must be real numbers, got {X.dtype}: convert them to floats")
    finite = np.isfinite(X)
    if not finite.all():
        row, column = divmod(int(np.argmin(finite)), X.shape[1])
        raise ValueError(
            f"points must be finite, got {X[row, column]} in row {row}, column {column} "
            f"({np.count_nonzero(~finite)} such entries in all): remove or replace them"
        )


def check_measurable(X: NDArray[Any]) -> NDArray[np.float64]:
    """Return points as float64, or say why they have no distances to each other.

    Distances are square roots of sums of squares: what no float can hold squared, or only with few
    digits, would silently become infinite or 0.

    Parameters
    ----------
    X : (n, d) array
        Points, of any real number type.

    Returns
    -------
    (n, d) float64 array
        The same numbers.

    Raises
    ------
    ValueError
        If `check_points` refuses `X`, or squared distances overflow or vanish.
    """
    check_points(X)
    with np.errstate(over="ignore", invalid="ignore"):
        points: NDArray[np.float64] = X.astype(np.float64, copy=False)
        extents = np.ptp(points, axis=0)
        square = float(np.square(extents).sum())
    if not np.isfinite(square):
        raise ValueError(
            f"squared distances between points overflow: coordinates reach {np.abs(X).max():g}; "
            "rescale the points"
        )
    if square < SMALLEST_EXTENT**2 and extents.any():
        raise ValueError(
            f"squared distances between points vanish: coordinates differ by {extents.max():g}, "
            f"which must be at least {SMALLEST_EXTENT:g}, or 0; rescale the points"
        )
    return points
