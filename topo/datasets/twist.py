"""Twist: a closed curve in space that crosses itself in most plane projections."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from topo.datasets.base import Dataset, KnownHomology, LabelledPoints


class Twist(Dataset):
    """The closed curve (3 cos t, sin t cos(3 cos t), −sin t sin(3 cos t)) at equal steps of t.

    A ring twisted along its length, without noise: one of the datasets of [1]_, there with 100
    points.

    Attributes
    ----------
    size
        Points on the curve, at least 100.

    References
    ----------
    .. [1] Clémot, Digne and Tierny, "Topological Autoencoders++", 2025 (arXiv 2502.20215).
    """

    title: ClassVar[str] = "Twist"
    small: ClassVar[Mapping[str, Any]] = {"size": 100}

    size: int = Field(ge=100, le=10**6)

    @property
    def n_points(self) -> int:
        """Number of points: the size."""
        return self.size

    @property
    def homology(self) -> KnownHomology:
        """One loop."""
        return KnownHomology(components=1, loops=1, seen=(0.15, 0.5))

    def load(self, raw: Path) -> LabelledPoints:
        """Compute the points (size, 3), all of class 0; `raw` is not used."""
        t = 2 * np.pi * np.arange(self.size) / self.size
        turn = 3 * np.cos(t)
        X = np.stack([turn, np.sin(t) * np.cos(turn), -np.sin(t) * np.sin(turn)], axis=1)
        return LabelledPoints(X.astype(np.float32), np.zeros(self.size, np.int64))
