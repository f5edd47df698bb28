"""The limit of Theorem 1, and how close a batch's diagram comes to the whole's.

Section 3.3 of the paper: E[d_H] → 0 as m → n, and "therefore" diagrams of batches are good
approximations. With m = n the subsample is the point cloud and every distance is 0. But the limit
says nothing of m far below n. And a diagram in dimension 0 has m - 1 points: all but m - 1 of the
n - 1 of the whole must go to the diagonal, so that the bottleneck distance stays close to that of
the *empty* diagram, half of the largest death, as long as many deaths are large.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

import numpy as np
from pydantic import AfterValidator, Field, PositiveInt, model_validator

from topo.datasets.spheres import Spheres
from topo.seeding import derive_seed
from topo.theory.base import Experiment, Points, TheoryValue, check_distinct
from topo.theory.subsamples import Sphere, SubsampleDistances, check_sizes, compare_subsample

_Share = Annotated[float, Field(gt=0, le=1)]


class Theorem1Limit(Experiment):
    """Distances between point clouds and random subsamples of growing size.

    Cases ``circle/share=…`` and ``spheres/share=…`` for every m / n, and ``batch`` for one batch
    of a large data set; every repetition is another subsample of the same points. Metrics:
    ``hausdorff`` (d_H between the point clouds), ``bottleneck`` (deaths as edge lengths) and
    ``diagram_hausdorff`` (d_H between the diagrams) in the unit of the points, from 0, lower is
    better; and the same three with ``_share`` at the end, divided by the largest death of the
    whole. The empty diagram has a ``bottleneck_share`` of 0.5: from there on the subsample's
    diagram is no closer to the whole's than nothing.

    Attributes
    ----------
    n_repetitions
        Subsamples per case.
    shares
        m / n, each in 0 … 1.
    circle, spheres
        Point clouds for these shares.
    batch_of, batch_size
        The large data set and the size of its batches.
    """

    n_repetitions: PositiveInt
    shares: Annotated[tuple[_Share, ...], Field(min_length=1), AfterValidator(check_distinct)]
    circle: Sphere
    spheres: Spheres
    batch_of: Spheres
    batch_size: int

    @model_validator(mode="after")
    def _check_sizes(self) -> Self:
        check_sizes([self.batch_size], self.batch_of.n_points)
        for n_points in (self.circle.n_points, self.spheres.n_points):
            check_sizes([round(share * n_points) for share in self.shares], n_points)
        return self

    def cost(self) -> float:
        """Rough seconds on one core."""
        return 1 + 4e-8 * self.batch_of.n_points**2 + 0.005 * self.n_repetitions * len(self.shares)

    def compute(self, *, seed: int) -> list[TheoryValue]:
        """Draw the subsamples."""
        circle = self.circle.draw(seed=derive_seed(seed, "theorem_1_limit", "circle"))
        values = self._subsample(circle, self._sizes("circle", len(circle)), seed)
        spheres = _load(self.spheres)
        values += self._subsample(spheres, self._sizes("spheres", len(spheres)), seed)
        sizes = {"theorem_1_limit/batch": self.batch_size}
        return values + self._subsample(_load(self.batch_of), sizes, seed)

    def _sizes(self, name: str, n_points: int) -> dict[str, int]:
        return {
            f"theorem_1_limit/{name}/share={share:g}": round(share * n_points)
            for share in self.shares
        }

    def _subsample(self, points: Points, sizes: dict[str, int], seed: int) -> list[TheoryValue]:
        from topo.homology.pairing import deaths
        from topo.metrics.compute.space import pairwise_distances

        distances = pairwise_distances(points)
        lengths = deaths(distances)
        values = []
        for case, size in sizes.items():
            for repetition in range(self.n_repetitions):
                rng = np.random.default_rng(derive_seed(seed, case, repetition))
                chosen = rng.choice(len(points), size, replace=False)
                compared = compare_subsample(distances, lengths, chosen)
                values += _values(case, repetition, compared, largest=float(lengths[-1]))
        return values


def _values(
    case: str, repetition: int, compared: SubsampleDistances, *, largest: float
) -> list[TheoryValue]:
    return [
        TheoryValue(case, metric + suffix, dimension, repetition, value / unit)
        for metric, value in compared._asdict().items()
        for dimension in [None if metric == "hausdorff" else 0]
        for suffix, unit in (("", 1.0), ("_share", largest))
    ]


def _load(spheres: Spheres) -> Points:
    return spheres.load(Path()).X.astype(np.float64)
