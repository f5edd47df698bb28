"""One unit: an embedding is compared with its input by every metric asked for.

Of many points disjoint random subsamples are compared, one after another, and the scores are their
means: no matrix of all distances is made, and every score says what it is the mean of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tasks.result import Result
from topo.device import Device
from topo.metrics.base import Comparison
from topo.metrics.compute.space import Space
from topo.metrics.evaluation import Score, evaluate
from topo.metrics.registry import METRICS
from topo.metrics.sampled import (
    ESTIMATED,
    SampledScore,
    compare_subsamples,
    disjoint_subsamples,
    summarise,
)

#: The part of a comparison that is no metric: both sides' diagrams.
DIAGRAMS = "the diagrams"


class Subsampling(NamedTuple):
    """How many disjoint random subsamples of how many points.

    Attributes
    ----------
    n_points, n_samples
        Points in a subsample, and how many subsamples.
    seed
        Seed of the draw.
    """

    n_points: int
    n_samples: int
    seed: int


class Reference(NamedTuple):
    """What depends on the input alone.

    Attributes
    ----------
    n_points
        Number of evaluation points.
    rows : (k,) int arrays
        Which of them are compared, counted from 0 within the evaluation points: all of them once,
        or those of every subsample.
    spaces
        Their points with (k, k) distances, (k, k) ranks, densities and diagram, one for each entry
        of `rows`.
    """

    n_points: int
    rows: tuple[NDArray[np.int64], ...]
    spaces: tuple[Space, ...]


def make_reference(
    X: NDArray[Any],
    evaluation: NDArray[np.int64],
    subsampling: Subsampling | None = None,
    device: Device = "cpu",
) -> Reference:
    """Compute what depends on the input alone, once per dataset and split.

    Parameters
    ----------
    X : (n, d) array
        All points of the dataset.
    evaluation : (m,) int array
        Rows of `X` that are embedded.
    subsampling
        How many of the m evaluation points are compared at once; all of them if None.
    device
        Where distances, ranks and densities are computed.

    Returns
    -------
    Reference
        The evaluation points, or subsamples of them.
    """
    points = X[evaluation]
    rows = (np.arange(len(points), dtype=np.int64),)
    if subsampling is not None:
        drawn = disjoint_subsamples(
            len(points),
            n_points=subsampling.n_points,
            n_samples=subsampling.n_samples,
            seed=subsampling.seed,
        )
        rows = tuple(drawn)
    spaces = tuple(Space.of(points[each], device=device) for each in rows)
    return Reference(len(points), rows, spaces)


def evaluate_embedding(
    *,
    parts: Sequence[str],
    scalars: Mapping[str, float],
    outer: int | None,
    reference: Reference,
    embedding: NDArray[np.float64],
    labels: NDArray[np.int64],
    device: Device = "cpu",
) -> Result:
    """Compare an embedding with its input.

    Parameters
    ----------
    parts
        Names of metrics, and `DIAGRAMS`.
    scalars
        What the method measured.
    outer
        The class that encloses all others, if there is one.
    reference
        The input side: m evaluation points.
    embedding : (m, 2) float64 array
        Row i is the image of evaluation point i.
    labels : (m,) int array
        Class of every evaluation point.
    device
        Where distances, ranks and densities are computed.

    Returns
    -------
    Result
        Values by part: a metric's is a list of its scores, one for each scaling, each a list in the
        order of `topo.metrics.evaluation.Score`; the reason of a score that is a mean over
        subsamples says so, with its standard error. Arrays of `DIAGRAMS`: ``diagram_k`` and
        ``input_diagram_k`` (p, 2), columns birth and death: both sides' persistence diagrams in
        dimension k, of the first subsample where there are several. A metric that has a value has
        what it keeps (`topo.metrics.base.Metric.keep`) too. Arrays are called ``part/array``.
    """
    metrics = [name for name in parts if name != DIAGRAMS]
    arrays: dict[str, NDArray[np.float64]] = {}
    scores: list[list[Score]] = []
    for comparison in compare_subsamples(
        reference.rows,
        reference.spaces,
        embedding,
        labels=labels,
        outer=outer,
        scalars=scalars,
        device=device,
    ):
        scores.append(evaluate(comparison, metrics))
        if len(scores) == 1:
            arrays = dict(_arrays(comparison, scores[0], parts))
    found = scores[0]
    if len(scores) > 1:
        means = summarise(scores, n_points=len(reference.rows[0]), n_all=reference.n_points)
        found = [_as_score(mean) for mean in means]
    values: dict[str, list[list[Any]]] = {name: [] for name in parts}
    for score in found:
        values[score.metric].append(list(score))
    return Result(arrays, values)


def _arrays(
    comparison: Comparison, scores: Sequence[Score], parts: Sequence[str]
) -> Iterator[tuple[str, NDArray[np.float64]]]:
    sides = (("diagram", comparison.latent), ("input_diagram", comparison.input))
    for side, of_side in sides if DIAGRAMS in parts else ():
        for dimension, diagram in of_side.diagrams.items():
            yield f"{DIAGRAMS}/{side}_{dimension}", diagram
    for score in scores:
        keep = METRICS[score.metric][0].keep
        if keep is not None and score.status == "ok":
            for name, array in keep(comparison).items():
                yield f"{score.metric}/{name}", array


def _as_score(mean: SampledScore) -> Score:
    """Return the mean as a score whose reason says how it came about."""
    measured_by_method = METRICS[mean.score.metric][0].requires in ("decoder", "objective")
    if mean.score.status != "ok" or measured_by_method:
        return mean.score
    return mean.score._replace(reason=f"{ESTIMATED}{mean.describe()}")
