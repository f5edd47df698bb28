"""umap-learn's own UMAP, and its map of unseen points."""

from __future__ import annotations

import warnings
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from topo.methods.base import Embedding, Role
from topo.methods.input import check_input
from topo.methods.umap import UMAP
from topo.methods.umap_library import FEW_POINTS, umap_learn


class UMAPLearn(UMAP):
    """umap-learn's UMAP of the evaluation points alone, which takes two to three times as long.

    All but the number of neighbours are its defaults, as in section 4.1.3 of the paper.
    """

    title: ClassVar[str] = "UMAP, umap-learn"
    role: ClassVar[Role] = "other"

    def cost(self, n_train: int, n_points: int, n_features: int) -> float:
        """Rough seconds, measured with 15 to 500 neighbours; see `UMAP.cost`."""
        n_fitted = n_train if self.parametric else n_points
        if n_fitted < FEW_POINTS:
            return float((n_fitted / 2000) * (2 + 4 * self.n_neighbors / 300))
        return (n_fitted / 6000) * (20 + 270 * (self.n_neighbors / 250) ** 2)

    def embed(self, X_train: NDArray[Any], X: NDArray[Any], *, seed: int) -> Embedding:
        """Embed the rows of `X`; see `Method.embed`."""
        from topo.methods.umap_neighbours import nearest_neighbours

        check_input(X_train, X, seed=seed, n_features=2)
        self.check(len(X_train), len(X))
        options = {}
        if len(X) < FEW_POINTS:
            options["precomputed_knn"] = (*nearest_neighbours(X, self.n_neighbors), None)
        with warnings.catch_warnings():
            # Without its search index nothing can be mapped later, and nothing will be.
            warnings.filterwarnings("ignore", "precomputed_knn.* is not an NNDescent", UserWarning)
            points = self._reducer(seed, **options).fit_transform(X)
        return Embedding(points.astype(np.float64))

    def _reducer(self, seed: int, **options: Any) -> Any:
        # With a seed umap-learn runs on one thread, and warns where it was not asked to.
        return umap_learn().UMAP(
            n_neighbors=self.n_neighbors,
            random_state=seed,
            transform_seed=seed,
            n_jobs=1,
            **options,
        )


class UMAPTransform(UMAPLearn):
    """umap-learn's UMAP fitted on the training points, which then maps the evaluation points."""

    title: ClassVar[str] = "UMAP, fitted"
    parametric: ClassVar[bool] = True

    def embed(self, X_train: NDArray[Any], X: NDArray[Any], *, seed: int) -> Embedding:
        """Fit on `X_train` and map `X`; see `Method.embed`."""
        check_input(X_train, X, seed=seed, n_features=2)
        self.check(len(X_train), len(X))
        reducer = self._reducer(seed).fit(X_train)
        return Embedding(reducer.transform(X).astype(np.float64))
