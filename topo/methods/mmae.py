"""The manifold-matching autoencoder (Cheret et al., 2026; arXiv 2603.16568)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from topo.methods.autoencoder import PenalisedAE

if TYPE_CHECKING:
    from topo.nn.topological_autoencoder import Loss


class MMAE(PenalisedAE):
    """Autoencoder whose latent distances match those of its input, weighted by `lam`."""

    title: ClassVar[str] = "MMAE"
    loss: ClassVar[Loss] = "mmae"
