"""The score tables, asked for one number of one method: a value per repetition."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from topo.names import dataset_title, method_title
from topo.questions import QUESTIONS
from topo.scores import SCORES, repetitions
from topo.statements.samples import Sample, Stage, TheorySample
from topo.theory.rows import THEORY

_NO_ROWS, _NO_NUMBERS = SCORES.frame([]), THEORY.frame([])
_KEY = ["dataset", "method", "metric", "scaling"]


class MissingEvidenceError(Exception):
    """The tables lack what a rule asks for; the message says what, and why if they know.

    Attributes
    ----------
    cause
        The widest thing that is missing, such as a dataset or a run that failed: the same for all
        rules that ask for a part of it. The message, where nothing wider is known.
    """

    def __init__(self, message: str, *, cause: str = "") -> None:
        super().__init__(message)
        self.cause = cause or message


class _Place(NamedTuple):
    experiment: str
    case: str
    quantity: str


@dataclass(frozen=True)
class ScoreTables:
    """The tables of a run, as `topo.statements.evidence.Evidence` has them.

    Raises
    ------
    ValueError
        If a table that is not empty is none of its kind.
    """

    benchmark: pd.DataFrame
    sweep: pd.DataFrame
    theory: pd.DataFrame
    loops: pd.DataFrame
    questions: pd.DataFrame

    def __post_init__(self) -> None:
        for frame in (self.benchmark, self.sweep, self.loops):
            if not frame.empty:
                SCORES.check(frame)
        for frame in (self.theory, self.questions):
            if not frame.empty:
                THEORY.check(frame)

    def values(self, sample: Sample | TheorySample) -> pd.Series[float]:
        """Return what `topo.statements.evidence.Evidence.values` does, of all repetitions."""
        rows = self._rows(sample)
        present = rows[rows["status"] == "ok"]
        if present.empty:
            raise self._missing(sample, rows)
        if present["split"].duplicated().any():
            raise MissingEvidenceError(
                f"{sample.title} has several values for one repetition: the sets of "
                "hyperparameters cannot be told apart"
            )
        values: pd.Series[float] = present.set_index("split")["value"].sort_index()
        return values.rename_axis(self._level(sample))

    def _level(self, sample: Sample | TheorySample) -> str:
        """Name what every repetition has of its own; those of the theory draw their points."""
        if isinstance(sample, TheorySample) or sample.dataset in self._drawn[sample.stage]:
            return "draw"
        # The stage of loops splits nothing.
        return "fit" if sample.stage == "loops" else "split"

    def sweep_values(self, dataset: str, method: str, name: str) -> list[float]:
        """Return what `topo.statements.evidence.Evidence.sweep_values` does."""
        groups = self._groups.get("sweep")
        if groups is None:
            raise MissingEvidenceError("there are no scores of the sweep")
        given = {
            each.values.get(name)
            for key, rows in groups.items()
            if key[:2] == (dataset, method)
            for each in rows["hyperparameters"].unique()
        }
        values = sorted(float(value) for value in given if value is not None)
        if not values:
            where = f"{method_title(method)} on {dataset_title(dataset)}"
            raise MissingEvidenceError(f"the sweep has no {name} of {where}")
        return values

    def case_names(self, experiment: str, metric: str) -> list[str]:
        """Return what `topo.statements.evidence.Evidence.case_names` does."""
        places = [
            f"{experiment}/{each.case}".removesuffix("/")
            for each in self._experiments
            if (each.experiment, each.quantity) == (experiment, metric)
        ]
        if not places:
            sample = TheorySample(experiment, "", metric)
            raise self._missing(sample, _NO_NUMBERS)
        return places

    def _missing(self, sample: Sample | TheorySample, rows: pd.DataFrame) -> MissingEvidenceError:
        if rows.empty and isinstance(sample, TheorySample):
            # What has no numbers, were it a part, has a row that says so.
            rows = self._without_numbers(sample.experiment)
        if rows.empty:
            return MissingEvidenceError(self._why_no_row(sample))
        reasons = "; ".join((rows["status"] + ": " + rows["reason"]).unique())
        return MissingEvidenceError(
            f"{sample.title} has no value ({reasons})",
            cause=f"{_lacking(sample, rows)} has no value ({reasons})",
        )

    def _why_no_row(self, sample: Sample | TheorySample) -> str:
        if isinstance(sample, TheorySample):
            stage = "questions" if sample.experiment in QUESTIONS else "theory"
            table = self.questions if stage == "questions" else self.theory
            some = f"the stage {stage} has no {sample.title}"
            return f"there are no scores of the {stage}" if table.empty else some
        groups = self._groups.get(sample.stage)
        if groups is None:
            return f"there are no scores of the {sample.stage}"
        if all(key[0] != sample.dataset for key in groups):
            return f"{dataset_title(sample.dataset)} is not part of the {sample.stage}"
        if all(key[:2] != (sample.dataset, sample.method) for key in groups):
            return f"{sample.source} is not part of the {sample.stage}"
        return f"the {sample.stage} has no {sample.title}"

    def _rows(self, sample: Sample | TheorySample) -> pd.DataFrame:
        if isinstance(sample, TheorySample):
            return self._numbers(sample)
        quantity = sample.quantity
        key = (sample.dataset, sample.method, quantity.metric, quantity.scaling)
        rows = self._groups.get(sample.stage, {}).get(key)
        if rows is None:
            return _NO_ROWS
        rows = rows[rows["dimension"].fillna(0) == quantity.dimension]
        chosen = sample.hyperparameters.items()
        if not chosen:
            return rows
        return rows[[chosen <= each.values.items() for each in rows["hyperparameters"]]]

    def _numbers(self, sample: TheorySample) -> pd.DataFrame:
        place = _Place(sample.experiment, sample.case, sample.quantity)
        rows = self._experiments.get(place, _NO_NUMBERS)
        rows = rows[rows["dimension"].fillna(0) == sample.dimension]
        return rows.rename(columns={"repetition": "split"})

    def _without_numbers(self, experiment: str) -> pd.DataFrame:
        found = [
            rows
            for place, rows in self._experiments.items()
            if place.experiment == experiment and not place.quantity
        ]
        return pd.concat(found) if found else _NO_NUMBERS

    @cached_property
    def _experiments(self) -> dict[_Place, pd.DataFrame]:
        return {
            _Place(*map(str, key)): rows
            for table in (self.theory, self.questions)
            if not table.empty
            for key, rows in table.groupby(list(_Place._fields), sort=False)
        }

    @cached_property
    def _groups(self) -> dict[Stage, dict[tuple[Hashable, ...], pd.DataFrame]]:
        """Repetitions of every stage by what they measure."""
        return {
            stage: dict(iter(repetitions(frame).groupby(_KEY, sort=False)))
            for stage, frame in self._stages.items()
        }

    @cached_property
    def _drawn(self) -> dict[Stage, frozenset[str]]:
        """Datasets of every stage whose repetitions draw their own points."""
        return {
            stage: frozenset(frame.loc[frame["draw"] > 0, "dataset"])
            for stage, frame in self._stages.items()
        }

    @property
    def _stages(self) -> dict[Stage, pd.DataFrame]:
        tables: dict[Stage, pd.DataFrame] = {
            "benchmark": self.benchmark,
            "sweep": self.sweep,
            "loops": self.loops,
        }
        return {stage: frame for stage, frame in tables.items() if not frame.empty}


def _lacking(sample: Sample | TheorySample, rows: pd.DataFrame) -> str:
    """Name what was to be run; the dataset alone where that is not to be had for any method."""
    if isinstance(sample, Sample) and (rows["status"] == "unavailable").all():
        return dataset_title(sample.dataset)
    return sample.source
