"""A full ball, which has no clusters."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from topo.datasets.base import KnownHomology, LabelledPoints, Length
from topo.datasets.cloud import NoisyCloud
from topo.datasets.spheres import uniform_on_sphere


class Ball(NoisyCloud):
    """Points drawn uniformly from a ball around the origin, with normal noise.

    Attributes
    ----------
    size
        Points in the ball, all of class 0.
    radius
        Radius of the ball.
    dimension
        Coordinates of a point.
    noise
        Standard deviation of every coordinate's noise.
    seed
        Seed of points and noise.
    """

    title: ClassVar[str] = "Ball"
    draws: ClassVar[bool] = True
    small: ClassVar[Mapping[str, Any]] = {
        "size": 100,
        "radius": 1.0,
        "dimension": 3,
        "noise": 0.0,
        "seed": 0,
    }

    radius: Length
    dimension: int = Field(ge=1)

    @property
    def homology(self) -> KnownHomology:
        """One component and no loop."""
        return KnownHomology(components=1, loops=0, seen=None)

    def load(self, raw: Path) -> LabelledPoints:
        """Draw the points (size, dimension); `raw` is not used."""
        rng = np.random.default_rng(self.seed)
        directions = uniform_on_sphere(self.size, self.dimension, 1.0, rng=rng)
        X = uniform_in_ball(directions, self.radius, rng=rng)
        X += rng.normal(scale=self.noise, size=X.shape)
        return LabelledPoints(X.astype(np.float32), np.zeros(self.size, np.int64))


def uniform_in_ball(
    directions: NDArray[np.float64], radius: float, *, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draw points uniformly from a ball around the origin, one in each direction.

    Parameters
    ----------
    directions : (n, d) array
        Points of the unit sphere, drawn uniformly.
    radius
        The ball's, in the unit of the points.

    Returns
    -------
    (n, d) array
        The points.
    """
    n, dimension = directions.shape
    # A share r^d of the volume lies within the share r of the radius.
    shares = rng.random((n, 1)) ** (1 / dimension)
    points: NDArray[np.float64] = radius * shares * directions
    return points
