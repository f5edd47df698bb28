"""What tuning gained: the chosen values against those of params.yaml, on the same splits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from topo.inference import LEVEL, Comparison, compare, holm
from topo.metrics.registry import METRICS
from topo.names import hyperparameter_title, method_title
from topo.table.numbers import format_estimate, format_number

#: A chosen value within so much of its range's end is said to lie there.
_AT_END = 0.02


class Gain(NamedTuple):
    """What tuning gained a method on the test points.

    Attributes
    ----------
    method
        Its name.
    objective
        Name of the metric that was tuned for.
    default, tuned
        Its means over the splits, with the values of params.yaml and with those chosen.
    difference
        Paired comparison, tuned minus default.
    p_value
        Of that, corrected for all methods (Holm).
    """

    method: str
    objective: str
    default: float
    tuned: float
    difference: Comparison
    p_value: float

    @property
    def sentence(self) -> str:
        """Say how much, how sure, and whether it is a gain."""
        name = f"{method_title(self.method)}, {METRICS[self.objective][0].title}: "
        if self.difference.equal:
            value = format_number(self.tuned, 3)
            return f"{name}{value}, as without tuning: the values of params.yaml were kept."
        mean = self.difference.difference
        side = 0 if not self.p_value < LEVEL else self.difference.side(self.p_value)
        better = side * (-1 if METRICS[self.objective][0].direction == "lower" else 1)
        verdict = {0: "which is not told apart from nothing", 1: "better", -1: "worse"}[better]
        return (
            f"{name}{format_number(self.tuned, 3)} in place of {format_number(self.default, 3)}, a "
            f"difference of {format_estimate(mean.mean, mean.half_width)} over {mean.n} splits, "
            f"{verdict}."
        )


def tuning_gains(
    scores: pd.DataFrame,
    defaults: pd.DataFrame,
    dataset: str,
    *,
    objective: str,
    test_to_train: float,
) -> list[Gain]:
    """Compare tuned methods with what they are without tuning, split by split.

    Parameters
    ----------
    scores, defaults
        Score tables of the benchmark, and of its methods with the values of params.yaml.
    dataset
        Name of one dataset.
    objective
        Name of the metric that was tuned for.
    test_to_train
        Test points per training point; see `topo.inference.half_width`.

    Returns
    -------
    list of Gain
        One for each method that has values in both tables on a split.
    """
    tuned, usual = (_by_split(table, dataset, objective) for table in (scores, defaults))
    found = {}
    for method in usual:
        both = pd.concat([tuned.get(method), usual[method]], axis=1).dropna()
        if len(both):
            a, b = (both.iloc[:, place].to_numpy() for place in (0, 1))
            found[method] = (a, b, compare(a, b, test_to_train=test_to_train))
    corrected = holm([each.p_value for _, _, each in found.values()])
    return [
        Gain(method, objective, float(b.mean()), float(a.mean()), each, p)
        for (method, (a, b, each)), p in zip(found.items(), corrected, strict=True)
    ]


def _by_split(scores: pd.DataFrame, dataset: str, metric: str) -> dict[str, pd.Series[float]]:
    rows = scores[
        (scores["dataset"] == dataset)
        & (scores["metric"] == metric)
        & (scores["status"] == "ok")
        & (scores["model_seed"] == 0)
    ]
    groups = rows.groupby("method", sort=False)
    return {str(name): each.set_index("split")["value"] for name, each in groups}


def values_at_ends(
    chosen: Mapping[str, Mapping[str, Any]],
    search: Mapping[str, Mapping[str, Sequence[float]]],
) -> list[str]:
    """Say of which hyperparameters the chosen value lies at an end of its range.

    Parameters
    ----------
    chosen, search
        Chosen values, and the ranges searched, by method and hyperparameter.
    """
    return [
        f"{method_title(method)}: {hyperparameter_title(name)} {format_number(float(value), 3)} "
        f"lies at the {'low' if near_low else 'high'} end of what was searched ({low:g} to "
        f"{high:g}): beyond it may be better still."
        for method, values in chosen.items()
        for name, value in values.items()
        for low, high in [search[method][name]]
        for near_low in [value - low <= _AT_END * (high - low)]
        if near_low or high - value <= _AT_END * (high - low)
    ]
