"""Three clusters in space: components of unequal size, and no loop."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from pydantic import NonNegativeInt, PositiveInt

from topo.datasets.base import Dataset, KnownHomology, LabelledPoints, Length

_CENTRES = ((-7.5, 0.0, 0.0), (0.0, 0.0, 0.0), (-3.6, 4.8, -0.2))


class ThreeClusters(Dataset):
    """Normal clusters around (−7.5, 0, 0), (0, 0, 0) and (−3.6, 4.8, −0.2).

    As in [1]_, there with 100, 200 and 500 points and standard deviations from 0.5 to 0.6.

    Attributes
    ----------
    sizes
        Points of every cluster; the clusters are the classes 0, 1 and 2.
    standard_deviations
        Standard deviation of every coordinate, for each cluster.
    seed
        Seed of the points.

    References
    ----------
    .. [1] Clémot, Digne and Tierny, "Topological Autoencoders++", 2025 (arXiv 2502.20215).
    """

    title: ClassVar[str] = "Three clusters"
    draws: ClassVar[bool] = True
    small: ClassVar[Mapping[str, Any]] = {
        "sizes": (100, 200, 500),
        "standard_deviations": (0.5, 0.55, 0.6),
        "seed": 0,
    }

    sizes: tuple[PositiveInt, PositiveInt, PositiveInt]
    standard_deviations: tuple[Length, Length, Length]
    seed: NonNegativeInt

    @property
    def n_points(self) -> int:
        """Number of points of all clusters."""
        return sum(self.sizes)

    @property
    def smallest_class(self) -> int:
        """Number of points of the smallest cluster."""
        return min(self.sizes)

    @property
    def homology(self) -> KnownHomology:
        """Three components, while the clusters are narrow and full."""
        clear = max(self.standard_deviations) <= 0.6 and min(self.sizes) >= 50
        return KnownHomology(components=3, loops=0, seen=(0.35, 0.45) if clear else None)

    def load(self, raw: Path) -> LabelledPoints:
        """Draw the points (n_points, 3), cluster after cluster; `raw` is not used."""
        rng = np.random.default_rng(self.seed)
        parts = zip(_CENTRES, self.standard_deviations, self.sizes, strict=True)
        X = np.concatenate([rng.normal(centre, std, size=(n, 3)) for centre, std, n in parts])
        return LabelledPoints(
            X.astype(np.float32), np.repeat(np.arange(3, dtype=np.int64), self.sizes)
        )
