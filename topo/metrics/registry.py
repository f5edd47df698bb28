"""Metrics by the name that they have in ``params.yaml``.

A new metric is a `Metric` in the tuple of its file; a new family one line in `FAMILIES`.
"""

from __future__ import annotations

from topo.metrics.base import Metric, by_name
from topo.metrics.classes import CLASS_METRICS
from topo.metrics.density import DENSITY_METRICS
from topo.metrics.diagram import DIAGRAM_METRICS
from topo.metrics.distance import DISTANCE_METRICS
from topo.metrics.local import LOCAL_METRICS
from topo.metrics.nesting import NESTING_METRICS
from topo.metrics.outer import OUTER_METRICS
from topo.metrics.self_reported import SELF_REPORTED_METRICS

#: Metrics by what they look at; this is also the order of tables.
FAMILIES: dict[str, tuple[Metric, ...]] = {
    "neighbourhoods": LOCAL_METRICS,
    "distances": DISTANCE_METRICS,
    "densities": DENSITY_METRICS,
    "persistence diagrams": DIAGRAM_METRICS,
    "classes": CLASS_METRICS,
    "enclosure": (*NESTING_METRICS, *OUTER_METRICS),
    "measured by the method itself": SELF_REPORTED_METRICS,
}

#: Metrics by name; a distance between diagrams has one entry for every scaling.
METRICS = by_name(FAMILIES.values())
