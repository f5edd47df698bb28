"""Training on many points, made in blocks: what the topological term costs, and whether it works.

Counts, not seconds: they are the same on every machine. The benchmark `blocks` has the seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, NonNegativeFloat, PositiveFloat, PositiveInt, model_validator

from topo.datasets.base import LabelledPoints
from topo.datasets.spheres import Spheres, uniform_on_sphere
from topo.questions.base import Findings, OneRound, Part
from topo.seeding import derive_seed
from topo.theory.base import Section, TheoryValue

if TYPE_CHECKING:
    from topo.nn.networks import AutoencoderNetwork

_BatchSize = Annotated[int, Field(ge=2)]


class Network(Section):
    """An autoencoder and its training, as for `topo.nn.estimators.Autoencoder`; one epoch."""

    hidden: tuple[PositiveInt, ...]
    learning_rate: PositiveFloat
    lam: NonNegativeFloat


class OneEpoch(Part):
    """AE and TopoAE trained for one epoch on blocks of SPHERES.

    Attributes
    ----------
    block
        Points of one block; every block has the same spheres.
    n_blocks, batch_size
        Blocks in all, and points per batch.
    """

    block: Spheres
    n_blocks: PositiveInt
    batch_size: _BatchSize
    network: Network

    @property
    def n_points(self) -> int:
        """Number of points of all blocks."""
        return self.n_blocks * self.block.n_points

    def cost(self) -> float:
        """Rough seconds on one core: the steps, the term's distances, and making the points."""
        return self.n_points * (2e-5 + 3e-3 / self.batch_size + 2.5e-8 * self.batch_size)

    def compute(self, data: Mapping[str, LabelledPoints], *, seed: int) -> Findings:
        """Train, count distances, and look at a block that was not trained on."""
        case = f"large_scale/n={self.n_points}/batch={self.batch_size}"
        unseen = draw_block(self.block, self.n_blocks)
        plain, none = self.train(lam=None, seed=seed)
        topological, n_distances = self.train(lam=self.network.lam, seed=seed)
        per_point = n_distances / self.n_points
        term, layers = (self.block.dimension + 2) * per_point, 3 * _count_weights(plain)
        measured = {
            "distances_per_point": per_point,
            "distances_per_point_ae": none / self.n_points,
            "share_of_products": term / (term + layers),
            "topological_loss_ratio": _loss(topological, unseen) / _loss(plain, unseen),
        }
        values = [TheoryValue(case, name, None, 0, value) for name, value in measured.items()]
        return Findings(values)

    def train(self, *, lam: float | None, seed: int) -> tuple[AutoencoderNetwork, int]:
        """Train AE, or with a weight TopoAE, for one epoch.

        Returns
        -------
        tuple
            The network, and how many distances of the input its term was given.
        """
        import torch

        from topo.nn.batches import Blocks
        from topo.nn.networks import AutoencoderNetwork
        from topo.nn.topological_loss import PaperTerm
        from topo.nn.training import Penalty, train

        n_distances = 0

        class Counted(PaperTerm):
            def forward(self, X_distances: torch.Tensor, Z: torch.Tensor) -> torch.Tensor:
                nonlocal n_distances
                n_distances += len(Z) * (len(Z) - 1) // 2
                return super().forward(X_distances, Z)

        generator = torch.Generator().manual_seed(derive_seed(seed, "weights"))
        network = AutoencoderNetwork(self.block.dimension, self.network.hidden, generator=generator)
        train(
            network,
            Blocks(
                lambda number: draw_block(self.block, number), self.n_blocks, self.block.n_points
            ),
            penalty=None if lam is None else Penalty(lam, Counted()),
            epochs=1,
            batch_size=self.batch_size,
            learning_rate=self.network.learning_rate,
            generator=generator,
        )
        return network.eval(), n_distances


class LargeScale(OneRound):
    """Whether the topological loss is "suitable for large-scale training" (section 1).

    Cases: ``large_scale/n=N/batch=B``. Metrics, of one epoch: ``distances_per_point``, pairs of
    points whose distance the term takes, per point, and the same of AE, which has none;
    ``share_of_products``, of the multiplications of term and layers those of the term, from 0 to
    1 (per distance as many as input and latent space have dimensions; per weight and point three:
    forward, and both gradients); ``topological_loss_ratio``, L_t of TopoAE divided by that of AE
    on a block that neither has seen, below 1 where the term works.

    Attributes
    ----------
    block
        Points of one block; all blocks lie on the same spheres.
    n_blocks, batch_sizes
        Every number of blocks is trained on at every batch size.
    network
        The network and its training.
    """

    block: Spheres
    n_blocks: tuple[PositiveInt, ...] = Field(min_length=1)
    batch_sizes: tuple[_BatchSize, ...] = Field(min_length=1)
    network: Network

    @model_validator(mode="after")
    def _check_batches(self) -> Self:
        if max(self.batch_sizes) > self.block.n_points:
            raise ValueError(
                f"a batch has points of one block, {self.block.n_points}, got batches of "
                f"{max(self.batch_sizes)}: lower batch_sizes or enlarge the block"
            )
        return self

    def parts(self) -> Mapping[str, Part]:
        """Return a part for every number of points and batch size."""
        parts = [
            OneEpoch(block=self.block, n_blocks=n, batch_size=size, network=self.network)
            for n in self.n_blocks
            for size in self.batch_sizes
        ]
        return {f"n={part.n_points}/batch={part.batch_size}": part for part in parts}


def draw_block(spheres: Spheres, number: int) -> NDArray[np.float32]:
    """Draw the points (n_points, dimension) of a block, on the spheres of all other blocks."""
    centres = np.random.default_rng(spheres.seed).normal(
        scale=spheres.centre_std, size=(spheres.n_inner, spheres.dimension)
    )
    rng = np.random.default_rng(derive_seed("block", spheres.seed, number))
    inner = [
        centre
        + uniform_on_sphere(
            spheres.n_points_per_inner, spheres.dimension, spheres.inner_radius, rng=rng
        )
        for centre in centres
    ]
    outer = uniform_on_sphere(spheres.n_outer, spheres.dimension, spheres.outer_radius, rng=rng)
    points: NDArray[np.float32] = np.concatenate([*inner, outer]).astype(np.float32)
    return points


def _count_weights(network: AutoencoderNetwork) -> int:
    """Count the weights of all linear layers."""
    return sum(each.numel() for each in network.parameters() if each.ndim == 2)


#: Points of a batch in which networks are compared, whatever they were trained on.
_COMPARED = 128


def _loss(network: AutoencoderNetwork, X: NDArray[np.float32]) -> float:
    """Return the mean L_t of batches of points in random order, the last and smaller one too."""
    import torch

    from topo.nn.distances import batch_distances
    from topo.nn.topological_loss import PaperTerm

    points = torch.from_numpy(X[np.random.default_rng(0).permutation(len(X))])
    batches = points.tensor_split(list(range(_COMPARED, len(points), _COMPARED)))
    with torch.no_grad():
        losses = [PaperTerm()(batch_distances(each), network.encoder(each)) for each in batches]
    return float(torch.stack(losses).double().mean())
