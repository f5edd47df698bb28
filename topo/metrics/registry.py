"""Metrics by the name that they have in ``params.yaml``.

A new metric is a `Metric` in the tuple of its file; a new family one line in `METRICS`.
"""

from __future__ import annotations

from collections.abc import Iterable

from topo.metrics.base import Metric
from topo.metrics.classes import CLASS_METRICS
from topo.metrics.density import DENSITY_METRICS
from topo.metrics.diagram import DIAGRAM_METRICS
from topo.metrics.distance import DISTANCE_METRICS
from topo.metrics.local import LOCAL_METRICS
from topo.metrics.nesting import NESTING_METRICS
from topo.metrics.outer import OUTER_METRICS
from topo.metrics.self_reported import SELF_REPORTED_METRICS


def _by_name(*families: Iterable[Metric]) -> dict[str, tuple[Metric, ...]]:
    metrics = [metric for family in families for metric in family]
    return {m.name: tuple(other for other in metrics if other.name == m.name) for m in metrics}


#: Metrics by name; a distance between diagrams has one entry for every scaling.
METRICS = _by_name(
    LOCAL_METRICS,
    DISTANCE_METRICS,
    DENSITY_METRICS,
    DIAGRAM_METRICS,
    CLASS_METRICS,
    NESTING_METRICS,
    OUTER_METRICS,
    SELF_REPORTED_METRICS,
)
