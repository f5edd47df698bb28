"""What data are, before anything embeds them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

#: Two neighbours of fewer points say nothing.
_FEWEST = 10


class Dimension(NamedTuple):
    """An estimate of how many coordinates the data need near a point, with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class DataAccount:
    """Facts about points.

    Attributes
    ----------
    n_points, n_features
        How many, and in how many dimensions.
    classes
        Points of every class, by its name; empty where there are no classes.
    dimension
        Intrinsic dimension; None where too few points differ.
    n_coinciding
        Points that coincide with an earlier one.
    notes
        What was left out or changed when the points were read, and what is unusual.
    """

    n_points: int
    n_features: int
    classes: dict[str, int]
    dimension: Dimension | None
    n_coinciding: int
    notes: tuple[str, ...]


def describe_data(
    X: NDArray[Any], y: NDArray[np.int64], classes: Sequence[str], notes: Sequence[str]
) -> DataAccount:
    """Count and measure points.

    Parameters
    ----------
    X : (n, d) array
        The points.
    y : (n,) int array
        Class of every point.
    classes
        Names of the classes by their numbers; without any, a single class is none.
    notes
        About how the points were read.
    """
    numbers, members = np.unique(y, return_counts=True)
    names = [classes[number] if classes else str(number) for number in numbers]
    different = np.unique(X, axis=0)
    return DataAccount(
        n_points=len(X),
        n_features=X.shape[1],
        classes=dict(zip(names, members.tolist(), strict=True)) if len(names) > 1 else {},
        dimension=intrinsic_dimension(different),
        n_coinciding=len(X) - len(different),
        notes=tuple(notes),
    )


def intrinsic_dimension(X: NDArray[Any]) -> Dimension | None:
    """Estimate the intrinsic dimension from each point's two nearest neighbours.

    The ratio r₂/r₁ of their distances is Pareto-distributed with the dimension as its exponent
    where the density hardly changes so near (TwoNN: Facco, d'Errico, Rodriguez and Laio, 2017).
    This is the unbiased form of its maximum-likelihood estimate, (n − 1) / Σ ln(r₂/r₁), with the
    95 % interval that independent ratios would have.

    Parameters
    ----------
    X : (n, d) array
        Points of which no two coincide.

    Returns
    -------
    Dimension or None
        None for fewer than ten points, or where every point has two neighbours equally near.
    """
    if len(X) < _FEWEST:
        return None
    from scipy.stats import chi2
    from sklearn.neighbors import NearestNeighbors

    points = _in_own_unit(X)
    distances, _ = NearestNeighbors(n_neighbors=3).fit(points).kneighbors(points)
    # What coincides in rounding has no ratio.
    near = distances[distances[:, 1] > 0]
    total, n = float((np.log(near[:, 2]) - np.log(near[:, 1])).sum()), len(near)
    if total <= 0 or n < _FEWEST:
        return None
    low, high = (float(chi2.ppf(tail, 2 * n)) / (2 * total) for tail in (0.025, 0.975))
    value = (n - 1) / total
    return Dimension(value, low, high) if math.isfinite(value) else None


def _in_own_unit(X: NDArray[Any]) -> NDArray[np.float64]:
    """Return points by their largest coordinate, so that squares stay in the range of a float."""
    points = X.astype(np.float64)
    return points / (np.abs(points).max() or 1.0)
