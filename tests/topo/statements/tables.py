"""Made-up score tables, put together one call after the other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Self

from topo.metrics import METRICS
from topo.scores import ScoreRow, canonical_json, score_frame
from topo.statements import Evidence

#: A number stands for five repetitions close to it.
Values = float | Sequence[float]

_JITTER = (0.0, 1.0, -1.0, 2.0, -2.0)


def unsure(centre: float, width: float) -> list[float]:
    """Five repetitions whose interval reaches from about centre - width to centre + width."""
    return [centre + width * step for step in (-1.0, 1.0, -0.9, 0.9, 0.0)]


class Table:
    """Rows of all three stages."""

    def __init__(self) -> None:
        self.rows: list[ScoreRow] = []

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

    def theory(self, case: str, *, dimension: int | None = 0, **metrics: Values) -> Self:
        for metric, values in metrics.items():
            self._add("theory", case, "theory", metric, values, dimension=dimension)
        return self

    def evidence(self) -> Evidence:
        stages = {row.stage for row in self.rows}
        return Evidence(
            **{
                stage: score_frame(row for row in self.rows if row.stage == stage)
                for stage in stages
            }
        )

    def failed(self, reason: str) -> Self:
        """Say of every row that it failed."""
        self.rows = [
            row._replace(value=math.nan, status="failed", reason=reason) for row in self.rows
        ]
        return self

    def first_repetition(self) -> Self:
        self.rows = [row for row in self.rows if row.split == 0]
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
        dimension: int | None = None,
    ) -> None:
        if stage != "theory":
            dimension = METRICS[metric][0].dimension
        repetitions = self._steady(values) if isinstance(values, int | float) else values
        for split, value in enumerate(repetitions):
            place = (stage, dataset, split, method, 0, split, canonical_json(chosen or {}), metric)
            missing = math.isnan(value)
            status = ("failed", "it broke") if missing else ("ok", "")
            self.rows.append(ScoreRow(*place, dimension, scaling, float(value), *status))

    def _steady(self, centre: float) -> list[float]:
        # Every sample has its jitter in another order, so that differences of two have some too.
        start = len(self.rows) // len(_JITTER) % len(_JITTER)
        jitter = _JITTER[start:] + _JITTER[:start]
        return [centre * (1 + 1e-4 * step) for step in jitter]
