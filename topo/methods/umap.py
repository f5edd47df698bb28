"""UMAP (McInnes, Healy and Melville, 2018), [6] of the paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from topo.methods.base import Embedding, Method, Role
from topo.methods.input import check_input

#: As many axes umap-learn gives its graph before it draws it, and needs more points than that.
_AXES = 3


class UMAP(Method):
    """UMAP of the evaluation points alone: umap-learn's graph and start, laid out faster.

    All but the number of neighbours are umap-learn's defaults, as in section 4.1.3 of the paper.
    Its layout has umap-learn's schedule, random numbers and objective; `UMAPLearn` has
    umap-learn's own.
    """

    title: ClassVar[str] = "UMAP"
    role: ClassVar[Role] = "paper"
    small: ClassVar[Mapping[str, Any]] = {"n_neighbors": 3}

    n_neighbors: int = Field(ge=2)

    def check(self, n_train: int, n_points: int) -> None:
        """Require more points to fit than neighbours, and more than the graph's three axes."""
        n_fitted = n_train if self.parametric else n_points
        required = max(self.n_neighbors, _AXES)
        if n_fitted <= required:
            lower = "lower n_neighbors or " if n_fitted > _AXES else ""
            raise ValueError(
                f"UMAP with n_neighbors {self.n_neighbors} needs more than {required} points, "
                f"got {n_fitted}: {lower}raise the dataset's size"
            )

    def cost(self, n_train: int, n_points: int, n_features: int) -> float:
        """Rough seconds, measured with 15 to 300 neighbours of 2,000 points."""
        return float((n_points / 2000) * (0.5 + 2 * self.n_neighbors / 300))

    def embed(self, X_train: NDArray[Any], X: NDArray[Any], *, seed: int) -> Embedding:
        """Embed the rows of `X`; see `Method.embed`."""
        from topo.methods.umap_graph import neighbour_graph
        from topo.methods.umap_layout import lay_out

        check_input(X_train, X, seed=seed, n_features=2)
        self.check(len(X_train), len(X))
        graph = neighbour_graph(X, self.n_neighbors, seed)
        points = lay_out(graph.start, graph.edges, graph.draws, graph.n_epochs)
        return Embedding(points.astype(np.float64))
