"""A sheet in the shape of an S: curved, of one piece, and without clusters."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from topo.datasets.base import KnownHomology, LabelledPoints, Length
from topo.datasets.cloud import NoisyCloud

#: Turn of either arc of the S, in radians: three quarters of a circle.
_TURN = 1.5 * np.pi


class SShape(NoisyCloud):
    """Points drawn uniformly from a sheet along two arcs of radius 1 that form an S, with noise.

    Attributes
    ----------
    size
        Points on the sheet; those of its first arc are class 0, the others class 1.
    width
        Width of the sheet, which is 3π long.
    dimension
        Coordinates of a point; the sheet lies in the first three.
    noise
        Standard deviation of every coordinate's noise.
    seed
        Seed of points and noise.
    """

    title: ClassVar[str] = "S-shaped sheet"
    draws: ClassVar[bool] = True
    small: ClassVar[Mapping[str, Any]] = {
        "size": 100,
        "width": 2.0,
        "dimension": 3,
        "noise": 0.0,
        "seed": 0,
    }

    width: Length
    dimension: int = Field(ge=3)

    @property
    def homology(self) -> KnownHomology:
        """One component and no loop."""
        return KnownHomology(components=1, loops=0, seen=None)

    def load(self, raw: Path) -> LabelledPoints:
        """Draw the points (size, dimension); `raw` is not used."""
        rng = np.random.default_rng(self.seed)
        along = rng.uniform(-_TURN, _TURN, size=self.size)
        X = rng.normal(scale=self.noise, size=(self.size, self.dimension))
        X[:, 0] += np.sin(along)
        X[:, 1] += rng.uniform(0, self.width, size=self.size)
        X[:, 2] += np.sign(along) * (np.cos(along) - 1)
        y = (along > 0).astype(np.int64)
        return LabelledPoints(X.astype(np.float32), y)
