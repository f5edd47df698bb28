"""Arrays that a person hands over as .npy files: read without pickle, and checked."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from topo.checks import check_labels, check_points

_MAGIC = b"\x93NUMPY"
_FEWEST_POINTS = 2


class ScoreInput(NamedTuple):
    """Points, an embedding of them, and their classes if they are known."""

    X: NDArray[Any]
    Z: NDArray[Any]
    labels: NDArray[np.int64] | None


def read_score_input(points: Path, embedding: Path, labels: Path | None) -> ScoreInput:
    """Read points, their embedding and their classes, and check that they fit together.

    Raises
    ------
    FileNotFoundError
        Names the missing file.
    ValueError
        Names the file that is no array of numbers, has another shape than is needed, has NaN or
        infinite entries, or does not fit the others.
    """
    X, Z = _read_points(points), _read_points(embedding)
    if len(X) != len(Z):
        raise ValueError(
            f"row i of {points} and of {embedding} must be the same point, got {len(X)} and "
            f"{len(Z)} rows: embed exactly the points that you give"
        )
    return ScoreInput(X, Z, None if labels is None else _read_labels(labels, len(X)))


def _read_points(path: Path) -> NDArray[Any]:
    array = read_npy(path)
    try:
        check_points(array)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    if len(array) < _FEWEST_POINTS:
        raise ValueError(
            f"{path}: a comparison needs at least 2 points, got {len(array)}: give more"
        )
    return array


def _read_labels(path: Path, n_points: int) -> NDArray[np.int64]:
    array = read_npy(path)
    if array.dtype == np.bool_:
        array = array.astype(np.int64)
    try:
        check_labels(array, n_points)
    except ValueError as error:
        raise ValueError(
            f"{path}: {error}; save one class per row of the points, with shape ({n_points},)"
        ) from error
    return array.astype(np.int64)


def read_npy(path: Path) -> NDArray[Any]:
    """Read one array of numbers, of any shape; nothing in the file is unpickled.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no .npy file, holds Python objects or is damaged.
    """
    if not path.is_file():
        raise FileNotFoundError(
            f"{path} is missing or no file: give the path of an array that numpy.save wrote"
        )
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise ValueError(f"{path} must be a .npy file, got something else: use numpy.save")
        file.seek(0)
        return _read_array(path, file)


def _read_array(path: Path, file: Any) -> NDArray[Any]:
    try:
        return np.asarray(np.lib.format.read_array(file, allow_pickle=False))
    except (ValueError, EOFError, MemoryError) as error:
        if "Object arrays" in str(error):
            raise ValueError(
                f"{path} must hold numbers, got Python objects, which are never unpickled: "
                "convert the array to float before numpy.save"
            ) from error
        raise ValueError(f"{path} is damaged ({error}): save it again") from error
