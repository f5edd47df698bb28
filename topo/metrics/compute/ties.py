"""Neighbours at equal distance, and means over all orders that they could be ranked in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import comb

import numpy as np
from numpy.typing import NDArray

from topo.homology.compilation import compiled

#: Ranks that are what they are.
NO_TIES = np.empty((0, 3), dtype=np.int32)
NO_TIES.setflags(write=False)


def _tie_runs(
    distances: NDArray[np.float64], ranks: NDArray[np.int32], runs: NDArray[np.int32]
) -> int:
    """Fill in as many runs as there is room for, and count all."""
    n, n_runs = len(distances), 0
    by_rank = np.empty(n, np.float64)
    for i in range(n):
        for j in range(n):
            by_rank[ranks[i, j]] = distances[i, j]
        first = 1
        for rank in range(2, n + 1):
            if rank == n or by_rank[rank] != by_rank[first]:
                if rank - first > 1:
                    if n_runs < len(runs):
                        runs[n_runs, 0], runs[n_runs, 1], runs[n_runs, 2] = i, first, rank - 1
                    n_runs += 1
                first = rank
    return n_runs


_compiled_tie_runs = compiled(_tie_runs)


def tie_runs(distances: NDArray[np.float64], ranks: NDArray[np.int32]) -> NDArray[np.int32]:
    """Find the neighbours that are equally near to a point.

    Parameters
    ----------
    distances : (n, n) array
        Distances between the points.
    ranks : (n, n) int array
        Their ranks, 0 for the point itself.

    Returns
    -------
    (m, 3) int32 array
        Row, first and last rank of every run of equal distances, in the order of rows and ranks;
        empty where there are no ties.
    """
    n_runs = _compiled_tie_runs(distances, ranks, np.empty((0, 3), np.int32))
    if not n_runs:
        return NO_TIES
    runs = np.empty((n_runs, 3), np.int32)
    _compiled_tie_runs(distances, ranks, runs)
    return runs


def _expected_penalties(
    input_ranks: NDArray[np.int32],
    latent_ranks: NDArray[np.int32],
    rows: NDArray[np.int64],
    input_ties: NDArray[np.int32],
    latent_ties: NDArray[np.int32],
    sizes: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Mean penalty of every row and size; in a run, every rank is as likely as another."""
    n, most = len(input_ranks), sizes.max()
    penalties = np.zeros((len(rows), len(sizes)))
    first_in, last_in = np.empty(n, np.int64), np.empty(n, np.int64)
    first_out, last_out = np.empty(n, np.int64), np.empty(n, np.int64)
    at_in, at_out = 0, 0
    for m in range(len(rows)):
        i = rows[m]
        for rank in range(n):
            first_in[rank] = last_in[rank] = first_out[rank] = last_out[rank] = rank
        while at_in < len(input_ties) and input_ties[at_in, 0] <= i:
            if input_ties[at_in, 0] == i:
                first, last = input_ties[at_in, 1], input_ties[at_in, 2]
                first_in[first : last + 1], last_in[first : last + 1] = first, last
            at_in += 1
        while at_out < len(latent_ties) and latent_ties[at_out, 0] <= i:
            if latent_ties[at_out, 0] == i:
                first, last = latent_ties[at_out, 1], latent_ties[at_out, 2]
                first_out[first : last + 1], last_out[first : last + 1] = first, last
            at_out += 1
        for j in range(n):
            rank = latent_ranks[i, j]
            if j == i or first_out[rank] > most:
                continue
            in_input = input_ranks[i, j]
            for s in range(len(sizes)):
                k = sizes[s]
                places = k - first_out[rank] + 1
                if places <= 0 or last_in[in_input] <= k:
                    continue
                chance = min(1.0, places / (last_out[rank] - first_out[rank] + 1))
                # The sum of r - k over the ranks r of the run that lie beyond k.
                high = last_in[in_input] - k
                low = max(0, first_in[in_input] - 1 - k)
                total = (high * (high + 1) - low * (low + 1)) // 2
                penalties[m, s] += chance * total / (last_in[in_input] - first_in[in_input] + 1)
    return penalties


_compiled_penalties = compiled(_expected_penalties)


def expected_penalties(
    input_ranks: NDArray[np.int32],
    latent_ranks: NDArray[np.int32],
    rows: NDArray[np.int64],
    *,
    input_ties: NDArray[np.int32],
    latent_ties: NDArray[np.int32],
    sizes: Sequence[int],
) -> NDArray[np.float64]:
    """Return what trustworthiness adds up for some rows, as a mean over all orders of tied points.

    Tied neighbours are ordered at random, in the input and in the embedding each for itself; the
    mean is exact.

    Parameters
    ----------
    input_ranks, latent_ranks : (n, n) int array
        Neighbour ranks, 0 for the point itself.
    rows : (r,) int array
        Ascending.
    input_ties, latent_ties : (m, 3) int32 array
        As `tie_runs` finds them.
    sizes
        Numbers of neighbours k.

    Returns
    -------
    (r, len(sizes)) array
        Mean of Σ_j max(0, r(i, j) − k) over the k nearest j of i in the embedding; 0 or more.
    """
    penalties: NDArray[np.float64] = _compiled_penalties(
        input_ranks, latent_ranks, rows, input_ties, latent_ties, np.asarray(sizes, np.int64)
    )
    return penalties


@lru_cache(maxsize=100_000)
def chance_to_win(own: int, certain: tuple[int, ...], tied: tuple[int, ...], n_drawn: int) -> float:
    """Return how likely a class has the most votes, the first of several with equally many.

    Parameters
    ----------
    own
        The class, by position.
    certain
        Votes that every class has.
    tied
        Voters of every class among which the rest is drawn, every choice as likely as another.
    n_drawn
        How many are drawn.

    Returns
    -------
    float
        From 0 to 1, exact but for rounding.
    """
    wins = 0
    for n_own in range(min(tied[own], n_drawn) + 1):
        votes = certain[own] + n_own
        # Ways to draw from the classes so far, by how many were drawn, so that own still wins.
        ways = [comb(tied[own], n_own)] + [0] * (n_drawn - n_own)
        for other, (sure, voters) in enumerate(zip(certain, tied, strict=True)):
            if other == own:
                continue
            most = votes - sure - (other < own)
            if most < 0:
                ways = [0]
                break
            more = [comb(voters, x) for x in range(min(voters, most, n_drawn - n_own) + 1)]
            ways = [
                sum(ways[m - x] * more[x] for x in range(min(m, len(more) - 1) + 1))
                for m in range(len(ways))
            ]
        wins += ways[n_drawn - n_own] if len(ways) > n_drawn - n_own else 0
    return wins / comb(sum(tied), n_drawn)
