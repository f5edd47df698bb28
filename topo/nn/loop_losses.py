"""Losses that see loops: distances along the edges of the pairings in dimensions 0 and 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from topo.homology.cycles import Loops, representative_loops
from topo.homology.pairing import tree_edges
from topo.nn.distances import batch_distances
from topo.nn.topological_loss import edge_loss

#: Which more of the input's edges count: those of every loop's cascade, or of its cycle.
More = Literal["cascades", "cycles"]


class LoopTerm(nn.Module):
    """The topological loss with dimension 1, as a mean over each kind of edges.

    With A the distances, and E the edges that join components (the spanning tree), those at which
    loops are born, and those at which they die, each of X and of Z::

        L = Σ_E  1/|E| · Σ_{ij in E} (A^X_ij - A^Z_ij)²

    an empty E adding nothing. These are the six sums of TopoAE with dimension 1 in [1]_. With
    "cascades" there is one more E, the cascades of the input's loops without their deaths: the
    asymmetric cascade of [1]_. With "cycles" it has all edges of the cycles that stand for the
    input's loops, in the paper's words their entire generators; `topo.homology.cycles` says which
    cycles these are.

    Parameters
    ----------
    more
        "cascades", "cycles", or None for neither.

    References
    ----------
    .. [1] Clémot, Digne and Tierny, "Topological Autoencoders++", 2025 (arXiv 2502.20215).
    """

    def __init__(self, more: More | None = None) -> None:
        super().__init__()
        self.more = more
        self._last: tuple[Tensor, list[NDArray[np.int64]]] | None = None

    def forward(self, X_distances: Tensor, Z: Tensor) -> Tensor:
        """Return the loss.

        Parameters
        ----------
        X_distances : (n, n) float32 or float64 tensor
            Distances between n >= 1 input points; taken as constant. The edges of the last tensor
            are remembered.
        Z : (n, k) float32 or float64 tensor
            Latent points.

        Returns
        -------
        scalar tensor of the type of Z
            In squared units of distance, at least 0, lower is better. It can be differentiated once
            by Z: near almost every Z the edges stay the same.

        Raises
        ------
        ValueError
            As `topo.nn.topological_loss.directed_losses` does.
        """
        _check_same_number(X_distances, Z)
        of_latent = _critical_edges(batch_distances(Z).numpy())[0]
        return _sum_of_means(X_distances, Z, [*self._input_edges(X_distances), *of_latent])

    def _input_edges(self, X_distances: Tensor) -> list[NDArray[np.int64]]:
        if self._last is None or self._last[0] is not X_distances:
            self._last = X_distances, self._find_edges(X_distances.detach().cpu().numpy())
        return self._last[1]

    def _find_edges(self, distances: NDArray[np.floating[Any]]) -> list[NDArray[np.int64]]:
        edges, loops = _critical_edges(distances)
        if self.more == "cascades":
            edges.append(_union([cascade[1:] for cascade in loops.cascades], len(distances)))
        elif self.more == "cycles":
            edges.append(_union(loops.cycles, len(distances)))
        return edges


def losses_by_dimension(X_distances: Tensor, Z: Tensor) -> tuple[Tensor, Tensor]:
    """Return what the pairs in dimension 0, and those in dimension 1, add to the loss of loops.

    Their sum is the loss of `LoopTerm` without more; parameters, units and errors are its own.
    """
    _check_same_number(X_distances, Z)
    sides = [
        _critical_edges(each.numpy())[0]
        for each in (X_distances.detach().cpu(), batch_distances(Z))
    ]
    of_trees = [edges[0] for edges in sides]
    of_loops = [kind for edges in sides for kind in edges[1:]]
    return _sum_of_means(X_distances, Z, of_trees), _sum_of_means(X_distances, Z, of_loops)


def _check_same_number(X_distances: Tensor, Z: Tensor) -> None:
    if len(X_distances) != len(Z):
        raise ValueError(
            "a loss of loops needs one latent point per input point, got "
            f"{len(X_distances)} input points and {len(Z)} latent points: pass the images of "
            "the same batch"
        )


def _sum_of_means(X_distances: Tensor, Z: Tensor, kinds: Sequence[NDArray[np.int64]]) -> Tensor:
    """Sum the mean squared differences of distances over each kind of edges that has any."""
    means = [
        edge_loss(X_distances.detach(), Z, edges) * (2 / len(edges))
        for edges in kinds
        if len(edges)
    ]
    return sum(means, Z.new_zeros(()))


def _critical_edges(
    distances: NDArray[np.floating[Any]],
) -> tuple[list[NDArray[np.int64]], Loops]:
    """Return the edges of the pairs: the tree's, the births and deaths of loops; and the loops."""
    loops = representative_loops(distances)
    return [tree_edges(distances), loops.births, loops.deaths], loops


def _union(chains: Sequence[NDArray[np.int64]], n: int) -> NDArray[np.int64]:
    """Return the edges of any of some chains of n points, each once: (m, 2)."""
    edges = np.concatenate([np.empty((0, 2), np.int64), *chains])
    return np.stack(np.divmod(np.unique(edges[:, 0] * n + edges[:, 1]), n), axis=1)
