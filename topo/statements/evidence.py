"""What statements are judged on: the score tables, whole or seen with a part left out."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from topo.inference import (
    TEST_TO_TRAIN,
    Comparison,
    MeanInterval,
    compare_with,
    holm,
    mean_interval,
)
from topo.scores import SCORES
from topo.statements.memory import Memory
from topo.statements.samples import Sample, TheorySample
from topo.statements.score_tables import MissingEvidenceError, ScoreTables
from topo.statements.view import View
from topo.theory.rows import THEORY

_NO_ROWS, _NO_NUMBERS = SCORES.frame([]), THEORY.frame([])

#: Something measured once per repetition; its value there may rest on that repetition alone.
Measure = Callable[["Evidence"], "pd.Series[float]"]


@dataclass(frozen=True)
class Contrast:
    """A measure, and the bound that it is held against.

    Attributes
    ----------
    measure
        Such as the difference of two methods, in one unit with the bound.
    bound
        0, or a margin.
    """

    measure: Measure
    bound: float = 0.0


#: Contrasts that are read as one, so that Holm's correction is taken over them.
Family = frozenset[Contrast]


@dataclass(frozen=True, eq=False)
class Evidence:
    """The score tables of a run.

    Attributes
    ----------
    benchmark, sweep, loops
        Tables with the columns of `topo.scores`, or empty.
    theory, questions
        Tables with the columns of `topo.theory.rows`, or empty. No experiment is in both.
    second_best
        Some of the benchmark's repetitions with the second-best hyperparameters of what is tuned;
        laid out as `benchmark`, or empty.
    test_to_train
        Test points per training point of a split.
    gains
        What tuning gains over the default: dataset, method, is_drawn (1 where every repetition
        drew its own points), repetition, gain (above 0 where it helps); or empty.
    family
        Contrasts that are corrected together: none, but `within` one.

    Raises
    ------
    ValueError
        If a table that is not empty is none of its kind.
    """

    benchmark: pd.DataFrame = field(default_factory=lambda: _NO_ROWS)
    sweep: pd.DataFrame = field(default_factory=lambda: _NO_ROWS)
    theory: pd.DataFrame = field(default_factory=lambda: _NO_NUMBERS)
    second_best: pd.DataFrame = field(default_factory=lambda: _NO_ROWS)
    test_to_train: float = TEST_TO_TRAIN
    gains: pd.DataFrame = field(default_factory=pd.DataFrame)
    loops: pd.DataFrame = field(default_factory=lambda: _NO_ROWS)
    questions: pd.DataFrame = field(default_factory=lambda: _NO_NUMBERS)
    family: Family = field(default=frozenset(), init=False, repr=False)
    _view: View = field(default=View(), init=False, repr=False)

    def __post_init__(self) -> None:
        # Made now, so that all views share them.
        _ = self._tables, self._memory
        if not self.second_best.empty:
            SCORES.check(self.second_best)

    def values(self, sample: Sample | TheorySample) -> pd.Series[float]:
        """Return one finite value per repetition of a sample that has one, by repetition.

        Returns
        -------
        Series
            The mean over the model seeds of each repetition. The index is named "draw" where
            every repetition draws its own points, "split" where all are splits of one dataset,
            "fit" where all are fits to the same points.

        Raises
        ------
        MissingEvidenceError
            If there is none, with the table's reason, or several for one repetition.
        """
        return self._view.keep(self._memory.recall(sample, lambda: self._tables.values(sample)))

    def measured(self, measure: Measure) -> pd.Series[float]:
        """Return a measure of the repetitions that are seen; it is taken once for all views.

        Raises
        ------
        MissingEvidenceError
            As the measure.
        """
        return self._view.keep(self._measured(measure))

    def interval(self, measure: Measure) -> MeanInterval:
        """Return the mean of a measure with its interval.

        It speaks of fresh draws, or, by a correction, of new samples of that size; of the splits
        of these points alone where it is seen so (`over_these_splits`).

        Raises
        ------
        MissingEvidenceError
            As the measure.
        """
        values = self.measured(measure)
        return mean_interval(values, test_to_train=self.overlap(values))

    def compare(self, contrast: Contrast) -> Comparison:
        """Hold a measure against a bound.

        Raises
        ------
        MissingEvidenceError
            As the measure.
        """
        whole = self._measured(contrast.measure)
        overlap = self.overlap(whole)
        left_out = self._view.left_out if self._view.left_out in whole.index else None
        return self._memory.recall(
            (contrast, left_out, self._view.half, overlap),
            lambda: compare_with(contrast.bound, self._view.keep(whole), test_to_train=overlap),
        )

    def p_value(self, contrast: Contrast) -> float:
        """Return the p-value of a contrast, corrected if it belongs to the family.

        Raises
        ------
        MissingEvidenceError
            As the measure.
        """
        if self._view.is_corrected and contrast in self.family:
            corrected = self._memory.recall(
                ("family", self.family, self._view), self._family_p_values
            )
            if contrast in corrected:
                return corrected[contrast]
        return self.compare(contrast).p_value

    def side(self, contrast: Contrast) -> int:
        """Say on which side of its bound a measure lies: 1 above, −1 below, 0 not shown.

        Raises
        ------
        MissingEvidenceError
            As the measure.
        """
        return self.compare(contrast).side(self.p_value(contrast))

    def sweep_values(self, dataset: str, method: str, name: str) -> list[float]:
        """Return the values that the sweep gives to a hyperparameter, in ascending order.

        Raises
        ------
        MissingEvidenceError
            If the sweep has no such rows.
        """
        return self._tables.sweep_values(dataset, method, name)

    def case_names(self, experiment: str, metric: str) -> list[str]:
        """Return the cases of an experiment of theory or questions that have a metric, in order.

        Raises
        ------
        MissingEvidenceError
            If there is none.
        """
        return self._tables.case_names(experiment, metric)

    def overlap(self, values: pd.Series[float]) -> float:
        """Return test points per training point where values are of overlapping splits, else 0."""
        # An index that has lost its name, of several datasets, is no proof of fresh draws.
        is_independent = values.index.name in ("draw", "fit") or not self._view.is_for_new_samples
        return 0.0 if is_independent else self.test_to_train

    def within(self, family: Family) -> Evidence:
        """Return the same evidence, where p-values are corrected for a family."""
        return self._but(family=family)

    def without(self, repetition: int) -> Evidence:
        """Leave out a repetition, except where it is the only one."""
        return self._seen(left_out=repetition)

    def halved(self, half: int) -> Evidence:
        """Keep the first half (0) or the last (1) of the repetitions.

        Of an odd number, the middle one is in both.
        """
        return self._seen(half=half)

    def uncorrected(self) -> Evidence:
        """Read every comparison by itself."""
        return self._seen(is_corrected=False)

    def over_these_splits(self) -> Evidence:
        """Speak of the splits of these points alone, where all repetitions are such splits."""
        return self._seen(is_for_new_samples=False)

    @property
    def n_repetitions(self) -> int:
        """Most repetitions that any dataset or experiment has."""
        scores = (self.benchmark, self.sweep, self.loops)
        others = (self.theory, self.questions, self.gains)
        frames = [*((each, "split") for each in scores), *((each, "repetition") for each in others)]
        return max((int(each[name].max()) + 1 for each, name in frames if len(each)), default=0)

    def _family_p_values(self) -> dict[Contrast, float]:
        """Correct the p-values of the family, as far as the tables have what they need."""
        raw = {}
        for contrast in self.family:
            try:
                raw[contrast] = self.compare(contrast).p_value
            except MissingEvidenceError:
                continue
        return dict(zip(raw, holm(list(raw.values())), strict=True))

    def _seen(self, **changes: Any) -> Evidence:
        return self._but(_view=replace(self._view, **changes))

    def _but(self, **changes: View | Family) -> Evidence:
        # A copy: the tables have been checked, and what is known of them stays known.
        other = copy.copy(self)
        for name, value in changes.items():
            object.__setattr__(other, name, value)
        return other

    @cached_property
    def _tables(self) -> ScoreTables:
        return ScoreTables(self.benchmark, self.sweep, self.theory, self.loops, self.questions)

    def _measured(self, measure: Measure) -> pd.Series[float]:
        """Measure all repetitions."""

        def find() -> pd.Series[float]:
            values = measure(self._but(_view=View(), family=frozenset()))
            without = values.index[~np.isfinite(values)].tolist()
            if without or values.empty:
                which = ", ".join(map(str, without)) or "any"
                raise MissingEvidenceError(
                    f"what is asked has no finite value in repetition {which}"
                )
            return values

        return self._memory.recall(measure, find)

    @cached_property
    def _memory(self) -> Memory:
        return Memory()
