"""Table 1 of the paper, against its text."""

from __future__ import annotations

import pytest

from topo.datasets import DATASETS
from topo.paper import PAPER_SOURCE, paper_value

METRICS = ["kl_0.01", "kl_0.1", "kl_1", "trustworthiness", "rmse"]
METRICS += ["bottleneck", "sliced_wasserstein"]

# Typed from the printed table, row by row.
PRINTED = {
    ("spheres", "tsne"): "0.001391 0.1343 0.1865 0.6639 8.461 13.0615 14035.74009",
    ("spheres", "umap"): "0.02501 0.1046 0.004590 0.6934 7.564 13.1304 13794.1151",
    ("spheres", "ae"): "0.02144 0.42840 0.2454 0.5842 2.789 13.095550 13974.2799",
    ("spheres", "topoae"): "0.04614 0.2601 0.05162 0.5477 2.049 13.09084 13732.88160",
    ("mnist", "tsne"): "0.00040908 0.03612 0.07139 0.9720 11.50 14.033036 15616.526",
    ("mnist", "umap"): "0.01188 0.08211 0.02113 0.9104 23.79 14.033036 15537.018",
    ("mnist", "ae"): "0.01430 0.2949 0.2189 0.8191 2.142 14.033038 15546.01406",
    ("mnist", "topoae"): "0.008810 0.1436 0.07642 0.8570 1.493 14.033036 15539.73464",
}


@pytest.mark.parametrize(("dataset", "method"), PRINTED)
def test_every_printed_number(dataset: str, method: str) -> None:
    found = [paper_value(dataset, method, metric) for metric in METRICS]
    assert found == [float(text) for text in PRINTED[dataset, method].split()]


@pytest.mark.parametrize(
    ("dataset", "method", "metric"),
    [
        ("spheres_2x", "tsne", "rmse"),
        ("digits", "tsne", "rmse"),
        ("spheres", "pca", "rmse"),
        ("spheres", "tsne", "continuity"),
    ],
)
def test_what_the_paper_does_not_have(dataset: str, method: str, metric: str) -> None:
    assert paper_value(dataset, method, metric) is None


def test_names_are_those_of_the_registry() -> None:
    assert {dataset for dataset, _ in PRINTED} <= set(DATASETS)


def test_source_is_named() -> None:
    assert "Table 1" in PAPER_SOURCE
    assert "2024" in PAPER_SOURCE
