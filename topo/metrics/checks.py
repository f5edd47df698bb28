"""Checks that several metrics share."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topo.datasets.checks import check_measurable


def check_same_points(of_input: NDArray[Any], of_latent: NDArray[Any]) -> None:
    """Refuse arrays of the input and of the embedding that do not describe the same points.

    Raises
    ------
    ValueError
        Where either is no array of numbers, the shapes differ or there are no points.
    """
    check_numbers(of_input, "numbers of the input")
    check_numbers(of_latent, "numbers of the embedding")
    if of_input.shape != of_latent.shape or of_input.size == 0:
        raise ValueError(
            "input and embedding must hold the same points, at least one: got arrays of shape "
            f"{of_input.shape} and {of_latent.shape}"
        )


def check_numbers(array: NDArray[Any], name: str) -> None:
    """Refuse what is no array of real numbers, of whatever shape.

    Raises
    ------
    ValueError
        Names what was given.
    """
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "iuf":
        given = getattr(array, "dtype", type(array).__name__)
        raise ValueError(f"{name} must be an array of real numbers, got {given}: convert them")


def check_pair(X: NDArray[Any], Z: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return an input and its embedding as float64, or say which is no cloud of the same points.

    Parameters
    ----------
    X : (n, D) array
        The points.
    Z : (n, d) array
        The embedding.

    Returns
    -------
    (n, D) and (n, d) float64 arrays
        The same numbers.

    Raises
    ------
    ValueError
        Where either is no finite matrix, its squared distances leave the range of a float, or the
        lengths differ.
    """
    checked = []
    for points, role in ((X, "input"), (Z, "embedding")):
        try:
            checked.append(check_measurable(points))
        except ValueError as error:
            raise ValueError(f"{role}: {error}") from error
    if len(X) != len(Z):
        raise ValueError(
            f"row i of input and embedding must be the same point, got {len(X)} and {len(Z)} points"
        )
    return checked[0], checked[1]


def is_whole(value: Any) -> bool:
    """Whether this is a whole number; True and False are none."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def check_whole(value: Any, name: str, *, least: int) -> None:
    """Refuse what is no whole number of at least `least`.

    Raises
    ------
    ValueError
        Names the number.
    """
    if not is_whole(value) or value < least:
        raise ValueError(
            f"{name} must be a whole number of at least {least}, got {value!r}: pass another"
        )


def check_square(distances: NDArray[Any]) -> None:
    """Refuse distances that are no matrix of those between every two points.

    Raises
    ------
    ValueError
        Where it is no array of numbers or the shape is not (n, n).
    """
    check_numbers(distances, "distances")
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
        Where it is no array, not (n, n) or not one of whole numbers.
    """
    check_numbers(ranks, "neighbour ranks")
    if ranks.ndim != 2 or ranks.shape[0] != ranks.shape[1] or ranks.dtype.kind not in "iu":
        raise ValueError(
            "neighbour ranks must be an (n, n) array of whole numbers, "
            f"got shape {ranks.shape} of {ranks.dtype}: pass those of a space"
        )


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
