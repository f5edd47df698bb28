"""Distances within one mini-batch."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from topo.homology.compilation import compiled

#: The compiled loop takes so many coordinates at once and is slow with what is left over.
_STRIDE = 32


def _euclidean_distances(points: NDArray[Any]) -> NDArray[Any]:
    n, dimension = points.shape
    distances = np.zeros((n, n), points.dtype)
    for i in range(n):
        for j in range(i):
            # Summed in the points' own type: float32 takes half the time of float64.
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
    equal or close points to noise, and those are the first edges of every tree; at a batch's size
    it is no faster either.

    Parameters
    ----------
    points : (n, d) float32 or float64 tensor
        Points, on any device.

    Returns
    -------
    (n, n) tensor
        Symmetric distances in the points' unit and type, exactly 0 between equal points, on the
        CPU. No gradient flows through them.

    Raises
    ------
    ValueError
        If the points are of another type or shape.
    """
    if points.ndim != 2 or points.dtype not in (torch.float32, torch.float64):
        raise ValueError(
            "distances need an (n, d) tensor of float32 or float64, got shape "
            f"{tuple(points.shape)} of {points.dtype}: convert the points"
        )
    points = points.detach().cpu()
    if points.shape[1] > _STRIDE:
        points = torch.nn.functional.pad(points, (0, -points.shape[1] % _STRIDE))
    return torch.from_numpy(_compiled_distances(points.contiguous().numpy()))
