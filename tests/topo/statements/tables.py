"""Made-up score tables, put together one call after the other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Self

import pandas as pd

from topo.metrics import METRICS
from topo.questions import QUESTIONS
from topo.scores import SCORES, Hyperparameters, ScoreRow
from topo.statements import Evidence
from topo.theory.rows import THEORY, TheoryRow

#: A number stands for five repetitions close to it.
Values = float | Sequence[float]

_JITTER = (0.0, 1.0, -1.0, 2.0, -2.0)


def unsure(centre: float, width: float) -> list[float]:
    """Five repetitions whose interval reaches from about centre - width to centre + width."""
    return [centre + width * step for step in (-1.0, 1.0, -0.9, 0.9, 0.0)]


class Table:
    """Rows of all stages."""

    def __init__(self) -> None:
        self.rows: list[ScoreRow] = []
        self.numbers: list[TheoryRow] = []
        self.gains: list[tuple[str, str, int, int, float]] = []

    def benchmark(
        self, metric: str, dataset: str = "spheres", *, scaling: str = "raw", **methods: Values
    ) -> Self:
        for method, values in methods.items():
            self._add("benchmark", dataset, method, metric, values, scaling=scaling)
        return self

    def sweep(
        self,
        metric: str,
        values: Mapping[int, Values],
        *,
        method: str = "tsne",
        name: str = "perplexity",
        scaling: str = "raw",
    ) -> Self:
        for value, repetitions in values.items():
            # t-SNE has no hyperparameter but this one.
            chosen = {name: value} if method == "tsne" else {name: value, "hidden": [32, 32]}
            self._add(
                "sweep", "spheres", method, metric, repetitions, scaling=scaling, chosen=chosen
            )
        return self

    def loops(
        self, metric: str, dataset: str = "k4", *, scaling: str = "raw", **methods: Values
    ) -> Self:
        for method, values in methods.items():
            self._add("loops", dataset, method, metric, values, scaling=scaling)
        return self

    def theory(self, place: str, *, dimension: int | None = 0, **quantities: Values) -> Self:
        """Numbers of an experiment's case: of the theory, or of a question that is left open."""
        experiment, _, case = place.partition("/")
        for quantity, values in quantities.items():
            for repetition, value in enumerate(self._repetitions(values)):
                where = (experiment, case, quantity, dimension, repetition, 0)
                self.numbers.append(TheoryRow(*where, float(value), *_status(value)))
        return self

    def gain(self, dataset: str, method: str, values: Values) -> Self:
        """What tuning gains, over draws of SPHERES or splits of another dataset."""
        is_drawn = int(dataset.startswith("spheres"))
        for repetition, value in enumerate(self._repetitions(values)):
            self.gains.append((dataset, method, is_drawn, repetition, float(value)))
        return self

    def failed_experiment(self, name: str, reason: str) -> Self:
        self.numbers.append(TheoryRow(name, "", "", None, 0, 0, math.nan, "failed", reason))
        return self

    def evidence(self) -> Evidence:
        stages = {row.stage for row in self.rows}
        return Evidence(
            theory=THEORY.frame(each for each in self.numbers if each.experiment not in QUESTIONS),
            questions=THEORY.frame(each for each in self.numbers if each.experiment in QUESTIONS),
            gains=pd.DataFrame(
                self.gains, columns=["dataset", "method", "is_drawn", "repetition", "gain"]
            ),
            **{
                stage: SCORES.frame(row for row in self.rows if row.stage == stage)
                for stage in stages
            },
        )

    def failed(self, reason: str) -> Self:
        """Say of every row that it failed."""
        changes = {"value": math.nan, "status": "failed", "reason": reason}
        self.rows = [row._replace(**changes) for row in self.rows]
        self.numbers = [row._replace(**changes) for row in self.numbers]
        self.gains = []
        return self

    def first_repetition(self) -> Self:
        self.rows = [row for row in self.rows if row.split == 0]
        self.numbers = [row for row in self.numbers if row.repetition == 0]
        self.gains = [row for row in self.gains if row[3] == 0]
        return self

    def _add(
        self,
        stage: str,
        dataset: str,
        method: str,
        metric: str,
        values: Values,
        *,
        scaling: str = "raw",
        chosen: Mapping[str, object] | None = None,
    ) -> None:
        dimension = METRICS[metric][0].dimension
        for split, value in enumerate(self._repetitions(values)):
            at = Hyperparameters.of(chosen or {})
            # These are drawn anew for every repetition, other datasets are split or fitted anew.
            draw = split if dataset.startswith(("spheres", "k4", "noisy_circle")) else 0
            place = (stage, dataset, draw, split, method, 0, split, at, metric)
            self.rows.append(ScoreRow(*place, dimension, scaling, float(value), *_status(value)))

    def _repetitions(self, values: Values) -> Sequence[float]:
        return self._steady(values) if isinstance(values, int | float) else values

    def _steady(self, centre: float) -> list[float]:
        # Every sample has its jitter in another order, so that differences of two have some too.
        start = (len(self.rows) + len(self.numbers)) // len(_JITTER) % len(_JITTER)
        jitter = _JITTER[start:] + _JITTER[:start]
        return [centre * (1 + 1e-4 * step) for step in jitter]


def _status(value: float) -> tuple[str, str]:
    return ("failed", "it broke") if math.isnan(value) else ("ok", "")


def four_methods(metric: str, dataset: str = "spheres", **methods: Values) -> Evidence:
    """One metric of the four methods: 1, 2, 3, 4, where no other values are given."""
    values: dict[str, Values] = {"tsne": 1, "umap": 2, "ae": 3, "topoae": 4}
    return Table().benchmark(metric, dataset, **(values | methods)).evidence()
