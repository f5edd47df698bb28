"""Clusters of the method's own making: how many are drawn of data that have none."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, NonNegativeInt, PositiveInt

from topo.datasets.ball import Ball
from topo.datasets.base import LabelledPoints
from topo.datasets.s_shape import SShape
from topo.methods.base import Method
from topo.methods.topoae import TopoAE
from topo.methods.tsne import TSNE
from topo.methods.umap import UMAP
from topo.questions.base import Findings, OneRound, Part
from topo.questions.counted import NULL, quantity
from topo.seeding import derive_seed
from topo.theory.base import Section, TheoryValue

_Points = NDArray[np.floating[Any]]
_Prominence = Annotated[float, Field(gt=1)]
_Share = Annotated[float, Field(gt=0, lt=1)]


class Rule(Section):
    """How clusters are counted; see `topo.homology.peaks.density_clusters`.

    Attributes
    ----------
    n_neighbors
        As there.
    prominences
        As there; clusters are counted at each.
    least_shares
        Fewest points of a cluster as a share of all; likewise.
    """

    n_neighbors: int = Field(ge=2)
    prominences: tuple[_Prominence, ...] = Field(min_length=1)
    least_shares: tuple[_Share, ...] = Field(min_length=1)


class Drawn(Part):
    """Points drawn once, and how many clusters each method draws of them.

    Attributes
    ----------
    source, repetition
        What the points are drawn from, and how often before.
    methods
        What embeds them, by name: all of them are fitted on all points.
    """

    source: str
    repetition: int
    rule: Rule
    tsne: TSNE
    umap: UMAP
    topoae: TopoAE | None

    @abstractmethod
    def draw(self, data: Mapping[str, LabelledPoints], *, seed: int) -> _Points:
        """Draw the points (n, d)."""

    @property
    def methods(self) -> dict[str, Method]:
        """What embeds them, by name."""
        given = {"tsne": self.tsne, "umap": self.umap, "topoae": self.topoae}
        return {name: method for name, method in given.items() if method is not None}

    @property
    @abstractmethod
    def size(self) -> int:
        """Number of points."""

    def cost(self) -> float:
        """Rough seconds on one core, mostly for embeddings."""
        return sum(each.cost(self.size, self.size, 100) for each in self.methods.values())

    def compute(self, data: Mapping[str, LabelledPoints], *, seed: int) -> Findings:
        """Embed the points and count clusters; of the first repetition, keep the pictures too."""
        X = self.draw(data, seed=seed)
        values: list[TheoryValue] = []
        pictures: dict[str, NDArray[Any]] = {}
        for name, method in self.methods.items():
            own = derive_seed(seed, self.source, self.repetition, name)
            Z = method.embed(X, X, seed=own).points
            found = dict(_find(Z, self.rule))
            case = f"clusters/{self.source}/{name}"
            values += [
                TheoryValue(case, metric, None, self.repetition, float(labels.max() + 1))
                for metric, labels in found.items()
            ]
            pictures[name] = Z.astype(np.float32)
            pictures |= {f"{name}/{metric}": each for metric, each in found.items()}
        return Findings(values, pictures if self.repetition == 0 else {})


def _find(Z: NDArray[np.float64], rule: Rule) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """Yield the clusters of an embedding by the name of their number."""
    from topo.homology.peaks import density_clusters  # numba takes 0.4 s to import

    for prominence, share in product(rule.prominences, rule.least_shares):
        least = max(1, round(share * len(Z)))
        yield (
            quantity(prominence, share),
            density_clusters(Z, n_neighbors=rule.n_neighbors, prominence=prominence, least=least),
        )


class Sampled(Drawn):
    """Some of a dataset's points; those of two repetitions have none in common.

    Attributes
    ----------
    n_points
        How many.
    """

    n_points: PositiveInt

    @property
    def size(self) -> int:
        """Number of points."""
        return self.n_points

    @property
    def datasets(self) -> tuple[str, ...]:
        """The dataset."""
        return (self.source.removesuffix(NULL),)

    def draw(self, data: Mapping[str, LabelledPoints], *, seed: int) -> _Points:
        """Draw the points."""
        X = data[self.source].X
        end = (self.repetition + 1) * self.n_points
        if end > len(X):
            raise ValueError(
                f"{self.repetition + 1} samples of {self.n_points} points without one in common "
                f"need {end} points, {self.source} has {len(X)}: lower n_points or repetitions"
            )
        order = np.random.default_rng(derive_seed(seed, self.source)).permutation(len(X))
        points: _Points = X[order[end - self.n_points : end]]
        return points


class Normal(Sampled):
    """As many normal points with the mean and the covariance of all points of a dataset."""

    def draw(self, data: Mapping[str, LabelledPoints], *, seed: int) -> _Points:
        """Draw the points."""
        X = data[self.source.removesuffix(NULL)].X
        rng = np.random.default_rng(derive_seed(seed, self.source, self.repetition))
        return normal_like(X, self.n_points, rng=rng)


class Made(Drawn):
    """A ball or a sheet, drawn anew for every repetition."""

    made: Ball | SShape

    @property
    def size(self) -> int:
        """Number of points."""
        return self.made.n_points

    def draw(self, data: Mapping[str, LabelledPoints], *, seed: int) -> _Points:
        """Draw the points."""
        return self.made.drawn(self.repetition).load(Path()).X


def normal_like(X: NDArray[np.float32], n: int, *, rng: np.random.Generator) -> NDArray[np.float32]:
    """Draw n normal points with the mean and the covariance of others.

    Sums of all centred points with independent normal weights: their covariance is exactly that of
    `X`, also where it has no inverse.
    """
    mean = X.mean(axis=0, dtype=np.float64).astype(np.float32)
    weights = rng.standard_normal((n, len(X)), np.float32) / np.float32((len(X) - 1) ** 0.5)
    points: NDArray[np.float32] = mean + weights @ (X - mean)
    return points


class Sample(Section):
    """How often and how many points of a dataset are taken.

    Attributes
    ----------
    n_points
        Points of one sample; no two samples have one in common.
    repetitions
        Samples, and as many draws of the dataset's null.
    """

    n_points: PositiveInt
    repetitions: PositiveInt


class Clusters(OneRound):
    """How many clusters methods draw of images, and of data without clusters.

    Cases: ``clusters/SOURCE/METHOD``. A source is a dataset of ``params.yaml``; its null, normal
    points with its mean and covariance, which ends with ``_null``; ``ball``, or ``sheet``. All of
    them are fitted on all points. Metrics: the number of clusters at every prominence and least
    share of the points (`quantity`).

    Attributes
    ----------
    images
        Samples by the name of the dataset.
    ball, sheet, repetitions
        Data without clusters, and how often they are drawn.
    rule
        How clusters are counted.
    tsne, umap, topoae
        The methods, as everywhere else.
    topoae_repetitions
        The first so many repetitions have TopoAE too, which takes longest.
    """

    images: dict[str, Sample]
    ball: Ball
    sheet: SShape
    repetitions: PositiveInt
    rule: Rule
    tsne: TSNE
    umap: UMAP
    topoae: TopoAE
    topoae_repetitions: NonNegativeInt

    def parts(self) -> Mapping[str, Part]:
        """Return a part for every draw of every source."""
        parts: dict[str, Part] = {}
        for name, sample in self.images.items():
            for repetition in range(sample.repetitions):
                given = self._given(repetition) | {"n_points": sample.n_points}
                parts[f"{name}/{repetition}"] = Sampled(source=name, **given)
                parts[f"{name}{NULL}/{repetition}"] = Normal(source=f"{name}{NULL}", **given)
        for name, made in (("ball", self.ball), ("sheet", self.sheet)):
            for repetition in range(self.repetitions):
                part = Made(source=name, made=made, **self._given(repetition))
                parts[f"{name}/{repetition}"] = part
        return parts

    def _given(self, repetition: int) -> dict[str, Any]:
        """Return what the parts of one repetition have in common."""
        return {
            "repetition": repetition,
            "rule": self.rule,
            "tsne": self.tsne,
            "umap": self.umap,
            "topoae": self.topoae if repetition < self.topoae_repetitions else None,
        }
