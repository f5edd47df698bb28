"""Which method keeps what: its place between random points and the best that was reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topo.inference import LEVEL, compare, compare_with, holm, mean_interval
from topo.metrics.registry import METRICS
from topo.table.layout import entry_title

#: What random points are called in the score table.
_RANDOM = "random"

Standing = Literal[
    "best",
    "not told from the best",
    "lower",
    "not told from random",
    "not told from random or the best",
    "worse than random",
]
#: Of methods that are not shown to keep less than the best.
NOT_LOWER: tuple[Standing, ...] = ("not told from the best", "not told from random or the best")


class Aspect(NamedTuple):
    """Something of the data that an embedding may keep, and the metric that stands for it.

    Attributes
    ----------
    metric, scaling
        As in the score table; none of them changes with the size of the picture.
    """

    name: str
    metric: str
    scaling: str = "raw"

    @property
    def title(self) -> str:
        """Name of the metric in print, with what its diagrams are scaled by."""
        return entry_title(self.metric, self.scaling)


#: In the order of the page.
ASPECTS = (
    Aspect("neighbourhoods", "trustworthiness"),
    Aspect("distances", "distance_pearson"),
    Aspect("densities", "kl_0.1"),
    Aspect("homology", "sliced_wasserstein", "sum"),
    Aspect("classes", "knn_accuracy"),
)


@dataclass(frozen=True)
class Kept:
    """How much of an aspect a method keeps.

    Attributes
    ----------
    mean
        Of the metric, over the splits.
    place
        0 where random points are, 1 where the best method is; below 0 it is worse than random.
    half_width
        Of the place's 95 % interval, for new samples of this size; NaN for one split.
    standing
        Beside the best method and random points, by paired comparisons over the splits that are
        corrected for each other (Holm).
    """

    mean: float
    place: float
    half_width: float
    standing: Standing


@dataclass(frozen=True)
class Keeping:
    """All methods in one aspect.

    Attributes
    ----------
    best
        The method with the best mean; None where none is shown to be better than random points,
        so that there is no scale for places.
    random
        Mean of random points.
    methods
        By name, in the order of the table.
    """

    aspect: Aspect
    best: str | None
    random: float
    methods: Mapping[str, Kept]


def keeping(scores: pd.DataFrame, dataset: str, *, test_to_train: float) -> list[Keeping]:
    """Place every method between random points and the best that was reached.

    Parameters
    ----------
    scores
        Score table of the benchmark.
    dataset
        Name of one dataset, on which random points were scored too.
    test_to_train
        Test points per training point; see `topo.inference.half_width`.

    Returns
    -------
    list of Keeping
        One for each aspect whose metric has values for random points and another method.
    """
    rows = scores[(scores["dataset"] == dataset) & (scores["status"] == "ok")]
    found = (_keeping(aspect, rows, test_to_train) for aspect in ASPECTS)
    return [each for each in found if each is not None]


def _keeping(aspect: Aspect, rows: pd.DataFrame, test_to_train: float) -> Keeping | None:
    values = _by_split(rows, aspect)
    if _RANDOM not in values or len(values.columns) < 2:
        return None
    sign = -1.0 if METRICS[aspect.metric][0].direction == "lower" else 1.0
    # Only splits on which all methods have a value, so that they are compared on the same ones.
    values = values.dropna()
    if values.empty:
        return None
    gains = {
        name: sign * (values[name] - values[_RANDOM]).to_numpy(dtype=np.float64)
        for name in values.columns
        if name != _RANDOM
    }
    first = max(gains, key=lambda name: float(gains[name].mean()))
    standings = _standings(gains, first, test_to_train)
    best = first if standings[first] == "best" else None
    reach = float(gains[first].mean()) if best else float("nan")
    kept = {}
    for name, gain in gains.items():
        mean = mean_interval(gain, test_to_train=test_to_train)
        kept[name] = Kept(
            float(values[name].mean()), mean.mean / reach, mean.half_width / reach, standings[name]
        )
    return Keeping(aspect, best, float(values[_RANDOM].mean()), kept)


def _by_split(rows: pd.DataFrame, aspect: Aspect) -> pd.DataFrame:
    """Return values by split and method, the mean over a method's seeds."""
    of_aspect = rows[
        (rows["metric"] == aspect.metric)
        & (rows["scaling"] == aspect.scaling)
        & (rows["dimension"].fillna(0) == 0)
    ]
    by_split = of_aspect.groupby(["method", "split"], sort=False)["value"].mean().unstack("method")
    return by_split[list(dict.fromkeys(of_aspect["method"]))].sort_index()


def _standings(
    gains: Mapping[str, NDArray[np.float64]], best: str, test_to_train: float
) -> dict[str, Standing]:
    """Compare every method with random points, and with the best: one family."""
    others = [name for name in gains if name != best]
    beside_random = [compare_with(0.0, gains[name], test_to_train=test_to_train) for name in gains]
    beside_best = [
        compare(gains[best], gains[name], test_to_train=test_to_train) for name in others
    ]
    corrected = holm([each.p_value for each in (*beside_random, *beside_best)])
    sides = {
        name: each.side(p) for name, each, p in zip(gains, beside_random, corrected, strict=False)
    }
    lower = {
        name: p < LEVEL for name, p in zip(others, corrected[len(beside_random) :], strict=True)
    }
    has_scale = sides[best] > 0
    standings: dict[str, Standing] = {}
    for name in gains:
        if sides[name] < 0:
            standings[name] = "worse than random"
        elif sides[name] == 0:
            open_above = has_scale and not lower[name]
            standings[name] = (
                "not told from random or the best" if open_above else "not told from random"
            )
        elif name == best:
            standings[name] = "best"
        else:
            standings[name] = "lower" if lower[name] else "not told from the best"
    return standings
