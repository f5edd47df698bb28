"""The void of a torus: dimension 2, which no plane embedding can have."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, PositiveInt

from topo.datasets.torus import Torus
from topo.seeding import derive_seed
from topo.theory.base import Experiment, Points, TheoryValue


class TorusVoid(Experiment):
    """Persistence up to dimension 2 of subsamples of a torus, and of their plane images by PCA.

    A torus has one component, two loops and one void. Dimension 2 of all its points would take
    minutes: it is that of a subsample, spread by taking the farthest point again and again.

    Cases are ``input`` and ``pca``.

    Attributes
    ----------
    n_repetitions
        Draws of the torus.
    torus
        Of which the subsample is taken.
    n_points
        Points of the subsample.
    long
        Share of the median distance above which a bar counts.
    """

    n_repetitions: PositiveInt
    torus: Torus
    n_points: int = Field(ge=4, le=300)
    long: float = Field(gt=0)

    def cost(self) -> float:
        """Rough seconds on one core."""
        return 1.0 + self.n_repetitions * (self.n_points / 100) ** 3

    def compute(self, *, seed: int) -> list[TheoryValue]:
        """Count bars.

        Returns
        -------
        list of TheoryValue
            ``long_bars``
                In every dimension, bars longer than the share of the median distance, with that
                component which never ends.
            ``longest``
                In dimension 1 and 2, the longest bar as a share of the median distance; 0 where
                there is none.
        """
        from sklearn.decomposition import PCA

        values = []
        for repetition in range(self.n_repetitions):
            X = self.torus.drawn(repetition).load(Path()).X.astype(np.float64)
            rng = np.random.default_rng(derive_seed(seed, "torus_void", repetition))
            X = X[farthest_points(X, self.n_points, first=int(rng.integers(len(X))))]
            plane = PCA(2, svd_solver="full").fit_transform(X)
            for case, points in (("input", X), ("pca", plane)):
                values += self._count(points, f"torus_void/{case}", repetition)
        return values

    def _count(self, points: Points, case: str, repetition: int) -> list[TheoryValue]:
        from topo.homology.diagrams import persistence, persistence_diagrams
        from topo.metrics.compute.space import pairwise_distances

        distances = pairwise_distances(points)
        unit = float(np.median(distances[np.triu_indices(len(distances), 1)]))
        values = []
        for dimension, diagram in persistence_diagrams(distances, (0, 1, 2)).items():
            bars = persistence(diagram) / unit
            n_long = float(np.sum(bars > self.long) + (dimension == 0))
            values.append(TheoryValue(case, "long_bars", dimension, repetition, n_long))
            if dimension > 0:
                longest = float(bars.max(initial=0.0))
                values.append(TheoryValue(case, "longest", dimension, repetition, longest))
        return values


def farthest_points(points: Points, n: int, *, first: int) -> NDArray[np.int64]:
    """Choose n of some points (m, d): each as far as can be from those before it.

    Returns
    -------
    (n,) int64 array
        Rows, the first one first; of equally far ones the earlier.
    """
    chosen = [first]
    nearest = np.linalg.norm(points - points[first], axis=1)
    for _ in range(n - 1):
        chosen.append(int(np.argmax(nearest)))
        nearest = np.minimum(nearest, np.linalg.norm(points - points[chosen[-1]], axis=1))
    return np.array(chosen, np.int64)
