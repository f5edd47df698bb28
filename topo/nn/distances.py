"""Distances within one mini-batch."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from topo.homology.compilation import compiled


def _euclidean_distances(points: NDArray[Any]) -> NDArray[Any]:
    n, dimension = points.shape
    distances = np.zeros((n, n), points.dtype)
    for i in range(n):
        for j in range(i):
            # The sum's type is that of the points: float32 takes half the time of float64.
            square = points.dtype.type(0)
            for k in range(dimension):
                difference = points[i, k] - points[j, k]
                square += difference * difference
            distances[i, j] = distances[j, i] = np.sqrt(square)
    return distances


_compiled_distances = compiled(_euclidean_distances, reorder_sums=True)


def batch_distances(points: Tensor) -> Tensor:
    """Return all Euclidean distances between the points of a batch.

    They are sums of squared differences. The usual |x|² + |y|² - 2⟨x, y⟩ rounds the distance of
    equal or close points to noise, and those are the first edges of every tree; at this size it
    is also no faster.

    Parameters
    ----------
    points : (n, d) float32 or float64 tensor
        Points on the CPU.

    Returns
    -------
    (n, n) tensor
        Symmetric distances in the points' unit and type, exactly 0 between equal points. No
        gradient flows through them.
    """
    distances: Tensor = torch.from_numpy(_compiled_distances(points.detach().contiguous().numpy()))
    return distances
