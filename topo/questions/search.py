"""A search, beyond theory, for data on which t-SNE fails and TopoAE alone does not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, PositiveFloat, PositiveInt, model_validator

from topo.datasets.base import LabelledPoints
from topo.datasets.nested_shells import NestedShells
from topo.methods.autoencoder import AE
from topo.methods.pca import PCA
from topo.methods.topoae import TopoAE
from topo.methods.tsne import TSNE
from topo.methods.umap import UMAP
from topo.questions.base import Findings, Part, Question, Rounds
from topo.seeding import derive_seed
from topo.theory.base import Points, Section, TheoryValue

Measure = Literal["nesting", "nts_m"]
MEASURES: tuple[Measure, ...] = get_args(Measure)

_NAME, _GAP = "search", "gap"
_TSNE = "tsne "


class Rivals(Section):
    """What the search compares: t-SNE has a list of perplexities, of which the best counts."""

    perplexities: tuple[PositiveFloat, ...] = Field(min_length=1)
    umap: UMAP
    ae: AE
    topoae: TopoAE

    def pictures(self, X: NDArray[Any], *, seed: int) -> dict[str, Points]:
        """Embed points (n, d) by every method; t-SNE's pictures end in their perplexity."""
        methods = {
            "topoae": self.topoae,
            "ae": self.ae,
            "pca": PCA(),
            "umap": self.umap,
            **{f"{_TSNE}{each:g}": TSNE(perplexity=each) for each in self.perplexities},
        }
        return {name: each.embed(X, X, seed=seed).points for name, each in methods.items()}


class _Judged(Part):
    """TopoAE and its rivals on one dataset, by one measure."""

    measure: Measure
    dataset: NestedShells
    rivals: Rivals

    def cost(self) -> float:
        """Rough seconds on one core."""
        return 1.0

    def judge(self, case: str, repetition: int, *, seed: int) -> Findings:
        """Measure every method, t-SNE at its best perplexity; keep its picture and TopoAE's."""
        drawn = self.dataset.load(Path())
        pictures = self.rivals.pictures(drawn.X, seed=seed)
        measures = {name: self._measure(drawn, Z) for name, Z in pictures.items()}
        best = max((name for name in measures if name.startswith(_TSNE)), key=measures.__getitem__)
        found = {name: each for name, each in measures.items() if not name.startswith(_TSNE)}
        found["tsne"] = measures[best]
        found[_GAP] = found["topoae"] - max(
            value for name, value in found.items() if name != "topoae"
        )
        shown = {"topoae": pictures["topoae"], "tsne": pictures[best]}
        arrays = {name: each.astype(np.float32) for name, each in shown.items()}
        return Findings(self.values(case, repetition, found), {**arrays, "labels": drawn.y})

    def _measure(self, drawn: LabelledPoints, Z: Points) -> float:
        from scipy.spatial.distance import cdist

        from topo.metrics.nesting import nesting
        from topo.metrics.trees import path_correlation

        if self.measure == "nesting":
            assert drawn.outer is not None
            return nesting(Z, drawn.y, outer=drawn.outer)
        X = drawn.X.astype(np.float64)
        return path_correlation(cdist(X, X), cdist(Z, Z))

    def values(self, case: str, repetition: int, numbers: Mapping[str, float]) -> list[TheoryValue]:
        """Name numbers by what they are."""
        return [
            TheoryValue(f"{_NAME}/{self.measure}/{case}", name, None, repetition, float(value))
            for name, value in numbers.items()
        ]


class Trial(_Judged):
    """A dataset that the search has asked for.

    Attributes
    ----------
    number
        Which trial of its study.
    searched
        Names of the dataset's parameters that are searched.
    """

    number: int
    searched: tuple[str, ...]

    def compute(self, data: Mapping[str, LabelledPoints], *, seed: int) -> Findings:
        """Judge it; what was tried is among the numbers."""
        case = f"trial={self.number}"
        found = self.judge(case, 0, seed=derive_seed(seed, _NAME, "trial", self.number))
        tried = {name: getattr(self.dataset, name) for name in self.searched}
        return Findings([*found.values, *self.values(case, 0, tried)])


class Confirmed(_Judged):
    """A fresh draw of the best trial, which the search has not seen.

    Attributes
    ----------
    repetition
        Which one; the pictures of the first are kept.
    """

    repetition: int

    def compute(self, data: Mapping[str, LabelledPoints], *, seed: int) -> Findings:
        """Judge it."""
        own = derive_seed(seed, _NAME, "fresh", self.repetition)
        found = self.judge("confirmed", self.repetition, seed=own)
        return found if self.repetition == 0 else Findings(found.values)


class SearchQuestion(Question):
    """Whether a small family has data on which TopoAE keeps what all its rivals lose.

    Cases: ``MEASURE/trial=…``, with what was tried, and ``MEASURE/confirmed``, the best trial on
    fresh draws; the measures are `topo.metrics.nesting.nesting` and
    `topo.metrics.trees.path_correlation`. Metrics: the measure of ``topoae``, ``tsne`` (at its best
    perplexity), ``umap``, ``ae`` and ``pca``; ``gap``, TopoAE's minus the best of all others.

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
        for name, (low, high) in self.search.items():
            if not low < high:
                raise ValueError(
                    f"search.{name} must rise from its low to its high end, got [{low:g}, "
                    f"{high:g}]: lower the first or raise the second"
                )
        for end in (0, 1):
            ends = {name: limits[end] for name, limits in self.search.items()}
            NestedShells(**{**self.family.model_dump(), **ends})
        if max(self.rivals.perplexities) >= self.family.size:
            raise ValueError(
                f"perplexities must be below the {self.family.size:,} points, got "
                f"{max(self.rivals.perplexities):g}: lower it or raise family.size"
            )
        if self.rivals.umap.n_neighbors >= self.family.size:
            raise ValueError(
                f"rivals.umap.n_neighbors must be below the {self.family.size:,} points, got "
                f"{self.rivals.umap.n_neighbors}: lower it or raise family.size"
            )
        return self

    @property
    def datasets(self) -> tuple[str, ...]:
        """None: it draws its own."""
        return ()

    def plan(self) -> Sequence[Mapping[str, float]]:
        """Return a round of start-up trials, one for each later trial, and one of fresh draws."""
        trials = self._trials()
        draws = [f"draw={each}" for each in range(self.n_repetitions)]
        rounds = [*([f"trial={each}" for each in numbers] for numbers in trials), draws]
        return [
            {f"{measure}/{name}": 1.0 for measure in MEASURES for name in each} for each in rounds
        ]

    def rounds(self, *, seed: int) -> Rounds:
        """Yield the trials of both measures side by side, then the best ones on fresh draws."""
        studies = [_Study(self, measure, seed=seed) for measure in MEASURES]
        for numbers in self._trials():
            found = yield _together(study.ask(numbers) for study in studies)
            for study in studies:
                study.tell(numbers, found)
        yield _together(study.fresh() for study in studies)

    def _trials(self) -> list[range]:
        """Return the numbers of the trials of every round: the start-up trials wait for nothing."""
        n_first = min(self.n_startup_trials, self.n_trials)
        return [range(n_first), *(range(each, each + 1) for each in range(n_first, self.n_trials))]


class _Study:
    """The study of one measure, under way."""

    def __init__(self, question: SearchQuestion, measure: Measure, *, seed: int) -> None:
        from topo.tuning import Study

        self._question, self._measure = question, measure
        self._study = Study(
            NestedShells,
            question.search,
            direction="higher",
            n_startup_trials=question.n_startup_trials,
            seed=derive_seed(seed, _NAME, measure),
        )
        self._asked: dict[str, NestedShells] = {}
        self._gaps: dict[str, float] = {}

    def ask(self, numbers: Iterable[int]) -> dict[str, Part]:
        """Return trials with what the study suggests."""
        question = self._question
        parts: dict[str, Part] = {}
        for number in numbers:
            fields = {**question.family.model_dump(), **self._study.ask()}
            name = self._name(number)
            self._asked[name] = NestedShells(**fields)
            parts[name] = Trial(
                measure=self._measure,
                dataset=self._asked[name],
                rivals=question.rivals,
                number=number,
                searched=tuple(question.search),
            )
        return parts

    def tell(self, numbers: Iterable[int], found: Mapping[str, Findings]) -> None:
        """Tell the study the gaps of trials, in their order."""
        for name in map(self._name, numbers):
            if name in found:
                values = found[name].values
                self._gaps[name] = next(each.value for each in values if each.metric == _GAP)
            self._study.tell(self._gaps.get(name))

    def fresh(self) -> dict[str, Part]:
        """Return fresh draws of the best trial, the first of equal ones; none where all failed."""
        if not self._gaps:
            return {}
        best = self._asked[max(self._gaps, key=self._gaps.__getitem__)]
        return {
            f"{self._measure}/draw={repetition}": Confirmed(
                measure=self._measure,
                dataset=best.drawn(repetition + 1),
                rivals=self._question.rivals,
                repetition=repetition,
            )
            for repetition in range(self._question.n_repetitions)
        }

    def _name(self, number: int) -> str:
        return f"{self._measure}/trial={number}"


def _together(parts: Iterable[Mapping[str, Part]]) -> dict[str, Part]:
    return {name: part for each in parts for name, part in each.items()}
