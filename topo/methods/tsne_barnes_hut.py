"""Barnes–Hut t-SNE (van der Maaten, 2014), an approximation of t-SNE for many points."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from topo.methods.base import Embedding, Role
from topo.methods.input import check_input
from topo.methods.tsne import TSNE


class TSNEBarnesHut(TSNE):
    """scikit-learn's Barnes–Hut t-SNE of the evaluation points alone.

    All but the perplexity are its defaults, as in section 4.1.3 of the paper. Its probabilities
    are those of the 3 × perplexity nearest neighbours, and far groups of points repel as one.
    """

    title: ClassVar[str] = "t-SNE, Barnes–Hut"
    role: ClassVar[Role] = "other"

    def check(self, n_train: int, n_points: int) -> None:
        """Require more points than the perplexity counts neighbours; there may be any number."""
        self._check_perplexity(n_points)

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
