"""Autoencoders whose loss sees loops, and those with distances along a graph of neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from topo.methods.autoencoder import PenalisedAE

if TYPE_CHECKING:
    from topo.nn.topological_autoencoder import Loss


class LoopAE(PenalisedAE):
    """Autoencoder with a loss that sees loops."""

    small: ClassVar[Mapping[str, Any]] = {
        **PenalisedAE.small,
        # So many that a batch may have loops.
        "batch_size": 16,
    }


class TopoAEH1(LoopAE):
    """Autoencoder with the edges of the pairings in dimensions 0 and 1."""

    title: ClassVar[str] = "TopoAE, H1"
    loss: ClassVar[Loss] = "topoae_h1"
    loss_seconds: ClassVar[float] = 6e-3


class TopoAECascade(LoopAE):
    """The same and the cascades of the input's loops: TopoAE++."""

    title: ClassVar[str] = "TopoAE, cascade"
    loss: ClassVar[Loss] = "topoae_cascade"
    loss_seconds: ClassVar[float] = 7e-3


class TopoAECycles(LoopAE):
    """The same and all edges of cycles that stand for the input's loops."""

    title: ClassVar[str] = "TopoAE, cycles"
    loss: ClassVar[Loss] = "topoae_cycles"
    loss_seconds: ClassVar[float] = 7e-3


class RTDLite(LoopAE):
    """Autoencoder with the RTD-Lite divergence of input and latent points."""

    title: ClassVar[str] = "RTD-Lite AE"
    loss: ClassVar[Loss] = "rtd_lite"
    loss_seconds: ClassVar[float] = 1.5e-3


class SpectralAE(LoopAE):
    """Autoencoder whose loss has effective resistances in place of the input's distances.

    Attributes
    ----------
    n_neighbors
        Neighbours in the graph of training points whose effective resistances these are.
    """

    small: ClassVar[Mapping[str, Any]] = {**LoopAE.small, "n_neighbors": 1}

    n_neighbors: int = Field(ge=1)

    def check(self, n_train: int, n_points: int) -> None:
        """Require more training points than neighbours."""
        if n_train <= self.n_neighbors:
            raise ValueError(
                f"effective resistances with n_neighbors {self.n_neighbors} need more than "
                f"{self.n_neighbors} training points, got {n_train}: lower n_neighbors or raise "
                "the dataset's size"
            )

    def cost(self, n_train: int, n_points: int, n_features: int) -> float:
        """Rough seconds: the loss's, and 1 s for the resistances of 2,000 points."""
        return super().cost(n_train, n_points, n_features) + (n_train / 2000) ** 3


class TopoAESpectral(SpectralAE):
    """The topological autoencoder with distances along a graph of neighbours."""

    title: ClassVar[str] = "TopoAE, spectral"
    loss: ClassVar[Loss] = "topoae"


class TopoAEH1Spectral(SpectralAE, TopoAEH1):
    """`TopoAEH1` with distances along a graph of neighbours."""

    title: ClassVar[str] = "TopoAE, H1, spectral"


class TopoAECascadeSpectral(SpectralAE, TopoAECascade):
    """`TopoAECascade` with distances along a graph of neighbours."""

    title: ClassVar[str] = "TopoAE, cascade, spectral"


class TopoAECyclesSpectral(SpectralAE, TopoAECycles):
    """`TopoAECycles` with distances along a graph of neighbours."""

    title: ClassVar[str] = "TopoAE, cycles, spectral"


class RTDLiteSpectral(SpectralAE, RTDLite):
    """`RTDLite` with distances along a graph of neighbours."""

    title: ClassVar[str] = "RTD-Lite AE, spectral"
