"""Figures of clusters and of training on many points."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from topo.figures import Clustered, cluster_counts, cluster_grid, png, training_by_batch
from topo.inference import MeanInterval, mean_interval


def test_clusters_are_counted_in_every_picture() -> None:
    Z = np.random.default_rng(0).normal(size=(9, 2))
    two = Clustered(Z, np.array([0, 0, 0, 1, 1, 1, -1, -1, 0]))
    one = Clustered(Z, np.zeros(9, int))
    drawn = cluster_grid(
        {"t-SNE": {"MNIST": two, "ball": one}, "UMAP": {"MNIST": one, "ball": one}}
    )
    assert drawn.data["clusters"].tolist() == [2, 1, 1, 1]
    assert drawn.data["strays"].tolist() == [2, 0, 0, 0]
    words = [panel.get_xlabel() for panel in drawn.figure.axes]
    assert words == ["2 clusters", "1 cluster", "1 cluster", "1 cluster"]
    assert png(drawn.figure).startswith(b"\x89PNG")


def test_counts_have_their_intervals_and_one_repetition_none() -> None:
    counts: dict[str, dict[str, MeanInterval]] = {
        "MNIST": {"t-SNE": mean_interval([6, 7, 5]), "TopoAE": mean_interval([1])},
        "ball": {"t-SNE": mean_interval([1, 1, 1])},
    }
    drawn = cluster_counts(counts)
    assert drawn.data["mean"].tolist() == [6, 1, 1]
    assert drawn.data["half_width"].iloc[0] == pytest.approx(2.484, abs=1e-3)
    assert png(drawn.figure).startswith(b"\x89PNG")


def test_training_has_a_curve_for_every_number_of_points() -> None:
    rows = [(n, batch, batch / 1500, 0.9) for n in (10, 100) for batch in (128, 1024)]
    names = ["n", "batch", "share_of_products", "topological_loss_ratio"]
    left, right = training_by_batch(pd.DataFrame(rows, columns=names)).figure.axes
    for panel, value in ((left, 128 / 1500), (right, 0.9)):
        curves = [line for line in panel.lines if line.get_label().endswith("points")]
        assert [line.get_label() for line in curves] == ["10 points", "100 points"]
        assert all(line.get_ydata()[0] == value for line in curves)
