"""Checks that several metrics share."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray


def check_same_points(of_input: NDArray[Any], of_latent: NDArray[Any]) -> None:
    """Refuse arrays of the input and of the embedding that do not describe the same points.

    Raises
    ------
    ValueError
        Where the shapes differ or there are no points.
    """
    if of_input.shape != of_latent.shape or of_input.size == 0:
        raise ValueError(
            "input and embedding must hold the same points, at least one: got arrays of shape "
            f"{of_input.shape} and {of_latent.shape}"
        )


def check_square(distances: NDArray[Any]) -> None:
    """Refuse distances that are no matrix of those between every two points.

    Raises
    ------
    ValueError
        Where the shape is not (n, n).
    """
    if distances.ndim != 2 or distances.shape[0] != distances.shape[1]:
        raise ValueError(
            f"distances must be an (n, n) array, got shape {distances.shape}: pass those of a space"
        )


def check_labels(labels: NDArray[Any], n_points: int) -> None:
    """Refuse labels that are not one whole number per point.

    Raises
    ------
    ValueError
        Where the labels are no array of whole numbers or the shape is not (n_points,).
    """
    if not isinstance(labels, np.ndarray) or labels.dtype.kind not in "iu":
        given = getattr(labels, "dtype", type(labels).__name__)
        raise ValueError(f"labels must be an array of whole numbers, got {given}: number them")
    if labels.shape != (n_points,):
        raise ValueError(f"{n_points} points need {n_points} labels, got shape {labels.shape}")


def check_ranks(ranks: NDArray[Any]) -> None:
    """Refuse what cannot be neighbour ranks; whether each stands once in a row is not looked at.

    Raises
    ------
    ValueError
        Where the array is not (n, n) or not one of whole numbers.
    """
    if ranks.ndim != 2 or ranks.shape[0] != ranks.shape[1] or ranks.dtype.kind not in "iu":
        raise ValueError(
            "neighbour ranks must be an (n, n) array of whole numbers, "
            f"got shape {ranks.shape} of {ranks.dtype}: pass those of a space"
        )


def nearest(ranks: NDArray[Any], n_neighbours: int) -> NDArray[np.bool_]:
    """Mark the nearest neighbours of every point.

    Parameters
    ----------
    ranks : (n, n) int array
        Neighbour ranks, 0 for the point itself.
    n_neighbours
        How many of them.

    Returns
    -------
    (n, n) bool array
        `n_neighbours` True in every row.

    Raises
    ------
    ValueError
        Where the ranks are no such array, or a row has other than one neighbour of each rank.
    """
    check_ranks(ranks)
    near: NDArray[np.bool_] = (ranks > 0) & (ranks <= n_neighbours)
    wrong = np.flatnonzero(np.count_nonzero(near, axis=1) != n_neighbours)
    if len(wrong):
        raise ValueError(
            f"row {wrong[0]} of the neighbour ranks must have the ranks 1 … {n_neighbours} once "
            "each: pass those of a space"
        )
    return near


def finite(value: float, name: str) -> float:
    """Return a metric's value, or say that what it was computed from allows none.

    Raises
    ------
    ValueError
        Where the value is NaN or infinite.
    """
    if not math.isfinite(value):
        raise ValueError(
            f"{name} is {value}, not a finite number: look for NaN, infinity or very large numbers"
        )
    return value
