"""Two circles in space, linked like the rings of a chain: no plane embedding can keep them so."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from pydantic import Field, NonNegativeInt, PositiveInt

from topo.datasets.base import Dataset, KnownHomology, LabelledPoints


class LinkedCircles(Dataset):
    """Points at equal steps on two linked circles of radius 1, with normal noise.

    Each passes through the other's centre.

    Attributes
    ----------
    n_points_per_circle
        Points on each circle; the circles are the classes 0 and 1.
    noise
        Standard deviation of every coordinate's noise.
    seed
        Seed of the noise.
    """

    title: ClassVar[str] = "Linked circles"
    draws: ClassVar[bool] = True
    small: ClassVar[Mapping[str, Any]] = {"n_points_per_circle": 60, "noise": 0.01, "seed": 0}

    n_points_per_circle: PositiveInt
    noise: float = Field(ge=0, le=1e6)
    seed: NonNegativeInt

    @property
    def n_points(self) -> int:
        """Number of points on both circles."""
        return 2 * self.n_points_per_circle

    @property
    def smallest_class(self) -> int:
        """Number of points on each circle."""
        return self.n_points_per_circle

    @property
    def homology(self) -> KnownHomology:
        """Two components, each with a loop."""
        clear = self.n_points_per_circle >= 50 and self.noise <= 0.05
        return KnownHomology(components=2, loops=2, seen=(0.25, 0.4) if clear else None)

    def load(self, raw: Path) -> LabelledPoints:
        """Draw the points (n_points, 3), circle after circle; `raw` is not used."""
        angle = 2 * np.pi * np.arange(self.n_points_per_circle) / self.n_points_per_circle
        flat = np.stack([np.cos(angle), np.sin(angle), 0 * angle], axis=1)
        upright = np.stack([1 + np.cos(angle), 0 * angle, np.sin(angle)], axis=1)
        X = np.concatenate([flat, upright])
        X += np.random.default_rng(self.seed).normal(scale=self.noise, size=X.shape)
        y = np.repeat(np.arange(2, dtype=np.int64), self.n_points_per_circle)
        return LabelledPoints(X.astype(np.float32), y)
