"""The nearest neighbours of every point by their ranks, and how many of them metrics look at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topo.checks import check_ranks, is_whole

#: Neighbours that vote for the class of a point.
N_VOTES = 5


def nearest(ranks: NDArray[Any], n_neighbours: int) -> NDArray[np.bool_]:
    """Mark the nearest neighbours of every point.

    Parameters
    ----------
    ranks : (n, n) int array
        Neighbour ranks, 0 for the point itself.
    n_neighbours
        How many of them.

    Returns
    -------
    (n, n) bool array
        `n_neighbours` True in every row.

    Raises
    ------
    ValueError
        Where the ranks are no such array, or a row has other than one neighbour of each rank.
    """
    check_ranks(ranks)
    near: NDArray[np.bool_] = (ranks > 0) & (ranks <= n_neighbours)
    wrong = np.flatnonzero(np.count_nonzero(near, axis=1) != n_neighbours)
    if len(wrong):
        raise ValueError(
            f"row {wrong[0]} of the neighbour ranks must have the ranks 1 … {n_neighbours} once "
            "each: pass those of a space"
        )
    return near


def check_neighbourhood_sizes(sizes: Sequence[int], n_points: int) -> None:
    """Refuse numbers of neighbours beyond which neighbourhood measures are not normalised.

    Raises
    ------
    ValueError
        Where they are no sequence of whole numbers, or one is below 1 or not below half the number
        of points.
    """
    if not isinstance(sizes, Sequence) or isinstance(sizes, str):
        raise ValueError(f"sizes must be a tuple of whole numbers, got {sizes!r}: write (10,)")
    if not sizes or not all(is_whole(k) and k >= 1 and 2 * k < n_points for k in sizes):
        raise ValueError(
            "neighbourhood sizes must be whole numbers from 1 to below half the number of points "
            f"({n_points}), got {tuple(sizes)}"
        )
