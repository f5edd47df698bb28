"""A circle under noise in many dimensions, which hides its loop from Euclidean distances."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from topo.datasets.base import KnownHomology, LabelledPoints
from topo.datasets.cloud import NoisyCloud


class NoisyCircle(NoisyCloud):
    """Points at equal steps on a circle of radius 1 in many dimensions, with normal noise.

    In 50 dimensions with noise 0.25 the loop of the Vietoris–Rips filtration is lost among those of
    the noise, as [1]_ found, and distances along a graph of neighbours still have it.

    Attributes
    ----------
    size
        Points on the circle, all of class 0.
    dimension
        Coordinates of a point; the circle lies in the first two.
    noise
        Standard deviation of every coordinate's noise.
    seed
        Seed of the noise.

    References
    ----------
    .. [1] Damrich, Berens and Kobak, "Persistent homology for high-dimensional data based on
       spectral methods", 2024 (arXiv 2311.03087).
    """

    title: ClassVar[str] = "Noisy circle"
    draws: ClassVar[bool] = True
    small: ClassVar[Mapping[str, Any]] = {
        "size": 100,
        "dimension": 50,
        "noise": 0.25,
        "seed": 0,
    }

    dimension: int = Field(ge=2)

    @property
    def homology(self) -> KnownHomology:
        """One loop, seen where there is next to no noise."""
        clear = self.size >= 50 and self.noise * self.dimension**0.5 <= 0.1
        return KnownHomology(components=1, loops=1, seen=(0.3, 0.5) if clear else None)

    def load(self, raw: Path) -> LabelledPoints:
        """Draw the points (size, dimension); `raw` is not used."""
        angle = 2 * np.pi * np.arange(self.size) / self.size
        X = np.random.default_rng(self.seed).normal(
            scale=self.noise, size=(self.size, self.dimension)
        )
        X[:, 0] += np.cos(angle)
        X[:, 1] += np.sin(angle)
        return LabelledPoints(X.astype(np.float32), np.zeros(self.size, np.int64))
