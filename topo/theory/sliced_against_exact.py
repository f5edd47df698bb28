"""The sliced Wasserstein distance beside the exact 1-Wasserstein distance."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, Field, PositiveInt, model_validator

from topo.datasets.base import Length
from topo.datasets.spheres import Spheres
from topo.homology.diagrams import tree_diagram
from topo.seeding import derive_seed
from topo.theory.base import Experiment, Points, TheoryValue, check_distinct
from topo.theory.subsamples import check_sizes

_Pair = tuple[Points, Points]
_Scale = Annotated[float, Field(ge=1e-12, le=1e12)]


class SlicedAgainstExact(Experiment):
    """Ratio and ranking of two distances between diagrams in dimension 0 (section 4.1.5).

    Cases: ``scale=…``, diagrams of two normal point clouds, the second one smaller by this factor;
    ``spheres``, the diagram of SPHERES beside those of plane point clouds of different shape
    whose largest death is about `latent_max_death`, as in the paper's Figure 6.

    Metrics, over the pairs of one repetition: ``ratio_min``, ``ratio_mean``, ``ratio_max`` of
    sliced to exact distance (2√2/π = 0.90 where one diagram is empty, since the exact distance
    has L∞ as ground metric); ``rank_correlation``, Spearman's, in -1 … 1, 1 where both order the
    pairs alike; ``sliced_range`` and ``exact_range``, largest minus smallest distance, divided by
    the mean.

    Attributes
    ----------
    n_repetitions, n_pairs
        Pairs of diagrams per repetition, at least 3 for a ranking.
    n_points, dimension
        Size of the normal point clouds.
    scales
        Factors between the two diagrams.
    scale_spread
        Standard deviation of the logarithm of a random factor on the second diagram.
    spheres
        The data set.
    n_sampled
        Points drawn from it, and points of the plane clouds.
    latent_max_death
        Largest death of the plane clouds before the random factor.
    """

    n_repetitions: PositiveInt
    n_pairs: int = Field(ge=3)
    n_points: int = Field(ge=3)
    dimension: PositiveInt
    scales: Annotated[tuple[_Scale, ...], Field(min_length=1), AfterValidator(check_distinct)]
    scale_spread: float = Field(ge=0, le=10)
    spheres: Spheres
    n_sampled: int = Field(ge=3)
    latent_max_death: Length

    @model_validator(mode="after")
    def _check_sample(self) -> Self:
        check_sizes([self.n_sampled], self.spheres.n_points)
        return self

    def cost(self) -> float:
        """Rough seconds on one core."""
        pair = 0.002 * len(self.scales) + 1e-8 * self.n_sampled**2
        return 1 + pair * self.n_pairs * self.n_repetitions

    def compute(self, *, seed: int) -> list[TheoryValue]:
        """Draw the pairs and compare the distances."""
        points = self.spheres.load(Path()).X.astype(np.float64)
        values = []
        for repetition in range(self.n_repetitions):
            for scale in self.scales:
                case = f"sliced_against_exact/scale={scale:g}"
                rng = np.random.default_rng(derive_seed(seed, case, repetition))
                values += _summarise(case, repetition, self._normal_pairs(scale, rng))
            case = "sliced_against_exact/spheres"
            rng = np.random.default_rng(derive_seed(seed, case, repetition))
            values += _summarise(case, repetition, self._sphere_pairs(points, rng))
        return values

    def _normal_pairs(self, scale: float, rng: np.random.Generator) -> Iterator[_Pair]:
        for _ in range(self.n_pairs):
            D, E = (_diagram(rng.normal(size=(self.n_points, self.dimension))) for _ in range(2))
            yield D, E / scale * self._factor(rng)

    def _sphere_pairs(self, points: Points, rng: np.random.Generator) -> Iterator[_Pair]:
        chosen = rng.choice(len(points), self.n_sampled, replace=False)
        D = _diagram(points[chosen])
        for k in range(self.n_pairs):
            E = _diagram(plane_cloud(self.n_sampled, shape=k % 3, rng=rng))
            yield D, E / E[:, 1].max() * self.latent_max_death * self._factor(rng)

    def _factor(self, rng: np.random.Generator) -> float:
        return float(np.exp(self.scale_spread * rng.normal()))


def plane_cloud(n: int, *, shape: int, rng: np.random.Generator) -> Points:
    """Draw n points in the plane: normal (shape 0), uniform (1), or ten clusters (2)."""
    if shape == 0:
        return rng.normal(size=(n, 2))
    if shape == 1:
        return rng.uniform(size=(n, 2))
    centres: Points = 10 * rng.normal(size=(10, 2))
    clusters: Points = centres[rng.integers(10, size=n)] + rng.normal(size=(n, 2))
    return clusters


def _diagram(points: Points) -> Points:
    from topo.metrics.compute.space import pairwise_distances

    return tree_diagram(pairwise_distances(points))


def _summarise(case: str, repetition: int, pairs: Iterator[_Pair]) -> list[TheoryValue]:
    from scipy.stats import spearmanr

    sliced, exact = np.array([_distances(D, E) for D, E in pairs]).T
    ratios = sliced / exact
    metrics = {
        "ratio_min": ratios.min(),
        "ratio_mean": ratios.mean(),
        "ratio_max": ratios.max(),
        "rank_correlation": spearmanr(sliced, exact)[0],
        "sliced_range": relative_range(sliced),
        "exact_range": relative_range(exact),
    }
    return [
        TheoryValue(case, metric, 0, repetition, float(value)) for metric, value in metrics.items()
    ]


def _distances(D: Points, E: Points) -> tuple[float, float]:
    from topo.homology.distances import SLICED_DIRECTIONS, sliced_wasserstein, wasserstein

    sliced = sliced_wasserstein(D, E, n_directions=SLICED_DIRECTIONS)
    return sliced, wasserstein(D, E, order=1)


def relative_range(values: NDArray[np.float64]) -> float:
    """Largest minus smallest of positive values, divided by their mean; from 0."""
    return float(np.ptp(values) / np.mean(values))
