"""The topological loss in dimension 0: distances along the edges that matter in either space."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from topo.homology.pairing import minimum_spanning_tree
from topo.nn.distances import batch_distances


def directed_losses(X_distances: Tensor, Z: Tensor) -> tuple[Tensor, Tensor]:
    """Return both directions of the topological loss (section 3.1 of the paper).

    With A the distances and π the edges of the minimum spanning tree, the pairing in dimension 0::

        L_X→Z = ½ ‖A^X[π^X] - A^Z[π^X]‖²        L_Z→X = ½ ‖A^Z[π^Z] - A^X[π^Z]‖²

    The gradient follows the selected edges of Z alone (equations 2–4): the pairings are constant
    near almost every Z. Equal points are an edge of length 0, along which the gradient is 0.

    Parameters
    ----------
    X_distances : (n, n) float32 or float64 tensor
        Distances A^X between n >= 1 input points.
    Z : (n, k) tensor of the same type
        Latent points.

    Returns
    -------
    pair of scalar tensors
        L_X→Z and L_Z→X in squared units of distance, at least 0, lower is better.

    Raises
    ------
    ValueError
        If the numbers of points differ, or a distance is negative or not finite.
    """
    if len(X_distances) != len(Z):
        raise ValueError(
            f"the topological loss needs one latent point per input point, got {len(X_distances)} "
            f"input points and {len(Z)} latent points: pass the images of the same batch"
        )
    X_edges = minimum_spanning_tree(X_distances.numpy())
    Z_edges = minimum_spanning_tree(batch_distances(Z).numpy())
    # Both trees at once: at a batch's size a call costs more than the numbers in it.
    i, j = torch.from_numpy(np.concatenate([X_edges, Z_edges]).T)
    Z_lengths = torch.linalg.vector_norm(Z.index_select(0, i) - Z.index_select(0, j), dim=1)
    halves = (X_distances[i, j] - Z_lengths).square() / 2
    return halves[: len(X_edges)].sum(), halves[len(X_edges) :].sum()


def topological_loss(X_distances: Tensor, Z: Tensor) -> Tensor:
    """Return L_t = L_X→Z + L_Z→X; see `directed_losses`.

    Parameters
    ----------
    X_distances : (n, n) tensor
        Distances between the input points.
    Z : (n, k) tensor of the same type
        Latent points.

    Returns
    -------
    scalar tensor
        At least 0, lower is better, in squared units of distance.

    Raises
    ------
    ValueError
        As `directed_losses` does.
    """
    X_to_Z, Z_to_X = directed_losses(X_distances, Z)
    return X_to_Z + Z_to_X


class PaperTerm(nn.Module):
    """The paper's topological term of a batch: L_t on distances as they are, per point."""

    def forward(self, X: Tensor, Z: Tensor) -> Tensor:
        """Return L_t divided by the batch size (section 4.1.3) of points (n, d) and (n, k)."""
        return topological_loss(batch_distances(X), Z) / len(X)


class MoorTerm(nn.Module):
    """The term of Moor et al. (2020), [7] of the paper, as their code has it.

    Input distances are divided by the largest of the batch, latent ones by a learned number
    that starts at 1; there is no factor ½, and the sum is divided by the batch size.
    """

    def __init__(self) -> None:
        super().__init__()
        self.latent_scale = nn.Parameter(torch.ones(()))

    def forward(self, X: Tensor, Z: Tensor) -> Tensor:
        """Return the term of points (n, d) and (n, k)."""
        X_distances = batch_distances(X)
        largest = X_distances.max()
        if largest > 0:  # else all points are equal, at distance 0 on any scale
            X_distances = X_distances / largest
        return 2 * topological_loss(X_distances, Z / self.latent_scale) / len(X)
