"""What statements are judged on: the score tables, asked for one value per repetition."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import pandas as pd

from topo.metrics import METRICS
from topo.metrics.base import Direction
from topo.names import dataset_title, method_title
from topo.scores import check_scores, score_frame
from topo.statements.base import MissingEvidenceError
from topo.table.layout import MAIN, RAW_KL

Stage = Literal["benchmark", "sweep", "theory"]

#: The method of rows that no method made.
THEORY = "theory"

_KEY = ["dataset", "method", "metric", "scaling"]
_TITLES = {(column.metric, column.scaling): column.title for column in (*MAIN, *RAW_KL)}
_SCALED = {
    "raw": "",
    "sum": "/Σ",
    "max": "/max",
    "best": " at the best factor",
    "empty": " of the empty diagram",
}


@dataclass(frozen=True)
class Quantity:
    """A number of the score table.

    Attributes
    ----------
    metric, scaling
        As in the table.
    dimension
        Homology dimension; 0 also stands for numbers that have none.
    """

    metric: str
    scaling: str = "raw"
    dimension: int = 0

    @property
    def title(self) -> str:
        """Its name in print."""
        if (self.metric, self.scaling) in _TITLES:
            return _TITLES[self.metric, self.scaling]
        plain = _TITLES.get((self.metric, "raw"), self.metric.replace("_", " "))
        return plain + _SCALED[self.scaling]

    @property
    def direction(self) -> Direction:
        """Which values are better, as the metric says."""
        directions = {each.scaling: each.direction for each in METRICS[self.metric]}
        return directions[self.scaling]


@dataclass(frozen=True)
class Sample:
    """One quantity of one method on one dataset: a value per repetition.

    Attributes
    ----------
    dataset, method
        As in the table; a case of the theory stage counts as a dataset.
    quantity
        What is measured.
    stage
        Table that it stands in.
    hyperparameters
        Values that tell it from others of the sweep.
    """

    dataset: str
    method: str
    quantity: Quantity
    stage: Stage = "benchmark"
    hyperparameters: Mapping[str, float] = field(default_factory=dict)

    @property
    def who(self) -> str:
        """The method in print, with the hyperparameters that matter."""
        chosen = ", ".join(f"{name} {value:g}" for name, value in self.hyperparameters.items())
        return method_title(self.method) + (f" at {chosen}" if chosen else "")

    @property
    def title(self) -> str:
        """What it is, in print."""
        if self.method == THEORY:
            return f"{self.quantity.title} ({self.dataset.replace('_', ' ')})"
        return f"{self.quantity.title} of {self.who} on {dataset_title(self.dataset)}"


@dataclass(frozen=True)
class Evidence:
    """The score tables of a run.

    Attributes
    ----------
    benchmark, sweep, theory
        Tables with the columns of `topo.scores`, or empty.

    Raises
    ------
    ValueError
        If a table that is not empty is no score table.
    """

    benchmark: pd.DataFrame = field(default_factory=lambda: score_frame([]))
    sweep: pd.DataFrame = field(default_factory=lambda: score_frame([]))
    theory: pd.DataFrame = field(default_factory=lambda: score_frame([]))

    def __post_init__(self) -> None:
        for frame in (self.benchmark, self.sweep, self.theory):
            if not frame.empty:
                check_scores(frame)

    def values(self, sample: Sample) -> pd.Series[float]:
        """Return the values of a sample.

        Parameters
        ----------
        sample
            Which.

        Returns
        -------
        Series
            One finite value per repetition that has one, by split.

        Raises
        ------
        MissingEvidenceError
            If there is none, with the table's reason, or several for one split.
        """
        rows = self._rows(sample)
        present = rows[rows["status"] == "ok"]
        if present.empty:
            raise MissingEvidenceError(_why_missing(sample, rows))
        if present["split"].duplicated().any():
            raise MissingEvidenceError(
                f"{sample.title} has several values for one split: the sets of hyperparameters "
                "cannot be told apart"
            )
        values: pd.Series[float] = present.set_index("split")["value"].sort_index()
        return values

    def swept(self, dataset: str, method: str, name: str) -> list[float]:
        """Return the values that the sweep gives to a hyperparameter, in ascending order.

        Raises
        ------
        MissingEvidenceError
            If the sweep has no such rows.
        """
        rows = self.sweep
        if not rows.empty:
            rows = rows[(rows["dataset"] == dataset) & (rows["method"] == method)]
        given = {json.loads(text).get(name) for text in rows.get("hyperparameters", [])}
        values = sorted(float(value) for value in given if value is not None)
        if not values:
            where = f"{method_title(method)} on {dataset_title(dataset)}"
            raise MissingEvidenceError(f"the sweep has no {name} of {where}")
        return values

    def _rows(self, sample: Sample) -> pd.DataFrame:
        quantity = sample.quantity
        key = (sample.dataset, sample.method, quantity.metric, quantity.scaling)
        rows = self._groups.get(sample.stage, {}).get(key)
        if rows is None:
            return score_frame([])
        rows = rows[rows["dimension"].fillna(0) == quantity.dimension]
        chosen = sample.hyperparameters.items()
        if not chosen:
            return rows
        return rows[[chosen <= json.loads(text).items() for text in rows["hyperparameters"]]]

    @cached_property
    def _groups(self) -> dict[Stage, dict[object, pd.DataFrame]]:
        """Repetitions (rows with model seed 0) of every stage by what they measure."""
        stages: dict[Stage, pd.DataFrame] = {
            "benchmark": self.benchmark,
            "sweep": self.sweep,
            "theory": self.theory,
        }
        return {
            stage: dict(iter(frame[frame["model_seed"] == 0].groupby(_KEY)))
            for stage, frame in stages.items()
            if not frame.empty
        }


def paired(evidence: Evidence, samples: Collection[Sample]) -> pd.DataFrame:
    """Set samples side by side on the splits where all of them have a value.

    Parameters
    ----------
    evidence
        The tables.
    samples
        What to set side by side.

    Returns
    -------
    DataFrame
        A row per split and a column per sample, numbered in the order given.

    Raises
    ------
    MissingEvidenceError
        If a sample has no value, or they share no split.
    """
    columns = [evidence.values(sample) for sample in samples]
    frame = pd.concat(columns, axis=1, keys=range(len(columns))).dropna().sort_index()
    if frame.empty:
        titles = ", ".join(sample.title for sample in samples)
        raise MissingEvidenceError(f"no split has a value of each of: {titles}")
    return frame


def _why_missing(sample: Sample, rows: pd.DataFrame) -> str:
    if rows.empty:
        return f"the {sample.stage} has no {sample.title}"
    reasons = (rows["status"] + ": " + rows["reason"]).unique()
    return f"{sample.title} has no value ({'; '.join(reasons)})"
