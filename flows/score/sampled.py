"""Scores of random subsamples of a large embedding, and their means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from flows.score.figures import DrawnEmbedding
from topo.metrics.evaluation import Score
from topo.metrics.sampled import (
    FEWEST_SAMPLES,
    SMALLEST_SAMPLE,
    SampledScore,
    disjoint_subsamples,
    summarise,
)
from topo.seeding import derive_seed

#: As many subsamples as fit, up to this many.
N_SAMPLES = 5


class Scored(NamedTuple):
    """An embedding or a control with its scores on one subsample.

    Attributes
    ----------
    seed
        Seed that made it; 0 where it was made elsewhere.
    split
        Which subsample, from 0.
    scores
        One for every metric and scaling.
    drawn
        What figures show of it; None where there is no embedding.
    """

    name: str
    seed: int
    split: int
    scores: tuple[Score, ...]
    drawn: DrawnEmbedding | None


def draw_subsamples(n: int, sample: int | None) -> list[NDArray[np.int64]]:
    """Return the ascending rows of every subsample; all, once, if nothing has to be left out.

    The same for the same number of points and the same size of a subsample.

    Raises
    ------
    ValueError
        Where not even two subsamples fit.
    """
    if sample is None or n <= sample:
        return [np.arange(n)]
    most = n // FEWEST_SAMPLES
    if sample > most:
        raise ValueError(
            f"a standard error needs at least {FEWEST_SAMPLES} subsamples without a point in "
            f"common: of {n} points --sample can be at most {most}, got {sample}: "
            f"{'lower it' if most >= SMALLEST_SAMPLE else 'leave it out'}"
        )
    n_samples = min(N_SAMPLES, n // sample)
    seed = derive_seed("score", "sample")
    return list(disjoint_subsamples(n, n_points=sample, n_samples=n_samples, seed=seed))


def say_sampled(subsamples: Sequence[NDArray[np.int64]], n: int) -> Iterator[str]:
    """Yield a sentence that says what the numbers are, where they are not of all points."""
    if len(subsamples) > 1:
        n_points = len(subsamples[0])
        yield (
            f"Every number is a mean over {len(subsamples)} disjoint random subsamples of "
            f"{n_points:,} of the {n:,} points, and what {n_points:,} points score: "
            "neighbourhoods, densities and diagrams depend on how many there are. estimates.csv "
            "has the standard errors; figures show the first subsample."
        )


def estimate(
    scored: Sequence[Scored], *, n_points: int, n_all: int
) -> dict[tuple[str, int], list[SampledScore]]:
    """Sum up the subsamples of the embedding and of every control, by name and seed.

    There are `n_points` in a subsample, `n_all` in all.
    """
    groups: dict[tuple[str, int], list[Sequence[Score]]] = {}
    for each in scored:
        groups.setdefault((each.name, each.seed), []).append(each.scores)
    return {
        place: summarise(scores, n_points=n_points, n_all=n_all) for place, scores in groups.items()
    }


def means(estimates: dict[tuple[str, int], list[SampledScore]]) -> Iterator[Scored]:
    """Yield the embedding and every control with its mean scores, as if of one subsample."""
    for (name, seed), each in estimates.items():
        scores = tuple(one.score for one in each)
        yield Scored(name=name, seed=seed, split=0, scores=scores, drawn=None)


def estimates_csv(estimates: dict[tuple[str, int], list[SampledScore]]) -> str:
    """Return means and standard errors as CSV."""
    rows: Iterable[dict[str, object]] = (
        {
            "method": name,
            "metric": one.score.metric,
            "dimension": one.score.dimension,
            "scaling": one.score.scaling,
            "mean": one.score.value,
            "standard_error": one.standard_error,
            "n_samples": len(one.values),
            "n_points": one.n_points,
            "n_all": one.n_all,
            "status": one.score.status,
            "reason": one.score.reason,
        }
        for (name, _), each in estimates.items()
        for one in each
    )
    text: str = pd.DataFrame(rows).astype({"dimension": "Int64"}).to_csv(index=False)
    return text
