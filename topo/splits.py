"""Training, validation and test points, with every class in proportion."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, PositiveFloat, model_validator

#: A class needs a member for each of the three parts.
MIN_MEMBERS = 3
#: Up to here fractions that sum to 1 within rounding make sizes that sum to the number of points.
MOST_POINTS = 10**8


@dataclass(frozen=True)
class Split:
    """Indices of the points of each part; the three are disjoint and together hold every point.

    Attributes
    ----------
    train, validation, test : (k,) int64 arrays
        Sorted indices.
    """

    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    test: NDArray[np.int64]

    @property
    def all(self) -> NDArray[np.int64]:
        """Sorted indices of every point."""
        return np.sort(np.concatenate([self.train, self.validation, self.test]))


class Fractions(BaseModel):
    """Share of the points in each part; positive, with sum 1."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    train: PositiveFloat
    validation: PositiveFloat
    test: PositiveFloat

    @model_validator(mode="after")
    def _sum_to_one(self) -> Fractions:
        total = self.train + self.validation + self.test
        if abs(total - 1) > 1e-9:
            raise ValueError(
                "the fractions train, validation and test must sum to 1, got "
                f"{self.train:g} + {self.validation:g} + {self.test:g} = {total:.10g}: "
                "change one of them"
            )
        return self

    @property
    def test_to_train(self) -> float:
        """Test points per training point, by which intervals over splits are corrected."""
        return self.test / self.train


def split_sizes(n: int, fractions: Fractions) -> tuple[int, int, int]:
    """Numbers of training, validation and test points, which sum to `n`.

    Every size is its share of `n` rounded down, or up where the largest remainders are; among
    equal remainders training comes first, then validation.

    Raises
    ------
    ValueError
        If one of the parts would be empty, or there are more than 100 million points.
    """
    if n > MOST_POINTS:
        raise ValueError(
            f"a split takes at most {MOST_POINTS:,} points, got {n:,}: lower the dataset's size"
        )
    shares = np.array([n * f for f in (fractions.train, fractions.validation, fractions.test)])
    sizes = np.floor(shares).astype(np.int64)
    # Rounded, since equal remainders differ in their last bits: 3.6 - 3 and 30.6 - 30.
    order = np.argsort(-np.round(shares - sizes, 9), kind="stable")
    sizes[order[: n - int(sizes.sum())]] += 1
    train, validation, test = (int(size) for size in sizes)
    if min(train, validation, test) < 1:
        raise ValueError(
            f"each part of a split needs at least 1 point, got {train} for training, "
            f"{validation} for validation and {test} for test out of {n}: use more points or "
            "raise the smallest fraction"
        )
    return train, validation, test


def stratified_split(y: NDArray[np.int64], fractions: Fractions, *, seed: int) -> Split:
    """Random split in which every class has its share of every part.

    Parameters
    ----------
    y : (n,) int array
        Class of every point.
    fractions
        Share of the points in each part.
    seed
        Seed of the choice of points.

    Returns
    -------
    Split
        With the sizes of `split_sizes`. A class with c of the n points has its exact share,
        c · size / n, rounded up or down in every part.

    Raises
    ------
    ValueError
        If `y` is not a non-empty vector of whole numbers, a class has fewer than 3 members, or a
        part would be empty.
    """
    classes, members = _classes(y)
    sizes = split_sizes(len(y), fractions)
    counts = _class_counts(members, np.array(sizes))
    rng = np.random.default_rng(seed)
    parts: list[list[NDArray[np.int64]]] = [[], [], []]
    for label, row in zip(classes, counts, strict=True):
        shuffled = rng.permutation(np.flatnonzero(y == label))
        for part, chosen in zip(parts, np.split(shuffled, np.cumsum(row)[:-1]), strict=True):
            part.append(chosen)
    return Split(*(np.sort(np.concatenate(part)).astype(np.int64) for part in parts))


def resample(split: Split, share: float, *, seed: int) -> Split:
    """Draw a share of every part of a split at random, without replacement.

    Parameters
    ----------
    share
        Above 0 and at most 1; every part keeps at least one point.

    Returns
    -------
    Split
        Sorted indices, all of them in `split`.
    """
    rng = np.random.default_rng(seed)
    parts = (split.train, split.validation, split.test)
    return Split(
        *(
            np.sort(rng.choice(part, max(1, round(share * len(part))), replace=False))
            for part in parts
        )
    )


def _classes(y: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the classes and their numbers of members, all of them large enough to be split."""
    if y.ndim != 1 or len(y) == 0 or not np.issubdtype(y.dtype, np.integer):
        raise ValueError(
            "classes must be a non-empty vector of whole numbers, one per point, got shape "
            f"{y.shape} of {y.dtype}"
        )
    classes, members = np.unique(y, return_counts=True)
    smallest = int(np.argmin(members))
    if members[smallest] < MIN_MEMBERS:
        raise ValueError(
            f"each class needs at least {MIN_MEMBERS} members to be in training, validation and "
            f"test points, class {classes[smallest]} has {members[smallest]}: use more points or "
            "leave that class out"
        )
    return classes, members


def _class_counts(members: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Round the exact shares, a (classes, 3) table, so that row and column sums stay as they are.

    Splitting twice with scikit-learn's stratification drifts by more than one point. This is a
    transportation problem, whose vertices are whole numbers; the larger a remainder, the more it
    is worth rounding it up.
    """
    from scipy.optimize import linprog

    shares = np.outer(members, sizes) / members.sum()
    n_rows, n_columns = shares.shape
    floors = np.floor(shares + 1e-9)
    rows = np.kron(np.eye(n_rows), np.ones(n_columns))
    columns = np.kron(np.ones(n_rows), np.eye(n_columns))
    solution = linprog(
        -(shares - floors).ravel(),
        A_eq=np.vstack([rows, columns]),
        b_eq=np.concatenate([members - floors.sum(axis=1), sizes - floors.sum(axis=0)]),
        bounds=[(0, int(up)) for up in (shares - floors > 1e-9).ravel()],
        method="highs-ds",
    )
    counts: NDArray[np.int64] = np.round(floors + solution.x.reshape(shares.shape)).astype(np.int64)
    return counts
