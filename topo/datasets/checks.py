"""Checks of points before anything is computed from them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


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
            f"points need at least one row and one column, got {X.shape[0]} x {X.shape[1]}"
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
