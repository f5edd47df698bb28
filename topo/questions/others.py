"""The methods that stand beside t-SNE, fitted on all points and judged on the same ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from numpy.typing import NDArray

from topo.methods.autoencoder import AE
from topo.methods.pca import PCA
from topo.methods.topoae import TopoAE
from topo.methods.topomap import TopoMap
from topo.methods.umap import UMAP
from topo.theory.base import Points, Section


class Others(Section):
    """Methods with their hyperparameters, as in ``methods`` of ``params.yaml``."""

    umap: UMAP
    ae: AE
    topoae: TopoAE
    pca: PCA
    topomap: TopoMap

    def pictures(self, X: NDArray[Any], *, seed: int) -> Iterator[tuple[str, Points]]:
        """Yield the name of every method and its picture (n, 2) of points (n, d)."""
        for name in type(self).model_fields:
            yield name, getattr(self, name).embed(X, X, seed=seed).points
