"""Chains of points: a circle with a gap, and other ways to lay the same chain in the plane."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray


def circle_with_gap(n_points: int, gap_ratio: float) -> NDArray[np.float64]:
    """Place points on the unit circle at equal steps, but for a longer one to close it.

    Parameters
    ----------
    n_points
        At least 3.
    gap_ratio
        Angle of the gap divided by that of a step, above 1: then the spanning tree is the chain of
        steps, and no other tree is as short.

    Returns
    -------
    (n_points, 2) array
        Neighbours in the chain are neighbouring rows.

    Raises
    ------
    ValueError
        If there are too few points or the gap is no longer than a step.
    """
    if n_points < 3 or not gap_ratio > 1:
        raise ValueError(
            "a circle with a gap needs at least 3 points and a gap_ratio above 1, "
            f"got {n_points} points and {gap_ratio}: with equal steps the tree is not unique"
        )
    angles = 2 * np.pi * np.arange(n_points) / (n_points - 1 + gap_ratio)
    return np.column_stack([np.cos(angles), np.sin(angles)])


def lay_chain(X: NDArray[np.float64], directions: ArrayLike) -> NDArray[np.float64]:
    """Lay a chain in the plane anew, every step as long as before.

    Parameters
    ----------
    X : (n, d) array
        The chain's points in order.
    directions : (n - 1,) array or number
        Direction of every step as an angle in radians; one number gives a straight line.
    """
    lengths = np.linalg.norm(np.diff(X, axis=0), axis=1)
    angles = np.broadcast_to(np.asarray(directions, np.float64), lengths.shape)
    steps = lengths[:, np.newaxis] * np.column_stack([np.cos(angles), np.sin(angles)])
    return np.vstack([np.zeros(2), np.cumsum(steps, axis=0)])


def hairpin_directions(n_steps: int, row_gap: float) -> Sequence[float]:
    """Directions of a chain that goes straight, crosses over in one step and comes back.

    The distance between the two rows is a share, in 0 … 1, of the crossing step.
    """
    there = (n_steps - 1) // 2
    return [0.0] * there + [float(np.arcsin(row_gap))] + [np.pi] * (n_steps - 1 - there)
