from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
import torch
from torch import Tensor

from topo.nn.distances import batch_distances
from topo.nn.topological_loss import MoorTerm, PaperTerm, directed_losses, topological_loss


def points(*rows: float | tuple[float, ...]) -> Tensor:
    return torch.tensor(rows, dtype=torch.float64).reshape(len(rows), -1)


def cloud(n: int, dimension: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(n, dimension, generator=generator, dtype=torch.float64)


def both(X: Tensor, Z: Tensor) -> list[float]:
    return [loss.item() for loss in directed_losses(batch_distances(X), Z)]


def kruskal(A: Tensor) -> list[tuple[int, int]]:
    component = list(range(len(A)))
    edges = []
    for i, j in sorted(combinations(component, 2), key=lambda edge: A[edge].item()):
        if component[i] != component[j]:
            edges.append((i, j))
            joined = component[j]
            component = [component[i] if c == joined else c for c in component]
    return edges


def plain_losses(X: Tensor, Z: Tensor) -> tuple[Tensor, Tensor]:
    """The definition on whole distance matrices, differentiated by PyTorch."""
    A_X = (X[:, None] - X).norm(dim=2)
    A_Z = (Z[:, None] - Z).norm(dim=2)
    X_edges, Z_edges = kruskal(A_X), kruskal(A_Z)
    X_to_Z = torch.stack([A_X[edge] - A_Z[edge] for edge in X_edges]).square().sum() / 2
    Z_to_X = torch.stack([A_Z[edge] - A_X[edge] for edge in Z_edges]).square().sum() / 2
    return X_to_Z, Z_to_X


def test_three_points_by_hand() -> None:
    # X has edges 01 (1) and 12 (2); in Z they measure 2 and 1, and are Z's edges too.
    assert both(points(0, 1, 3), points(0, 2, 3)) == [1.0, 1.0]


def test_two_directions_differ_by_hand() -> None:
    # π^X = {01, 12}, both 1, in Z 3 and 4: ½(4 + 9). π^Z = {01, 02}: 3 and 1 against 1 and 2 in X.
    assert both(points(0, 1, 2), points(0, 3, -1)) == [6.5, 2.5]


def test_a_closed_path_is_seen_in_one_direction_only() -> None:
    """As in figure 4: no edge of π^X changes its length, yet a path has become a loop."""
    height = 0.9375**0.5
    path = points(0, 1, 2, 3)
    trapezoid = points((0, 0), (-0.25, height), (0.75, height), (0.5, 0))
    X_to_Z, Z_to_X = both(path, trapezoid)
    assert X_to_Z == pytest.approx(0, abs=1e-30)
    assert Z_to_X == pytest.approx((3 - 0.5) ** 2 / 2)


def test_an_isometry_loses_nothing() -> None:
    X = cloud(30, 2, seed=0)
    turn = points((0.6, -0.8), (0.8, 0.6))
    assert both(X, X @ turn + 5) == pytest.approx([0, 0], abs=1e-25)


@pytest.mark.parametrize("direction", [0, 1])
@pytest.mark.parametrize("seed", range(3))
def test_value_and_gradient_equal_the_plain_definition(seed: int, direction: int) -> None:
    X, Z = cloud(25, 4, seed), cloud(25, 2, seed + 100).requires_grad_()
    loss = directed_losses(batch_distances(X), Z)[direction]
    expected = plain_losses(X, Z)[direction]
    torch.testing.assert_close(loss, expected)
    torch.testing.assert_close(torch.autograd.grad(loss, Z), torch.autograd.grad(expected, Z))


def test_gradient_is_equations_2_to_4() -> None:
    X, Z = cloud(12, 3, 5).numpy(), cloud(12, 2, 6).numpy()
    gradient = np.zeros_like(Z)
    for i, j in kruskal(batch_distances(torch.tensor(X))):
        rho = np.linalg.norm(X[i] - X[j]) - np.linalg.norm(Z[i] - Z[j])
        derivative = (Z[i] - Z[j]) / np.linalg.norm(Z[i] - Z[j])  # of A^Z_ij by z_i
        gradient[i] += -rho * derivative
        gradient[j] += rho * derivative
    latent = torch.tensor(Z, requires_grad=True)
    X_to_Z, _ = directed_losses(batch_distances(torch.tensor(X)), latent)
    (ours,) = torch.autograd.grad(X_to_Z, latent)
    np.testing.assert_allclose(ours.numpy(), gradient, rtol=1e-12, atol=1e-14)


def test_gradient_equals_finite_differences() -> None:
    A_X = batch_distances(cloud(15, 5, 7))
    Z = cloud(15, 2, 8).requires_grad_()
    assert torch.autograd.gradcheck(lambda Z: directed_losses(A_X, Z), Z)
    assert torch.autograd.gradcheck(lambda Z: topological_loss(A_X, Z), Z)


def test_the_sum_is_the_sum() -> None:
    A_X, Z = batch_distances(cloud(20, 3, 9)), cloud(20, 2, 10)
    torch.testing.assert_close(topological_loss(A_X, Z), sum(directed_losses(A_X, Z)))


def test_equal_points_die_at_birth_and_pull_nowhere() -> None:
    X = points(0, 0, 4)
    Z = torch.zeros(3, 2, dtype=torch.float64, requires_grad=True)
    loss = topological_loss(batch_distances(X), Z)
    assert loss.item() == 16  # ½ 4² in either direction
    (gradient,) = torch.autograd.grad(loss, Z)
    assert (gradient == 0).all()


def test_the_order_of_points_does_not_matter() -> None:
    X, Z = cloud(20, 3, 11), cloud(20, 2, 12)
    order = torch.randperm(20, generator=torch.Generator().manual_seed(0))
    assert both(X, Z) == pytest.approx(both(X[order], Z[order]), rel=1e-13)


def test_one_point_has_no_edge() -> None:
    assert both(points(1), points((2, 3))) == [0, 0]


def test_float32_is_kept() -> None:
    X, Z = cloud(10, 3, 13).float(), cloud(10, 2, 14).float().requires_grad_()
    loss = topological_loss(batch_distances(X), Z)
    assert loss.dtype == torch.float32
    (gradient,) = torch.autograd.grad(loss, Z)
    assert gradient.dtype == torch.float32


def test_other_numbers_of_points_are_refused() -> None:
    words = "one latent point per input point, got 3 input points and 2 latent points"
    with pytest.raises(ValueError, match=words):
        directed_losses(torch.zeros(3, 3), torch.zeros(2, 2))


def test_latent_points_that_are_not_finite_are_refused() -> None:
    with pytest.raises(ValueError, match="distances must be finite"):
        topological_loss(torch.ones(2, 2), torch.tensor([[0.0, 0.0], [float("nan"), 0.0]]))


def test_the_papers_term_is_per_point() -> None:
    assert PaperTerm()(batch_distances(points(0, 1, 2)), points(0, 3, -1)).item() == pytest.approx(
        9 / 3
    )


def test_moors_term_by_hand() -> None:
    # Distances 4 and 3 become 1 and 3/s. Both directions: 2 (1 - 3/s)², divided by two points.
    term = MoorTerm().double()
    loss = term(batch_distances(points(0, 4)), points(0, 3))
    assert loss.item() == pytest.approx(4)
    torch.autograd.backward(loss)
    assert term.latent_scale.grad.item() == pytest.approx(2 * (1 - 3) * 3)


def test_moors_term_ignores_the_scale_of_the_input() -> None:
    A_X, Z = batch_distances(cloud(20, 3, 15)), cloud(20, 2, 16)
    term = MoorTerm().double()
    assert term(A_X, Z).item() == pytest.approx(term(7 * A_X, Z).item(), rel=1e-12)


def test_moors_term_of_equal_points_is_finite() -> None:
    assert MoorTerm()(torch.zeros(3, 3), torch.zeros(3, 2)).item() == 0
