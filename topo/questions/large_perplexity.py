"""Why t-SNE shows nested spheres at large perplexities: what its picture hangs on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self

import numpy as np
from pydantic import AfterValidator, Field, PositiveFloat, PositiveInt, model_validator

from topo.datasets.base import LabelledPoints, Length
from topo.datasets.spheres import Spheres
from topo.homology.pairing import deaths
from topo.methods.tsne_affinities import joint_probabilities
from topo.questions.base import Findings, OneRound, Part
from topo.questions.nested_runs import Runs
from topo.seeding import derive_seed
from topo.theory.base import Section, TheoryValue, check_distinct

_NAME = "large_perplexity"
#: The perplexity as a share of the number of points, below 1.
Shares = Annotated[
    tuple[Annotated[float, Field(gt=0, lt=1)], ...],
    Field(min_length=2),
    AfterValidator(check_distinct),
]


class Nested(Section):
    """Inner spheres in an outer one, of any number of points; see `topo.datasets.spheres`."""

    n_inner: PositiveInt
    dimension: int = Field(ge=2)
    inner_radius: Length
    outer_radius: Length
    centre_std: float = Field(ge=0)

    def draw(self, n_points: int, outer_per_inner: float, *, seed: int) -> LabelledPoints:
        """Draw so many points, with so many outer ones for each on an inner sphere."""
        each = round(n_points / (1 + outer_per_inner) / self.n_inner)
        spheres = Spheres(
            **self.model_dump(),
            n_points_per_inner=each,
            n_outer=n_points - each * self.n_inner,
            seed=seed,
        )
        return spheres.load(Path())


class Clouds(Section):
    """Point clouds of one kind.

    Attributes
    ----------
    outer_per_inner
        Outer points for each inner one.
    sizes, draws
        Points in a cloud, and how many clouds of that size are drawn.
    """

    outer_per_inner: PositiveFloat
    sizes: tuple[Annotated[int, Field(ge=60)], ...] = Field(min_length=1)
    draws: tuple[PositiveInt, ...]

    @model_validator(mode="after")
    def _check_draws(self) -> Self:
        if len(self.draws) != len(self.sizes):
            raise ValueError(
                f"draws must say for each of the {len(self.sizes)} sizes how many clouds of it "
                f"are drawn, got {len(self.draws)} numbers"
            )
        return self


class CloudPart(Part):
    """One point cloud at all perplexities.

    Cases are ``KIND/n=POINTS/share=SHARE``, and below it ``start=…/exaggeration=…`` for a run of
    t-SNE and ``ties=…`` for one with changed probabilities.
    """

    kind: str
    nested: Nested
    outer_per_inner: float
    n_points: int
    draw: int
    shares: Shares

    def cost(self) -> float:
        """Rough seconds on one core."""
        return len(self.shares) * (0.1 + 2.3e-6 * self.n_points**2)

    def compute(self, data: Mapping[str, LabelledPoints], *, seed: int) -> Findings:
        """Embed the cloud from every start, measure, and keep the pictures of the first draw."""
        from sklearn.metrics.pairwise import euclidean_distances

        place = (self.kind, self.n_points, self.draw)
        cloud = self.nested.draw(
            self.n_points, self.outer_per_inner, seed=derive_seed(str(seed), "points", *place)
        )
        X = cloud.X.astype(np.float64)
        squared = euclidean_distances(X, squared=True)
        runs = Runs(X, cloud, seed=derive_seed(str(seed), "start", *place))
        values: dict[tuple[str, str], float] = {}
        least = joint_probabilities(squared, min(self.shares) * self.n_points)
        for share in self.shares:
            P = joint_probabilities(squared, share * self.n_points)
            case = f"{_NAME}/{self.kind}/n={self.n_points}/share={share:g}"
            for below, found in runs.at(P, least, share=f"share={share:g}"):
                values |= {(case + below, name): value for name, value in found.items()}
        rows = [
            TheoryValue(case, name, None, self.draw, value)
            for (case, name), value in values.items()
        ]
        if self.draw:
            return Findings(rows)
        side = {"labels": cloud.y, "deaths": deaths(np.sqrt(squared))}
        return Findings(rows, side | runs.pictures)


class LargePerplexity(OneRound):
    """How "purely probabilistic models effectively capture complex topologies" (section 5.1).

    t-SNE of nested spheres at perplexities that are shares of the number of points, from the
    points' principal plane, from noise, and from the second and third eigenvector of the
    normalised Laplacian of its own probabilities; with the exaggeration and without.

    For each perplexity: ``evenness`` and ``outer_share`` as in `topo.questions.ties`,
    ``spectral_nesting`` and ``linear_nesting`` of the two maps themselves, ``maps_1`` and
    ``maps_2``, the canonical correlations between them.

    For each run: ``nesting``; ``kl``, the divergence reached, in nats; ``spectral_1``,
    ``spectral_2``, ``linear_1`` and ``linear_2``, its canonical correlations with either map;
    with exaggeration ``explored_extent``, the root mean square distance from the mean when that
    ends (the start's is about 1.4e-4), ``explored_iteration_1`` and ``_2``, canonical
    correlations with the power iteration from the same start, ``explored_limit_1`` and ``_2``,
    with its limit.

    For each perplexity, ``nesting`` from noise too where outer and inner points are tied evenly
    (``ties=even``), and as at the least perplexity (``ties=least``), and where all probabilities
    are averaged within and between the two groups (``ties=averaged``).

    Attributes
    ----------
    shares
        Perplexities, divided by the number of points.
    nested
        The spheres.
    clouds
        What is drawn, by name.
    """

    shares: Shares
    nested: Nested
    clouds: dict[str, Clouds]

    def parts(self) -> Mapping[str, Part]:
        """Return a part for every point cloud."""
        return {
            f"{kind}/n={n_points}/draw={draw}": CloudPart(
                kind=kind,
                nested=self.nested,
                outer_per_inner=clouds.outer_per_inner,
                n_points=n_points,
                draw=draw,
                shares=self.shares,
            )
            for kind, clouds in self.clouds.items()
            for n_points, n_draws in zip(clouds.sizes, clouds.draws, strict=True)
            for draw in range(n_draws)
        }
