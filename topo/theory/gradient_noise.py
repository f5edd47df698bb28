"""How far the gradients of batches scatter, in dimension 0 and in dimension 1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, PositiveInt, model_validator

from topo.datasets.base import Dataset
from topo.datasets.complete_graphs import K4
from topo.datasets.spheres import Spheres
from topo.seeding import derive_seed
from topo.theory.base import Experiment, Section, TheoryValue

if TYPE_CHECKING:
    from torch import Tensor, nn


class TrainedNetwork(Section):
    """An autoencoder to take gradients at; see `topo.nn.estimators.Autoencoder`."""

    hidden: tuple[PositiveInt, ...]
    epochs: PositiveInt
    batch_size: int = Field(ge=2)
    learning_rate: float = Field(gt=0)


class GradientNoise(Experiment):
    """Gradients of the losses in dimension 0 and 1 by the encoder's weights, batch by batch.

    The losses are those of `topo.nn.loop_losses.losses_by_dimension`. A batch's loops are others
    than those of all points, and one without loops says nothing: by the paper's section 5.1 higher
    dimensions make training slow "due to noise".

    Cases are a dataset and a size of batches, such as ``k4/batch=128``.

    Attributes
    ----------
    n_repetitions
        Draws of the data, each with a network of its own.
    n_batches
        Random batches of each size, drawn without replacement from all points.
    k4, spheres
        Data with loops, and the paper's, in which none are known.
    network
        Trained on the reconstruction error alone, so that no loss has shaped the embedding.
    """

    n_repetitions: PositiveInt
    n_batches: int = Field(ge=2)
    batch_sizes: Annotated[tuple[Annotated[int, Field(ge=2)], ...], Field(min_length=1)]
    k4: K4
    spheres: Spheres
    network: TrainedNetwork

    @model_validator(mode="after")
    def _check_batches(self) -> Self:
        fewest = min(self.k4.n_points, self.spheres.n_points)
        if max(self.batch_sizes) > fewest:
            raise ValueError(
                f"a batch is taken from at least {fewest} points, got batches of "
                f"{max(self.batch_sizes)}: lower batch_sizes or enlarge the data"
            )
        return self

    def cost(self) -> float:
        """Rough seconds on one core."""
        return 0.02 * self.n_repetitions * self.n_batches * len(self.batch_sizes)

    def compute(self, *, seed: int) -> list[TheoryValue]:
        """Measure the noise on both datasets.

        Returns
        -------
        list of TheoryValue
            ``noise``
                In either dimension, the root of the gradient's variance over batches, summed over
                all weights, divided by the length of its mean; from 0. At 1 a batch's gradient is
                as far from the mean as that is long; n batches together have 1/√n of it.
            ``share_without_loops``
                Share of the batches in which neither side has a loop, whose loss in dimension 1 is
                0 whatever the embedding.
        """
        return [
            value
            for name, dataset in (("k4", self.k4), ("spheres", self.spheres))
            for repetition in range(self.n_repetitions)
            for value in self._values(name, dataset.drawn(repetition), repetition, seed)
        ]

    def _values(
        self, name: str, dataset: Dataset, repetition: int, seed: int
    ) -> Iterator[TheoryValue]:
        from topo.nn.estimators import Autoencoder

        X = dataset.load(Path()).X
        seed = derive_seed(seed, "gradient_noise", name, repetition)
        network = Autoencoder(**self.network.model_dump(), random_state=seed).fit(X).network_
        rng = np.random.default_rng(seed)
        for size in self.batch_sizes:
            case = f"gradient_noise/{name}/batch={size}"
            batches = [rng.choice(len(X), size, replace=False) for _ in range(self.n_batches)]
            found = [batch_gradients(network.encoder, X[batch]) for batch in batches]
            for dimension in (0, 1):
                gradients = np.stack([each[dimension] for each in found])
                yield TheoryValue(case, "noise", dimension, repetition, noise(gradients))
            empty = float(np.mean([not each[1].any() for each in found]))
            yield TheoryValue(case, "share_without_loops", 1, repetition, empty)


def batch_gradients(
    encoder: nn.Module, X: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the gradients (w,) of a batch's losses in dimension 0 and 1 by the encoder's weights.

    As in training: BatchNorm takes the batch's own moments.
    """
    import torch

    from topo.nn.distances import batch_distances
    from topo.nn.loop_losses import losses_by_dimension

    encoder.train()
    # A fitted network is one of double precision.
    points, weights = torch.from_numpy(X).double(), list(encoder.parameters())
    losses = losses_by_dimension(batch_distances(points), encoder(points))
    of_trees, of_loops = (_gradient(loss, weights) for loss in losses)
    return of_trees, of_loops


def _gradient(loss: Tensor, weights: Sequence[Tensor]) -> NDArray[np.float64]:
    import torch

    if not loss.requires_grad:
        # No edge, no loss.
        return np.zeros(sum(each.numel() for each in weights))
    parts = torch.autograd.grad(loss, weights, retain_graph=True)
    return torch.cat([each.ravel() for each in parts]).double().numpy()


def noise(gradients: NDArray[np.float64]) -> float:
    """Return the scatter of gradients (b, w) relative to their mean; see `GradientNoise.compute`.

    Raises
    ------
    ValueError
        Where all of them are 0.
    """
    mean = gradients.mean(axis=0)
    length = float(np.linalg.norm(mean))
    if length == 0:
        raise ValueError(
            "noise needs gradients whose mean is not 0, and no batch had a loss: take larger "
            "batches, so that some have loops"
        )
    return float(np.sqrt(gradients.var(axis=0, ddof=1).sum()) / length)
