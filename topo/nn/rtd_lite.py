"""RTD-Lite: how much shorter one spanning tree is where both spaces may lend their edges."""

from __future__ import annotations

from typing import Any, NamedTuple, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from topo.homology.divergence import QUANTILE, in_own_unit, sum_over, tree_weight
from topo.homology.pairing import tree_edges
from topo.nn.distances import batch_distances


def rtd_lite_loss(X_distances: Tensor, Z: Tensor) -> Tensor:
    """Return the RTD-Lite divergence of input and latent points.

    With A and B the distances of input and embedding, each divided by its own 0.9 quantile over all
    pairs of points, C = min(A, B) entry by entry, and w the weight of a minimum spanning tree::

        L = ½ [(w(A) - w(C)) + (w(B) - w(C))]

    Parameters
    ----------
    X_distances : (n, n) float32 or float64 tensor
        Distances between n >= 1 input points; taken as constant.
    Z : (n, k) float32 or float64 tensor
        Latent points. Between equal ones the gradient is taken as 0.

    Returns
    -------
    scalar tensor of the type of Z
        Without unit, at least 0 but for rounding, lower is better; blind to the scale of either
        side. The gradient by Z goes through the quantile too.

    Raises
    ------
    ValueError
        If the numbers of points differ, or distances are negative or not finite.

    Notes
    -----
    The loss of RTD-Lite as arXiv 2606.06342 states it. A side whose quantile is 0, since most of
    its points are equal, is not divided.
    """
    return _loss(_InputSide.of(X_distances), Z)


class RTDLiteTerm(nn.Module):
    """The RTD-Lite divergence of a batch; the input's side of the last tensor is remembered."""

    def __init__(self) -> None:
        super().__init__()
        self._last: tuple[Tensor, _InputSide] | None = None

    def forward(self, X_distances: Tensor, Z: Tensor) -> Tensor:
        """Return the loss of input distances (n, n) and latent points (n, k)."""
        if self._last is None or self._last[0] is not X_distances:
            self._last = X_distances, _InputSide.of(X_distances)
        return _loss(self._last[1], Z)


class _InputSide(NamedTuple):
    """Distances (n, n) of the input in their own unit, and the weight of their spanning tree."""

    distances: NDArray[np.floating[Any]]
    weight: float

    @classmethod
    def of(cls, X_distances: Tensor) -> Self:
        A = in_own_unit(X_distances.detach().cpu().numpy())
        return cls(A, tree_weight(A))


def _loss(given: _InputSide, Z: Tensor) -> Tensor:
    A = given.distances
    if len(A) != len(Z):
        raise ValueError(
            "RTD-Lite needs one latent point per input point, got "
            f"{len(A)} input points and {len(Z)} latent points: pass the images of the same batch"
        )
    if len(Z) < 2:
        return Z.sum() * 0
    found = batch_distances(Z).numpy()
    unit = _latent_unit(found, Z)
    B = found / unit.item()
    joint = tree_edges(np.minimum(A, B))
    by_latent = (B <= A)[joint[:, 0], joint[:, 1]]
    own, lent = tree_edges(found), joint[by_latent]
    constant = given.weight - 2 * sum_over(A, joint[~by_latent])
    moving = edge_lengths(Z, own).sum() - 2 * edge_lengths(Z, lent).sum()
    return (constant + moving / unit) / 2


def edge_lengths(Z: Tensor, edges: NDArray[np.int64]) -> Tensor:
    """Return lengths (m,) of edges (m, 2) between points (n, k); between equal ones constant 0."""
    i, j = torch.from_numpy(np.ascontiguousarray(edges.T)).to(Z.device)
    squares = (Z[i] - Z[j]).square().sum(1)
    apart = squares > 0
    return torch.where(apart, torch.where(apart, squares, 1.0).sqrt(), 0.0)


def _latent_unit(distances: NDArray[np.floating[Any]], Z: Tensor) -> Tensor:
    """Return the quantile as a function of the points: a mean of two lengths, by its weights."""
    i, j = np.triu_indices(len(distances), 1)
    lengths = distances[i, j]
    place = QUANTILE * (len(lengths) - 1)
    low, high = int(np.floor(place)), int(np.ceil(place))
    order = np.argpartition(lengths, (low, high))[[low, high]]
    between = edge_lengths(Z, np.stack([i, j], axis=1)[order])
    unit = torch.lerp(between[0], between[1], place - low)
    return unit if unit.item() > 0 else torch.ones_like(unit)
