"""The manifold-matching autoencoder as a scikit-learn estimator."""

from __future__ import annotations

from collections.abc import Sequence

from numpy.random import RandomState

from topo.device import Device
from topo.nn.distance_loss import DistanceTerm
from topo.nn.estimators import Autoencoder, check_weight
from topo.nn.training import Penalty


class ManifoldMatchingAutoencoder(Autoencoder):
    """Autoencoder whose latent distances match those of its input.

    The MMAE of Cheret et al. (2026; arXiv 2603.16568). Its loss per batch is the mean squared
    error plus λ times the mean squared difference of all distances. With λ = 0 it equals
    `Autoencoder` with the same seed, bit by bit.

    Parameters
    ----------
    hidden, epochs, batch_size, learning_rate, device, random_state
        As for `Autoencoder`.
    lam
        Weight λ of the differences of distances, at least 0.

    Attributes
    ----------
    network_, loss_history_, n_features_in_
        As for `Autoencoder`.
    """

    def __init__(
        self,
        hidden: Sequence[int] = (32, 32),
        *,
        epochs: int = 20,
        batch_size: int = 128,
        learning_rate: float = 1e-3,
        lam: float = 1.0,
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

    def _check_parameters(self) -> None:
        super()._check_parameters()
        check_weight(self.lam)

    def _penalty(self) -> Penalty:
        return self.lam, DistanceTerm().to(self.device)
