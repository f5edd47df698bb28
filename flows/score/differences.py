"""Differences between embeddings of the same points, with intervals over subsamples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

import pandas as pd

from flows.score.judgement import HEADLINES
from topo.inference import MeanInterval, compare
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
    better
        Name of the one that is better beyond the interval; empty where none is.
    """

    metric: str
    scaling: str
    first: str
    second: str
    interval: MeanInterval
    better: str


def differences(scores: dict[str, list[Sequence[Score]]]) -> Iterator[Difference]:
    """Compare every two embeddings in the metrics of the sentence.

    Subsamples have no point in common, so that each is a repetition of its own.

    Parameters
    ----------
    scores
        Of every embedding, its scores on each subsample, in the same order.
    """
    values = {
        name: [{(s.metric, s.scaling): s for s in each} for each in of_samples]
        for name, of_samples in scores.items()
    }
    for first, second in combinations(scores, 2):
        for key in HEADLINES:
            pairs = [(a[key], b[key]) for a, b in zip(values[first], values[second], strict=True)]
            if all(score.status == "ok" for pair in pairs for score in pair):
                yield _difference(key, first, second, pairs)


def _difference(
    key: tuple[str, str], first: str, second: str, pairs: Sequence[tuple[Score, Score]]
) -> Difference:
    metric, scaling = key
    found = compare([a.value for a, _ in pairs], [b.value for _, b in pairs]).difference
    (entry,) = (each for each in METRICS[metric] if each.scaling == scaling)
    sign = 1 if entry.direction == "higher" else -1
    better = first if sign * found.mean > found.half_width else ""
    better = second if -sign * found.mean > found.half_width else better
    return Difference(metric, scaling, first, second, found, better)


def say_differences(found: Sequence[Difference], *, n_points: int) -> Iterator[str]:
    """Yield a sentence for every difference."""
    for each in found:
        title = HEADLINES[each.metric, each.scaling]
        verdict = f"{each.better} is better" if each.better else "no difference is shown"
        yield (
            f"{title}: {each.first} minus {each.second} {format_number(each.interval.mean)} ± "
            f"{format_number(each.interval.half_width)} over {each.interval.n} disjoint "
            f"subsamples of {n_points:,} points: {verdict}."
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
            "better": each.better,
        }
        for each in found
    ]
    text: str = pd.DataFrame(rows).to_csv(index=False)
    return text
