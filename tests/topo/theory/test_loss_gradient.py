"""Equations 2 to 4 by hand, by difference quotients and by PyTorch."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from topo.nn.distances import batch_distances
from topo.nn.topological_loss import directed_losses
from topo.theory.loss_gradient import LossGradient, gradients, loss


def test_by_hand() -> None:
    # Three points on a line at 0, 1 and 3, encoded as their doubles: distances 1 and 2 become 2
    # and 4, so that ρ = (-1, -2), and the distances grow with θ by 1 and 2.
    X, theta = np.array([[0.0], [1.0], [3.0]]), np.array([[2.0]])
    found = gradients(X, theta, "x_to_z")
    assert loss(X, theta, "x_to_z") == pytest.approx((1 + 4) / 2)
    assert found["vector"].item() == found["sum"].item() == pytest.approx(1 * 1 + 2 * 2)
    assert found["product"].item() == pytest.approx((1 + 2) * (1 + 2))


@pytest.mark.parametrize("direction", ["x_to_z", "z_to_x"])
def test_gradient_is_that_of_the_loss_that_is_trained(direction) -> None:
    rng = np.random.default_rng(3)
    X, theta = rng.normal(size=(20, 4)), rng.normal(size=(4, 2))
    weights = torch.from_numpy(theta).requires_grad_()
    points = torch.from_numpy(X)
    both = directed_losses(batch_distances(points), points @ weights)
    trained = both[direction == "z_to_x"]
    trained.backward()
    assert loss(X, theta, direction) == pytest.approx(trained.item())
    assert weights.grad is not None
    assert gradients(X, theta, direction)["vector"] == pytest.approx(weights.grad.numpy())


def test_the_sum_is_the_gradient_and_the_product_is_not() -> None:
    experiment = LossGradient(
        n_repetitions=3, n_points=20, input_dimension=4, latent_dimension=2, step=1e-6
    )
    values = experiment.compute(seed=0)
    assert {each.case for each in values} == {"loss_gradient/x_to_z", "loss_gradient/z_to_x"}
    for each in values:
        if each.metric == "error_product":
            assert each.value > 1
        else:
            assert each.value < 1e-7
