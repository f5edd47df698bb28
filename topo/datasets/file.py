"""A table of one's own: a file whose rows are points."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, NonNegativeInt, PositiveInt

from topo.datasets.base import MOST_COORDINATES, Dataset, LabelledPoints
from topo.datasets.wide import in_principal_components
from topo.files.contents import listed
from topo.splits import MIN_MEMBERS

if TYPE_CHECKING:
    from topo.files import Table

#: More are not told apart by eye, and a page that names them all would be large.
MOST_CLASSES = 200
#: A column whose mean is so many standard deviations from 0 loses digits in single precision.
_FAR = 1e4
#: A column with more of the variance than that decides all distances.
_DOMINANT = 0.5


def _as_name(value: Any) -> Any:
    """Take a whole number for the name that it spells: in params.yaml a number is no text."""
    return str(value) if type(value) is int else value


_Name = Annotated[str, BeforeValidator(_as_name)]


class File(Dataset):
    """Rows of a file that `topo.files.read_table` reads.

    Classes of fewer than three rows are left out, since a split has three parts. Sparse rows are
    chosen before they become dense: at most 100 million numbers. Of more columns than rows, all
    principal components are taken, which keep every distance and are fewer.

    Attributes
    ----------
    path
        The file; absolute, or from the folder of params.yaml.
    label
        Name of the column of classes; null where there is none.
    columns
        Names of the columns that are the points; null for all that are numbers.
    scale
        "none" takes columns as they are, "standardise" divides each by its standard deviation.
    outer
        Name of the class that encloses all others, if there is one.
    n_rows
        How many rows: all that can be used, or fewer, drawn at random, three of every class first.
    seed
        Seed of that draw.
    """

    title: ClassVar[str] = "File"
    small: ClassVar[Mapping[str, Any]] = {
        "path": str(Path(__file__).with_name("file_example.csv")),
        "label": "shape",
        "columns": None,
        "scale": "none",
        "outer": None,
        "n_rows": 60,
        "seed": 0,
    }

    path: str
    label: _Name | None
    columns: tuple[_Name, ...] | None
    scale: Literal["none", "standardise"]
    outer: _Name | None
    n_rows: PositiveInt
    seed: NonNegativeInt

    @property
    def n_points(self) -> int:
        """Number of rows that are taken."""
        return self.n_rows

    @property
    def made_from(self) -> dict[str, Any]:
        """Its parameters and the file's SHA-256: an edited file is another dataset.

        Raises
        ------
        FileNotFoundError
            Where the file is missing.
        """
        return {**super().made_from, "sha256": _sha256(Path(self.path))}

    def load(self, raw: Path) -> LabelledPoints:
        """Read the rows; `raw` is not used.

        Raises
        ------
        FileNotFoundError
            Where the file is missing.
        ValueError
            Where it cannot be read, has too few rows, or too many numbers for dense points.
        """
        from topo.files import read_table

        return self.take(read_table(Path(self.path), label=self.label, columns=self.columns))

    def take(self, table: Table) -> LabelledPoints:
        """Choose rows of a table that has been read, and scale them.

        Raises
        ------
        ValueError
            As `load`.
        """
        usable, notes = usable_rows(table)
        if self.n_rows > len(usable):
            raise ValueError(
                f"n_rows must be at most {len(usable):,}, the rows of {self.path} that can be "
                f"used, got {self.n_rows:,}: lower it"
            )
        names = None if table.labels is None else table.labels[usable]
        rows = usable[_draw(names, len(usable), self.n_rows, seed=self.seed)]
        if len(rows) < len(usable):
            notes.append(f"{len(rows):,} of {len(usable):,} rows were drawn at random.")
        X, more = _scaled(_dense(table.X[rows], self.path), self.scale, table.columns)
        classes, y = _numbered(None if table.labels is None else table.labels[rows], len(rows))
        return LabelledPoints(X, y, self._outer(classes), classes, (*table.notes, *notes, *more))

    def _outer(self, classes: tuple[str, ...]) -> int | None:
        if self.outer is None:
            return None
        if self.outer not in classes:
            raise ValueError(
                f"outer must be one of the classes of {self.path}, got {self.outer!r}; they are "
                f"{', '.join(classes[:10]) or 'none, since label is null'}"
            )
        return classes.index(self.outer)


def usable_rows(table: Table) -> tuple[NDArray[np.int64], list[str]]:
    """Return the rows whose class can be split in three, and a sentence about the others.

    Returns
    -------
    rows : (k,) int64 array
        Ascending.
    notes
        Empty where all rows can be used.

    Raises
    ------
    ValueError
        Where there are more than 200 such classes, or most rows are of others.
    """
    n = table.X.shape[0]
    if table.labels is None:
        return np.arange(n), []
    names, place, members = np.unique(table.labels, return_inverse=True, return_counts=True)
    kept = np.flatnonzero(members[place] >= MIN_MEMBERS)
    small = [str(name) for name in names[members < MIN_MEMBERS]]
    n_classes = len(names) - len(small)
    if n_classes > MOST_CLASSES:
        raise ValueError(
            f"at most {MOST_CLASSES} classes of {MIN_MEMBERS} rows or more are compared, got "
            f"{n_classes:,} in {table.label_name!r}: join some, or leave the label out"
        )
    if not small:
        return kept, []
    if 2 * len(kept) < n:
        raise ValueError(
            f"half of the rows or more must be of classes of {MIN_MEMBERS} rows at least, got "
            f"{len(kept):,} of {n:,} in {table.label_name!r}: join classes, or leave the label out"
        )
    which = ", ".join(small[:5]) + (f" and {len(small) - 5} more" if len(small) > 5 else "")
    return kept, [
        f"Left out, since their classes have fewer than {MIN_MEMBERS} rows: {n - len(kept):,} of "
        f"{n:,} rows ({which})."
    ]


def _draw(names: NDArray[np.str_] | None, n: int, size: int, *, seed: int) -> NDArray[np.int64]:
    """Draw rows without replacement, three of every class first, ascending."""
    if size == n:
        return np.arange(n)
    order = np.random.default_rng(seed).permutation(n)
    if names is not None:
        order = order[np.argsort(_is_later(names[order]), kind="stable")]
    return np.sort(order[:size])


def _is_later(names: NDArray[np.str_]) -> NDArray[np.bool_]:
    """Whether a row comes after the first three of its class."""
    seen: dict[str, int] = {}
    later = np.empty(len(names), dtype=bool)
    for i, name in enumerate(names.tolist()):
        seen[name] = seen.get(name, 0) + 1
        later[i] = seen[name] > MIN_MEMBERS
    return later


def _numbered(names: NDArray[np.str_] | None, n: int) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Return the names in order, numbers by size, and the place of every row's among them."""
    if names is None:
        return (), np.zeros(n, dtype=np.int64)
    classes = sorted(set(names.tolist()), key=_place)
    places = {name: place for place, name in enumerate(classes)}
    return tuple(classes), np.array([places[name] for name in names.tolist()], dtype=np.int64)


def _place(name: str) -> tuple[int, str]:
    return (len(name) if name.isascii() and name.isdecimal() else 0, name)


def _dense(X: Any, path: str) -> NDArray[np.float64]:
    n, d = X.shape
    if n * d > MOST_COORDINATES:
        raise ValueError(
            f"{path}: the methods need dense points, of at most {MOST_COORDINATES:,} numbers, got "
            f"{n:,} x {d:,}: take fewer n_rows or columns, or reduce the columns yourself, for "
            "example by scikit-learn's TruncatedSVD, and give the result"
        )
    dense: NDArray[np.float64] = X if isinstance(X, np.ndarray) else X.toarray()
    return dense.astype(np.float64, copy=False)


def _scaled(
    X: NDArray[np.float64], scale: str, columns: Sequence[str]
) -> tuple[NDArray[np.float32], list[str]]:
    """Return points in single precision, their columns scaled as asked, and what was noted."""
    with np.errstate(over="ignore", invalid="ignore"):
        means, deviations = X.mean(axis=0), X.std(axis=0)
    constant = np.ptp(X, axis=0) == 0
    if not np.isfinite(deviations).all() or np.abs(X).max() > np.finfo(np.float32).max:
        raise ValueError(
            "values must lie within what single precision holds, with squares that double "
            f"precision holds, got {np.abs(X).max():g}: scale them down"
        )
    if constant.all():
        raise ValueError("points must differ, got rows that are all alike: look at the columns")
    notes: list[str] = []
    far = ~constant & (np.abs(means) > _FAR * deviations)
    if scale == "standardise":
        X = (X - means) / np.where(constant, 1.0, deviations)
    else:
        notes += _dominant_column(deviations, columns)
        X = X - np.where(far | constant, means, 0.0)
        if far.any():
            names = listed([columns[i] for i in np.flatnonzero(far)])
            notes.append(
                "Differences from their means stand for columns so far from 0 that single "
                f"precision would lose their digits: {names}."
            )
    n, d = X.shape
    if d > n:
        X = in_principal_components(X)
        notes.append(
            f"All {X.shape[1]:,} principal components stand for the {d:,} columns, which are more "
            "than the rows: every distance stays as it is."
        )
    return X.astype(np.float32), notes


def _dominant_column(deviations: NDArray[np.float64], columns: Sequence[str]) -> list[str]:
    variances = (deviations / deviations.max()) ** 2
    share = float(variances.max() / variances.sum())
    if len(columns) < 3 or share <= _DOMINANT:
        return []
    return [
        f"Column {columns[int(variances.argmax())]!r} has {100 * share:.3g} % of the variance, so "
        "that it decides the distances; --standardise gives all columns the same."
    ]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
