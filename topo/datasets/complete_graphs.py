"""K4 and K5: complete graphs drawn in space with straight edges."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from pydantic import Field, NonNegativeInt, PositiveInt

from topo.datasets.base import Dataset, KnownHomology, LabelledPoints

_HALF_ROOT_3 = 0.75**0.5


class CompleteGraph(Dataset):
    """Points at equal steps along all edges, with normal noise; a class for every edge.

    As in [1]_, there with 50 points an edge and noise 0.03. A graph of v vertices and e edges has
    e - v + 1 independent loops.

    Attributes
    ----------
    n_points_per_edge
        Points on each edge; those of one edge are a class.
    noise
        Standard deviation of every coordinate's noise; edges are between 1.4 and 2 long.
    seed
        Seed of the noise.

    References
    ----------
    .. [1] Clémot, Digne and Tierny, "Topological Autoencoders++", 2025 (arXiv 2502.20215).
    """

    vertices: ClassVar[tuple[tuple[float, float, float], ...]]

    n_points_per_edge: PositiveInt
    noise: float = Field(ge=0, le=1e6)
    seed: NonNegativeInt

    @property
    def n_points(self) -> int:
        """Number of points on all edges."""
        return self._n_edges * self.n_points_per_edge

    @property
    def smallest_class(self) -> int:
        """Number of points on each edge."""
        return self.n_points_per_edge

    @property
    def homology(self) -> KnownHomology:
        """One component, and the loops of the graph while edges are dense and thin."""
        clear = self.n_points_per_edge >= 40 and self.noise <= 0.03
        n_loops = self._n_edges - len(self.vertices) + 1
        return KnownHomology(components=1, loops=n_loops, seen=(0.2, 0.3) if clear else None)

    def load(self, raw: Path) -> LabelledPoints:
        """Draw the points (n_points, 3), edge after edge; `raw` is not used."""
        share = ((np.arange(self.n_points_per_edge) + 0.5) / self.n_points_per_edge)[:, None]
        ends = combinations(np.array(self.vertices), 2)
        X = np.concatenate([(1 - share) * start + share * end for start, end in ends])
        X += np.random.default_rng(self.seed).normal(scale=self.noise, size=X.shape)
        y = np.repeat(np.arange(self._n_edges, dtype=np.int64), self.n_points_per_edge)
        return LabelledPoints(X.astype(np.float32), y)

    @property
    def _n_edges(self) -> int:
        return len(self.vertices) * (len(self.vertices) - 1) // 2


class K4(CompleteGraph):
    """The complete graph on four vertices, a tetrahedron: three loops."""

    title: ClassVar[str] = "K4"
    draws: ClassVar[bool] = True
    small: ClassVar[Mapping[str, Any]] = {"n_points_per_edge": 50, "noise": 0.03, "seed": 0}
    vertices = ((0, 0, 0), (1, 1, 0), (1, 0, 1), (0, 1, 1))


class K5(CompleteGraph):
    """The complete graph on five vertices: six loops.

    No plane drawing is without crossings; one with c crossings has 6 + c loops.
    """

    title: ClassVar[str] = "K5"
    draws: ClassVar[bool] = True
    small: ClassVar[Mapping[str, Any]] = {"n_points_per_edge": 50, "noise": 0.03, "seed": 0}
    vertices = (
        (1, 0, 0),
        (-1, 0, 0),
        (0, 0, 1),
        (0, _HALF_ROOT_3, -0.5),
        (0, -_HALF_ROOT_3, -0.5),
    )
