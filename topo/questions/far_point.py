"""A far point, which t-SNE must draw in at every perplexity: theory beside measurement."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, PositiveFloat, PositiveInt, model_validator

from topo.datasets.base import LabelledPoints
from topo.datasets.far_point import FarPoint
from topo.questions.base import Findings, OneRound, Part
from topo.questions.margins import margin_bound, relative_margin
from topo.questions.others import Others
from topo.questions.stationary import STARTS, Start, run_on, starting_points
from topo.seeding import derive_seed
from topo.theory.base import Points, TheoryValue

_NAME = "far_point"


class _Drawn(Part):
    """A part about one draw of the points.

    Attributes
    ----------
    far_point, repetition
        Which draw of which dataset.
    """

    far_point: FarPoint
    repetition: int

    def points(self) -> Points:
        """Draw the points (n, d), in double precision; the far one is the last."""
        X: Points = self.far_point.drawn(self.repetition).load(Path()).X.astype(np.float64)
        return X

    def values(
        self, case: str, numbers: Mapping[tuple[str, int | None], float]
    ) -> list[TheoryValue]:
        """Name numbers by what they are and their homology dimension."""
        return [
            TheoryValue(f"{_NAME}/{case}", metric, dimension, self.repetition, value)
            for (metric, dimension), value in numbers.items()
        ]


class FarPointByTSNE(_Drawn):
    """t-SNE from one start at all perplexities, until its forces balance.

    Attributes
    ----------
    start, perplexities
        Where it begins, and at which perplexities.
    tolerance, max_steps
        As for `topo.questions.stationary.run_on`.
    """

    start: Start
    perplexities: tuple[PositiveFloat, ...]
    tolerance: PositiveFloat
    max_steps: PositiveInt

    def cost(self) -> float:
        """Rough seconds on one core."""
        return 2e-5 * len(self.perplexities) * self.far_point.size**2 / 2

    def compute(self, data: Mapping[str, LabelledPoints], *, seed: int) -> Findings:
        """Measure every picture; those of the first draw are kept."""
        from scipy.spatial.distance import cdist

        from topo.methods.tsne_affinities import joint_probabilities

        X = self.points()
        squares = cdist(X, X, "sqeuclidean")
        values, arrays = [], {}
        for perplexity in self.perplexities:
            P = joint_probabilities(squares, perplexity)
            own = derive_seed(seed, _NAME, self.repetition, f"{perplexity:g}")
            start = starting_points(X, P, self.start, seed=own)
            found = run_on(P, start, tolerance=self.tolerance, max_steps=self.max_steps)
            case = f"tsne/start={self.start}/perplexity={perplexity:g}"
            measured = {**measure(found.points), ("residual", None): found.residual}
            values += self.values(case, measured)
            if self.repetition == 0:
                arrays[f"perplexity={perplexity:g}"] = found.points.astype(np.float32)
        return Findings(values, arrays)


class FarPointByOthers(_Drawn):
    """The other methods, the points themselves, and what theory bounds."""

    others: Others

    def cost(self) -> float:
        """Rough seconds on one core."""
        return 2.0

    def compute(self, data: Mapping[str, LabelledPoints], *, seed: int) -> Findings:
        """Measure every picture and the input; the first draw's pictures are kept."""
        from topo.homology.points import deaths_of_points

        X = self.points()
        values = self.values("input", {**measure(X), ("bound", None): margin_bound(len(X))})
        arrays: dict[str, NDArray[Any]] = {}
        for name, Z in self.others.pictures(X, seed=derive_seed(seed, _NAME, self.repetition)):
            values += self.values(name, measure(Z))
            if self.repetition == 0:
                arrays[name] = Z.astype(np.float32)
        if self.repetition == 0:
            arrays["deaths"] = deaths_of_points(X)
        return Findings(values, arrays)


def measure(points: Points) -> dict[tuple[str, int | None], float]:
    """Measure how far the last of some points (n, d) stands out, by geometry and by homology.

    Returns
    -------
    dict
        By name and homology dimension: ``margin``, see `relative_margin`; ``gap``, the longest
        death in dimension 0 over the second longest, from 1; ``longest_bar``, the longest bar of
        each dimension in units of the median distance.
    """
    from scipy.spatial.distance import pdist, squareform

    from topo.homology.diagrams import persistence, persistence_diagrams

    distances = pdist(points)
    diagrams = persistence_diagrams(squareform(distances), (0, 1))
    bars = [persistence(diagrams[k]) for k in (0, 1)]
    second, first = np.sort(bars[0])[-2:]
    unit = float(np.median(distances))
    return {
        ("margin", None): relative_margin(points),
        ("gap", 0): float(first / second),
        **{("longest_bar", k): float(each.max(initial=0.0)) / unit for k, each in enumerate(bars)},
    }


class FarPointQuestion(OneRound):
    """Whether t-SNE draws a far point in at every perplexity and from every start, and TopoAE not.

    Cases: ``tsne/start=…/perplexity=…``, the other methods by name, and ``input``. Metrics: those
    of `measure`; of t-SNE ``residual``, see `topo.questions.stationary.Stationary`; of the input
    ``bound``, see `margin_bound`.

    Attributes
    ----------
    n_repetitions
        Draws of the points.
    far_point
        The points.
    perplexities
        Of t-SNE, each below the number of points less 1.
    tolerance, max_steps
        As for `topo.questions.stationary.run_on`.
    others
        What stands beside t-SNE.
    """

    n_repetitions: PositiveInt
    far_point: FarPoint
    perplexities: tuple[PositiveFloat, ...] = Field(min_length=1)
    tolerance: PositiveFloat
    max_steps: PositiveInt
    others: Others

    @model_validator(mode="after")
    def _check_perplexities(self) -> FarPointQuestion:
        if max(self.perplexities) >= self.far_point.size:
            raise ValueError(
                f"perplexities must be below the {self.far_point.size:,} neighbours of a point, "
                f"got {max(self.perplexities):g}: lower it or raise far_point.size"
            )
        return self

    def parts(self) -> Mapping[str, Part]:
        """Return for every draw the other methods, and t-SNE from each start."""
        parts: dict[str, Part] = {}
        for repetition in range(self.n_repetitions):
            drawn = {"far_point": self.far_point, "repetition": repetition}
            parts[f"others/draw={repetition}"] = FarPointByOthers(**drawn, others=self.others)
            for start in STARTS:
                parts[f"tsne/start={start}/draw={repetition}"] = FarPointByTSNE(
                    **drawn,
                    start=start,
                    perplexities=self.perplexities,
                    tolerance=self.tolerance,
                    max_steps=self.max_steps,
                )
        return parts
