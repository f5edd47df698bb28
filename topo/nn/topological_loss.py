"""The topological loss in dimension 0: distances along the edges that matter in either space."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from topo.homology.compilation import compiled
from topo.homology.pairing import tree_edges
from topo.nn.distances import batch_distances


def directed_losses(X_distances: Tensor, Z: Tensor) -> tuple[Tensor, Tensor]:
    """Return both directions of the topological loss (section 3.1 of the paper).

    With A the distances and π the edges of the minimum spanning tree, the pairing in dimension 0::

        L_X→Z = ½ ‖A^X[π^X] - A^Z[π^X]‖²        L_Z→X = ½ ‖A^Z[π^Z] - A^X[π^Z]‖²

    The gradient follows the selected edges of Z alone (equations 2–4): near almost every Z the
    pairings stay the same. Between equal latent points, an edge of length 0, it is taken as 0.

    Parameters
    ----------
    X_distances : (n, n) float32 or float64 tensor
        Distances A^X between n >= 1 input points; taken as constant.
    Z : (n, k) float32 or float64 tensor
        Latent points.

    Returns
    -------
    pair of scalar tensors of the type of Z
        L_X→Z and L_Z→X in squared units of distance, at least 0, lower is better. They can be
        differentiated once by Z.

    Raises
    ------
    ValueError
        If the numbers of points differ, a type or shape is another, a distance is negative or not
        finite, or the loss is beyond the type's range.
    """
    X_distances = X_distances.detach()
    X_edges, Z_edges = _pairings(X_distances, Z)
    return edge_loss(X_distances, Z, X_edges), edge_loss(X_distances, Z, Z_edges)


def topological_loss(X_distances: Tensor, Z: Tensor) -> Tensor:
    """Return L_t = L_X→Z + L_Z→X, at least 0, lower is better; see `directed_losses`."""
    X_distances = X_distances.detach()
    return edge_loss(X_distances, Z, np.concatenate(_pairings(X_distances, Z)))


class PaperTerm(nn.Module):
    """The paper's topological term of a batch: L_t on distances as they are, per point."""

    def forward(self, X_distances: Tensor, Z: Tensor) -> Tensor:
        """Return L_t divided by the batch size (section 4.1.3); see `topological_loss`."""
        return topological_loss(X_distances, Z) / len(Z)


class MoorTerm(nn.Module):
    """The term of Moor et al. (2020), [7] of the paper, as their code has it.

    Input distances are divided by the largest of the batch, latent ones by a learned number
    that starts at 1; there is no factor ½, and the sum is divided by the batch size.
    """

    def __init__(self) -> None:
        super().__init__()
        self.latent_scale = nn.Parameter(torch.ones(()))

    def forward(self, X_distances: Tensor, Z: Tensor) -> Tensor:
        """Return the term of input distances (n, n) and latent points (n, k)."""
        largest = X_distances.max()
        if largest > 0:  # else all points are equal, at distance 0 on any scale
            X_distances = X_distances / largest
        return 2 * topological_loss(X_distances, Z / self.latent_scale) / len(Z)


def _pairings(X_distances: Tensor, Z: Tensor) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Edges π^X and π^Z, each (n - 1, 2)."""
    if len(X_distances) != len(Z):
        raise ValueError(
            f"the topological loss needs one latent point per input point, got {len(X_distances)} "
            f"input points and {len(Z)} latent points: pass the images of the same batch"
        )
    return tree_edges(X_distances.cpu().numpy()), tree_edges(batch_distances(Z).numpy())


def _loss_and_gradient(
    X_distances: NDArray[Any], Z: NDArray[Any], edges: NDArray[np.int64]
) -> tuple[float, NDArray[Any]]:
    """½ ‖A^X[edges] - A^Z[edges]‖² and its gradient by Z, equations 2–4 with θ = Z."""
    loss = 0.0
    gradient = np.zeros_like(Z)
    for i, j in edges:
        square = 0.0
        for k in range(Z.shape[1]):
            square += (Z[i, k] - Z[j, k]) ** 2
        length = np.sqrt(square)
        residual = X_distances[i, j] - length
        loss += residual * residual / 2
        if length > 0:
            for k in range(Z.shape[1]):
                slope = residual * (Z[i, k] - Z[j, k]) / length
                gradient[i, k] -= slope
                gradient[j, k] += slope
    return loss, gradient


_compiled_loss_and_gradient = compiled(_loss_and_gradient)


class _EdgeLoss(torch.autograd.Function):
    """The sum over edges as one step of differentiation.

    A batch has so few edges that PyTorch's own steps would take longer than the sum itself.
    """

    @staticmethod
    def forward(ctx: Any, X_distances: Tensor, Z: Tensor, edges: NDArray[np.int64]) -> Tensor:
        loss, gradient = _compiled_loss_and_gradient(
            X_distances.cpu().numpy(), Z.cpu().numpy(), edges
        )
        if not loss <= torch.finfo(Z.dtype).max:
            raise ValueError(
                f"the loss must be a finite {Z.dtype}, got {loss:g}: rescale the points"
            )
        ctx.save_for_backward(torch.from_numpy(gradient).to(Z.device))
        return torch.tensor(loss, dtype=Z.dtype, device=Z.device)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, outer: Tensor) -> tuple[None, Tensor, None]:
        (gradient,) = ctx.saved_tensors
        return None, outer * gradient, None


def edge_loss(X_distances: Tensor, Z: Tensor, edges: NDArray[np.int64]) -> Tensor:
    """Return ½ ‖A^X[edges] - A^Z[edges]‖²; see `directed_losses`.

    Parameters
    ----------
    X_distances : (n, n) float32 or float64 tensor
        Distances between input points; taken as constant.
    Z : (n, k) float32 or float64 tensor
        Latent points.
    edges : (m, 2) int64 array
        Pairs of different points.

    Returns
    -------
    scalar tensor of the type of Z
        In squared units of distance, at least 0, lower is better. It can be differentiated once
        by Z.

    Raises
    ------
    ValueError
        If the loss is beyond the type's range.
    """
    loss: Tensor = _EdgeLoss.apply(X_distances, Z, edges)  # type: ignore[no-untyped-call]
    return loss
