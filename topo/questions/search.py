"""A search, beyond theory, for data on which t-SNE fails and TopoAE alone does not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, PositiveFloat, PositiveInt, model_validator

from topo.datasets.base import LabelledPoints
from topo.datasets.nested_shells import NestedShells
from topo.methods.autoencoder import AE
from topo.methods.pca import PCA
from topo.methods.topoae import TopoAE
from topo.methods.tsne import TSNE
from topo.questions.base import Findings, Part, Question
from topo.seeding import derive_seed
from topo.theory.base import Points, Section, TheoryValue

Measure = Literal["nesting", "nts_m"]

_NAME = "search"


class Rivals(Section):
    """What the search compares: t-SNE has a list of perplexities, of which the best counts."""

    perplexities: tuple[PositiveFloat, ...] = Field(min_length=1)
    ae: AE
    topoae: TopoAE

    def pictures(self, X: NDArray[Any], *, seed: int) -> dict[str, Points]:
        """Embed points (n, d) by every method; t-SNE's pictures end in their perplexity."""
        methods = {
            "topoae": self.topoae,
            "ae": self.ae,
            "pca": PCA(),
            **{f"tsne {each:g}": TSNE(perplexity=each) for each in self.perplexities},
        }
        return {name: each.embed(X, X, seed=seed).points for name, each in methods.items()}


class Compared(NamedTuple):
    """Measures of the methods on one draw.

    Attributes
    ----------
    gap
        TopoAE's measure minus the best of all others.
    by_method
        Measures; of t-SNE the best over its perplexities.
    pictures
        TopoAE's, and t-SNE's best.
    """

    gap: float
    by_method: dict[str, float]
    pictures: dict[str, Points]


class Searched(Part):
    """One study by one measure, and fresh draws of what it has found.

    Its fields are those of the question, and the measure.
    """

    measure: Measure
    family: NestedShells
    search: dict[str, tuple[float, float]]
    n_trials: PositiveInt
    n_startup_trials: PositiveInt
    n_repetitions: PositiveInt
    rivals: Rivals

    def cost(self) -> float:
        """Rough seconds on one core."""
        return 1.0 * (self.n_trials + self.n_repetitions)

    def compute(self, data: Mapping[str, LabelledPoints], *, seed: int) -> Findings:
        """Search, then judge the best trial on draws that the search has not seen."""
        from topo.tuning import Study

        study = Study(
            NestedShells,
            self.search,
            direction="higher",
            n_startup_trials=self.n_startup_trials,
            seed=derive_seed(seed, _NAME, self.measure),
        )
        values: list[TheoryValue] = []
        best, largest = self.family, -np.inf
        for trial in range(self.n_trials):
            given = study.ask()
            tried = NestedShells(**{**self.family.model_dump(), **given})
            found = self._compare(tried, seed=derive_seed(seed, _NAME, "trial", trial))
            study.tell(found.gap)
            values += self._values(f"trial={trial}", 0, {**found.by_method, "gap": found.gap})
            values += self._values(f"trial={trial}", 0, given)
            if found.gap > largest:
                best, largest = tried, found.gap
        confirmed, arrays = self._confirm(best, seed=seed)
        return Findings(values + confirmed, arrays)

    def _confirm(
        self, best: NestedShells, *, seed: int
    ) -> tuple[list[TheoryValue], dict[str, NDArray[Any]]]:
        """Judge a dataset on fresh draws; the pictures of the first one are kept."""
        values: list[TheoryValue] = []
        arrays: dict[str, NDArray[Any]] = {}
        for repetition in range(self.n_repetitions):
            fresh = best.drawn(repetition + 1)
            found = self._compare(fresh, seed=derive_seed(seed, _NAME, "fresh", repetition))
            numbers = {**found.by_method, "gap": found.gap}
            values += self._values("confirmed", repetition, numbers)
            if repetition == 0:
                arrays = {name: each.astype(np.float32) for name, each in found.pictures.items()}
                arrays["labels"] = fresh.load(Path()).y
        return values, arrays

    def _compare(self, dataset: NestedShells, *, seed: int) -> Compared:
        drawn = dataset.load(Path())
        pictures = self.rivals.pictures(drawn.X, seed=seed)
        measures = {name: self._measure(drawn, Z) for name, Z in pictures.items()}
        of_tsne = {name: each for name, each in measures.items() if name.startswith("tsne")}
        best = max(of_tsne, key=lambda name: of_tsne[name])
        by_method = {name: measures[name] for name in ("topoae", "ae", "pca")}
        by_method["tsne"] = of_tsne[best]
        others = max(value for name, value in by_method.items() if name != "topoae")
        shown = {"topoae": pictures["topoae"], "tsne": pictures[best]}
        return Compared(by_method["topoae"] - others, by_method, shown)

    def _measure(self, drawn: LabelledPoints, Z: Points) -> float:
        from scipy.spatial.distance import cdist

        from topo.metrics.nesting import nesting
        from topo.metrics.trees import path_correlation

        if self.measure == "nesting":
            assert drawn.outer is not None
            return nesting(Z, drawn.y, outer=drawn.outer)
        X = drawn.X.astype(np.float64)
        return path_correlation(cdist(X, X), cdist(Z, Z))

    def _values(
        self, case: str, repetition: int, numbers: Mapping[str, float]
    ) -> list[TheoryValue]:
        return [
            TheoryValue(f"{_NAME}/{self.measure}/{case}", name, None, repetition, float(value))
            for name, value in numbers.items()
        ]


class SearchQuestion(Question):
    """Whether a small family has data on which TopoAE keeps what t-SNE, AE and PCA all lose.

    Cases: ``MEASURE/trial=…``, with what was tried, and ``MEASURE/confirmed``, the best trial on
    fresh draws; the measures are `topo.metrics.nesting.nesting` and
    `topo.metrics.trees.path_correlation`. Metrics: the measure of ``topoae``, ``tsne`` (at its best
    perplexity), ``ae`` and ``pca``; ``gap``, TopoAE's minus the best of all others.

    Attributes
    ----------
    family
        What is not searched.
    search
        Range of each parameter that is, ends included.
    n_trials, n_startup_trials
        Of each study, see `topo.tuning.Study`.
    n_repetitions
        Fresh draws on which the best trial is judged.
    rivals
        What is compared.
    """

    family: NestedShells
    search: dict[str, tuple[float, float]] = Field(min_length=1)
    n_trials: PositiveInt
    n_startup_trials: PositiveInt
    n_repetitions: PositiveInt
    rivals: Rivals

    @model_validator(mode="after")
    def _check(self) -> SearchQuestion:
        for end in (0, 1):
            ends = {name: limits[end] for name, limits in self.search.items()}
            NestedShells(**{**self.family.model_dump(), **ends})
        if max(self.rivals.perplexities) >= self.family.size:
            raise ValueError(
                f"perplexities must be below the {self.family.size:,} points, got "
                f"{max(self.rivals.perplexities):g}: lower it or raise family.size"
            )
        return self

    def parts(self) -> Mapping[str, Part]:
        """Return a study for each measure."""
        same = {name: getattr(self, name) for name in type(self).model_fields}
        measures: tuple[Measure, ...] = ("nesting", "nts_m")
        return {measure: Searched(**same, measure=measure) for measure in measures}
