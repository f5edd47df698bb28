"""One unit: an embedding is compared with its input by every metric asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.result import Result
from topo.metrics import Comparison, evaluate
from topo.metrics.diagram import loops
from topo.metrics.space import Space


def make_reference(X: NDArray[Any], evaluation: NDArray[np.int64]) -> Space:
    """Compute what depends on the input alone, once per dataset and split.

    Parameters
    ----------
    X : (n, d) array
        The whole dataset.
    evaluation : int array
        Rows of `X` that are embedded.

    Returns
    -------
    Space
        The evaluation points with their distances, ranks and diagram.
    """
    return Space.of(X[evaluation])


def evaluate_embedding(
    *,
    metrics: Sequence[str],
    scalars: Mapping[str, float],
    outer: int | None,
    reference: Space,
    embedding: NDArray[np.float64],
    labels: NDArray[np.int64],
) -> Result:
    """Compare an embedding with its input.

    Parameters
    ----------
    metrics
        Names of metrics.
    scalars
        What the method measured.
    outer
        The class that encloses all others, if there is one.
    reference
        The input side.
    embedding : (n, 2) float64 array
        The embedding.
    labels : (n,) int array
        Class of every point.

    Returns
    -------
    Result
        Arrays ``diagram_k`` and ``input_diagram_k`` (m, 2): both sides' persistence diagrams in
        dimension k; where a metric of the embedding's loops has a value, ``diagram_1`` too, that
        of the alpha filtration (`topo.homology.planar.planar_loops`). Values: a list of
        scores, each a list in the order of `topo.metrics.Score`.
    """
    latent = Space.of(embedding)
    comparison = Comparison(reference, latent, labels, outer, scalars)
    scores = evaluate(comparison, metrics)
    diagrams = {
        f"{side}_{dimension}": diagram
        for side, space in (("diagram", latent), ("input_diagram", reference))
        for dimension, diagram in space.diagrams.items()
    }
    if any(score.dimension == 1 and score.status == "ok" for score in scores):
        diagrams["diagram_1"] = loops(latent)
    return Result(diagrams, [list(score) for score in scores])
