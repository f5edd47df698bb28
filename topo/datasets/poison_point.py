"""Two clusters in many dimensions, and the one point between them that hides them from t-SNE."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from pydantic import Field, NonNegativeInt, model_validator

from topo.datasets.base import MOST_COORDINATES, Dataset, LabelledPoints, Length


class PoisonPoint(Dataset):
    """Points of two normal distributions, and one at the mean of all of them, as in [1]_.

    In many dimensions two points of one cluster are about √2 times as far from each other as either
    is from the mean: the one point there is the nearest neighbour of all others.

    Attributes
    ----------
    n_per_cluster
        Points of each cluster, the classes 0 and 1. The point at the mean comes after them, as a
        member of class 0: a class of one point could not be split.
    dimension
        Coordinates of a point.
    separation
        Distance of the clusters' centres; every coordinate has standard deviation 1 around them.
    seed
        Seed of the points.

    References
    ----------
    .. [1] Bergam, Snoeck and Verma, "t-SNE Exaggerates Clusters, Provably", 2025
       (arXiv 2510.07746); there 400 points in 2,000 dimensions.
    """

    title: ClassVar[str] = "Poison point"
    draws: ClassVar[bool] = True
    small: ClassVar[Mapping[str, Any]] = {
        "n_per_cluster": 30,
        "dimension": 200,
        "separation": 6.0,
        "seed": 0,
    }

    n_per_cluster: int = Field(ge=2)
    dimension: int = Field(ge=2)
    separation: Length
    seed: NonNegativeInt

    @model_validator(mode="after")
    def _fits_memory(self) -> PoisonPoint:
        if self.n_points * self.dimension > MOST_COORDINATES:
            raise ValueError(
                f"points x dimension must be at most {MOST_COORDINATES:,}, got "
                f"{self.n_points:,} x {self.dimension:,}: lower n_per_cluster or dimension"
            )
        return self

    @property
    def n_points(self) -> int:
        """Number of points, the one at the mean included."""
        return 2 * self.n_per_cluster + 1

    def load(self, raw: Path) -> LabelledPoints:
        """Draw the points (n_points, dimension); `raw` is not used."""
        y = np.repeat(np.arange(2, dtype=np.int64), self.n_per_cluster)
        X = np.random.default_rng(self.seed).normal(size=(len(y), self.dimension))
        X[:, 0] += self.separation * (y - 0.5)
        X = np.vstack([X, X.mean(axis=0)])
        return LabelledPoints(X.astype(np.float32), np.append(y, 0))
