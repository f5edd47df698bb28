from __future__ import annotations

import weakref

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor, nn

from topo.nn.batches import Blocks, shuffled_batches
from topo.nn.distances import batch_distances
from topo.nn.networks import AutoencoderNetwork
from topo.nn.topological_loss import MoorTerm
from topo.nn.training import Penalty, train


def generator(seed: int = 0) -> Generator:
    return torch.Generator().manual_seed(seed)


def fit(
    X: Tensor | Blocks,
    *,
    penalty: Penalty | None = None,
    epochs: int = 3,
    learning_rate: float = 0.01,
) -> tuple[AutoencoderNetwork, list[float]]:
    source = generator()
    network = AutoencoderNetwork(3, (4,), generator=source)
    history = train(
        network,
        X,
        penalty=penalty,
        epochs=epochs,
        batch_size=8,
        learning_rate=learning_rate,
        generator=source,
    )
    return network, history


def cloud(n: int = 21) -> Tensor:
    return torch.randn(n, 3, generator=generator(5))


@pytest.mark.parametrize(
    ("n", "sizes"),
    [(8, [4, 4]), (9, [4, 5]), (10, [4, 4, 2]), (5, [5]), (4, [4]), (3, [3]), (2, [2])],
)
def test_a_single_point_left_over_joins_the_batch_before_it(n: int, sizes: list[int]) -> None:
    batches = list(shuffled_batches(n, 4, generator=generator()))
    assert [len(batch) for batch in batches] == sizes
    assert torch.cat(batches).sort().values.tolist() == list(range(n))


def test_the_order_is_drawn_anew_from_the_generator() -> None:
    source = generator()
    first, second = (next(shuffled_batches(50, 50, generator=source)) for _ in range(2))
    assert not torch.equal(first, second)
    assert torch.equal(first, next(shuffled_batches(50, 50, generator=generator())))


def made_in_blocks(number: int) -> NDArray[np.float32]:
    return cloud(30).numpy()[10 * number : 10 * number + 10].copy()


def test_blocks_are_trained_on_whole_in_any_order_and_one_at_a_time() -> None:
    made: list[weakref.ref[NDArray[np.float32]]] = []

    def make(number: int) -> NDArray[np.float32]:
        assert all(each() is None for each in made)
        points = made_in_blocks(number)
        made.append(weakref.ref(points))
        return points

    blocks, source = Blocks(make, n_blocks=3, block_size=10), generator()
    orders = []
    for _ in range(2):
        given = list(blocks.batches(4, generator=source))
        assert [len(batch) for _, batch in given] == 3 * [4, 4, 2]
        orders.append(torch.cat([batch for _, batch in given]))
        assert torch.equal(torch.cat([X for X, _ in given]), cloud(30)[orders[-1]])
        assert sorted(orders[-1].tolist()) == list(range(30))
    assert not torch.equal(*orders)


def test_blocks_have_the_loss_of_their_points() -> None:
    # A step of almost nothing, and a batch for each block: every epoch's loss is that of the
    # initial weights, and of BatchNorm's means of that batch.
    blocks = Blocks(lambda number: cloud(24)[8 * number :][:8].numpy(), n_blocks=3, block_size=8)
    term = Seen()
    network, history = fit(blocks, penalty=Penalty(1.0, term), epochs=2, learning_rate=1e-12)
    losses = [nn.functional.mse_loss(network(X), X).item() for X in cloud(24).split(8)]
    assert history == pytest.approx(2 * [sum(losses) / 3], rel=1e-5)
    # Of its own points alone, in another order.
    expected = sorted(batch_distances(X).sum().item() for X in cloud(24).split(8))
    for epoch in (term.calls[:3], term.calls[3:]):
        found = sorted(distances.sum().item() for distances, _ in epoch)
        assert found == pytest.approx(expected, rel=1e-5)


def test_history_has_the_mean_loss_per_point() -> None:
    # A step of almost nothing: every epoch's loss is that of the initial weights.
    network, history = fit(cloud(8), epochs=2, learning_rate=1e-12)
    expected = nn.functional.mse_loss(network(cloud(8)), cloud(8)).item()
    assert history == pytest.approx([expected, expected], rel=1e-5)


def test_the_loss_falls() -> None:
    history = fit(cloud(), epochs=30)[1]
    assert history[-1] < 0.8 * history[0]


def test_the_penalty_is_weighted_and_added() -> None:
    class Constant(nn.Module):
        def forward(self, X_distances: Tensor, Z: Tensor) -> Tensor:
            return Z.sum() * 0 + 7

    plain, penalised = fit(cloud())[1], fit(cloud(), penalty=Penalty(0.5, Constant()))[1]
    assert penalised == pytest.approx([loss + 3.5 for loss in plain], rel=1e-6)


class Seen(nn.Module):
    """Keeps what it is called with."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[Tensor, Tensor]] = []

    def forward(self, X_distances: Tensor, Z: Tensor) -> Tensor:
        self.calls.append((X_distances, Z.detach()))
        return Z.sum() * 0


@pytest.mark.parametrize("given", [False, True])
def test_a_term_has_the_distances_of_its_batch(given: bool) -> None:
    X, term = cloud(20), Seen()
    # Of another kind than Euclidean, and different for every two points.
    own = batch_distances(X).square() if given else None
    fit(X, penalty=Penalty(1.0, term, own), epochs=1)
    order = torch.randperm(20, generator=after_weights())
    for (found, Z), batch in zip(term.calls, order.split(8), strict=True):
        expected = batch_distances(X[batch]) if own is None else own[batch][:, batch]
        assert torch.equal(found, expected)
        assert len(Z) == len(batch)


@pytest.mark.parametrize("given", [False, True])
def test_a_batch_of_all_points_keeps_their_order_and_their_distances(given: bool) -> None:
    X, term = cloud(7), Seen()
    own = batch_distances(X).square() if given else None
    network, _ = fit(X, penalty=Penalty(1.0, term, own), epochs=3, learning_rate=1e-12)
    first, *others = term.calls
    assert all(found is first[0] for found, _ in others)
    assert torch.equal(first[0], batch_distances(X) if own is None else own)
    for _, Z in term.calls:
        torch.testing.assert_close(Z, network.encoder(X).detach())


def after_weights() -> Generator:
    """The generator as it is once the weights are drawn."""
    source = generator()
    AutoencoderNetwork(3, (4,), generator=source)
    return source


def test_parameters_of_the_penalty_are_trained() -> None:
    term = MoorTerm()
    fit(cloud(), penalty=Penalty(1.0, term))
    assert term.latent_scale.item() != 1


@pytest.mark.parametrize("penalty", [None, Penalty(1.0, MoorTerm())])
def test_divergence_is_an_error(penalty: Penalty | None) -> None:
    with pytest.raises(ValueError, match=r"training diverged: .* lower learning_rate"):
        fit(cloud(), learning_rate=1e30, penalty=penalty)
