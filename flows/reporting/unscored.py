"""Embeddings that no score table has."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from topo.homology.pairing import deaths
from topo.metrics.compute.space import pairwise_distances
from topo.report import ReportEmbedding, ReportInput
from topo.scores import Hyperparameters

#: What t-SNE starts from, in words.
STARTS = {"pca": "the principal plane", "random": "noise", "spectral": "its eigenvectors"}


class Unscored(NamedTuple):
    """Embeddings that no score table has, with their input sides, for the explorer."""

    inputs: tuple[ReportInput, ...]
    embeddings: tuple[ReportEmbedding, ...]


def tsne_from(start: str) -> str:
    """Name t-SNE from one of `STARTS` in the explorer's menus."""
    return f"t-SNE from {STARTS[start]}"


def tsne_picture(
    dataset: str, points: NDArray[Any], *, start: str, perplexity: float
) -> ReportEmbedding:
    """Return a picture by t-SNE, of the first draw of a question of the stage `questions`.

    Parameters
    ----------
    dataset
        Its name in the explorer.
    points
        Of shape (n, 2).
    start
        One of `STARTS`.
    perplexity
        By which the explorer steps from picture to picture.
    """
    wide = points.astype(np.float64)
    return ReportEmbedding(
        stage="questions",
        dataset=dataset,
        method=tsne_from(start),
        draw=0,
        split=0,
        model_seed=0,
        hyperparameters=Hyperparameters.of({"perplexity": perplexity}),
        points=wide,
        deaths=deaths(pairwise_distances(wide)),
        scored=False,
    )
