"""Control: the best affine map onto the plane."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from topo.methods.base import Embedding, Method, Role, reconstruction_error
from topo.methods.input import check_input


class PCA(Method):
    """The first two principal components of the training points."""

    title: ClassVar[str] = "PCA"
    role: ClassVar[Role] = "control"
    small: ClassVar[Mapping[str, Any]] = {}
    measures: ClassVar[frozenset[str]] = frozenset({"reconstruction_error"})
    stochastic: ClassVar[bool] = False
    parametric: ClassVar[bool] = True

    def cost(self, n_train: int, n_points: int, n_features: int) -> float:
        """Rough seconds of the full decomposition of the training points."""
        return 1e-3 + 2e-9 * n_train * n_features * min(n_train, n_features)

    def embed(self, X_train: NDArray[Any], X: NDArray[Any], *, seed: int) -> Embedding:
        """Project the rows of `X`; see `Method.embed`. The seed has no effect."""
        from sklearn import decomposition

        check_input(X_train, X, seed=seed, n_features=2)
        # The full decomposition: scikit-learn's default is randomised for large inputs.
        pca = decomposition.PCA(n_components=2, svd_solver="full")
        pca.fit(X_train.astype(np.float64))
        points = pca.transform(X.astype(np.float64))
        error = reconstruction_error(X, pca.inverse_transform(points))
        return Embedding(points, {"reconstruction_error": error})
