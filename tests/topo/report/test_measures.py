"""What single points have to do with the scores: sums and means are those of the metrics."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from topo.metrics.compute.space import Space
from topo.metrics.local import neighbourhood_sizes, trustworthiness
from topo.nn.topological_loss import topological_loss
from topo.report.alignment import procrustes
from topo.report.measures import InputMeasures, PointMeasures, spanning_tree, stability

RNG = np.random.default_rng(3)
X, Z = RNG.normal(size=(60, 6)), RNG.normal(size=(60, 2))
GIVEN = InputMeasures.of(X)
MEASURED = PointMeasures.of(Z, GIVEN)


def test_lost_trust_is_what_trustworthiness_lacks() -> None:
    ranks = [Space.of(points, ()).ranks for points in (X, Z)]
    score = trustworthiness(*ranks, sizes=neighbourhood_sizes(60))
    assert MEASURED.trust_lost is not None
    assert MEASURED.trust_lost.mean() == pytest.approx(1 - score)
    assert MEASURED.trust_lost.min() >= 0


def test_an_embedding_that_keeps_all_neighbours_loses_no_trust() -> None:
    kept = PointMeasures.of(3 * Z, InputMeasures.of(Z))
    assert kept.trust_lost is not None
    assert not kept.trust_lost.any()


def test_losses_of_points_sum_to_the_loss() -> None:
    distances = torch.cdist(torch.tensor(X), torch.tensor(X))
    whole = float(topological_loss(distances, torch.tensor(Z)))
    assert MEASURED.loss.sum() == pytest.approx(whole, rel=1e-6)


def test_few_points_have_a_tree_but_no_neighbourhoods() -> None:
    few = PointMeasures.of(Z[:20], InputMeasures.of(X[:20]))
    assert few.trust_lost is None
    assert len(few.tree) == 20


def test_tree_of_a_line_leads_back_to_its_start() -> None:
    line = np.array([2.0, 0.0, 1.0, 4.0])
    assert spanning_tree(np.abs(line[:, np.newaxis] - line)).tolist() == [0, 2, 0, 0]


def test_equal_points_are_neighbours_of_one_another_and_never_of_themselves() -> None:
    equal = np.zeros((30, 2))
    measured = PointMeasures.of(equal, InputMeasures.of(equal))
    assert measured.trust_lost is not None
    assert np.isfinite(measured.trust_lost).all()


def test_stability_is_the_share_of_neighbours_that_stay() -> None:
    circle = np.exp(2j * np.pi * (np.arange(40) + 0.1 * RNG.uniform(size=40)) / 40)
    points = np.stack([circle.real, circle.imag], axis=1)
    assert stability([points, -2 * points]).tolist() == [1.0] * 40
    moved = points[RNG.permutation(40)]
    assert 0.2 < stability([points, moved]).mean() < 0.6


def test_densities_are_relative_to_their_mean() -> None:
    assert GIVEN.density.mean() == pytest.approx(1)


@pytest.mark.parametrize("scale", [1e-200, 1.0, 1e200])
def test_turned_points_are_turned_back(scale: float) -> None:
    turn = np.array([[0.6, 0.8], [0.8, -0.6]])
    found = procrustes(scale * Z @ turn + scale, Z)
    assert found == pytest.approx(turn.T, abs=1e-9)


def test_points_at_one_place_need_no_turn() -> None:
    assert np.isfinite(procrustes(np.zeros((5, 2)), Z[:5])).all()
