"""The unit that scores an embedding: what it keeps beside the scores."""

from __future__ import annotations

import numpy as np
import pytest

from tasks.evaluate import evaluate_embedding
from tasks.result import Result
from topo.homology.planar import planar_loops
from topo.metrics.space import Space

ANGLES = 2 * np.pi * np.arange(20) / 20
CIRCLE = np.column_stack([np.cos(ANGLES), np.sin(ANGLES)])


def evaluated(*metrics: str) -> Result:
    return evaluate_embedding(
        metrics=metrics,
        scalars={},
        outer=None,
        reference=Space.of(CIRCLE),
        embedding=CIRCLE,
        labels=np.zeros(20, dtype=np.int64),
    )


@pytest.mark.parametrize("metric", ["latent_h1_max_persistence", "latent_h1_total_persistence"])
def test_loops_are_kept_where_a_metric_asks_for_them(metric: str) -> None:
    kept = evaluated("rmse", metric).arrays
    assert set(kept) == {"diagram_0", "input_diagram_0", "diagram_1"}
    np.testing.assert_array_equal(kept["diagram_1"], planar_loops(CIRCLE))
    births, deaths = kept["diagram_1"].T
    assert (deaths - births).max() > 1.5


def test_loops_are_not_computed_for_other_metrics() -> None:
    assert set(evaluated("rmse", "bottleneck").arrays) == {"diagram_0", "input_diagram_0"}
