"""A torus in space, or turned into a space of more dimensions."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from topo.datasets.base import KnownHomology, LabelledPoints, Length
from topo.datasets.cloud import NoisyCloud


class Torus(NoisyCloud):
    """Points drawn uniformly from the surface of a torus, with normal noise.

    Attributes
    ----------
    size
        Points on the surface, all of class 0.
    major_radius, minor_radius
        Radius of the circle that the tube follows, and of the tube, which is smaller.
    dimension
        Coordinates of a point. In more than three the torus lies in a random 3-space of theirs.
    noise
        Standard deviation of every coordinate's noise.
    seed
        Seed of points, directions and noise.
    """

    title: ClassVar[str] = "Torus"
    draws: ClassVar[bool] = True
    small: ClassVar[Mapping[str, Any]] = {
        "size": 400,
        "major_radius": 2.0,
        "minor_radius": 1.0,
        "dimension": 3,
        "noise": 0.0,
        "seed": 0,
    }

    major_radius: Length
    minor_radius: Length
    dimension: int = Field(ge=3)

    @model_validator(mode="after")
    def _has_a_hole(self) -> Torus:
        if self.minor_radius >= self.major_radius:
            raise ValueError(
                f"major_radius must exceed minor_radius, got {self.major_radius:g} and "
                f"{self.minor_radius:g}: else the tube has no hole"
            )
        return self

    @property
    def homology(self) -> KnownHomology:
        """Two loops, around the tube and along it."""
        dense = self.size >= 400 and self.noise == 0
        clear = dense and self.major_radius == 2 * self.minor_radius
        return KnownHomology(components=1, loops=2, seen=(0.26, 0.36) if clear else None)

    def load(self, raw: Path) -> LabelledPoints:
        """Draw the points (size, dimension); `raw` is not used."""
        rng = np.random.default_rng(self.seed)
        X = self._surface(rng)
        if self.dimension > 3:
            directions = np.linalg.qr(rng.normal(size=(self.dimension, 3)))[0]
            X = X @ directions.T
        X += rng.normal(scale=self.noise, size=X.shape)
        return LabelledPoints(X.astype(np.float32), np.zeros(self.size, np.int64))

    def _surface(self, rng: np.random.Generator) -> NDArray[np.float64]:
        """Draw (size, 3) points: of uniform angles, the more the farther outside."""
        kept: list[tuple[float, float]] = []
        while len(kept) < self.size:
            along, around = 2 * np.pi * rng.random(2)
            radius = self.major_radius + self.minor_radius * np.cos(around)
            if rng.random() * (self.major_radius + self.minor_radius) < radius:
                kept.append((along, around))
        u, v = np.array(kept).T
        radii = self.major_radius + self.minor_radius * np.cos(v)
        return np.stack(
            [radii * np.cos(u), radii * np.sin(u), self.minor_radius * np.sin(v)], axis=1
        )
