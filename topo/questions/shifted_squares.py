"""Data that t-SNE cannot tell apart: the same picture of clusters and of what has none left."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, PositiveFloat, PositiveInt, model_validator

from topo.datasets.base import LabelledPoints
from topo.datasets.shifted_squares import ShiftedSquares
from topo.questions.base import Findings, OneRound, Part
from topo.questions.stationary import forces, run_on, starting_points
from topo.theory.base import Points, TheoryValue, check_distinct

_NAME = "shifted_squares"


class Shifted(Part):
    """One draw of the points, as they are and with every shift, at every perplexity.

    Attributes
    ----------
    points
        The points as they are; its own shift is not used.
    repetition
        Which draw.
    shifts, perplexities, tolerance, max_steps
        As of the question.
    """

    points: ShiftedSquares
    repetition: int
    shifts: tuple[PositiveFloat, ...]
    perplexities: tuple[PositiveFloat, ...]
    tolerance: PositiveFloat
    max_steps: PositiveInt

    def cost(self) -> float:
        """Rough seconds on one core."""
        n_pictures = len(self.perplexities) * (len(self.shifts) + 1)
        return 2e-5 * n_pictures * self.points.size**2

    def compute(self, data: Mapping[str, LabelledPoints], *, seed: int) -> Findings:
        """Hold every shift against the points as they are; the first draw's pictures are kept."""
        source = self.points.source(Path())
        X = source.X.astype(np.float64)
        shifted = {0.0: X}
        for shift in self.shifts:
            moved = self.points.model_copy(update={"shift": shift})
            shifted[shift] = moved.load(Path()).X.astype(np.float64)
        values: list[TheoryValue] = []
        arrays: dict[str, NDArray[np.float32]] = {}
        for shift, Y in shifted.items():
            values += self._of_input(shift, Y, source.y)
        for perplexity in self.perplexities:
            found, pictures = self._at(perplexity, shifted, source.y, seed=seed)
            values += found
            if self.repetition == 0:
                arrays |= pictures
        return Findings(values, arrays)

    def _of_input(self, shift: float, X: Points, y: NDArray[np.int64]) -> list[TheoryValue]:
        from scipy.spatial.distance import cdist

        from topo.homology.points import deaths_of_points
        from topo.metrics.classes import silhouette

        deaths = deaths_of_points(X)
        case = f"{_NAME}/shift={shift:g}/input"
        numbers = {
            ("death_ratio", 0): float(deaths[-1] / deaths[0]),
            ("silhouette", None): silhouette(cdist(X, X), y),
        }
        return [TheoryValue(case, *name, self.repetition, value) for name, value in numbers.items()]

    def _at(
        self, perplexity: float, shifted: Mapping[float, Points], y: NDArray[np.int64], *, seed: int
    ) -> tuple[list[TheoryValue], dict[str, NDArray[np.float32]]]:
        """Run t-SNE from one start for all shifts."""
        from scipy.spatial import procrustes
        from scipy.spatial.distance import cdist

        from topo.methods.tsne_affinities import joint_probabilities
        from topo.metrics.classes import silhouette

        values, pictures = [], {}
        start = probabilities = None
        first: Points | None = None
        for shift, X in shifted.items():
            P = joint_probabilities(cdist(X, X, "sqeuclidean"), perplexity).astype(np.float64)
            if start is None or probabilities is None:
                start, probabilities = starting_points(X, P, "pca", seed=seed), P
            found = run_on(P, start, tolerance=self.tolerance, max_steps=self.max_steps)
            first = found.points if first is None else first
            _, gradient, attraction = forces(probabilities, found.points)
            numbers = {
                "probability_error": float(np.abs(P - probabilities).max() / probabilities.max()),
                "picture_difference": float(procrustes(first, found.points)[2]),
                "silhouette": silhouette(cdist(found.points, found.points), y),
                "residual": float(np.linalg.norm(gradient) / np.linalg.norm(attraction)),
            }
            case = f"{_NAME}/shift={shift:g}/perplexity={perplexity:g}"
            values += [
                TheoryValue(case, name, None, self.repetition, value)
                for name, value in numbers.items()
            ]
            name = f"shift={shift:g}/perplexity={perplexity:g}"
            pictures[name] = found.points.astype(np.float32)
        return values, pictures


class ShiftedSquaresQuestion(OneRound):
    """Whether t-SNE draws the same clusters when distances have next to nothing of them left.

    Cases: ``shift=…/input``, with ``death_ratio``, the longest death in dimension 0 over the
    shortest, and ``silhouette`` of the classes; ``shift=…/perplexity=…``, with
    ``probability_error``, the largest difference of joint probabilities from those of the points as
    they are, over the largest of these; ``picture_difference``, Procrustes' disparity from their
    picture, 0 … 1; ``silhouette`` of the picture; and ``residual`` of t-SNE's forces in it, with
    the joint probabilities of the points as they are.

    Attributes
    ----------
    n_repetitions
        Draws of which points of the dataset are taken.
    points
        The dataset; its own shift is not used.
    shifts
        Multiples of the largest squared distance.
    perplexities, tolerance, max_steps
        Of t-SNE, as for `topo.questions.stationary.run_on`.
    """

    n_repetitions: PositiveInt
    points: ShiftedSquares
    shifts: tuple[PositiveFloat, ...] = Field(min_length=1)
    perplexities: tuple[PositiveFloat, ...] = Field(min_length=1)
    tolerance: PositiveFloat
    max_steps: PositiveInt

    @model_validator(mode="after")
    def _check(self) -> ShiftedSquaresQuestion:
        check_distinct(self.shifts)
        if max(self.perplexities) >= self.points.size - 1:
            raise ValueError(
                f"perplexities must be below {self.points.size - 1}, the neighbours of a point, "
                f"got {max(self.perplexities):g}: lower it or raise points.size"
            )
        return self

    def parts(self) -> Mapping[str, Part]:
        """Return a part for every draw."""
        same = {name: getattr(self, name) for name in type(self).model_fields}
        del same["n_repetitions"], same["points"]
        return {
            f"draw={repetition}": Shifted(
                **same,
                points=self.points.model_copy(update={"seed": self.points.seed + repetition}),
                repetition=repetition,
            )
            for repetition in range(self.n_repetitions)
        }
