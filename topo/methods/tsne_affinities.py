"""Joint probabilities of t-SNE (van der Maaten and Hinton 2008, section 2)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from topo.homology.compilation import compiled

_MAX_STEPS = 100
_TOLERANCE = 1e-7
_MAX_STEP = 2.0
_MIN_SLOPE = 1e-12


def joint_probabilities(
    squared_distances: NDArray[np.floating[Any]], perplexity: float
) -> NDArray[np.float32]:
    """Compute the symmetric joint probabilities of t-SNE, over all pairs.

    Parameters
    ----------
    squared_distances : (n, n) array
        Symmetric, of the input points.
    perplexity
        Exponential of the entropy of every point's conditional distribution, below n - 1.

    Returns
    -------
    (n, n) float32 array
        Non-negative, symmetric, of sum 1 and zero diagonal.
    """
    conditional = np.empty(squared_distances.shape, np.float32)
    _fill_conditional(
        np.ascontiguousarray(squared_distances, np.float64), np.log(perplexity), conditional
    )
    joint = conditional + conditional.T
    joint /= joint.sum(dtype=np.float64)
    return joint


def _fill_conditional_loop(
    squared_distances: NDArray[np.float64], entropy: float, conditional: NDArray[np.float32]
) -> None:
    """Find every row's precision β by Newton's method on log β, kept within a bracket."""
    n = len(squared_distances)
    weights = np.empty(n)
    log_beta = 0.0
    for i in range(n):
        row = squared_distances[i]
        nearest, total = np.inf, 0.0
        for j in range(n):
            if j != i:
                nearest = min(nearest, row[j])
                total += row[j]
        excess = total / (n - 1) - nearest
        if excess <= 0.0:  # all others are equally far
            for j in range(n):
                conditional[i, j] = 0.0 if j == i else 1.0 / (n - 1)
            continue
        if i == 0:
            log_beta = -np.log(excess)
        low, high = -np.inf, np.inf
        weight_sum = 1.0
        for _ in range(_MAX_STEPS):
            beta = np.exp(log_beta)
            weight_sum = mean = square = 0.0
            for j in range(n):
                distance = row[j] - nearest
                weight = 0.0 if j == i else np.exp(-beta * distance)
                weights[j] = weight
                weight_sum += weight
                mean += weight * distance
                square += weight * distance * distance
            mean /= weight_sum
            variance = square / weight_sum - mean * mean
            surplus = np.log(weight_sum) + beta * mean - entropy
            # A mean of 0: all weight is on equally near points, and no precision parts them.
            if abs(surplus) < _TOLERANCE or mean == 0.0:
                break
            if surplus > 0.0:
                low = log_beta
            else:
                high = log_beta
            step = surplus / max(beta * variance * beta, _MIN_SLOPE)
            log_beta += min(_MAX_STEP, max(-_MAX_STEP, step))
            if low >= log_beta or log_beta >= high:
                if np.isinf(low + high):  # no bracket yet: look further
                    log_beta = low + _MAX_STEP if low > -np.inf else high - _MAX_STEP
                else:
                    log_beta = (low + high) / 2
        for j in range(n):
            conditional[i, j] = weights[j] / weight_sum


_fill_conditional = compiled(_fill_conditional_loop)
