"""Experiments on loops: which losses notice, how gradients scatter, the void of a torus."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from topo.theory.gradient_noise import noise
from topo.theory.lost_loops import LostLoops
from topo.theory.torus_void import TorusVoid, farthest_points

TORUS: dict[str, Any] = {
    "size": 1000,
    "major_radius": 2.0,
    "minor_radius": 1.0,
    "dimension": 3,
    "noise": 0.0,
    "seed": 0,
}


def test_dimension_0_is_blind_to_a_line_and_to_a_sheared_lattice_alone() -> None:
    experiment = LostLoops(
        n_points=24, gap_ratio=1.1, row_gap=0.5, lattice_side=5, lattice_angle=61.0
    )
    values = {(each.case, each.metric): each.value for each in experiment.compute(seed=0)}
    blind = {key for key, value in values.items() if "loss" in key[1] and value < 1e-12}
    assert blind == {
        (f"lost_loops/{case}", f"loss_{name}")
        for case, name in [
            ("unrolled", "topoae"),
            ("unrolled", "topoae_moor"),
            ("sheared", "topoae"),
            ("sheared", "topoae_moor"),
        ]
    }
    assert all(value > 0.8 for key, value in values.items() if key[1] == "share_lost")


def test_noise_by_hand() -> None:
    # Mean (2, 0), variances 2 and 2.
    gradients = np.array([[1.0, 1.0], [3.0, -1.0]])
    assert noise(gradients) == pytest.approx(1.0)
    assert noise(7 * gradients) == pytest.approx(1.0)
    with pytest.raises(ValueError, match="take larger batches"):
        noise(np.zeros((3, 2)))


def test_farthest_points_by_hand() -> None:
    line = np.array([[0.0], [1.0], [2.0], [10.0]])
    assert farthest_points(line, 3, first=1).tolist() == [1, 3, 0]


def test_a_torus_has_a_void_and_its_plane_image_none() -> None:
    experiment = TorusVoid(n_repetitions=1, torus=TORUS, n_points=240, long=0.2)
    bars = {
        (each.case.partition("/")[2], each.dimension): each.value
        for each in experiment.compute(seed=0)
        if each.metric == "long_bars"
    }
    assert bars["input", 2] == 1
    assert bars["pca", 2] == 0
    assert bars["input", 1] == 2
