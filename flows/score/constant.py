"""Metrics that say nothing at the scale of the data: they have no value, and a reason."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from scipy.spatial.distance import squareform

from topo.metrics.base import Comparison
from topo.metrics.compute.space import Space
from topo.metrics.evaluation import Score

#: Relative: what rounding leaves of equal distances.
_ROUNDING = 1e-9
#: Kernels beside that of a point itself, 1: where they differ by less, a divergence is below 1e-12.
_NOTHING = 1e-6
#: Metrics that are constant where all distances of either side are equal, or of the input alone.
_OF_EITHER = ("distance_pearson", "nts_e", "nts_m")
_OF_INPUT = ("trustworthiness", "trustworthiness_k5", "continuity")
_INPUT, _EMBEDDING = "the input", "the embedding"

#: The shortest and the longest distance of either side.
_Ends = Mapping[str, tuple[float, float]]


def without_constant(scores: Iterable[Score], comparison: Comparison) -> Iterator[Score]:
    """Yield scores, those that no embedding of this scale could change without a value."""
    ends = {_INPUT: _ends(comparison.input), _EMBEDDING: _ends(comparison.latent)}
    for score in scores:
        reason = _reason(score.metric, ends) if score.status == "ok" else ""
        if reason:
            yield score._replace(value=math.nan, status="not applicable", reason=reason)
        else:
            yield score


def _ends(space: Space) -> tuple[float, float]:
    lengths = squareform(space.distances, checks=False)
    return float(lengths.min()), float(lengths.max())


def _reason(metric: str, ends: _Ends) -> str:
    if metric.startswith("kl_"):
        return _reason_of_density(metric.removeprefix("kl_"), ends)
    sides = {_OF_EITHER: (_INPUT, _EMBEDDING), _OF_INPUT: (_INPUT,)}
    for metrics, looked_at in sides.items():
        equal = [side for side in looked_at if _are_equal(*ends[side])]
        if metric in metrics and equal:
            return f"all distances in {' and in '.join(equal)} are equal"
    return ""


def _are_equal(shortest: float, longest: float) -> bool:
    return longest - shortest <= _ROUNDING * longest


def _reason_of_density(name: str, ends: _Ends) -> str:
    sigma = name.removeprefix("raw_")
    kernels = {
        side: _kernels(shortest, longest, sigma=float(sigma), raw=name.startswith("raw_"))
        for side, (shortest, longest) in ends.items()
        if longest > 0
    }
    alone = [side for side, (highest, _) in kernels.items() if highest <= _NOTHING]
    if alone:
        return (
            f"within σ = {sigma} no point of {' and of '.join(alone)} has a neighbour, so that the "
            "density is the same everywhere"
        )
    alike = [side for side, (highest, least) in kernels.items() if highest - least <= _NOTHING]
    if alike:
        return (
            f"beside σ = {sigma} all distances in {' and in '.join(alike)} are alike, so that the "
            "density is the same everywhere"
        )
    return ""


def _kernels(shortest: float, longest: float, *, sigma: float, raw: bool) -> tuple[float, float]:
    """Return the highest and the least kernel, as `topo.metrics.compute.kernels` has them."""
    unit, width = (1.0, 2 * sigma**2) if raw else (longest, sigma)
    with np.errstate(over="ignore"):
        highest, least = np.exp(-np.square(np.array([shortest, longest]) / unit) / width)
    return float(highest), float(least)
