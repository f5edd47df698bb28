"""Point clouds, and how far a subsample of one and its diagram are from the whole."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import AfterValidator, Field, PositiveFloat, model_validator

from topo.datasets.base import Length
from topo.datasets.spheres import uniform_on_sphere
from topo.homology.diagrams import diagram_of_deaths
from topo.theory.base import Points, Section, check_distinct

_Values = NDArray[np.float64]


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
    distances: _Values, lengths: _Values, chosen: NDArray[Any]
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


def _farthest(a: _Values, b: _Values) -> float:
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


#: A case's name is joined with others by slashes, so that it must hold none itself.
CaseName = Annotated[str, Field(pattern=r"^\w+$")]
_Epsilons = Annotated[tuple[PositiveFloat, ...], AfterValidator(check_distinct)]


class Line(Section):
    """A point cloud on a line of which all subsamples of a size are looked at.

    The thresholds for both sides are in the unit of the points.
    """

    points: tuple[float, ...] = Field(min_length=3)
    size: int = Field(ge=2)
    epsilons: _Epsilons

    @model_validator(mode="after")
    def _check_size(self) -> Self:
        check_sizes([self.size], len(self.points))
        return self


class Sphere(Section):
    """A point cloud drawn uniformly from a sphere around the origin, in any unit."""

    n_points: int = Field(ge=3)
    dimension: int = Field(ge=2)
    radius: Length

    def draw(self, *, seed: int) -> Points:
        """Draw the points, (n_points, dimension)."""
        rng = np.random.default_rng(seed)
        return uniform_on_sphere(self.n_points, self.dimension, self.radius, rng=rng)


class SampledSphere(Sphere):
    """A sphere of which random subsamples of some sizes are looked at.

    The thresholds for both sides are in the unit of the radius.
    """

    sizes: Annotated[tuple[int, ...], Field(min_length=1), AfterValidator(check_distinct)]
    epsilons: _Epsilons

    @model_validator(mode="after")
    def _check_sizes(self) -> Self:
        check_sizes(self.sizes, self.n_points)
        return self


def check_sizes(sizes: Iterable[int], n_points: int) -> None:
    """Refuse subsamples that are smaller than 2 or larger than the point cloud."""
    for size in sizes:
        if not 2 <= size <= n_points:
            raise ValueError(
                f"a subsample of {n_points} points must have from 2 to {n_points} points, got "
                f"{size}: a diagram needs an edge"
            )
