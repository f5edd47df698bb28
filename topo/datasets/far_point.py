"""A ball and one point far beyond it, which no picture by t-SNE can show as far."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from topo.datasets.ball import uniform_in_ball
from topo.datasets.base import LabelledPoints, Length
from topo.datasets.cloud import Cloud
from topo.datasets.spheres import uniform_on_sphere


class FarPoint(Cloud):
    """Points drawn uniformly from a ball of radius 1, and one beyond a hyperplane, as in [1]_.

    The hyperplane touches the ball's points in the one that lies furthest in a direction drawn at
    random. The far point stands above that one, so its distance to the hyperplane is also that to
    the convex hull of all others.

    Attributes
    ----------
    size
        Points of the ball; the far one comes after them. All are class 0.
    dimension
        Coordinates of a point.
    margin
        Distance of the far point to the hull of the others, in radii of the ball.
    seed
        Seed of points and direction.

    References
    ----------
    .. [1] Bergam, Snoeck and Verma, "t-SNE Exaggerates Clusters, Provably", 2025
       (arXiv 2510.07746).
    """

    title: ClassVar[str] = "Far point"
    draws: ClassVar[bool] = True
    small: ClassVar[Mapping[str, Any]] = {"size": 60, "dimension": 10, "margin": 20.0, "seed": 0}

    size: int = Field(ge=2)
    dimension: int = Field(ge=2)
    margin: Length

    @property
    def n_points(self) -> int:
        """Number of points, the far one included."""
        return self.size + 1

    def load(self, raw: Path) -> LabelledPoints:
        """Draw the points (size + 1, dimension); `raw` is not used."""
        rng = np.random.default_rng(self.seed)
        directions = uniform_on_sphere(self.size + 1, self.dimension, 1.0, rng=rng)
        ball, above = uniform_in_ball(directions[:-1], 1.0, rng=rng), directions[-1]
        touching = ball[np.argmax(ball @ above)]
        X = np.vstack([ball, touching + self.margin * above])
        return LabelledPoints(X.astype(np.float32), np.zeros(self.n_points, np.int64))
