"""The networks of the paper: fully connected autoencoders onto the plane."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Generator, Tensor, nn

from topo.nn.linear import Linear

LATENT_DIMENSION = 2


class AutoencoderNetwork(nn.Module):
    """An encoder onto the plane and a decoder back, of mirrored widths.

    Every hidden layer is Linear → ReLU → BatchNorm (section 4.1.3 of the paper). The latent layer
    and the last one are Linear alone, so that both may take any value. Without hidden layers
    encoder and decoder are one affine map each.

    Parameters
    ----------
    n_features
        Width d of the input.
    hidden
        Widths of the encoder's hidden layers; the decoder has them in reverse order.
    generator
        Source of the initial weights. The global one is neither read nor changed.
    """

    def __init__(self, n_features: int, hidden: Sequence[int], *, generator: Generator) -> None:
        super().__init__()
        widths = [n_features, *hidden, LATENT_DIMENSION]
        self.encoder = _stack(widths, generator)
        self.decoder = _stack(widths[::-1], generator)

    def forward(self, X: Tensor) -> Tensor:
        """Encode and decode points: (n, d) to (n, d)."""
        reconstruction: Tensor = self.decoder(self.encoder(X))
        return reconstruction


def _stack(widths: Sequence[int], generator: Generator) -> nn.Sequential:
    """Layers of the given widths; all but the last end in ReLU and BatchNorm."""
    layers: list[nn.Module] = []
    *hidden, last = pairwise(widths)
    for n_in, n_out in hidden:
        layers += [_linear(n_in, n_out, generator), nn.ReLU(), nn.BatchNorm1d(n_out)]
    return nn.Sequential(*layers, _linear(*last, generator))


def _linear(n_in: int, n_out: int, generator: Generator) -> Linear:
    """Linear layer with PyTorch's own distribution of initial weights: U(-1/√n_in, 1/√n_in)."""
    # Made without storage first: the constructor would draw from the global generator.
    layer = Linear(n_in, n_out, device="meta").to_empty(device="cpu")
    bound = n_in**-0.5
    with torch.no_grad():
        layer.weight.uniform_(-bound, bound, generator=generator)
        layer.bias.uniform_(-bound, bound, generator=generator)
    return layer
