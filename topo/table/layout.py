"""Which numbers stand in Table 1, how they are called, and in which order all others follow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from topo.metrics.base import Metric
from topo.metrics.diagram import BEST_FACTORS
from topo.metrics.registry import METRICS
from topo.names import metric_title, scaling_title

#: Group of the paper's columns.
TABLE_1 = "Table 1"
#: These are the factors themselves.
_FACTORS = {f"{name}_factor" for name in BEST_FACTORS}
#: Scalings whose distances are in the input's unit, as that to the empty diagram is.
IN_UNIT_OF_INPUT = ("raw", "best")


class Column(NamedTuple):
    """A metric with a short name.

    Attributes
    ----------
    metric, scaling
        Metric that it shows.
    title
        Heading; what follows "_" stands below the line.
    paper
        Metric of the paper that stands beside it, if any.
    """

    metric: str
    scaling: str
    title: str
    paper: str | None = None


#: The paper's columns.
MAIN = (
    Column("kl_0.01", "raw", "KL_0.01", "kl_0.01"),
    Column("kl_0.1", "raw", "KL_0.1", "kl_0.1"),
    Column("kl_1", "raw", "KL_1", "kl_1"),
    Column("trustworthiness", "raw", "Trustworthiness", "trustworthiness"),
    Column("rmse", "raw", "RMSE", "rmse"),
    Column("bottleneck", "raw", "d_b", "bottleneck"),
    Column("sliced_wasserstein", "raw", "d_SW", "sliced_wasserstein"),
)

#: What else the paper's claims are about: the distances that do not depend on scale, the
#: reconstruction error, and the other reading of the KL divergences, beside the same numbers.
NAMED = (
    Column("bottleneck", "sum", "d_b/Σ"),
    Column("sliced_wasserstein", "sum", "d_SW/Σ"),
    Column("reconstruction_error", "raw", "Rec. error"),
    *(
        Column(f"kl_raw_{sigma}", "raw", f"raw KL_{sigma}", f"kl_{sigma}")
        for sigma in ("0.01", "0.1", "1")
    ),
)

#: Short names by metric and scaling.
SHORT_TITLES = {(column.metric, column.scaling): column.title for column in (*MAIN, *NAMED)}


def entries() -> Mapping[tuple[str, str], Metric]:
    """Return what a table may show: by metric and scaling, the paper's columns first.

    Returns
    -------
    dict
        The entry of the lowest homology dimension; distances to the empty diagram are none of
        them, since they stand in a row of their own.
    """
    found: dict[tuple[str, str], Metric] = {}
    for metrics in METRICS.values():
        for each in sorted(metrics, key=lambda metric: metric.dimension or 0):
            if each.scaling != "empty":
                found.setdefault((each.name, each.scaling), each)
    first = {(column.metric, column.scaling): None for column in MAIN}
    return {key: found[key] for key in (*first, *(key for key in found if key not in first))}


def group_of(metric: str, scaling: str) -> str:
    """Return what a metric is shown among: `TABLE_1`, or the group that it declares."""
    if any((metric, scaling) == column[:2] for column in MAIN):
        return TABLE_1
    return METRICS[metric][0].group


def entry_title(metric: str, scaling: str) -> str:
    """Return a metric's name with what the diagrams are scaled by."""
    if scaling == "raw" or metric in _FACTORS:
        return metric_title(metric)
    return f"{metric_title(metric)}, by {scaling_title(scaling)}"


def short_title(metric: str, scaling: str) -> str:
    """Return a metric's name as a heading has it, "d_SW/Σ", else as `entry_title`."""
    return SHORT_TITLES.get((metric, scaling)) or entry_title(metric, scaling)
