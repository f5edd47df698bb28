"""What another random split moves: with every class in proportion, and without.

How many outer points a test part has decides most of d_SW on SPHERES: their deaths are the large
ones. Splits with every class in proportion, as this study makes them, hold that number fast.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from topo.datasets.base import LabelledPoints
from topo.datasets.spheres import Spheres
from topo.seeding import derive_seed
from topo.splits import MIN_MEMBERS, Fractions, split_sizes, stratified_split
from topo.theory.base import Experiment, TheoryValue
from topo.theory.subsamples import check_sizes


class RandomSplits(Experiment):
    """The empty diagram's d_SW on the test points of random splits of SPHERES.

    Cases ``plain``, every point as likely as every other, and ``class_proportional``; every
    repetition is another split of the same points. Metric: ``empty_sliced_wasserstein``, the
    sliced Wasserstein distance between the test points' diagram in dimension 0 and the empty
    one, √2/π · Σ deaths, in the unit of the points, from 0.
    """

    n_repetitions: int = Field(ge=2)
    fractions: Fractions
    spheres: Spheres

    @model_validator(mode="after")
    def _check_parts(self) -> Self:
        n_points = self.spheres.n_points
        check_sizes([split_sizes(n_points, self.fractions)[2]], n_points)
        if min(self.spheres.n_points_per_inner, self.spheres.n_outer) < MIN_MEMBERS:
            raise ValueError(
                f"each sphere needs at least {MIN_MEMBERS} points, one for each part of a split"
            )
        return self

    def cost(self) -> float:
        """Rough seconds on one core."""
        n_test = self.spheres.n_points * self.fractions.test
        return 1 + 2 * self.n_repetitions * 2e-8 * n_test**2

    def compute(self, *, seed: int) -> list[TheoryValue]:
        """Draw the splits."""
        data = self.spheres.load(Path())
        values = []
        for repetition in range(self.n_repetitions):
            for kind, draw in (("plain", self._plain), ("class_proportional", self._proportional)):
                case = f"random_splits/{kind}"
                test = draw(data, derive_seed(seed, case, repetition))
                distance = empty_sliced_wasserstein(data.X[test].astype(np.float64))
                values.append(
                    TheoryValue(case, "empty_sliced_wasserstein", 0, repetition, distance)
                )
        return values

    def _plain(self, data: LabelledPoints, seed: int) -> NDArray[np.int64]:
        _, _, n_test = split_sizes(len(data.y), self.fractions)
        return np.random.default_rng(seed).choice(len(data.y), n_test, replace=False)

    def _proportional(self, data: LabelledPoints, seed: int) -> NDArray[np.int64]:
        return stratified_split(data.y, self.fractions, seed=seed).test


def empty_sliced_wasserstein(points: NDArray[np.float64]) -> float:
    """Sliced Wasserstein distance of the diagram in dimension 0 of points (n, d) to the empty one.

    The limit of many directions, √2/π · Σ deaths.
    """
    from topo.homology.pairing import deaths
    from topo.metrics.compute.space import pairwise_distances

    return math.sqrt(2) / math.pi * float(deaths(pairwise_distances(points)).sum())
