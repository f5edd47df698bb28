"""What statements are judged on: the score tables, whole or seen with a part left out."""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

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
from topo.statements.samples import Sample, TheorySample
from topo.statements.score_tables import MissingEvidenceError, ScoreTables
from topo.theory.rows import THEORY

_NO_ROWS, _NO_NUMBERS = SCORES.frame([]), THEORY.frame([])
_Found = TypeVar("_Found")

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


class _Missing(NamedTuple):
    message: str
    cause: str


#: Contrasts that are read as one, so that Holm's correction is taken over them.
Family = frozenset[Contrast]


@dataclass(frozen=True)
class _View:
    """How the tables are looked at."""

    left_out: int | None = None
    half: int | None = None
    is_corrected: bool = True
    is_for_new_samples: bool = True
    family: Family = frozenset()

    def keep(self, values: pd.Series[float]) -> pd.Series[float]:
        """Return the repetitions that are seen: at least one."""
        n = len(values)
        if self.half is not None:
            size = (n + 1) // 2
            values = values.iloc[:size] if self.half == 0 else values.iloc[n - size :]
        if self.left_out is not None and n > 1:
            values = values[values.index != self.left_out]
        return values


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
    questions: pd.DataFrame = field(default_factory=lambda: _NO_NUMBERS)
    loops: pd.DataFrame = field(default_factory=lambda: _NO_ROWS)
    _view: _View = field(default=_View(), init=False, repr=False)

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
        return self._view.keep(self._remembered(sample, lambda: self._tables.values(sample)))

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
        return self._remembered(
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
        if self._view.is_corrected and contrast in self._view.family:
            corrected = self._remembered(("family", self._view), self._family_p_values)
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

    @property
    def family(self) -> Family:
        """Contrasts that are corrected together."""
        return self._view.family

    def within(self, family: Family) -> Evidence:
        """Return the same evidence, where p-values are corrected for a family."""
        return self._seen(family=family)

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

    def with_second_best(self) -> Evidence:
        """Put the second-best trial of what was tuned in place of the best, in the benchmark."""
        use = ["dataset", "method"]
        tuned = pd.MultiIndex.from_frame(self.second_best[use])
        others = self.benchmark[~pd.MultiIndex.from_frame(self.benchmark[use]).isin(tuned)]
        return replace(
            self, benchmark=pd.concat([others, self.second_best], ignore_index=True)
        )._seen(**vars(self._view))

    def as_second_best(self) -> Evidence:
        """Keep of what was tuned those rows alone to which `with_second_best` has others."""
        use = ["dataset", "method"]
        of = [*use, "draw", "split", "model_seed"]
        there, tuned = (
            pd.MultiIndex.from_frame(self.benchmark[names]).isin(
                pd.MultiIndex.from_frame(self.second_best[names])
            )
            for names in (of, use)
        )
        return replace(self, benchmark=self.benchmark[there | ~tuned])._seen(**vars(self._view))

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
        for contrast in self._view.family:
            try:
                raw[contrast] = self.compare(contrast).p_value
            except MissingEvidenceError:
                continue
        return dict(zip(raw, holm(list(raw.values())), strict=True))

    def _seen(self, **changes: Any) -> Evidence:
        # A copy: the tables have been checked, and what is known of them stays known.
        other = copy.copy(self)
        object.__setattr__(other, "_view", replace(self._view, **changes))
        return other

    @cached_property
    def _tables(self) -> ScoreTables:
        return ScoreTables(self.benchmark, self.sweep, self.theory, self.questions, self.loops)

    def _measured(self, measure: Measure) -> pd.Series[float]:
        """Measure all repetitions."""

        def find() -> pd.Series[float]:
            values = measure(self._seen(**vars(_View())))
            without = values.index[~np.isfinite(values)].tolist()
            if without or values.empty:
                which = ", ".join(map(str, without)) or "any"
                raise MissingEvidenceError(
                    f"what is asked has no finite value in repetition {which}"
                )
            return values

        return self._remembered(measure, find)

    @cached_property
    def _memory(self) -> dict[Hashable, Any]:
        return {}

    def _remembered(self, key: Hashable, find: Callable[[], _Found]) -> _Found:
        """Return what was found before, or raise again what was missing."""
        if key not in self._memory:
            try:
                self._memory[key] = find()
            except MissingEvidenceError as error:
                self._memory[key] = _Missing(str(error), error.cause)
        found = self._memory[key]
        if isinstance(found, _Missing):
            raise MissingEvidenceError(found.message, cause=found.cause)
        return found  # type: ignore[no-any-return]


def paired(evidence: Evidence, samples: Collection[Sample | TheorySample]) -> pd.DataFrame:
    """Set samples side by side on the repetitions where all of them have a value.

    Returns
    -------
    DataFrame
        A row per repetition and a column per sample, numbered in the order given.

    Raises
    ------
    MissingEvidenceError
        If a sample has no value, or they share no repetition.
    """
    columns = [evidence.values(sample) for sample in samples]
    frame = pd.concat(columns, axis=1, keys=range(len(columns))).dropna().sort_index()
    if frame.empty:
        titles = ", ".join(sample.title for sample in samples)
        raise MissingEvidenceError(f"no repetition has a value of each of: {titles}")
    return frame
