"""t-SNE (van der Maaten and Hinton, 2008), [9] of the paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from topo.methods.base import Embedding, Method, Role
from topo.methods.input import check_input

#: Distances, affinities and what makes them take 40 bytes a pair: 4 GB at so many points.
MOST_POINTS = 10_000


class TSNE(Method):
    """t-SNE of the evaluation points alone, with all pairs of points in its gradient.

    The schedule is that of scikit-learn's defaults, as in section 4.1.3 of the paper, and so is
    the start: the points' principal plane. Work and memory grow as the square of their number;
    `TSNEBarnesHut` is for many points.
    """

    title: ClassVar[str] = "t-SNE"
    role: ClassVar[Role] = "paper"
    small: ClassVar[Mapping[str, Any]] = {"perplexity": 2.0}
    measures: ClassVar[frozenset[str]] = frozenset({"tsne_kl"})

    perplexity: float = Field(gt=0, allow_inf_nan=False)

    def check(self, n_train: int, n_points: int) -> None:
        """Require more points than the perplexity counts neighbours, and room for all pairs."""
        if n_points > MOST_POINTS:
            raise ValueError(
                f"t-SNE of all pairs takes at most {MOST_POINTS:,} points, got {n_points:,}: use "
                "tsne_barnes_hut in its place (the sweep cannot), leave the dataset out or make it "
                "smaller"
            )
        self._check_perplexity(n_points)

    def _check_perplexity(self, n_points: int) -> None:
        if n_points <= self.perplexity:
            raise ValueError(
                f"perplexity {self.perplexity:g} needs more than {self.perplexity:g} points, "
                f"got {n_points}: lower the perplexity or raise the dataset's size"
            )

    def cost(self, n_train: int, n_points: int, n_features: int) -> float:
        """Rough seconds, measured at 2,000 points; the perplexity plays no part."""
        return 3.0 * (n_points / 2000) ** 2

    def embed(self, X_train: NDArray[Any], X: NDArray[Any], *, seed: int) -> Embedding:
        """Embed the rows of `X`; see `Method.embed`. Its scalar is the KL divergence reached."""
        from sklearn.metrics.pairwise import euclidean_distances

        from topo.methods.tsne_affinities import joint_probabilities
        from topo.methods.tsne_descent import descend

        check_input(X_train, X, seed=seed, n_features=2)
        self.check(len(X_train), len(X))
        P = joint_probabilities(euclidean_distances(X, squared=True), self.perplexity)
        points, kl = descend(P, _principal_plane(X, seed))
        return Embedding(points.astype(np.float64), {"tsne_kl": kl})


def _principal_plane(X: NDArray[Any], seed: int) -> NDArray[np.float32]:
    """Project the points on their first two axes, small enough that all pairs attract."""
    from sklearn.decomposition import PCA

    pca = PCA(n_components=2, svd_solver="randomized", random_state=seed)
    plane: NDArray[np.floating[Any]] = pca.fit_transform(X)
    return np.asarray(plane / plane[:, 0].std() * 1e-4, np.float32)
