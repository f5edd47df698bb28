"""SPHERES: small spheres in high dimension, all inside a large one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, NonNegativeInt, PositiveInt, model_validator

from topo.datasets.base import MOST_COORDINATES, Dataset, LabelledPoints, Length


class Spheres(Dataset):
    """Points drawn uniformly from several inner spheres and from an outer one, without noise.

    The construction is that of [1]_ (appendix A.5), whose values are ten inner spheres of radius
    5 with 500 points each, 5,000 points on an outer sphere of radius 25, in 101 dimensions, and
    centres with standard deviation 10/√100 = 1 per coordinate. The inner spheres overlap. The
    reproduced paper (section 4.1.1) calls the outer sphere twice as large as the inner ones
    together.

    Attributes
    ----------
    n_inner
        Number of inner spheres; they are the classes 0 … `n_inner` - 1, and the outer sphere is
        class `n_inner`.
    n_points_per_inner, n_outer
        Points on each inner sphere, and on the outer one.
    dimension
        Coordinates of a point; 101 makes the spheres 100-dimensional. All points together have at
        most 100 million.
    inner_radius, outer_radius
        Radii. The outer sphere is centred on the origin.
    centre_std
        Standard deviation of every coordinate of the inner centres, which are normal around the
        origin.
    seed
        Seed of centres and points.

    References
    ----------
    .. [1] Moor, Horn, Rieck and Borgwardt, "Topological Autoencoders", ICML 2020.
    """

    title: ClassVar[str] = "SPHERES"
    draws: ClassVar[bool] = True
    small: ClassVar[Mapping[str, Any]] = {
        "n_inner": 3,
        "n_points_per_inner": 40,
        "n_outer": 200,
        "dimension": 11,
        "inner_radius": 5.0,
        "outer_radius": 25.0,
        "centre_std": 1.0,
        "seed": 0,
    }

    n_inner: PositiveInt
    n_points_per_inner: PositiveInt
    n_outer: PositiveInt
    dimension: int = Field(ge=2)
    inner_radius: Length
    outer_radius: Length
    centre_std: float = Field(ge=0, le=1e6)
    seed: NonNegativeInt

    @model_validator(mode="after")
    def _outer_encloses(self) -> Spheres:
        if self.outer_radius <= self.inner_radius:
            raise ValueError(
                f"outer_radius must exceed inner_radius, got {self.outer_radius:g} and "
                f"{self.inner_radius:g}: the outer sphere encloses the others"
            )
        return self

    @model_validator(mode="after")
    def _fits_memory(self) -> Spheres:
        if self.n_points * self.dimension > MOST_COORDINATES:
            raise ValueError(
                f"n_points x dimension must be at most {MOST_COORDINATES:,}, got "
                f"{self.n_points:,} x {self.dimension:,}: lower n_inner, n_points_per_inner, "
                "n_outer or dimension"
            )
        return self

    @property
    def n_points(self) -> int:
        """Number of points on all spheres together."""
        return self.n_inner * self.n_points_per_inner + self.n_outer

    @property
    def smallest_class(self) -> int:
        """Number of points on the sphere that has the fewest."""
        return min(self.n_points_per_inner, self.n_outer)

    def load(self, raw: Path) -> LabelledPoints:
        """Draw the points, class after class; the same seed gives the same ones bit by bit."""
        rng = np.random.default_rng(self.seed)
        centres = rng.normal(scale=self.centre_std, size=(self.n_inner, self.dimension))
        clouds = [centre + self._inner_points(rng) for centre in centres]
        clouds.append(uniform_on_sphere(self.n_outer, self.dimension, self.outer_radius, rng=rng))
        sizes = [len(cloud) for cloud in clouds]
        return LabelledPoints(
            X=np.concatenate(clouds).astype(np.float32),
            y=np.repeat(np.arange(self.n_inner + 1, dtype=np.int64), sizes),
            outer=self.n_inner,
        )

    def _inner_points(self, rng: np.random.Generator) -> NDArray[np.float64]:
        return uniform_on_sphere(
            self.n_points_per_inner, self.dimension, self.inner_radius, rng=rng
        )


def uniform_on_sphere(
    n: int, dimension: int, radius: float, *, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draw (n, dimension) points uniformly from a sphere around the origin: scaled normal ones."""
    directions = rng.normal(size=(n, dimension))
    lengths = np.linalg.norm(directions, axis=1, keepdims=True)
    points: NDArray[np.float64] = radius * directions / lengths
    return points
