"""What a person hands over to be scored: points or distances, embeddings, classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from topo.checks import check_distances
from topo.files import Table, class_notes, read_labels, read_table

_FEWEST_POINTS = 2
#: Entries of a sparse matrix, written out: 0.8 GB.
_MOST_DENSE = 10**8


class Classes(NamedTuple):
    """Classes by number, and what they are called."""

    of_points: NDArray[np.int64]
    names: tuple[str, ...]
    outer: int | None


class ScoreInput(NamedTuple):
    """Points, or distances between them, and embeddings of them.

    Attributes
    ----------
    X : (n, D) array
        The points, or (n, n) distances.
    embeddings
        (n, d) arrays by name.
    notes
        Sentences about what was read.
    """

    X: NDArray[np.float64]
    is_distances: bool
    embeddings: Mapping[str, NDArray[np.float64]]
    classes: Classes | None
    notes: tuple[str, ...]


def read_score_input(
    points: Path,
    embeddings: Sequence[Path],
    *,
    labels: Path | None = None,
    label: str | None = None,
    columns: Sequence[str] | None = None,
    outer: str | None = None,
    distances: bool = False,
) -> ScoreInput:
    """Read points, embeddings and classes, and check that they fit together.

    `columns` are those of the points; of embeddings, all columns of numbers are taken.

    Raises
    ------
    FileNotFoundError
        Names the missing file.
    ValueError
        Names the file that is not what it must be, or does not fit the others.
    """
    if labels is not None and label is not None:
        raise ValueError("classes stand in a file (--labels) or in a column (--label): give one")
    table = _read(points, label, columns)
    images = {name: _read(path) for name, path in _named(embeddings).items()}
    for name, image in images.items():
        if len(image.X) != len(table.X):
            raise ValueError(
                f"row i of {points} and of {name} must be the same point, got {len(table.X)} and "
                f"{len(image.X)} rows: embed exactly the points that you give"
            )
    notes = [f"{points.name}: {note}" for note in table.notes]
    notes += [f"{name}: {note}" for name, each in images.items() for note in each.notes]
    names = table.labels
    if labels is not None:
        names = read_labels(labels, len(table.X))
        notes += [f"{labels.name}: {note}" for note in class_notes(names)]
    if distances:
        _check_distances(table.X, points)
    elif _may_be_distances(table.X):
        notes.append(
            f"{points.name} is square, symmetric and 0 on the diagonal: if it has distances, and "
            "not points, say so by --distances."
        )
    return ScoreInput(
        table.X,
        distances,
        {name: each.X for name, each in images.items()},
        _classes(names, outer),
        tuple(notes),
    )


def _read(path: Path, label: str | None = None, columns: Sequence[str] | None = None) -> Table:
    table = read_table(path, label=label, columns=columns)
    if table.X.shape[0] < _FEWEST_POINTS:
        raise ValueError(
            f"{path}: a comparison needs at least 2 points, got {table.X.shape[0]}: give more"
        )
    if isinstance(table.X, np.ndarray):
        return table
    n_entries = table.X.shape[0] * table.X.shape[1]
    if n_entries > _MOST_DENSE:
        raise ValueError(
            f"{path}: a sparse matrix is scored up to {_MOST_DENSE:,} entries, zeros included, got "
            f"{n_entries:,}: keep fewer rows or columns"
        )
    return Table(table.X.toarray(), *_others(table))


def _others(table: Table) -> tuple[Any, ...]:
    return table.columns, table.labels, table.label_name, table.notes


def _named(paths: Sequence[Path]) -> dict[str, Path]:
    """Name embeddings by their files, or by their paths where two files have one name."""
    if len(set(paths)) < len(paths):
        raise ValueError("every embedding is given once, got one twice: leave it out")
    names = [path.name for path in paths]
    unique = len(set(names)) == len(names)
    return {path.name if unique else str(path): path for path in paths}


def _classes(names: NDArray[np.str_] | None, outer: str | None) -> Classes | None:
    if names is None:
        if outer is not None:
            raise ValueError(f"--outer {outer} is a class: give the classes by --labels or --label")
        return None
    known, codes = np.unique(names, return_inverse=True)
    classes = tuple(known.tolist())
    if outer is not None and outer not in classes:
        raise ValueError(f"no class is called {outer!r}: choose from {', '.join(classes[:10])}")
    return Classes(codes.astype(np.int64), classes, None if outer is None else classes.index(outer))


def _may_be_distances(X: NDArray[np.float64]) -> bool:
    square = X.shape[0] == X.shape[1] and X.shape[0] > _FEWEST_POINTS
    return bool(
        square and not np.diagonal(X).any() and X.min() >= 0 and X.any() and np.allclose(X, X.T)
    )


def _check_distances(X: NDArray[np.float64], path: Path) -> None:
    try:
        check_distances(X)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
