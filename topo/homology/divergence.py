"""Spanning trees of two spaces at once: how far they differ, free of scale."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from topo.homology.pairing import tree_edges

#: Distances are divided by this quantile of them, over all pairs of points.
QUANTILE = 0.9


def tree_weight(distances: NDArray[np.floating[Any]]) -> float:
    """Return the sum of the lengths of a minimum spanning tree, in the unit of the distances."""
    return sum_over(distances, tree_edges(distances))


def sum_over(distances: NDArray[np.floating[Any]], edges: NDArray[np.int64]) -> float:
    """Return the sum of the lengths of edges (m, 2)."""
    return float(distances[edges[:, 0], edges[:, 1]].sum(dtype=np.float64))


def in_own_unit(distances: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    """Return distances (n, n) divided by their 0.9 quantile; as they are where that is 0."""
    pairs = distances[np.triu_indices(len(distances), 1)]
    unit = float(np.quantile(pairs, QUANTILE)) if pairs.size else 0.0
    scaled: NDArray[np.floating[Any]] = distances / (unit or 1.0)
    return scaled


def srtd_lite(A: NDArray[np.floating[Any]], B: NDArray[np.floating[Any]]) -> float:
    """Measure the symmetric RTD-Lite divergence of two spaces of the same points.

    w(max(A, B)) - w(min(A, B)), maximum and minimum entry by entry of the distances, each divided
    by its own 0.9 quantile, and w the weight of a minimum spanning tree.

    Parameters
    ----------
    A, B : (n, n) float32 or float64 arrays
        Symmetric distances between the same n >= 1 points.

    Returns
    -------
    float
        0 or more, without unit; lower is better; 0 where one space is the other, scaled.

    Raises
    ------
    ValueError
        Where the shapes differ, or as `topo.homology.pairing.tree_edges`.

    Notes
    -----
    SRTD-Lite of arXiv 2606.06342.
    """
    if A.shape != B.shape:
        raise ValueError(
            "SRTD-Lite needs distances between the same points, got matrices of shape "
            f"{A.shape} and {B.shape}: pass the images of the same points"
        )
    A, B = in_own_unit(A), in_own_unit(B)
    return max(tree_weight(np.maximum(A, B)) - tree_weight(np.minimum(A, B)), 0.0)
