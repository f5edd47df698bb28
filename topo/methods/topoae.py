"""The topological autoencoder (section 3 of the paper)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from topo.methods.autoencoder import AE

if TYPE_CHECKING:
    from topo.device import Device
    from topo.methods.base import Role
    from topo.nn.estimators import Autoencoder, Variant


class TopoAE(AE):
    """Autoencoder with the paper's topological loss, weighted by `lam`."""

    title: ClassVar[str] = "TopoAE"
    role: ClassVar[Role] = "paper"
    small: ClassVar[Mapping[str, Any]] = {**AE.small, "lam": 1.0}
    variant: ClassVar[Variant] = "paper"

    lam: float = Field(ge=0, allow_inf_nan=False)

    def cost(self, n_train: int, n_points: int, n_features: int) -> float:
        """Rough seconds: the autoencoder's, and 0.4 ms per step at batch 128."""
        steps = max(1, n_train // self.batch_size)
        loss = 4e-4 * (self.batch_size / 128) ** 2 * steps * self.epochs
        return super().cost(n_train, n_points, n_features) + loss

    def _estimator(self, seed: int, device: Device) -> Autoencoder:
        from topo.nn.estimators import TopologicalAutoencoder

        return TopologicalAutoencoder(
            **self.model_dump(), variant=self.variant, device=device, random_state=seed
        )


class TopoAEMoor(TopoAE):
    """The same with the loss as Moor et al. (2020), [7] of the paper, normalise it."""

    title: ClassVar[str] = "TopoAE of [7]"
    role: ClassVar[Role] = "other"
    variant: ClassVar[Variant] = "moor"
