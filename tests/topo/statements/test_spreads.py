"""Spreads and trends, by hand values and against other implementations."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest
from scipy import stats

from tests.topo.statements.tables import Table, four_methods
from topo.statements import Sample
from topo.statements.samples import Quantity
from topo.statements.spreads import rank_correlation, relative_range, repetitions_against_methods

RMSE = Quantity("rmse")
NESTING = Quantity("nesting")


def test_what_all_methods_have_in_common_is_taken_out_of_the_spread() -> None:
    rng = np.random.default_rng(1)
    values, shift = rng.normal(size=(6, 4)), 1000 * rng.normal(size=(6, 1))
    rule = repetitions_against_methods("repetitions", dataset="spheres", quantity=RMSE)

    def numbers(table: np.ndarray) -> Mapping[str, float]:
        methods = dict(zip(("tsne", "umap", "ae", "topoae"), table.T.tolist(), strict=True))
        return rule(Table().benchmark("rmse", **methods).evidence()).numbers

    rest = values - values.mean(axis=1, keepdims=True) - values.mean(axis=0) + values.mean()
    deviation = math.sqrt((rest**2).sum() / 15)
    low, high = (deviation * math.sqrt(15 / q) for q in stats.chi2.ppf([0.975, 0.025], 15))
    for table in (values, values + shift):
        found = numbers(table)
        assert found["repetitions"] == pytest.approx(deviation)
        ends = (found["repetitions low"], found["repetitions high"])
        assert ends == pytest.approx((low, high))
        assert found["methods"] == pytest.approx(values.mean(axis=0).std(ddof=1))


def test_correlation_with_position_against_scipy() -> None:
    rng = np.random.default_rng(2)
    values = rng.integers(0, 6, size=(7, 5)).astype(float)
    values[3] = 2.0
    table = Table().sweep("nesting", {k: values[:, k].tolist() for k in range(5)})
    samples = [Sample("spheres", "tsne", NESTING, "sweep", {"perplexity": k}) for k in range(5)]
    found = rank_correlation(table.evidence(), samples)
    expected = [
        0.0 if k == 3 else stats.spearmanr(range(5), row)[0] for k, row in enumerate(values)
    ]
    assert found.tolist() == pytest.approx(expected)


def test_relative_range_by_hand() -> None:
    evidence = four_methods("rmse", tsne=[1, 1], umap=[2, 1], ae=[3, 1], topoae=[6, 1 + 1e-12])
    assert relative_range("spheres", RMSE)(evidence).tolist() == pytest.approx([500 / 3, 0])
