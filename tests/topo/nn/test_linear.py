from __future__ import annotations

import pytest
import torch
from torch import nn

from topo.nn.linear import Linear


def pair(n_in: int, n_out: int) -> tuple[Linear, nn.Linear]:
    torch.manual_seed(0)
    layer, reference = Linear(n_in, n_out), nn.Linear(n_in, n_out)
    reference.load_state_dict(layer.state_dict())
    return layer, reference


@pytest.mark.parametrize("shape", [(128, 101, 32), (128, 300, 200), (2, 2**15, 1), (1, 1, 1)])
def test_image_and_gradients_are_those_of_pytorchs_layer(shape: tuple[int, int, int]) -> None:
    n, n_in, n_out = shape
    results = []
    for layer in pair(n_in, n_out):
        X = torch.randn(n, n_in, generator=torch.Generator().manual_seed(1), requires_grad=True)
        image = layer(X)
        torch.autograd.backward((image**2).sum())
        results.append([image.detach(), X.grad, layer.weight.grad, layer.bias.grad])
    for ours, theirs in zip(*results, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-4)


def test_input_that_needs_no_gradient_gets_none() -> None:
    layer, _ = pair(300, 200)
    X = torch.ones(4, 300)
    torch.autograd.backward(layer(X).sum())
    assert X.grad is None
    assert layer.weight.grad is not None


def test_wide_products_are_onednns_and_only_those_of_float32(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    called = []
    monkeypatch.setattr(
        "topo.nn.linear._product", lambda A, B, bias=None: called.append(A.dtype) or A @ B.t()
    )
    pair(3, 2)[0](torch.ones(4, 3))
    assert called == []
    layer, _ = pair(300, 200)
    layer(torch.ones(4, 300))
    assert called == [torch.float32]
    layer.double()(torch.ones(4, 300, dtype=torch.float64))
    assert called == [torch.float32]
