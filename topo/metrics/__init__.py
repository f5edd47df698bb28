"""Metrics of an embedding: one file for each family, `METRICS` by name, and their evaluation."""

from topo.metrics.base import Comparison, Metric
from topo.metrics.compute.space import Space
from topo.metrics.evaluation import Score, evaluate
from topo.metrics.registry import METRICS

__all__ = ["METRICS", "Comparison", "Metric", "Score", "Space", "evaluate"]
