"""Theorem 1: how often a subsample's diagram is far from the whole's.

The paper (section 3.3) prints P(d_b(D^X, D^X(m)) > ε) ≤ P(d_H(D^X, D^X(m)) > 2ε), with the
Hausdorff distance d_H between diagrams; in Moor et al. (2020), its [7], d_H is that between the
point clouds. The stability theorem (Chazal, de Silva and Oudot 2014) says
d_b ≤ 2 d_GH ≤ 2 d_H(X, X^(m)) for Vietoris–Rips complexes whose edges appear at their length, and
d_b ≤ d_H where they appear at half of it. So P(d_b > ε) ≤ P(d_H > ε / 2) for edge lengths and
P(d_b > ε) ≤ P(d_H > ε) for radii; the printed 2ε follows for neither.

Two point clouds on a line show that it is false for both, each with all subsamples of two points:

- {0, 2, 4}: {0, 4} has d_b = 2 and d_H = 2. With edge lengths the printed form fails, at ε = 1.5
  with 1/3 on the left and 0 on the right; with radii it holds.
- {0, 1, 5, 6}: {0, 6} has d_b = 2 and d_H = 1, the most that stability allows. The printed form
  fails with radii too, at ε = 0.75 with 3/6 on the left and 2/6 on the right.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from pydantic import PositiveInt

from topo.seeding import derive_seed
from topo.theory.base import Experiment, Points, TheoryValue
from topo.theory.subsamples import (
    CaseName,
    Line,
    SampledSphere,
    SubsampleDistances,
    compare_subsample,
    largest_violation,
    share_above,
)


class Theorem1(Experiment):
    """Both sides of Theorem 1, by enumeration and by simulation.

    Metrics of every case, each in 0 … 1 and lower is better: ``violation_printed`` (edge lengths,
    point clouds), ``violation_printed_radii``, ``violation_printed_diagrams`` (edge lengths, d_H
    between diagrams, as the paper prints it) and ``violation_stability`` are the largest amounts
    by which the inequality fails over all ε. Metrics of every ε: ``p_bottleneck``,
    ``p_bottleneck_radii`` on the left; ``p_hausdorff_printed``, ``p_hausdorff_diagrams``,
    ``p_hausdorff_stability`` and ``p_hausdorff_stability_radii`` on the right. Cases that end in
    ``m=…`` are drawn, the others exact.

    Attributes
    ----------
    n_repetitions
        Point clouds drawn per sphere.
    n_subsamples
        Subsamples drawn per point cloud and size.
    """

    lines: dict[CaseName, Line]
    spheres: dict[CaseName, SampledSphere]
    n_repetitions: PositiveInt
    n_subsamples: PositiveInt

    def cost(self) -> float:
        """Rough seconds on one core."""
        n_sizes = sum(len(sphere.sizes) for sphere in self.spheres.values())
        return 1 + 3e-4 * n_sizes * self.n_repetitions * self.n_subsamples

    def compute(self, *, seed: int) -> list[TheoryValue]:
        """Enumerate the lines' subsamples and draw the spheres'."""
        values = []
        for name, line in self.lines.items():
            points = np.array(line.points)[:, np.newaxis]
            subsamples = combinations(range(len(points)), line.size)
            compared = _compare(points, map(np.array, subsamples))
            values += _judge(f"theorem_1/{name}", 0, compared, line.epsilons)
        for name, sphere in self.spheres.items():
            for repetition in range(self.n_repetitions):
                values += self._simulate(name, sphere, repetition, seed)
        return values

    def _simulate(
        self, name: str, sphere: SampledSphere, repetition: int, seed: int
    ) -> list[TheoryValue]:
        points = sphere.draw(seed=derive_seed(seed, name, repetition, "points"))
        values = []
        for size in sphere.sizes:
            rng = np.random.default_rng(derive_seed(seed, name, repetition, size))
            subsamples = (
                rng.choice(len(points), size, replace=False) for _ in range(self.n_subsamples)
            )
            case = f"theorem_1/{name}/m={size}"
            values += _judge(case, repetition, _compare(points, subsamples), sphere.epsilons)
        return values


def _compare(points: Points, subsamples: Iterable[NDArray[np.int64]]) -> list[SubsampleDistances]:
    from topo.homology.pairing import deaths
    from topo.metrics.compute.space import pairwise_distances

    distances = pairwise_distances(points)
    lengths = deaths(distances)
    return [compare_subsample(distances, lengths, chosen) for chosen in subsamples]


def _judge(
    case: str, repetition: int, compared: list[SubsampleDistances], epsilons: Iterable[float]
) -> list[TheoryValue]:
    d_H, d_b, d_H_diagrams = np.array(compared).T
    violations = {
        "violation_printed": largest_violation(d_b, d_H / 2),
        "violation_printed_radii": largest_violation(d_b / 2, d_H / 2),
        "violation_printed_diagrams": largest_violation(d_b, d_H_diagrams / 2),
        "violation_stability": largest_violation(d_b, 2 * d_H),
    }
    values = [TheoryValue(case, name, 0, repetition, value) for name, value in violations.items()]
    for epsilon in epsilons:
        sides = {
            "p_bottleneck": share_above(d_b, epsilon),
            "p_bottleneck_radii": share_above(d_b / 2, epsilon),
            "p_hausdorff_printed": share_above(d_H, 2 * epsilon),
            "p_hausdorff_diagrams": share_above(d_H_diagrams, 2 * epsilon),
            "p_hausdorff_stability": share_above(d_H, epsilon / 2),
            "p_hausdorff_stability_radii": share_above(d_H, epsilon),
        }
        at = f"{case}/epsilon={epsilon:g}"
        values += [TheoryValue(at, name, 0, repetition, value) for name, value in sides.items()]
    return values
