"""Shells around shells: a small family in which enclosure can be made easy or hard."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from topo.datasets.base import LabelledPoints
from topo.datasets.cloud import NoisyCloud
from topo.datasets.spheres import uniform_on_sphere


class NestedShells(NoisyCloud):
    """Points on spheres around the origin, one within the other, with normal noise.

    Attributes
    ----------
    size
        Points of all spheres together.
    dimension
        Coordinates of a point.
    depth
        Number of spheres. They are the classes from within, the last of which encloses the others.
    radius_ratio
        Radius of a sphere over that of the next within; the innermost has radius 1.
    density_ratio
        Points of a sphere over those of the next within; every sphere has a tenth of its even share
        at least.
    noise
        Standard deviation of every coordinate's noise, in radii of the point's sphere over the root
        of the dimension: as a share of the radius it is about the noise's length.
    seed
        Seed of the points.
    """

    title: ClassVar[str] = "Nested shells"
    draws: ClassVar[bool] = True
    small: ClassVar[Mapping[str, Any]] = {
        "size": 120,
        "dimension": 10,
        "depth": 3,
        "radius_ratio": 3.0,
        "density_ratio": 1.5,
        "noise": 0.01,
        "seed": 0,
    }

    dimension: int = Field(ge=2)
    depth: int = Field(ge=2, le=10)
    radius_ratio: float = Field(gt=1, le=100)
    density_ratio: float = Field(ge=0.01, le=100)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Points of every sphere, from within."""
        shares = self.density_ratio ** np.arange(self.depth, dtype=np.float64)
        shares = np.maximum(shares / shares.sum(), 0.1 / self.depth)
        sizes = np.floor(self.size * shares / shares.sum()).astype(int)
        sizes[np.argmax(sizes)] += self.size - sizes.sum()
        return tuple(map(int, sizes))

    @property
    def smallest_class(self) -> int:
        """Number of points of the sphere that has the fewest."""
        return min(self.sizes)

    def load(self, raw: Path) -> LabelledPoints:
        """Draw the points (size, dimension), sphere after sphere; `raw` is not used."""
        rng = np.random.default_rng(self.seed)
        y = np.repeat(np.arange(self.depth, dtype=np.int64), self.sizes)
        radii = self.radius_ratio ** y[:, np.newaxis].astype(np.float64)
        X = uniform_on_sphere(self.size, self.dimension, 1.0, rng=rng)
        X += rng.normal(scale=self.noise / self.dimension**0.5, size=X.shape)
        return LabelledPoints((radii * X).astype(np.float32), y, outer=self.depth - 1)
