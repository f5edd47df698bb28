"""The experiment on random splits, by hand and against the distance of the metrics."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from tests.topo.theory.test_theory import SPHERES
from topo.homology.diagrams import tree_diagram
from topo.homology.distances import sliced_wasserstein
from topo.metrics.compute.space import pairwise_distances
from topo.theory.random_splits import RandomSplits, empty_sliced_wasserstein

FRACTIONS = {"train": 0.6, "validation": 0.2, "test": 0.2}


def experiment(**changes: Any) -> RandomSplits:
    return RandomSplits(n_repetitions=10, fractions=FRACTIONS, spheres={**SPHERES, **changes})


def test_distance_to_the_empty_diagram_by_hand() -> None:
    # Edges of 1 and 3.
    points = np.array([[0.0, 0.0], [1.0, 0.0], [4.0, 0.0]])
    assert empty_sliced_wasserstein(points) == pytest.approx(np.sqrt(2) / np.pi * 4)


def test_distance_to_the_empty_diagram_is_that_of_the_metrics() -> None:
    points = np.random.default_rng(0).normal(size=(60, 5))
    D = tree_diagram(pairwise_distances(points))
    expected = sliced_wasserstein(D, np.empty((0, 2)), n_directions=1000)
    assert empty_sliced_wasserstein(points) == pytest.approx(expected, rel=1e-5)


def test_plain_splits_move_it_more_than_those_with_classes_in_proportion() -> None:
    values = experiment(n_points_per_inner=50, n_outer=100).compute(seed=0)
    plain, proportional = (
        np.std([each.value for each in values if each.case == f"random_splits/{kind}"])
        for kind in ("plain", "class_proportional")
    )
    assert plain > 3 * proportional > 0


def test_every_sphere_needs_a_point_in_each_part() -> None:
    with pytest.raises(ValidationError, match="each sphere needs at least 3 points"):
        experiment(n_points_per_inner=2)
