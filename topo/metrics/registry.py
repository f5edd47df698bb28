"""Metrics by the name that they have in ``params.yaml``.

A new metric is a `Metric` in a tuple of a file of its own, and a line here.
"""

from __future__ import annotations

from topo.metrics.base import Metric, by_name
from topo.registry import load

#: Those of one name together: a distance between diagrams has one entry for every scaling.
METRICS: dict[str, tuple[Metric, ...]] = by_name(
    load("topo.metrics.local:LOCAL_METRICS"),
    load("topo.metrics.distance:DISTANCE_METRICS"),
    load("topo.metrics.density:DENSITY_METRICS"),
    load("topo.metrics.diagram:DIAGRAM_METRICS"),
    load("topo.metrics.classes:CLASS_METRICS"),
    load("topo.metrics.fragments:FRAGMENT_METRICS"),
    load("topo.metrics.nesting:NESTING_METRICS"),
    load("topo.metrics.outer:OUTER_METRICS"),
    load("topo.metrics.self_reported:SELF_REPORTED_METRICS"),
)
