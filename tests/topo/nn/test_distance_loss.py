from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from topo.nn.distance_loss import DistanceTerm, distance_loss
from topo.nn.distances import batch_distances


def points(*rows: float) -> Tensor:
    return torch.tensor(rows, dtype=torch.float64)[:, None]


def cloud(n: int, dimension: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(n, dimension, generator=generator, dtype=torch.float64)


def plain_loss(X: Tensor, Z: Tensor) -> Tensor:
    """The definition on whole distance matrices, differentiated by PyTorch."""
    i, j = torch.triu_indices(len(X), len(X), 1)
    return ((X[i] - X[j]).norm(dim=1) - (Z[i] - Z[j]).norm(dim=1)).square().mean()


def test_three_points_by_hand() -> None:
    # Distances 1, 2, 3 of the input against 2, 1, 3.
    assert DistanceTerm()(
        batch_distances(points(0, 1, 3)), points(0, 2, 3)
    ).item() == pytest.approx(2 / 3)


@pytest.mark.parametrize("seed", range(3))
def test_value_and_gradient_equal_the_plain_definition(seed: int) -> None:
    X, Z = cloud(25, 4, seed), cloud(25, 2, seed + 100).requires_grad_()
    loss, expected = distance_loss(batch_distances(X), Z), plain_loss(X, Z)
    torch.testing.assert_close(loss, expected)
    torch.testing.assert_close(torch.autograd.grad(loss, Z), torch.autograd.grad(expected, Z))


def test_gradient_equals_finite_differences() -> None:
    A_X = batch_distances(cloud(15, 5, 7))
    assert torch.autograd.gradcheck(
        lambda Z: distance_loss(A_X, Z), cloud(15, 2, 8).requires_grad_()
    )


def test_only_isometric_images_lose_nothing() -> None:
    X = cloud(30, 2, seed=0)
    turn = torch.tensor([[0.6, -0.8], [0.8, 0.6]], dtype=torch.float64)
    assert DistanceTerm()(batch_distances(X), X @ turn + 5).item() == pytest.approx(0, abs=1e-25)
    assert DistanceTerm()(batch_distances(X), 2 * X).item() == pytest.approx(
        batch_distances(X).square().sum() / 870
    )


def test_equal_images_are_pulled_nowhere() -> None:
    Z = torch.zeros(3, 2, dtype=torch.float64, requires_grad=True)
    loss = DistanceTerm()(batch_distances(points(0, 0, 4)), Z)
    assert loss.item() == pytest.approx(2 * 4**2 / 3)
    (gradient,) = torch.autograd.grad(loss, Z)
    assert (gradient == 0).all()


def test_float32_is_kept() -> None:
    Z = cloud(10, 2, 14).float().requires_grad_()
    loss = DistanceTerm()(batch_distances(cloud(10, 3, 13).float()), Z)
    (gradient,) = torch.autograd.grad(loss, Z)
    assert loss.dtype == gradient.dtype == torch.float32


@pytest.mark.parametrize(("n_input", "n_latent"), [(3, 2), (1, 1), (2, 3)])
def test_other_numbers_of_points_are_refused(n_input: int, n_latent: int) -> None:
    words = rf"at least 2, got distances of shape \({n_input}, {n_input}\) and {n_latent} latent"
    with pytest.raises(ValueError, match=words):
        distance_loss(torch.zeros(n_input, n_input), torch.zeros(n_latent, 2))


def test_latent_points_that_are_not_finite_are_refused() -> None:
    with pytest.raises(ValueError, match=r"must be a finite torch.float32, got nan: rescale"):
        distance_loss(torch.ones(2, 2), torch.tensor([[0.0, 0.0], [np.nan, 0.0]]))
