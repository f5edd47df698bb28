"""How well an embedding keeps neighbourhoods."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from topo.checks import check_ranks, check_same_points
from topo.metrics.base import Comparison, Metric
from topo.metrics.compute.neighbours import check_neighbourhood_sizes, nearest


def neighbourhood_sizes(n_points: int) -> tuple[int, ...]:
    """Sizes k over which trustworthiness and continuity are averaged: 10, 20, … 200.

    Only those below half the number of points, beyond which the measures are not normalised.

    Raises
    ------
    ValueError
        Where even k = 10 is too large.
    """
    sizes = tuple(k for k in range(10, 201, 10) if 2 * k < n_points)
    if not sizes:
        raise ValueError(
            "trustworthiness and continuity average over k = 10, 20, … 200 neighbours, below half "
            f"the number of points: they need at least 21 points, got {n_points}"
        )
    return sizes


def trustworthiness(
    input_ranks: NDArray[np.int32],
    latent_ranks: NDArray[np.int32],
    *,
    sizes: Sequence[int],
    input_ties: NDArray[np.int32] | None = None,
    latent_ties: NDArray[np.int32] | None = None,
) -> float:
    """Measure how far the neighbours in the embedding are neighbours in the input.

    T(k) = 1 − 2 / (n k (2n − 3k − 1)) Σ_i Σ_j max(0, r(i, j) − k), j over the k nearest neighbours
    of i in the embedding and r(i, j) the rank of j among the neighbours of i in the input;
    averaged over the sizes k.

    Parameters
    ----------
    input_ranks, latent_ranks : (n, n) int array
        Neighbour ranks, 0 for the point itself.
    sizes
        Numbers of neighbours k, each at least 1 and below n/2.
    input_ties, latent_ties : (m, 3) int32 array or None
        Neighbours at equal distance, as `topo.metrics.compute.ties.tie_runs` finds them: the value
        is the mean over all orders of these, in either space. None: ranks are what they are.

    Returns
    -------
    float
        From 0 to 1; higher is better; 1 where no neighbour is new. Where all images are equal,
        1 − (n−1−k)(n−k) / ((n−1)(2n−3k−1)), as of an embedding at random.

    Raises
    ------
    ValueError
        Where the shapes differ, the ranks are none or a size does not fit.

    Notes
    -----
    Venna & Kaski (2001); Kaski et al. (2003), the paper's [4]; averaged over k = 10, 20, … 200 by
    Moor et al. (2020), the paper's [7].
    """
    check_same_points(input_ranks, latent_ranks)
    check_ranks(input_ranks)
    n = len(input_ranks)
    check_neighbourhood_sizes(sizes, n)
    in_input = _input_ranks(input_ranks, latent_ranks, max(sizes))
    tied, expected = _expected_penalties(input_ranks, latent_ranks, sizes, input_ties, latent_ties)
    if len(tied):
        in_input = np.delete(in_input, tied, axis=0)
    scores = []
    for s, k in enumerate(sizes):
        penalty: float = int(np.maximum(in_input[:, :k] - k, 0).sum())
        if len(tied):
            penalty += math.fsum(expected[:, s])
        scores.append(1 - 2 * penalty / (n * k * (2 * n - 3 * k - 1)))
    score = float(np.mean(scores))
    if in_input.min(initial=1) < 1 or not 0 <= score <= 1:
        raise ValueError(
            f"every row of neighbour ranks must hold 0 … {n - 1} once each, "
            f"got others, and with them {score:g}: pass those of a space"
        )
    return score


def _expected_penalties(
    input_ranks: NDArray[np.int32],
    latent_ranks: NDArray[np.int32],
    sizes: Sequence[int],
    input_ties: NDArray[np.int32] | None,
    latent_ties: NDArray[np.int32] | None,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the rows that have ties, and their mean penalties."""
    given = [each for each in (input_ties, latent_ties) if each is not None and len(each)]
    if not given:
        return np.empty(0, np.int64), np.empty((0, len(sizes)))
    from topo.metrics.compute.ties import NO_TIES, expected_penalties  # numba: 0.4 s to import

    rows = np.unique(np.concatenate([each[:, 0] for each in given])).astype(np.int64)
    expected = expected_penalties(
        input_ranks,
        latent_ranks,
        rows,
        input_ties=NO_TIES if input_ties is None else input_ties,
        latent_ties=NO_TIES if latent_ties is None else latent_ties,
        sizes=sizes,
    )
    return rows, expected


def _input_ranks(
    input_ranks: NDArray[np.int32], latent_ranks: NDArray[np.int32], n_neighbours: int
) -> NDArray[np.int64]:
    """Rank in the input of every point's nearest in the embedding, the nearest first: (n, k)."""
    near = np.flatnonzero(nearest(latent_ranks, n_neighbours))
    ranks = np.zeros((len(latent_ranks), n_neighbours), dtype=np.int64)
    ranks[near // len(latent_ranks), np.take(latent_ranks, near) - 1] = np.take(input_ranks, near)
    return ranks


def continuity(
    input_ranks: NDArray[np.int32],
    latent_ranks: NDArray[np.int32],
    *,
    sizes: Sequence[int],
    input_ties: NDArray[np.int32] | None = None,
    latent_ties: NDArray[np.int32] | None = None,
) -> float:
    """Measure how far the neighbours in the input are neighbours in the embedding.

    `trustworthiness` with the two spaces exchanged; parameters and errors are the same.

    Returns
    -------
    float
        From 0 to 1; higher is better; 1 where no neighbour is lost.

    Notes
    -----
    Venna & Kaski (2001); averaged as in Moor et al. (2020), the paper's [7].
    """
    return trustworthiness(
        latent_ranks, input_ranks, sizes=sizes, input_ties=latent_ties, latent_ties=input_ties
    )


def _by_ranks(
    measure: Callable[..., float], comparison: Comparison, sizes: tuple[int, ...]
) -> float:
    X, Z = comparison.input, comparison.latent
    return measure(X.ranks, Z.ranks, sizes=sizes, input_ties=X.ties, latent_ties=Z.ties)


def _trustworthiness(comparison: Comparison) -> float:
    return _by_ranks(trustworthiness, comparison, neighbourhood_sizes(comparison.n_points))


def _trustworthiness_k5(comparison: Comparison) -> float:
    if comparison.n_points < 11:
        raise ValueError(
            "trustworthiness of 5 neighbours, which must be below half the number of points, "
            f"needs at least 11 points, got {comparison.n_points}"
        )
    return _by_ranks(trustworthiness, comparison, (5,))


def _continuity(comparison: Comparison) -> float:
    return _by_ranks(continuity, comparison, neighbourhood_sizes(comparison.n_points))


LOCAL_METRICS = (
    Metric(
        "trustworthiness",
        _trustworthiness,
        "higher",
        title="Trustworthiness",
        meaning="How near neighbours in the embedding, 10 to 200 of them, are in the input.",
        group="neighbourhoods",
        high=1.0,
        scale_free=True,
    ),
    Metric(
        "trustworthiness_k5",
        _trustworthiness_k5,
        "higher",
        title="Trustworthiness, 5 neighbours",
        meaning="How near the 5 nearest neighbours in the embedding are in the input.",
        group="neighbourhoods",
        high=1.0,
        scale_free=True,
    ),
    Metric(
        "continuity",
        _continuity,
        "higher",
        title="Continuity",
        meaning="How near neighbours in the input, 10 to 200 of them, are in the embedding.",
        group="neighbourhoods",
        high=1.0,
        scale_free=True,
    ),
)
