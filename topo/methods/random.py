"""Control: an embedding that has nothing to do with its input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from topo.methods.base import Embedding, Method, Role
from topo.methods.input import check_input


class Random(Method):
    """Points drawn from the standard normal distribution of the plane."""

    title: ClassVar[str] = "Random"
    role: ClassVar[Role] = "control"
    small: ClassVar[Mapping[str, Any]] = {}

    def cost(self, n_train: int, n_points: int, n_features: int) -> float:
        """Rough seconds of the random numbers."""
        return 1e-4 + 1e-7 * n_points

    def embed(self, X_train: NDArray[Any], X: NDArray[Any], *, seed: int) -> Embedding:
        """Draw as many points as `X` has; see `Method.embed`."""
        check_input(X_train, X, seed=seed)
        return Embedding(np.random.default_rng(seed).standard_normal((len(X), 2)))
