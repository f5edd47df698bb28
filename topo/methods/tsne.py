"""t-SNE (van der Maaten and Hinton, 2008), [9] of the paper."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from topo.methods.base import Embedding, Method
from topo.methods.input import check_input


class TSNE(Method):
    """scikit-learn's Barnes–Hut t-SNE of the evaluation points alone.

    All but the perplexity are its defaults, as in section 4.1.3 of the paper.
    """

    perplexity: float = Field(gt=0, allow_inf_nan=False)

    def check(self, n_train: int, n_points: int) -> None:
        """Require more points than the perplexity counts neighbours."""
        if n_points <= self.perplexity:
            raise ValueError(
                f"perplexity {self.perplexity:g} needs more than {self.perplexity:g} points, "
                f"got {n_points}: lower methods.tsne.perplexity or raise the dataset's size"
            )

    def cost(self, n_train: int, n_points: int, n_features: int) -> float:
        """Rough seconds; 8.5, 18 and 26 at perplexity 30, 200 and 750 were measured at 2,000."""
        return float(8.5 * (n_points / 2000) * (self.perplexity / 30) ** 0.35)

    def embed(self, X_train: NDArray[Any], X: NDArray[Any], *, seed: int) -> Embedding:
        """Embed the rows of `X`; see `Method.embed`. Its scalar is the KL divergence reached."""
        from sklearn import manifold

        check_input(X_train, X, seed=seed, n_features=2)
        self.check(len(X_train), len(X))
        tsne = manifold.TSNE(perplexity=self.perplexity, random_state=seed, n_jobs=1)
        points = tsne.fit_transform(X).astype(np.float64)
        return Embedding(points, {"tsne_kl": float(tsne.kl_divergence_)})
