"""What numbers, points, distances, diagrams, labels and ranks must be before they are used."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: Points that are not all equal differ by this much: the squares of smaller distances lose digits.
_SMALLEST_EXTENT = 1e-140
#: Two entries (i, j) and (j, i) may differ by this share of the largest distance: rounding.
_ASYMMETRY = 1e-8
#: Rows and columns of a tile that stays in the processor's cache with its mirror image.
_TILE = 128
#: Largest birth or death: sums and differences of millions of them are still numbers.
_LARGEST = 1e300


def is_whole(value: Any) -> bool:
    """Whether this is a whole number; True and False are none."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def check_whole(value: Any, name: str, *, least: int) -> None:
    """Refuse what is no whole number of at least `least`."""
    if not is_whole(value) or value < least:
        raise ValueError(
            f"{name} must be a whole number of at least {least}, got {value!r}: pass another"
        )


def check_finite(value: float, name: str) -> float:
    """Return a number that was computed, or say that what it was computed from allows none."""
    if not math.isfinite(value):
        raise ValueError(
            f"{name} is {value}, not a finite number: look for NaN, infinity or very large numbers"
        )
    return value


def check_numbers(array: NDArray[Any], name: str) -> None:
    """Refuse what is no array of real numbers, of whatever shape."""
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "iuf":
        given = getattr(array, "dtype", type(array).__name__)
        raise ValueError(
            f"{name} must be an array of real numbers, got {given}: convert them to floats"
        )


def check_points(X: NDArray[Any], name: str = "points") -> None:
    """Refuse what is not a point cloud, (n, d), of any real number type.

    Raises
    ------
    ValueError
        If `X` is no array of real numbers, has other than two axes, no row or no column, or has an
        entry that is NaN or infinite; the message names the first one.
    """
    check_numbers(X, name)
    if X.ndim != 2:
        raise ValueError(
            f"{name} must have two axes, (points, features), got shape {X.shape}: reshape them"
        )
    if 0 in X.shape:
        raise ValueError(
            f"{name} must have at least one row and one column, got {X.shape[0]} x {X.shape[1]}: "
            "give more"
        )
    finite = np.isfinite(X)
    if not finite.all():
        row, column = divmod(int(np.argmin(finite)), X.shape[1])
        raise ValueError(
            f"{name} must be finite, got {X[row, column]} in row {row}, column {column} "
            f"({np.count_nonzero(~finite)} such entries in all): remove or replace them"
        )


def check_plane_points(X: NDArray[Any], name: str = "points", *, least: int = 1) -> None:
    """Refuse what is not at least some finite points of the plane, (n, 2)."""
    check_points(X, name)
    if X.shape[1] != 2 or len(X) < least:
        raise ValueError(
            f"{name} must lie in the plane, shape (n, 2) with n >= {least}, got shape {X.shape}"
        )


def check_measurable(X: NDArray[Any]) -> NDArray[np.float64]:
    """Return points (n, d) as float64, or say why they have no distances to each other.

    Distances are square roots of sums of squares: what no float can hold squared, or only with few
    digits, would silently become infinite or 0.

    Raises
    ------
    ValueError
        If `check_points` refuses `X`, the sum of all n² squared distances overflows, or squared
        distances vanish.
    """
    check_points(X)
    with np.errstate(over="ignore", invalid="ignore"):
        points: NDArray[np.float64] = X.astype(np.float64, copy=False)
        extents = np.ptp(points, axis=0)
        square = float(np.square(extents).sum())
    if not math.isfinite(len(points) ** 2 * square):
        raise ValueError(
            f"squared distances between points overflow: coordinates reach {np.abs(X).max():g}; "
            "rescale the points"
        )
    if square < _SMALLEST_EXTENT**2 and extents.any():
        raise ValueError(
            f"squared distances between points vanish: coordinates differ by {extents.max():g}, "
            f"which must be at least {_SMALLEST_EXTENT:g}, or 0; rescale the points"
        )
    return points


def check_pair(X: NDArray[Any], Z: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return an input (n, D) and its embedding (n, d) as float64, or say what is wrong with them.

    Raises
    ------
    ValueError
        If `check_measurable` refuses either, or the lengths differ.
    """
    checked = []
    for points, role in ((X, "input"), (Z, "embedding")):
        try:
            checked.append(check_measurable(points))
        except ValueError as error:
            raise ValueError(f"{role}: {error}") from error
    check_same_length(X, Z)
    return checked[0], checked[1]


def check_same_length(X: NDArray[Any], Z: NDArray[Any]) -> None:
    """Refuse an input and an embedding that differ in their number of points."""
    if len(X) != len(Z):
        raise ValueError(
            f"row i of input and embedding must be the same point, got {len(X)} and {len(Z)} points"
        )


def check_same_points(of_input: NDArray[Any], of_latent: NDArray[Any]) -> None:
    """Refuse numbers of the input and of the embedding that do not describe the same points."""
    check_numbers(of_input, "numbers of the input")
    check_numbers(of_latent, "numbers of the embedding")
    if of_input.shape != of_latent.shape or of_input.size == 0:
        raise ValueError(
            "input and embedding must hold the same points, at least one: got arrays of shape "
            f"{of_input.shape} and {of_latent.shape}"
        )


def check_labels(labels: NDArray[Any], n_points: int) -> None:
    """Refuse labels that are not one whole number per point, (n_points,)."""
    if not isinstance(labels, np.ndarray) or labels.dtype.kind not in "iu":
        given = getattr(labels, "dtype", type(labels).__name__)
        raise ValueError(f"labels must be an array of whole numbers, got {given}: number them")
    if labels.shape != (n_points,):
        raise ValueError(f"{n_points} points need {n_points} labels, got shape {labels.shape}")


def check_square(array: NDArray[Any], name: str) -> None:
    """Refuse what is no (n, n) array of numbers, one for every two of n >= 1 points."""
    check_numbers(array, name)
    if array.ndim != 2 or array.shape[0] != array.shape[1] or not array.size:
        raise ValueError(
            f"{name} must be an (n, n) matrix with n >= 1, got an array of shape {array.shape}: "
            "pass all pairs of points"
        )


def check_ranks(ranks: NDArray[Any]) -> None:
    """Refuse what cannot be neighbour ranks; whether each stands once in a row is not looked at."""
    check_square(ranks, "neighbour ranks")
    if ranks.dtype.kind not in "iu":
        raise ValueError(
            f"neighbour ranks must be whole numbers, got {ranks.dtype}: pass those of a space"
        )


def check_lengths(distances: NDArray[Any]) -> None:
    """Refuse distances of which one is NaN, infinite or negative."""
    if not (np.isfinite(distances.max()) and distances.min() >= 0):
        bad = distances[~(np.isfinite(distances) & (distances >= 0))]
        raise ValueError(
            f"distances must be finite and at least 0, got {bad.flat[0]}: "
            "look for NaN, infinity or very large numbers in the points"
        )


def check_distances(distances: NDArray[Any]) -> NDArray[np.float64]:
    """Return distances (n, n) between n >= 1 points as float64, or say what is wrong with them.

    Raises
    ------
    ValueError
        If the matrix is not one of real numbers, square, symmetric, finite, non-negative and 0 on
        the diagonal.
    """
    check_square(distances, "distances")
    distances = distances.astype(np.float64, copy=False)
    check_lengths(distances)
    if np.diagonal(distances).any():
        raise ValueError(
            "a point's distance to itself must be 0, "
            f"got {np.diagonal(distances).max()}: set the diagonal to 0"
        )
    difference = _asymmetry(distances)
    if difference and difference > _ASYMMETRY * distances.max():
        raise ValueError(
            f"distances must be symmetric, got two that differ by {difference}: "
            "pass the distances of one set of points to itself"
        )
    return distances


def _asymmetry(distances: NDArray[np.float64]) -> float:
    """Return the largest difference between two entries (i, j) and (j, i).

    Tile by tile: a transposed matrix as a whole is read across the lines of the cache.
    """
    largest, n = 0.0, len(distances)
    for i in range(0, n, _TILE):
        for j in range(0, i + 1, _TILE):
            rows, columns = slice(i, i + _TILE), slice(j, j + _TILE)
            difference = np.abs(distances[rows, columns] - distances[columns, rows].T)
            largest = max(largest, float(difference.max()))
    return largest


def check_diagram(diagram: ArrayLike) -> NDArray[np.float64]:
    """Return a persistence diagram as (k, 2) float64 births and deaths, or say what is wrong.

    An empty diagram may have any shape of size 0.

    Raises
    ------
    ValueError
        If the shape is another, a number is not real, not finite or beyond 1e300, or a death comes
        before its birth.
    """
    points = as_numbers(diagram, "births and deaths").astype(np.float64, copy=False)
    if not points.size:
        return np.empty((0, 2))
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(
            "a persistence diagram is a (k, 2) array of births and deaths, "
            f"got an array of shape {points.shape}: pass one homology dimension at a time"
        )
    if not np.isfinite(points).all():
        raise ValueError(
            "births and deaths must be finite, got NaN or infinity: "
            "leave out the classes that never die"
        )
    if max(points.max(), -points.min()) > _LARGEST:
        raise ValueError(
            f"births and deaths must lie within ±{_LARGEST:g}, got some from {points.min():g} to "
            f"{points.max():g}: rescale the points"
        )
    if (points[:, 1] < points[:, 0]).any():
        raise ValueError(
            "a death cannot come before its birth, "
            f"got {tuple(points[points[:, 1] < points[:, 0]][0].tolist())}: "
            "pass rows of (birth, death)"
        )
    return points


def as_numbers(given: ArrayLike, name: str) -> NDArray[Any]:
    """Return lists of numbers as an array, or say why they are none."""
    try:
        array: NDArray[Any] = np.asarray(given)
    except ValueError:
        raise ValueError(f"{name} must be rows of equal length, got others") from None
    check_numbers(array, name)
    return array
