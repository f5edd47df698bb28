"""Losses that see loops and RTD-Lite: by hand, by plain definition, and on what has no loop."""

from __future__ import annotations

from typing import Any

import gudhi
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy.sparse.csgraph import minimum_spanning_tree
from torch import Tensor

from topo.homology.cycles import representative_loops
from topo.nn.distances import batch_distances
from topo.nn.loop_losses import LoopTerm, losses_by_dimension
from topo.nn.rtd_lite import RTDLiteTerm, rtd_lite_loss
from topo.nn.topological_autoencoder import TERMS
from topo.nn.topological_loss import MoorTerm

LOOP_TERMS = [LoopTerm(), LoopTerm("cascades"), LoopTerm("cycles")]
IDS = ["h1", "cascade", "cycles"]


def cloud(n: int, dimension: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(n, dimension, generator=generator, dtype=torch.float64)


def pairs(A: NDArray[np.float64]) -> list[list[tuple[int, int]]]:
    """Edges that join components, at which loops are born, and at which they die, by gudhi."""
    tree = gudhi.RipsComplex(distance_matrix=A).create_simplex_tree(max_dimension=2)
    tree.compute_persistence()
    in_0, in_1, *_ = tree.flag_persistence_generators()
    loops = in_1[0] if in_1 else np.empty((0, 4), int)
    return [list(map(tuple, each)) for each in (in_0[:, 1:], loops[:, :2], loops[:, 2:])]


def plain_loss(X: Tensor, Z: Tensor, more: list[tuple[int, int]]) -> Tensor:
    """The definition on whole distance matrices, differentiated by PyTorch."""
    A_X, A_Z = ((P[:, None] - P).norm(dim=2) for P in (X, Z))
    kinds = [*pairs(A_X.numpy()), *pairs(A_Z.detach().numpy()), more]
    means = [
        torch.stack([A_X[edge] - A_Z[edge] for edge in edges]).square().mean()
        for edges in kinds
        if edges
    ]
    return torch.stack(means).sum()


def more_edges(term: LoopTerm, X: Tensor) -> list[tuple[int, int]]:
    if term.more is None:
        return []
    loops = representative_loops(batch_distances(X).numpy())
    chains = loops.cycles if term.more == "cycles" else [each[1:] for each in loops.cascades]
    return sorted({(i, j) for chain in chains for i, j in chain.tolist()})


@pytest.mark.parametrize("term", LOOP_TERMS, ids=IDS)
@pytest.mark.parametrize("seed", range(3))
def test_value_and_gradient_equal_the_plain_definition(seed: int, term: LoopTerm) -> None:
    X, Z = cloud(25, 4, seed), cloud(25, 2, seed + 100).requires_grad_()
    more = more_edges(term, X)
    assert (len(more) > 0) == (term.more is not None)
    loss, expected = term(batch_distances(X), Z), plain_loss(X, Z, more)
    torch.testing.assert_close(loss, expected)
    torch.testing.assert_close(torch.autograd.grad(loss, Z), torch.autograd.grad(expected, Z))


@pytest.mark.parametrize("make", TERMS.values(), ids=TERMS)
def test_gradient_equals_finite_differences(make: Any) -> None:
    term, A_X = make().double(), batch_distances(cloud(15, 5, 7))
    assert torch.autograd.gradcheck(lambda Z: term(A_X, Z), cloud(15, 2, 8).requires_grad_())


def test_dimensions_add_up_to_the_whole() -> None:
    X, Z = cloud(30, 3, 1), cloud(30, 2, 2)
    A = batch_distances(X)
    of_trees, of_loops = losses_by_dimension(A, Z)
    assert min(of_trees.item(), of_loops.item()) > 0
    assert (of_trees + of_loops).item() == pytest.approx(LoopTerm()(A, Z).item())
    with pytest.raises(ValueError, match="one latent point per input point"):
        losses_by_dimension(A, Z[:5])


def test_the_edges_of_rtd_lite_s_input_are_those_of_the_last_tensor() -> None:
    term, Z = RTDLiteTerm(), cloud(20, 2, 3)
    for seed in (4, 5, 4):
        A = batch_distances(cloud(20, 3, seed))
        assert term(A, Z).item() == rtd_lite_loss(A, Z).item()


def test_a_square_that_becomes_a_rhombus_by_hand() -> None:
    X = torch.tensor([[0.0, 0], [1, 0], [1, 1], [0, 1]], dtype=torch.float64)
    # All four sides stay 1; the diagonals are √2 before, and 1.2 and 1.6 after.
    Z = torch.tensor([[0.8, 0], [0, 0.6], [-0.8, 0], [0, -0.6]], dtype=torch.float64)
    A = batch_distances(X)
    (death,) = representative_loops(A.numpy()).deaths.tolist()
    # Deaths: in X a diagonal, of two that are tied, and in Z the shorter one.
    in_image = 1.6 if death == [0, 2] else 1.2
    expected = (2**0.5 - in_image) ** 2 + (2**0.5 - 1.2) ** 2
    assert LoopTerm()(A, Z).item() == pytest.approx(expected)


@pytest.mark.parametrize("term", LOOP_TERMS, ids=IDS)
def test_an_isometry_loses_nothing(term: LoopTerm) -> None:
    X, turn = cloud(30, 2, 0), torch.tensor([[0.6, -0.8], [0.8, 0.6]], dtype=torch.float64)
    assert term(batch_distances(X), X @ turn + 5).item() == pytest.approx(0, abs=1e-25)


@pytest.mark.parametrize("term", LOOP_TERMS, ids=IDS)
@pytest.mark.parametrize("n", [1, 2, 3])
def test_fewer_points_than_a_loop_needs(n: int, term: LoopTerm) -> None:
    X, Z = cloud(n, 3, 1), cloud(n, 2, 2)
    expected = plain_loss(X, Z, []) if n > 1 else torch.zeros((), dtype=torch.float64)
    torch.testing.assert_close(term(batch_distances(X), Z), expected)


@pytest.mark.parametrize("term", LOOP_TERMS, ids=IDS)
def test_a_batch_without_loops_has_the_trees_alone(term: LoopTerm) -> None:
    X = torch.arange(8, dtype=torch.float64)[:, None] ** 1.5
    Z = torch.cat([X, 0 * X], dim=1) * 0.5
    differences = (X[1:] - X[:-1]) / 2
    expected = 2 * differences.square().mean().item()
    assert term(batch_distances(X), Z).item() == pytest.approx(expected)


@pytest.mark.parametrize("make", TERMS.values(), ids=TERMS)
@pytest.mark.parametrize("Z", [torch.zeros(12, 2), torch.eye(12)], ids=["equal", "all tied"])
@pytest.mark.parametrize("X", [torch.zeros(12, 3), torch.eye(12)], ids=["equal", "all tied"])
def test_ties_have_finite_losses_and_gradients(X: Tensor, Z: Tensor, make: Any) -> None:
    Z = Z.clone().requires_grad_()
    loss = make()(batch_distances(X), Z)
    (gradient,) = torch.autograd.grad(loss, Z)
    assert torch.isfinite(loss) and torch.isfinite(gradient).all()
    if torch.equal(X, Z.detach()) and make is not MoorTerm:  # which rescales the input alone
        assert loss.item() == pytest.approx(0, abs=1e-6)


def test_the_input_side_is_remembered_for_the_same_tensor_alone() -> None:
    term, A, Z = LoopTerm(), batch_distances(cloud(12, 3, 0)), cloud(12, 2, 1)
    first = term(A, Z)
    other = LoopTerm()(batch_distances(cloud(12, 3, 9)), Z)
    assert term(A, Z).item() == first.item()
    assert term(batch_distances(cloud(12, 3, 9)), Z).item() == other.item() != first.item()


@pytest.mark.parametrize("make", [*[lambda t=t: t for t in LOOP_TERMS], RTDLiteTerm])
def test_other_numbers_of_points_are_refused(make: Any) -> None:
    with pytest.raises(ValueError, match="got 3 input points and 2 latent points: pass the images"):
        make()(torch.zeros(3, 3), torch.zeros(2, 2))


def tree_weight(A: NDArray[np.float64]) -> float:
    return float(minimum_spanning_tree(A).sum())


@pytest.mark.parametrize("seed", range(3))
def test_rtd_lite_is_that_of_scipys_trees(seed: int) -> None:
    X, Z = cloud(25, 4, seed), cloud(25, 2, seed + 100)
    A, B = (batch_distances(P).numpy() for P in (X, Z))
    A, B = (M / np.quantile(M[np.triu_indices(25, 1)], 0.9) for M in (A, B))
    expected = (tree_weight(A) + tree_weight(B)) / 2 - tree_weight(np.minimum(A, B))
    assert rtd_lite_loss(batch_distances(X), Z).item() == pytest.approx(expected)
    assert expected > 0


def test_rtd_lite_is_blind_to_scale() -> None:
    A, Z = batch_distances(cloud(20, 3, 0)), cloud(20, 2, 1)
    assert rtd_lite_loss(7 * A, 3 * Z).item() == pytest.approx(rtd_lite_loss(A, Z).item())
    assert rtd_lite_loss(batch_distances(Z), 5 * Z).item() == pytest.approx(0, abs=1e-12)


def test_rtd_lite_of_three_points_by_hand() -> None:
    # A is 1, 2, 3 and B 2, 1, 3, before both are divided by their 0.9 quantile 2.8: C is 1, 1, 3.
    X, Z = (torch.tensor(x, dtype=torch.float64)[:, None] for x in ([0, 1, 3], [0, 2, 3]))
    assert rtd_lite_loss(batch_distances(X), Z).item() == pytest.approx((3 - 2) / 2.8)
