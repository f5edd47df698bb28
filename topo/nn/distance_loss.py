"""The loss of the manifold-matching autoencoder: all distances of a batch, not those of a tree."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from topo.nn.topological_loss import edge_loss


def distance_loss(X_distances: Tensor, Z: Tensor) -> Tensor:
    """Return the mean squared difference of distances over all pairs of points.

    With A the distances, as Cheret et al. (2026; arXiv 2603.16568) match them::

        L = 2 / (n (n - 1)) · Σ_{i<j} (A^X_ij - A^Z_ij)²

    Parameters
    ----------
    X_distances : (n, n) float32 or float64 tensor
        Distances A^X between n >= 2 input points; taken as constant.
    Z : (n, k) float32 or float64 tensor
        Latent points. Between equal ones the gradient is taken as 0.

    Returns
    -------
    scalar tensor of the type of Z
        In squared units of distance, at least 0, lower is better. It can be differentiated once
        by Z.

    Raises
    ------
    ValueError
        If the numbers of points differ or are below 2, or the loss is beyond the type's range.
    """
    n = len(Z)
    if n < 2 or X_distances.shape != (n, n):
        raise ValueError(
            "matching distances needs one latent point per input point, at least 2, got distances "
            f"of shape {tuple(X_distances.shape)} and {n} latent points: pass the images of the "
            "same batch"
        )
    pairs = _all_pairs(n)
    return 2 * edge_loss(X_distances.detach(), Z, pairs) / len(pairs)


class DistanceTerm(nn.Module):
    """The distance loss of a batch, on distances as they are."""

    def forward(self, X_distances: Tensor, Z: Tensor) -> Tensor:
        """Return the loss of input distances (n, n) and latent points (n, k)."""
        return distance_loss(X_distances, Z)


@lru_cache(maxsize=2)  # a whole batch, and the last one of an epoch
def _all_pairs(n: int) -> NDArray[np.int64]:
    return np.stack(np.triu_indices(n, 1), axis=1)
