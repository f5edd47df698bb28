"""How far a subsample of a point cloud is from the whole, and its diagram from the whole's."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from topo.theory.diagrams import diagram_of_deaths

Values = NDArray[np.float64]


class SubsampleDistances(NamedTuple):
    """Distances between a point cloud X and a subsample X^(m), in the unit of the points.

    Attributes
    ----------
    hausdorff
        d_H(X, X^(m)): the largest distance of a point of X from the subsample.
    bottleneck
        d_b between the diagrams in dimension 0, deaths being edge lengths.
    diagram_hausdorff
        Hausdorff distance between those diagrams as sets, as `diagram_hausdorff` has it.
    """

    hausdorff: float
    bottleneck: float
    diagram_hausdorff: float


def compare_subsample(
    distances: Values, lengths: Values, chosen: NDArray[Any]
) -> SubsampleDistances:
    """Measure a subsample of points by their distances (n, n) and ascending deaths (n - 1,)."""
    from topo.homology.distances import bottleneck
    from topo.homology.pairing import deaths

    subsample_lengths = deaths(distances[np.ix_(chosen, chosen)])
    return SubsampleDistances(
        hausdorff=float(distances[chosen].min(axis=0).max()),
        bottleneck=bottleneck(diagram_of_deaths(lengths), diagram_of_deaths(subsample_lengths)),
        diagram_hausdorff=diagram_hausdorff(lengths, subsample_lengths),
    )


def diagram_hausdorff(lengths: ArrayLike, other_lengths: ArrayLike) -> float:
    """Hausdorff distance, over L∞, between diagrams of deaths as sets, the diagonal part of both.

    Unlike the bottleneck distance, which it never exceeds, it lets many points lie near one.
    """
    a, b = np.sort(np.asarray(lengths, float)), np.sort(np.asarray(other_lengths, float))
    return max(_farthest(a, b), _farthest(b, a))


def _farthest(a: Values, b: Values) -> float:
    """Largest distance of an entry of a from the nearest of ascending b, or from the diagonal."""
    above = np.searchsorted(b, a)
    nearest = np.minimum(
        np.abs(a - b[np.minimum(above, len(b) - 1)]), np.abs(a - b[np.maximum(above - 1, 0)])
    )
    return float(np.minimum(nearest, a / 2).max())


def share_above(values: ArrayLike, threshold: float) -> float:
    """Share of values above a threshold, in 0 … 1: a probability over equally likely cases."""
    return float(np.mean(np.asarray(values) > threshold))


def largest_violation(left: ArrayLike, right: ArrayLike) -> float:
    """Largest amount over all ε ≥ 0 by which P(left > ε) ≤ P(right > ε) fails.

    Parameters
    ----------
    left, right : (k,), (l,) arrays
        Values in equally likely cases, at least 0.

    Returns
    -------
    float
        In 0 … 1; 0 where the inequality holds for every ε.

    Notes
    -----
    Both sides are steps that change only at a value; up to the next value they stay as they are
    there. Values are taken to nine digits of the largest: rounding must not part equal ones.
    """
    left, right = np.asarray(left, float), np.asarray(right, float)
    largest = max(left.max(), right.max())
    if largest == 0:
        return 0.0
    left, right = (np.sort(np.round(values / largest, 9)) for values in (left, right))
    thresholds = np.concatenate([[0.0], left, right])
    P_left, P_right = (
        1 - np.searchsorted(values, thresholds, side="right") / len(values)
        for values in (left, right)
    )
    return max(0.0, float((P_left - P_right).max()))
