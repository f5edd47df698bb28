"""Metrics that say nothing at the scale of the data: they have no value, and a reason."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from topo.metrics.base import Comparison
from topo.metrics.compute.space import Space
from topo.metrics.evaluation import Score

#: Of a density or a distance, relative: what rounding leaves of equal ones.
_ROUNDING = 1e-9


def without_constant(scores: Iterable[Score], comparison: Comparison) -> Iterator[Score]:
    """Yield scores, those that no embedding of this scale could change without a value."""
    for score in scores:
        reason = _reason(score, comparison) if score.status == "ok" else ""
        if reason:
            yield score._replace(value=math.nan, status="not applicable", reason=reason)
        else:
            yield score


def _reason(score: Score, comparison: Comparison) -> str:
    sides = {"the input": comparison.input, "the embedding": comparison.latent}
    if score.metric.startswith("kl_"):
        key = score.metric.removeprefix("kl_")
        alone = [name for name, space in sides.items() if _sees_nobody(space, key)]
        if alone:
            return (
                f"within σ = {key.removeprefix('raw_')} no point of {' and of '.join(alone)} has a "
                "neighbour, so that the density is the same everywhere"
            )
    if score.metric == "distance_pearson":
        equal = [name for name, space in sides.items() if _is_flat(_off_diagonal(space))]
        if equal:
            return f"all distances in {' and in '.join(equal)} are equal"
    return ""


def _sees_nobody(space: Space, density: str) -> bool:
    """Whether a density is flat although the points are not all on one place."""
    return _is_flat(space.densities[density]) and bool(space.distances.any())


def _is_flat(values: NDArray[np.float64]) -> bool:
    return bool(np.ptp(values) <= _ROUNDING * np.abs(values).max())


def _off_diagonal(space: Space) -> NDArray[np.float64]:
    n = len(space.distances)
    return np.asarray(space.distances[~np.eye(n, dtype=np.bool_)])
