"""Metrics of one comparison, each with its value or why there is none."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from topo.checks import check_labels, check_same_length
from topo.metrics.base import LARGEST_VALUE, Comparison, Metric
from topo.metrics.registry import METRICS

Status = Literal["ok", "not applicable", "failed"]


class Score(NamedTuple):
    """The value of one metric, or why there is none.

    Attributes
    ----------
    metric, dimension, scaling
        Name, homology dimension and scaling of the metric.
    value
        The number; NaN unless the status is "ok".
    status
        "ok"; "not applicable" where the comparison lacks what the metric requires; "failed".
    reason
        Why there is no value; empty where there is one.
    """

    metric: str
    dimension: int | None
    scaling: str
    value: float
    status: Status
    reason: str


def evaluate(comparison: Comparison, names: Sequence[str]) -> list[Score]:
    """Compute metrics of one comparison.

    Parameters
    ----------
    comparison
        The embedding beside its input.
    names
        Names of metrics; each stands for all its scalings.

    Returns
    -------
    list of Score
        One for every metric and scaling, in the order of the names.

    Raises
    ------
    ValueError
        Where a name is unknown, or the comparison's parts are not of the same points.
    """
    unknown = [name for name in names if name not in METRICS]
    if unknown:
        raise ValueError(f"no metric is named {', '.join(unknown)}: choose from {sorted(METRICS)}")
    _check(comparison)
    return [_score(metric, comparison) for name in names for metric in METRICS[name]]


def _check(comparison: Comparison) -> None:
    check_same_length(comparison.input.points, comparison.latent.points)
    if comparison.labels is not None:
        check_labels(comparison.labels, comparison.n_points)


def _score(metric: Metric, comparison: Comparison) -> Score:
    missing = _missing(metric, comparison)
    if missing:
        return _without_value(metric, "not applicable", f"needs {missing}")
    try:
        value = metric.compute(comparison)
    except ValueError as error:
        return _without_value(metric, "failed", str(error))
    if not math.isfinite(value):
        return _without_value(metric, "failed", f"{metric.name} is {value}, not a finite number")
    if abs(value) > LARGEST_VALUE:
        reason = f"{metric.name} is {value:g}, beyond ±{LARGEST_VALUE:g}: rescale the points"
        return _without_value(metric, "failed", reason)
    return Score(metric.name, metric.dimension, metric.scaling, value, "ok", "")


def _without_value(metric: Metric, status: Status, reason: str) -> Score:
    return Score(metric.name, metric.dimension, metric.scaling, math.nan, status, reason)


def _missing(metric: Metric, comparison: Comparison) -> str:
    """Name what the metric requires and the comparison lacks; empty where it lacks nothing."""
    if metric.requires == "decoder" and "reconstruction_error" not in comparison.scalars:
        return "a decoder"
    if metric.requires == "objective" and "tsne_kl" not in comparison.scalars:
        return "the final value of the method's own objective"
    if metric.requires == "labels":
        return _missing_classes(comparison.labels)
    if metric.requires == "enclosing class" and (
        comparison.labels is None or comparison.outer is None
    ):
        return "a class that encloses the others"
    return ""


def _missing_classes(labels: NDArray[np.int64] | None) -> str:
    if labels is None:
        return "class labels"
    # Points without labels are one class to their splits.
    return "at least two classes" if np.ptp(labels) == 0 else ""
