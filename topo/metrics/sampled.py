"""Metrics of clouds too large for their n × n distances: means over random subsamples.

What is computed is the metric of `n_points` points drawn at random, with its standard error; not
the metric of all points. For some metrics the two agree, for others they cannot:

- `rmse`, `distance_pearson`, `silhouette`, `nesting` and the ratios of areas average over points or
  pairs: a subsample has the same expectation but for terms of the order of 1 / n_points.
- `trustworthiness` and `continuity` look at k = 10 … 200 neighbours whatever the number of points:
  among fewer points these reach farther, so that a coarser structure is judged. `knn_accuracy`
  asks five neighbours, which lie farther away, and is lower.
- `kl_σ` compare densities at fewer points, in which each point's own kernel weighs more; the
  relative ones also divide by the largest distance, which is a little smaller.
- Diagrams have one death per point but one, and deaths grow as points thin out (in d dimensions
  like n^(-1/d)): sums of deaths and all distances between diagrams depend on the number of points.
  They compare embeddings scored with the same `n_points`, and nothing else.
- `outer_fragments` links points by their spacing, which grows likewise.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from topo.checks import check_labels, check_pair, check_whole
from topo.device import Device
from topo.metrics.base import Comparison
from topo.metrics.compute.space import Space
from topo.metrics.evaluation import Score, evaluate
from topo.splits import MOST_POINTS

#: Trustworthiness and continuity average over k = 10, 20, … neighbours, below half the points.
SMALLEST_SAMPLE = 21
#: How the reason of a score begins that is not of all points.
ESTIMATED = "estimated: "
#: Of which a standard deviation can be had.
FEWEST_SAMPLES = 2

_NO_SCALARS: Mapping[str, float] = MappingProxyType({})


class SampledScore(NamedTuple):
    """The mean of a metric over disjoint random subsamples, or why there is none.

    Attributes
    ----------
    score
        Mean as its value; not "ok" where a subsample has no value, with the first reason.
    standard_error
        Standard deviation over the subsamples by √(their number); NaN where there is no mean. It
        says how well the mean over subsamples of this size is known, and does not cover what
        separates them from all points.
    values
        The value of every subsample; NaN where it has none.
    n_points, n_all
        Points in a subsample, and in the cloud they were drawn from.
    """

    score: Score
    standard_error: float
    values: tuple[float, ...]
    n_points: int
    n_all: int

    def describe(self) -> str:
        """Say how the value came about, in half a sentence."""
        return (
            f"mean over {len(self.values)} disjoint random subsamples of {self.n_points:,} of "
            f"{self.n_all:,} points, standard error {self.standard_error:.2g}"
        )


def evaluate_sampled(
    X: NDArray[Any],
    Z: NDArray[Any],
    names: Sequence[str],
    *,
    n_points: int,
    n_samples: int,
    seed: int,
    labels: NDArray[np.int64] | None = None,
    outer: int | None = None,
    scalars: Mapping[str, float] = _NO_SCALARS,
) -> list[SampledScore]:
    """Estimate metrics of a large cloud's embedding from disjoint random subsamples.

    Memory and time are those of one comparison of `n_points` points at a time. See the module for
    what a subsample does to the meaning of each metric.

    Parameters
    ----------
    X : (n, D) array
        The points.
    Z : (n, d) array
        The embedding; row i is the image of row i of `X`.
    names
        Names of metrics; each stands for all its scalings.
    n_points, n_samples
        Points in a subsample, at least 2, and how many subsamples, at least 2; together at most n.
    seed
        Seed of the subsamples, at least 0.
    labels : (n,) int array or None
        Class of every point.
    outer
        The class that encloses all others, if there is one.
    scalars
        What the method itself measured, on all points.

    Returns
    -------
    list of SampledScore
        One for every metric and scaling, in the order of the names.

    Raises
    ------
    ValueError
        Where the arrays are no finite matrices of the same length, their squared distances leave
        the range of a float, the labels or the subsamples do not fit, or as `evaluate`.
    """
    check_pair(X, Z)
    if labels is not None:
        check_labels(labels, len(X))
    drawn = disjoint_subsamples(len(X), n_points=n_points, n_samples=n_samples, seed=seed)
    inputs = (Space.of(X[rows]) for rows in drawn)
    comparisons = compare_subsamples(drawn, inputs, Z, labels=labels, outer=outer, scalars=scalars)
    scores = [evaluate(comparison, names) for comparison in comparisons]
    return summarise(scores, n_points=n_points, n_all=len(X))


def compare_subsamples(
    subsamples: Iterable[NDArray[np.int64]],
    inputs: Iterable[Space],
    Z: NDArray[Any],
    *,
    labels: NDArray[np.int64] | None = None,
    outer: int | None = None,
    scalars: Mapping[str, float] = _NO_SCALARS,
    device: Device = "cpu",
) -> Iterator[Comparison]:
    """Yield the embedding beside its input, one subsample after another.

    One at a time, since each holds several matrices of n_points × n_points numbers.

    Parameters
    ----------
    subsamples
        Rows of every subsample; all rows where there is one.
    inputs
        The input's points of every subsample, measured.
    Z : (n, d) array
        The embedding of all points.
    labels : (n,) int array or None
        Class of every point.
    outer
        The class that encloses all others, if there is one.
    scalars
        What the method itself measured, on all points.
    device
        Where distances, ranks and densities are computed.

    Yields
    ------
    Comparison
        In the order of the subsamples.
    """
    for rows, space in zip(subsamples, inputs, strict=True):
        of_rows = None if labels is None else labels[rows]
        # No name here keeps a measured embedding alive while the next one is measured.
        yield Comparison(space, Space.of(Z[rows], device=device), of_rows, outer, scalars)


def disjoint_subsamples(
    n_all: int, *, n_points: int, n_samples: int, seed: int
) -> NDArray[np.int64]:
    """Draw subsamples without replacement, of which no two share a point.

    Parameters
    ----------
    n_all
        Number of points to draw from, at most 100 million.
    n_points, n_samples
        Points in a subsample, at least 2, and how many subsamples, at least 2.
    seed
        Seed of the draw, at least 0.

    Returns
    -------
    (n_samples, n_points) int64 array
        Indices below `n_all`, ascending in every row.

    Raises
    ------
    ValueError
        Where a number is not whole, there are too few of something, or more points would be drawn
        than there are.
    """
    numbers = {"n_all": n_all, "n_points": n_points, "n_samples": n_samples, "seed": seed}
    for name, number in numbers.items():
        check_whole(number, name, least=0)
    if n_all > MOST_POINTS:
        raise ValueError(
            f"subsamples are drawn from at most {MOST_POINTS:,} points, got {n_all:,}: draw from "
            "a part of them"
        )
    if n_points < 2 or n_samples < FEWEST_SAMPLES:
        raise ValueError(
            f"an estimate needs at least {FEWEST_SAMPLES} subsamples of at least 2 points, "
            f"got {n_samples} of {n_points}"
        )
    if n_points * n_samples > n_all:
        raise ValueError(
            f"{n_samples} disjoint subsamples of {n_points} points need {n_points * n_samples} "
            f"points, got {n_all}: take fewer, or evaluate all points at once"
        )
    drawn = np.random.default_rng(seed).permutation(n_all)[: n_points * n_samples]
    return np.sort(drawn.reshape(n_samples, n_points), axis=1).astype(np.int64, copy=False)


def summarise(
    scores: Sequence[Sequence[Score]], *, n_points: int, n_all: int
) -> list[SampledScore]:
    """Sum the scores of subsamples up.

    Parameters
    ----------
    scores
        The scores of every subsample, all of the same metrics in the same order.
    n_points, n_all
        Points in a subsample, and in the cloud they were drawn from.

    Returns
    -------
    list of SampledScore
        In the order of the metrics.

    Raises
    ------
    ValueError
        Where there are fewer than two subsamples, or they have not the same metrics.
    """
    kinds = {tuple(score[:3] for score in each) for each in scores}
    if len(scores) < FEWEST_SAMPLES or len(kinds) > 1:
        raise ValueError(
            f"an estimate needs the same metrics of at least {FEWEST_SAMPLES} subsamples, got "
            f"{len(kinds)} lists of metrics from {len(scores)}: evaluate all of them alike"
        )
    return [_mean_score(each, n_points, n_all) for each in zip(*scores, strict=True)]


def _mean_score(scores: tuple[Score, ...], n_points: int, n_all: int) -> SampledScore:
    values = tuple(score.value for score in scores)
    without = next((score for score in scores if score.status != "ok"), None)
    if without is not None:
        return SampledScore(without._replace(value=math.nan), math.nan, values, n_points, n_all)
    mean = scores[0]._replace(value=float(np.mean(values)))
    error = float(np.std(values, ddof=1) / math.sqrt(len(values)))
    return SampledScore(mean, error, values, n_points, n_all)
