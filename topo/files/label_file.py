"""Classes in a file of their own: one per row of the points."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from topo.files.contents import in_one_line
from topo.files.labels import class_names
from topo.files.npy import read_array
from topo.files.text import SEPARATORS, check_text


def read_labels(path: str | Path, n_points: int) -> NDArray[np.str_]:
    """Read the class of every point, by name.

    Parameters
    ----------
    path
        A .npy file of one axis, of whole numbers or strings; or a .csv or .tsv file of one column,
        with or without a name.
    n_points
        How many points there are.

    Raises
    ------
    FileNotFoundError
        Where there is no such file.
    ValueError
        Where it is of another format, or has not one class per point.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing or no file: give the path of the classes")
    suffix = path.suffix.lower()
    if suffix == ".npy":
        with path.open("rb") as file:
            array = read_array(file, size=path.stat().st_size, name=str(path))
    elif suffix in SEPARATORS:
        array = np.asarray(_one_column(path, n_points), dtype=object)
    else:
        raise ValueError(
            f"{path}: classes are read from .npy, .csv and .tsv files: save them by "
            "numpy.save('y.npy', classes)"
        )
    if array.shape != (n_points,):
        raise ValueError(
            f"{path}: {n_points:,} points need {n_points:,} labels, got shape {array.shape}; save "
            f"one class per row of the points, with shape ({n_points},)"
        )
    return class_names(array, path)


def _one_column(path: Path, n_points: int) -> list[str]:
    """Return the cells of a table of one column, beside row numbers, without its name."""
    check_text(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter=SEPARATORS[path.suffix.lower()])
            rows = [row for row in reader if row]
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path} is no table in UTF-8 ({in_one_line(error)}): save it again"
                         ) from error  # fmt: skip
    n_cells = {len(row) for row in rows}
    numbered = n_cells == {2} and not rows[0][0]
    if n_cells != {1} and not numbered:
        raise ValueError(f"{path} must have one column, of classes: leave the others out")
    return [row[-1] for row in (rows[1:] if numbered or len(rows) > n_points else rows)]
