"""One point between two clusters that hides them from t-SNE."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from pydantic import Field, PositiveFloat, PositiveInt, model_validator

from topo.datasets.base import LabelledPoints
from topo.datasets.poison_point import PoisonPoint
from topo.questions.base import Findings, OneRound, Part
from topo.questions.others import Others
from topo.questions.stationary import principal_start, run_on
from topo.seeding import derive_seed
from topo.theory.base import Points, TheoryValue

_NAME = "poison_point"


class Poisoned(Part):
    """One draw of the points, drawn by every method with and without the one between them.

    Its fields are those of the question, and which draw it is.
    """

    repetition: int
    poison_point: PoisonPoint
    perplexities: tuple[PositiveFloat, ...]
    tolerance: PositiveFloat
    max_steps: PositiveInt
    others: Others

    def cost(self) -> float:
        """Rough seconds on one core."""
        return 2.0 + 2e-5 * len(self.perplexities) * self.poison_point.n_points**2

    def compute(self, data: Mapping[str, LabelledPoints], *, seed: int) -> Findings:
        """Measure how well the clusters are told apart; the first draw's pictures are kept."""
        from scipy.spatial.distance import cdist

        from topo.metrics.classes import silhouette

        drawn = self.poison_point.drawn(self.repetition).load(Path())
        X, y = drawn.X.astype(np.float64), drawn.y[:-1]
        values, arrays = [], {}
        for which, points in {"without": X[:-1], "with": X}.items():
            own = derive_seed(seed, _NAME, self.repetition, which)
            pictures = {"input": points, **dict(self._pictures(points, seed=own))}
            for name, Z in pictures.items():
                clusters = Z[: len(y)]
                value = silhouette(cdist(clusters, clusters), y)
                case, metric = f"{_NAME}/{name}", f"silhouette_{which}"
                values.append(TheoryValue(case, metric, None, self.repetition, value))
                if self.repetition == 0 and name != "input":
                    arrays[f"{name}/{which}"] = Z.astype(np.float32)
        return Findings(values, arrays)

    def _pictures(self, X: Points, *, seed: int) -> Iterator[tuple[str, Points]]:
        from scipy.spatial.distance import cdist

        from topo.methods.tsne_affinities import joint_probabilities
        from topo.methods.tsne_descent import descend

        squares, start = cdist(X, X, "sqeuclidean"), principal_start(X)
        for perplexity in self.perplexities:
            P = joint_probabilities(squares, perplexity)
            points, _ = descend(P, start.astype(np.float32))
            yield f"tsne/perplexity={perplexity:g}", points.astype(np.float64)
            found = run_on(P, start, tolerance=self.tolerance, max_steps=self.max_steps)
            yield f"tsne/run on/perplexity={perplexity:g}", found.points
        yield from self.others.pictures(X, seed=seed)


class PoisonPointQuestion(OneRound):
    """Whether one point at the mean of two clusters takes them from t-SNE's picture.

    Cases: ``input``; ``tsne/perplexity=…``, with the usual number of steps; ``tsne/run
    on/perplexity=…``, until its forces balance; and the other methods by name. Metrics: the
    silhouette of the two clusters, the point between them left out, where it was among the points
    that were drawn (``silhouette_with``) and where it was not (``silhouette_without``).

    Attributes
    ----------
    n_repetitions
        Draws of the points.
    poison_point
        The points.
    perplexities, tolerance, max_steps
        Of t-SNE, as for `topo.questions.stationary.run_on`.
    others
        What stands beside t-SNE.
    """

    n_repetitions: PositiveInt
    poison_point: PoisonPoint
    perplexities: tuple[PositiveFloat, ...] = Field(min_length=1)
    tolerance: PositiveFloat
    max_steps: PositiveInt
    others: Others

    @model_validator(mode="after")
    def _check_perplexities(self) -> PoisonPointQuestion:
        n_neighbours = self.poison_point.n_points - 2
        if max(self.perplexities) >= n_neighbours:
            raise ValueError(
                f"perplexities must be below the {n_neighbours:,} neighbours of a point, got "
                f"{max(self.perplexities):g}: lower it or raise poison_point.n_per_cluster"
            )
        return self

    def parts(self) -> Mapping[str, Part]:
        """Return a part for every draw."""
        same = {name: getattr(self, name) for name in type(self).model_fields}
        del same["n_repetitions"]
        return {
            f"draw={repetition}": Poisoned(**same, repetition=repetition)
            for repetition in range(self.n_repetitions)
        }
