"""The topological autoencoder (section 3 of the paper)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from topo.methods.autoencoder import PenalisedAE

if TYPE_CHECKING:
    from topo.methods.base import Role
    from topo.nn.topological_autoencoder import Loss


class TopoAE(PenalisedAE):
    """Autoencoder with the paper's topological loss, weighted by `lam`."""

    title: ClassVar[str] = "TopoAE"
    role: ClassVar[Role] = "paper"
    loss: ClassVar[Loss] = "topoae"


class TopoAEMoor(PenalisedAE):
    """The same with the loss as Moor et al. (2020), [7] of the paper, normalise it."""

    title: ClassVar[str] = "TopoAE of [7]"
    loss: ClassVar[Loss] = "topoae_moor"
