"""Differences between embeddings of the same points, with intervals over subsamples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from flows.score.judgement import HEADLINES
from topo.inference import Comparison, MeanInterval, compare, holm
from topo.metrics.evaluation import Score
from topo.metrics.registry import METRICS
from topo.table.numbers import format_number


class Difference(NamedTuple):
    """One embedding's metric minus another's, over the same subsamples.

    Attributes
    ----------
    metric, scaling
        What is compared.
    first, second
        Names of the embeddings.
    interval
        Mean of first minus second, and half the width of its 95 % interval.
    p_value
        Of a paired comparison, corrected for all differences that are shown (Holm).
    better
        Name of the one that is better; empty where that is not shown.
    """

    metric: str
    scaling: str
    first: str
    second: str
    interval: MeanInterval
    p_value: float
    better: str


def differences(scores: Mapping[str, Sequence[Sequence[Score]]]) -> list[Difference]:
    """Compare every two embeddings in the metrics of the sentence.

    Subsamples have no point in common, so that each is a repetition of its own.

    Parameters
    ----------
    scores
        Of every embedding, its scores on each subsample, in the same order.

    Returns
    -------
    list of Difference
        Those metrics that both embeddings have on every subsample.
    """
    values = {name: _by_metric(of_samples) for name, of_samples in scores.items()}
    compared = [
        ((key, first, second), compare(values[first][key], values[second][key]))
        for first, second in combinations(scores, 2)
        for key in HEADLINES
        if key in values[first] and key in values[second]
    ]
    corrected = holm([each.p_value for _, each in compared])
    return [
        Difference(*key, first, second, found.difference, p, _better(key, first, second, found, p))
        for ((key, first, second), found), p in zip(compared, corrected, strict=True)
    ]


def _by_metric(scores: Sequence[Sequence[Score]]) -> dict[tuple[str, str], NDArray[np.float64]]:
    """Return values over subsamples by metric and scaling, of those that all subsamples have."""
    tables = [{(s.metric, s.scaling): s.value for s in each if s.status == "ok"} for each in scores]
    return {
        key: np.array([table[key] for table in tables])
        for key in HEADLINES
        if all(key in table for table in tables)
    }


def _better(
    key: tuple[str, str], first: str, second: str, found: Comparison, p_value: float
) -> str:
    metric, scaling = key
    (entry,) = (each for each in METRICS[metric] if each.scaling == scaling)
    side = found.side(p_value) * (1 if entry.direction == "higher" else -1)
    return {1: first, 0: "", -1: second}[side]


def say_differences(found: Sequence[Difference], *, n_points: int) -> Iterator[str]:
    """Yield a sentence for every difference."""
    for each in found:
        title = HEADLINES[each.metric, each.scaling]
        verdict = f"{each.better} is better" if each.better else "no difference is shown"
        yield (
            f"{title}: {each.first} minus {each.second} {format_number(each.interval.mean)} ± "
            f"{format_number(each.interval.half_width)} over {each.interval.n} disjoint "
            f"subsamples of {n_points:,} points: {verdict} (p = {format_number(each.p_value, 2)}, "
            "corrected for all these differences)."
        )


def differences_csv(found: Sequence[Difference]) -> str:
    """Return the differences as CSV."""
    rows = [
        {
            "metric": each.metric,
            "scaling": each.scaling,
            "first": each.first,
            "second": each.second,
            "mean": each.interval.mean,
            "half_width": each.interval.half_width,
            "n_samples": each.interval.n,
            "p_value": each.p_value,
            "better": each.better,
        }
        for each in found
    ]
    text: str = pd.DataFrame(rows).to_csv(index=False)
    return text
