"""The manifold-matching autoencoder (Cheret et al., 2026; arXiv 2603.16568)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from topo.methods.autoencoder import AE

if TYPE_CHECKING:
    from topo.device import Device
    from topo.methods.base import Role
    from topo.nn.estimators import Autoencoder


class MMAE(AE):
    """Autoencoder whose latent distances match those of its input, weighted by `lam`."""

    title: ClassVar[str] = "MMAE"
    role: ClassVar[Role] = "other"
    small: ClassVar[Mapping[str, Any]] = {**AE.small, "lam": 1.0}

    lam: float = Field(ge=0, allow_inf_nan=False)

    def cost(self, n_train: int, n_points: int, n_features: int) -> float:
        """Rough seconds: the autoencoder's, and 0.4 ms per step at batch 128."""
        steps = max(1, n_train // self.batch_size)
        loss = 4e-4 * (self.batch_size / 128) ** 2 * steps * self.epochs
        return super().cost(n_train, n_points, n_features) + loss

    def _estimator(self, seed: int, device: Device) -> Autoencoder:
        from topo.nn.manifold_matching import ManifoldMatchingAutoencoder

        return ManifoldMatchingAutoencoder(**self.model_dump(), device=device, random_state=seed)
