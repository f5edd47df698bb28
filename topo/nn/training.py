"""The training loop."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Generator, Tensor, nn

from topo.nn.batches import Blocks, batches
from topo.nn.distances import batch_distances
from topo.nn.networks import AutoencoderNetwork


@dataclass(frozen=True)
class Penalty:
    """What is added to the reconstruction error of a batch: a weight times a term.

    Attributes
    ----------
    weight
        λ.
    term
        Maps input distances (n, n), on the CPU, and latent points (n, k) to a scalar.
    distances : (N, N) tensor or None
        Distances between all N training points; None where they are Euclidean ones, which are
        computed batch by batch.
    """

    weight: float
    term: nn.Module
    distances: Tensor | None = None

    def of_whole(self, X: Tensor) -> Penalty:
        """Return the penalty with the distances between all points (N, d) at hand."""
        distances = batch_distances(X) if self.distances is None else self.distances
        return Penalty(self.weight, self.term, distances)

    def __call__(self, X: Tensor, Z: Tensor, batch: Tensor) -> Tensor:
        """Return the term of a batch: its points (n, d), their images (n, k), its indices (n,)."""
        if self.distances is None:
            value: Tensor = self.term(batch_distances(X), Z)
        elif len(batch) == len(self.distances):
            # In the points' own order, and so with one tensor of distances: what a term has worked
            # out of it holds for the next epoch.
            value = self.term(self.distances, Z.index_select(0, batch.argsort().to(Z.device)))
        else:
            value = self.term(self.distances[batch[:, None], batch], Z)
        return value


def train(
    network: AutoencoderNetwork,
    X: Tensor | Blocks,
    *,
    penalty: Penalty | None,
    epochs: int,
    batch_size: int,
    learning_rate: float,
    generator: Generator,
) -> list[float]:
    """Fit an autoencoder to points with Adam, and return the mean loss per point of every epoch.

    The loss of a batch is the mean squared error over all its entries, plus λ times the penalty.
    The same generator state gives the same weights bit by bit at one number of threads of a CPU.

    Parameters
    ----------
    network
        Trained in place, parameters of the penalty too.
    X : (n, d) float32 tensor, or Blocks
        Training points, n >= 2, on the network's device; of blocks, on the CPU.
    penalty
        What is added, or None for the reconstruction error alone.
    epochs, batch_size, learning_rate
        Number of passes over the points, points per batch (at least 2), Adam's step.
    generator
        Source on the CPU of the order of points, drawn anew in every epoch.

    Raises
    ------
    ValueError
        If there are fewer than two points, in all or per batch, or the loss or a weight is no
        longer finite.
    """
    if min(len(X), batch_size) < 2:
        raise ValueError(
            "training needs at least 2 points, and as many per batch, "
            f"got {len(X)} points and batches of {batch_size}"
        )
    parameters = [*network.parameters(), *(penalty.term.parameters() if penalty else ())]
    if penalty and isinstance(X, Tensor) and batch_size >= len(X):
        penalty = penalty.of_whole(X)
    optimiser = torch.optim.Adam(parameters, lr=learning_rate, fused=True)
    network.train()
    history = []
    for _ in range(epochs):
        total = 0.0
        for points, batch in batches(X, batch_size, generator=generator):
            loss = _loss(network, points, batch, penalty)
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            optimiser.step()
            total += loss.item() * len(batch)
        history.append(total / len(X))
    _require_finite([*history, *(weights.sum().item() for weights in parameters)])
    return history


def _loss(network: AutoencoderNetwork, X: Tensor, batch: Tensor, penalty: Penalty | None) -> Tensor:
    Z = network.encoder(X)
    reconstruction_error = nn.functional.mse_loss(network.decoder(Z), X)
    # Before the penalty, which could only say that there are no distances.
    _require_finite([reconstruction_error.item()])
    if penalty is None:
        return reconstruction_error
    return torch.add(reconstruction_error, penalty(X, Z, batch), alpha=penalty.weight)


def _require_finite(numbers: Iterable[float]) -> None:
    if not all(math.isfinite(number) for number in numbers):
        raise ValueError(
            "training diverged: the loss is no longer finite; "
            "lower learning_rate or the scale of the points"
        )
