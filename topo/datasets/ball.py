"""A full ball, which has no clusters."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from topo.datasets.base import KnownHomology, LabelledPoints, Length
from topo.datasets.cloud import NoisyCloud


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
        directions = rng.normal(size=(self.size, self.dimension))
        directions /= np.linalg.norm(directions, axis=1, keepdims=True)
        # A share r^d of the volume lies within the share r of the radius.
        shares = rng.random((self.size, 1)) ** (1 / self.dimension)
        X = self.radius * shares * directions
        X += rng.normal(scale=self.noise, size=X.shape)
        return LabelledPoints(X.astype(np.float32), np.zeros(self.size, np.int64))
