"""What every method asks of its points and its seed."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from topo.checks import check_points

#: Least and greatest extent of the points: in single precision, in which most methods compute,
#: squares of much smaller or larger distances leave the range.
_EXTENTS = (1e-15, 1e15)


def check_input(X_train: NDArray[Any], X: NDArray[Any], *, seed: int, n_features: int = 1) -> None:
    """Refuse points that no method, or not this one, can embed.

    Parameters
    ----------
    X_train : (n_train, d) array
        Training points.
    X : (n, d) array
        Points to embed.
    seed
        Seed of the method's randomness.
    n_features
        Smallest d that the method takes.

    Raises
    ------
    ValueError
        If either is not a finite matrix of numbers, they have different d, d is too small, either
        has fewer than two different points, all of them lie extremely close or far apart, or the
        seed is not in 0 … 2³² - 1.
    """
    for points, role in ((X_train, "training points"), (X, "points to embed")):
        check_points(points)
        _check_number(points, role)
    if X_train.shape[1] != X.shape[1]:
        raise ValueError(
            "training points and points to embed need the same features, "
            f"got {X_train.shape[1]} and {X.shape[1]}: split one dataset"
        )
    if X.shape[1] < n_features:
        raise ValueError(
            f"this method needs at least {n_features} features, got {X.shape[1]}: "
            "choose an autoencoder, which takes any number"
        )
    _check_extent(X_train, X)
    if not (isinstance(seed, int | np.integer) and 0 <= seed < 2**32):
        raise ValueError(f"seed must be a whole number in 0 … 2³² - 1, got {seed}: derive one")


def _check_number(points: NDArray[Any], role: str) -> None:
    if len(points) < 2:
        raise ValueError(
            f"a method needs at least 2 {role}, got {len(points)}: raise the dataset's size"
        )
    if (points == points[0]).all():
        raise ValueError(
            f"a method needs at least two different {role}, got {len(points)} equal ones: look at "
            "where the data come from"
        )


def _check_extent(X_train: NDArray[Any], X: NDArray[Any]) -> None:
    for points in (X_train, X):
        largest = max(abs(float(points.max())), abs(float(points.min())))
        # Halves, since the difference of two large floats may be none.
        extent = 2 * float((points.max(axis=0) / 2 - points.min(axis=0) / 2).max())
        low, high = _EXTENTS
        if largest > high or extent < low:
            raise ValueError(
                f"coordinates must lie within ±{high:g} and differ by at least {low:g}, got up to "
                f"{largest:g} and differences up to {extent:g}: standardise the points"
            )
