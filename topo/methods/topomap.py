"""TopoMap (Doraiswamy, Tierny, Silva, Nonato and Silva, 2020; arXiv 2009.01512)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from numpy.typing import NDArray

from topo.methods.base import Embedding, Method
from topo.methods.input import check_input


class TopoMap(Method):
    """TopoMap of the evaluation points alone: it keeps the diagram in dimension 0.

    The spanning tree of the embedding has the lengths of that of the points, in the same unit, and
    so the two diagrams are equal but for rounding. Nothing else is kept: beyond the length at which
    two components join, how they lie says nothing about the points.
    """

    title: ClassVar[str] = "TopoMap"
    small: ClassVar[Mapping[str, Any]] = {}
    stochastic: ClassVar[bool] = False

    def cost(self, n_train: int, n_points: int, n_features: int) -> float:
        """Rough seconds: the tree and the layout, measured at 2,000 points."""
        return 0.3 * (n_points / 2000) ** 2

    def embed(self, X_train: NDArray[Any], X: NDArray[Any], *, seed: int) -> Embedding:
        """Embed the rows of `X`; see `Method.embed`. The seed has no effect."""
        from topo.homology.points import spanning_tree_of_points
        from topo.methods.topomap_layout import lay_out

        check_input(X_train, X, seed=seed)
        return Embedding(lay_out(*spanning_tree_of_points(X)))
