"""Ranks of distances by radix sort, in a fifth of the time of a sort that compares."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from topo.homology.compilation import compiled

#: Bits sorted by at once: six passes over the 64 of a float, with counts that stay in the cache.
_DIGIT = 11
_N_PASSES = 6
_N_VALUES = 1 << _DIGIT


def _rank_rows(keys: NDArray[np.uint64]) -> NDArray[np.int32]:
    """Rank every row's keys, the row's own point first, equal keys by index."""
    n = keys.shape[0]
    ranks = np.empty((n, n), np.int32)
    counts = np.empty((_N_PASSES, _N_VALUES), np.int64)
    sorted_keys, next_keys = np.empty(n, np.uint64), np.empty(n, np.uint64)
    order, next_order = np.empty(n, np.int32), np.empty(n, np.int32)
    mask = np.uint64(_N_VALUES - 1)
    for i in range(n):
        counts[:] = 0
        for j in range(n):
            key = keys[i, j]
            sorted_keys[j], order[j] = key, j
            for digit in range(_N_PASSES):
                counts[digit, (key >> np.uint64(_DIGIT * digit)) & mask] += 1
        for digit in range(_N_PASSES):
            shift = np.uint64(_DIGIT * digit)
            if counts[digit, (sorted_keys[0] >> shift) & mask] == n:
                continue  # all keys agree here, as they mostly do in their exponents
            place = 0
            for value in range(_N_VALUES):
                count = counts[digit, value]
                counts[digit, value] = place
                place += count
            for m in range(n):
                value = (sorted_keys[m] >> shift) & mask
                place = counts[digit, value]
                counts[digit, value] = place + 1
                next_keys[place], next_order[place] = sorted_keys[m], order[m]
            sorted_keys, next_keys = next_keys, sorted_keys
            order, next_order = next_order, order
        rank = 1
        for m in range(n):
            if order[m] != i:
                ranks[i, order[m]] = rank
                rank += 1
        ranks[i, i] = 0
    return ranks


_compiled_rank_rows = compiled(_rank_rows)


def rank_rows(distances: NDArray[np.float64]) -> NDArray[np.int32]:
    """Rank every point among the neighbours of every other.

    Parameters
    ----------
    distances : (n, n) float64 array
        Distances; none is negative or NaN, so that their bits, read as whole numbers, are in the
        same order as they are.

    Returns
    -------
    (n, n) int32 array
        Row i ranks the points by distance from point i: i itself 0, the nearest 1, ties by index.
    """
    # Adding 0 turns a negative zero, whose bits are the largest of all, into a positive one.
    keys = np.ascontiguousarray(distances + 0.0).view(np.uint64)
    ranks: NDArray[np.int32] = _compiled_rank_rows(keys)
    return ranks
