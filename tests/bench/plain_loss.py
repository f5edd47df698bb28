"""The topological loss as it is usually written: all edges sorted, a union–find loop in Python."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

#: From distances (n, n) to the n - 1 edges of the minimum spanning tree.
Pairing = Callable[[NDArray[np.float32]], NDArray[np.int64]]


class UnionFind:
    """Components, by parent pointers with path compression."""

    def __init__(self, n: int) -> None:
        self.parents = np.arange(n)

    def find(self, i: int) -> int:
        if self.parents[i] != i:
            self.parents[i] = self.find(self.parents[i])
        return self.parents[i]

    def merge(self, i: int, j: int) -> None:
        self.parents[self.find(i)] = self.find(j)


def pairs_by_union_find(distances: NDArray[np.float32]) -> NDArray[np.int64]:
    """Go through all edges in order of length, as Moor et al. (2020) do."""
    i, j = np.triu_indices_from(distances, 1)
    components = UnionFind(len(distances))
    pairs = []
    for edge in np.argsort(distances[i, j], kind="stable"):
        u, v = i[edge], j[edge]
        if components.find(u) != components.find(v):
            components.merge(u, v)
            pairs.append((u, v))
    return np.array(pairs)


def pairs_by_lists(distances: NDArray[np.float32]) -> NDArray[np.int64]:
    """Do the same as fast as plain Python does: lists, and an end when the tree is whole."""
    n = len(distances)
    rows, columns = np.triu_indices(n, 1)
    order = np.argsort(distances[rows, columns], kind="stable")
    parents, pairs = list(range(n)), []
    for u, v in zip(rows[order].tolist(), columns[order].tolist(), strict=True):
        a, b = u, v
        while parents[a] != a:
            parents[a] = a = parents[parents[a]]
        while parents[b] != b:
            parents[b] = b = parents[parents[b]]
        if a != b:
            parents[a] = b
            pairs.append((u, v))
            if len(pairs) == n - 1:
                break
    return np.array(pairs)


def pairs_by_scipy(distances: NDArray[np.float32]) -> NDArray[np.int64]:
    """Let scipy find the tree; edges of length 0 would be lost."""
    from scipy.sparse.csgraph import minimum_spanning_tree

    return np.stack(minimum_spanning_tree(distances).nonzero(), axis=1)


def plain_loss(X: Tensor, Z: Tensor, pairing: Pairing) -> Tensor:
    """Return the paper's loss per point, in PyTorch's own steps."""
    X_distances, Z_distances = torch.cdist(X, X), torch.cdist(Z, Z)
    loss = torch.zeros(())
    for space in (X_distances, Z_distances):
        i, j = torch.from_numpy(pairing(space.detach().numpy())).long().T
        loss = loss + (X_distances[i, j] - Z_distances[i, j]).square().sum() / 2
    return loss / len(X)
