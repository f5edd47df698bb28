"""The autoencoder with one more loss, as a scikit-learn estimator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from numbers import Real
from typing import Literal

import numpy as np
import torch
from numpy.random import RandomState
from numpy.typing import NDArray
from sklearn.utils import check_scalar
from torch import nn

from topo.device import Device
from topo.homology.resistance import effective_resistances
from topo.nn.distance_loss import DistanceTerm
from topo.nn.estimators import Autoencoder, check_finite_parameter
from topo.nn.loop_losses import LoopTerm
from topo.nn.rtd_lite import RTDLiteTerm
from topo.nn.topological_loss import MoorTerm, PaperTerm
from topo.nn.training import Penalty

Loss = Literal[
    "topoae", "topoae_moor", "mmae", "topoae_h1", "topoae_cascade", "topoae_cycles", "rtd_lite"
]

#: Terms of input distances and latent points, by the name of the loss.
TERMS: dict[str, Callable[[], nn.Module]] = {
    "topoae": PaperTerm,
    "topoae_moor": MoorTerm,
    "mmae": DistanceTerm,
    "topoae_h1": LoopTerm,
    "topoae_cascade": partial(LoopTerm, "cascades"),
    "topoae_cycles": partial(LoopTerm, "cycles"),
    "rtd_lite": RTDLiteTerm,
}


class TopologicalAutoencoder(Autoencoder):
    """Autoencoder with one more loss, of how the shape of the points is kept.

    Its loss per batch is the mean squared error plus λ times a term of the input's distances and
    the latent points. With λ = 0 it equals `Autoencoder` with the same seed, bit by bit.

    Parameters
    ----------
    hidden, epochs, batch_size, learning_rate, device, random_state
        As for `Autoencoder`.
    lam
        Weight λ of the term, at least 0.
    loss
        The term:

        - "topoae": the topological loss per point (section 3 of the paper).
        - "topoae_moor": that of Moor et al. (2020), with normalised distances and without the ½.
        - "mmae": the mean squared difference of all distances, the MMAE of Cheret et al. (2026;
          arXiv 2603.16568).
        - "topoae_h1", "topoae_cascade", "topoae_cycles": with the pairings in dimension 1; see
          `topo.nn.loop_losses.LoopTerm`.
        - "rtd_lite": see `topo.nn.rtd_lite.rtd_lite_loss`.
    n_neighbors
        With a number, the input's distances in the term are effective resistances on the graph of
        so many neighbours of the training points; with None they are Euclidean.

    Attributes
    ----------
    network_, loss_history_, n_features_in_
        As for `Autoencoder`.
    joining_edges_ : (m, 2) int64 array
        Edges by which the graph of neighbours was joined, since it was in m + 1 pieces; empty
        where it was not, or distances are Euclidean.
    """

    def __init__(
        self,
        hidden: Sequence[int] = (32, 32),
        *,
        epochs: int = 20,
        batch_size: int = 128,
        learning_rate: float = 1e-3,
        lam: float = 1.0,
        loss: Loss = "topoae",
        n_neighbors: int | None = None,
        device: Device = "cpu",
        random_state: int | RandomState | None = None,
    ) -> None:
        super().__init__(
            hidden,
            epochs=epochs,
            batch_size=batch_size,
            learning_rate=learning_rate,
            device=device,
            random_state=random_state,
        )
        self.lam = lam
        self.loss = loss
        self.n_neighbors = n_neighbors

    def _check_parameters(self) -> None:
        super()._check_parameters()
        check_scalar(self.lam, "lam", target_type=Real, min_val=0)
        check_finite_parameter(self.lam, "lam")
        if self.loss not in TERMS:
            raise ValueError(f"loss must be one of {sorted(TERMS)}, got {self.loss!r}")

    def _penalty(self, points: NDArray[np.float32]) -> Penalty:
        self.joining_edges_ = np.empty((0, 2), np.int64)
        distances = None
        if self.n_neighbors is not None:
            resistances = effective_resistances(points, n_neighbors=self.n_neighbors)
            self.joining_edges_ = resistances.joining
            distances = torch.from_numpy(resistances.distances.astype(np.float32))
        return Penalty(self.lam, TERMS[self.loss]().to(self.device), distances)
