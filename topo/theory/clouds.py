"""Point clouds whose subsamples Theorem 1 is about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, Field, PositiveFloat, model_validator

from topo.datasets.base import Length
from topo.datasets.spheres import uniform_on_sphere
from topo.theory.base import Section, check_distinct

Points = NDArray[np.float64]
#: A case's name is joined with others by slashes, so that it must hold none itself.
CaseName = Annotated[str, Field(pattern=r"^\w+$")]
Epsilons = Annotated[tuple[PositiveFloat, ...], AfterValidator(check_distinct)]


class Line(Section):
    """A point cloud on a line of which all subsamples of a size are looked at.

    The thresholds for both sides are in the unit of the points.
    """

    points: tuple[float, ...] = Field(min_length=3)
    size: int = Field(ge=2)
    epsilons: Epsilons

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
    epsilons: Epsilons

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
