"""The unit that scores an embedding, and what a metric adds to it."""

from __future__ import annotations

import numpy as np

from flows.running.units import StoredDataset, evaluate_unit
from tasks.parts import add_parts, missing_parts
from tasks.result import Result
from tasks.unit import Input, Unit
from topo.methods import METHODS
from topo.metrics import METRICS
from topo.params import SamplingParams
from topo.plan import Job
from topo.splits import Split


def scoring(*metrics: str) -> Unit:
    points, rows = np.zeros((30, 3)), np.arange(30).reshape(3, -1)
    job = Job("spheres", 0, 0, "pca", 0, METHODS["pca"](), "test", "")
    data = StoredDataset(Input(points, "digest"), points.shape, points[:, 0].astype(int), None)
    sampling = SamplingParams(above=5000, n_points=1000, n_samples=5)
    embedding = Result({"embedding": points[:10, :2]}, {})
    return evaluate_unit(
        job, data, Split(*rows), embedding, metrics=metrics, sampling=sampling, cost=1.0
    )


def test_an_added_metric_is_all_that_is_missing() -> None:
    unit = scoring("rmse", "bottleneck")
    stored = add_parts(unit, None, Result({}, {name: [] for name in unit.parts}))
    assert missing_parts(unit, stored) == ()
    # Of the same file, and of another one.
    for added in ("distance_pearson", "continuity"):
        assert missing_parts(scoring("rmse", added, "bottleneck"), stored) == (added,)


def test_the_code_of_every_metric_counts_for_that_metric_alone() -> None:
    unit = scoring(*METRICS)
    for name, modules in unit.parts.items():
        entries = METRICS.get(name, ())
        assert set(modules) == {entry.module for entry in entries}
    everybodys = {"tasks.evaluate", "topo.metrics.diagram", "topo.metrics.local"}
    assert set(unit.code_modules) & everybodys == everybodys
    assert not any(module.startswith("topo.metrics") for module in unit.modules)
