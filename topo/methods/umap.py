"""UMAP (McInnes, Healy and Melville, 2018), [6] of the paper."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from topo.methods.base import Embedding, Method, Role
from topo.methods.input import check_input

#: Below so many points umap-learn looks for the exact neighbours, by a Python call for each pair.
_FEW_POINTS = 4096
#: As many axes umap-learn gives its graph before it draws it, and needs more points than that.
_AXES = 3


class UMAP(Method):
    """umap-learn's UMAP of the evaluation points alone.

    All but the number of neighbours are its defaults, as in section 4.1.3 of the paper.
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
        """Rough seconds, measured with 15 to 500 neighbours.

        On images nearly all edges of the neighbour graph weigh 1 and are all followed in every
        epoch; on SPHERES few of them do.
        """
        n_fitted = n_train if self.parametric else n_points
        if n_fitted < _FEW_POINTS:
            exponent = 1.0 if n_features > 500 else 0.15
            return float(5 * (n_fitted / 2000) * (self.n_neighbors / 15) ** exponent)
        return (n_fitted / 6000) * (20 + 270 * (self.n_neighbors / 250) ** 2)

    def embed(self, X_train: NDArray[Any], X: NDArray[Any], *, seed: int) -> Embedding:
        """Embed the rows of `X`; see `Method.embed`."""
        from topo.methods.umap_neighbours import nearest_neighbours

        check_input(X_train, X, seed=seed, n_features=2)
        self.check(len(X_train), len(X))
        options = {}
        if len(X) < _FEW_POINTS:
            options["precomputed_knn"] = (*nearest_neighbours(X, self.n_neighbors), None)
        with warnings.catch_warnings():
            # Without its search index nothing can be mapped later, and nothing will be.
            warnings.filterwarnings("ignore", "precomputed_knn.* is not an NNDescent", UserWarning)
            points = self._reducer(seed, **options).fit_transform(X)
        return Embedding(points.astype(np.float64))

    def _reducer(self, seed: int, **options: Any) -> Any:
        with warnings.catch_warnings():
            # Its neural variant, which is not used here, misses TensorFlow.
            warnings.filterwarnings("ignore", "Tensorflow not installed", ImportWarning)
            import umap
        # With a seed umap-learn runs on one thread, and warns where it was not asked to.
        return umap.UMAP(
            n_neighbors=self.n_neighbors,
            random_state=seed,
            transform_seed=seed,
            n_jobs=1,
            **options,
        )


class UMAPTransform(UMAP):
    """UMAP fitted on the training points, which then maps the evaluation points."""

    title: ClassVar[str] = "UMAP, fitted"
    role: ClassVar[Role] = "other"
    parametric: ClassVar[bool] = True

    def embed(self, X_train: NDArray[Any], X: NDArray[Any], *, seed: int) -> Embedding:
        """Fit on `X_train` and map `X`; see `Method.embed`."""
        check_input(X_train, X, seed=seed, n_features=2)
        self.check(len(X_train), len(X))
        reducer = self._reducer(seed).fit(X_train)
        return Embedding(reducer.transform(X).astype(np.float64))
