from __future__ import annotations

import pytest
import torch
from torch import nn

from topo.nn.linear import Linear
from topo.nn.networks import AutoencoderNetwork


def network(n_features: int, *hidden: int, seed: int = 0) -> AutoencoderNetwork:
    return AutoencoderNetwork(n_features, hidden, generator=torch.Generator().manual_seed(seed))


def widths(stack: nn.Sequential) -> list[int]:
    linear = [layer for layer in stack if isinstance(layer, nn.Linear)]
    return [linear[0].in_features, *(layer.out_features for layer in linear)]


def test_widths_are_the_papers() -> None:
    mnist = network(784, 1000, 500, 250)
    assert widths(mnist.encoder) == [784, 1000, 500, 250, 2]
    assert widths(mnist.decoder) == [2, 250, 500, 1000, 784]


def test_every_hidden_layer_is_linear_relu_batchnorm_and_the_last_is_linear() -> None:
    block = [Linear, nn.ReLU, nn.BatchNorm1d]
    for stack in network(101, 32, 32).children():
        assert [type(layer) for layer in stack.children()] == [*block, *block, Linear]


def test_without_hidden_layers_both_maps_are_affine() -> None:
    model = network(5)
    assert widths(model.encoder) == [5, 2]
    assert [type(layer) for layer in model.encoder] == [Linear]
    a, b = torch.randn(2, 7, 5, generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(model((a + b) / 2), (model(a) + model(b)) / 2)


def test_initial_weights_are_pytorchs_distribution_and_follow_the_generator() -> None:
    weights = network(400, 100).encoder[0].weight
    assert weights.abs().max() <= 0.05
    assert weights.std().item() == pytest.approx(0.05 / 3**0.5, rel=0.02)
    same, other = network(400, 100), network(400, 100, seed=1)
    assert torch.equal(weights, same.encoder[0].weight)
    assert not torch.equal(weights, other.encoder[0].weight)


def test_the_global_generator_is_left_alone() -> None:
    before = torch.get_rng_state()
    network(10, 4, 3)
    assert torch.equal(before, torch.get_rng_state())
