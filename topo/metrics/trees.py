"""Metrics of the spanning trees of both sides, free of scale."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from topo.metrics.base import Comparison, Metric


def edge_correlation(A: NDArray[np.float64], B: NDArray[np.float64]) -> float:
    """Measure the rank correlation of both distances over the edges of both trees (NTS-E).

    Parameters
    ----------
    A, B : (n, n) arrays
        Symmetric distances in the input and in the embedding, n >= 3.

    Returns
    -------
    float
        Spearman's coefficient, from -1 to 1; higher is better; 1 where the edges of either minimum
        spanning tree have the same order by length in both spaces; 0 where the lengths of one
        space are all equal. Where edges of equal length leave several trees, those of all count.

    Raises
    ------
    ValueError
        Where the shapes differ or there are fewer than 3 points.

    Notes
    -----
    NTS-E of arXiv 2606.06342.
    """
    i, j = _edges_of_both(A, B).T
    return _rank_correlation(A[i, j], B[i, j])


def path_correlation(A: NDArray[np.float64], B: NDArray[np.float64]) -> float:
    """Measure the same of the longest step on the best path between the ends of edges (NTS-M).

    In place of an edge's length stands the scale at which its ends are joined in dimension 0: the
    longest edge on the path between them in the space's own tree.

    Parameters, range and errors are those of `edge_correlation`.
    """
    joined = [_scales_of_joining(distances) for distances in (A, B)]
    i, j = _edges_of_both(A, B).T
    return _rank_correlation(*(scales[i, j] for scales in joined))


def _edges_of_both(A: NDArray[np.float64], B: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the edges i < j that are in a minimum spanning tree of either space."""
    if A.shape != B.shape or len(A) < 3:
        raise ValueError(
            "a correlation over the edges of trees needs the same points in both spaces, at least "
            f"3, got matrices of shape {A.shape} and {B.shape}: pass more points"
        )
    # No path between its ends has shorter steps only.
    in_a_tree = [distances == _scales_of_joining(distances) for distances in (A, B)]
    edges: NDArray[np.int64] = np.argwhere(np.triu(in_a_tree[0] | in_a_tree[1], 1))
    return edges


def _scales_of_joining(distances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return of every two points the longest step of the best path between them."""
    from scipy.cluster.hierarchy import cophenet, linkage
    from scipy.spatial.distance import squareform

    scales: NDArray[np.float64] = squareform(
        cophenet(linkage(squareform(distances, checks=False), "single"))
    )
    return scales


def _rank_correlation(x: NDArray[np.float64], z: NDArray[np.float64]) -> float:
    from scipy.stats import rankdata

    if np.ptp(x) == 0 or np.ptp(z) == 0:
        return 0.0
    return float(np.clip(np.corrcoef(rankdata(x), rankdata(z))[0, 1], -1.0, 1.0))


def _srtd_lite(comparison: Comparison) -> float:
    from topo.homology.divergence import srtd_lite  # numba takes 0.4 s to import

    return srtd_lite(comparison.input.distances, comparison.latent.distances)


def _nts_e(comparison: Comparison) -> float:
    return edge_correlation(comparison.input.distances, comparison.latent.distances)


def _nts_m(comparison: Comparison) -> float:
    return path_correlation(comparison.input.distances, comparison.latent.distances)


TREE_METRICS = (
    Metric(
        "srtd_lite",
        _srtd_lite,
        "lower",
        title="SRTD-Lite",
        meaning="How much longer the tree of the larger distances is than that of the smaller.",
        group="homology",
        scale_free=True,
    ),
    Metric(
        "nts_e",
        _nts_e,
        "higher",
        title="NTS-E",
        meaning="Rank correlation of the lengths of the edges of both spanning trees.",
        group="homology",
        low=-1.0,
        high=1.0,
        scale_free=True,
    ),
    Metric(
        "nts_m",
        _nts_m,
        "higher",
        title="NTS-M",
        meaning="Rank correlation of the scales at which these edges' ends are joined.",
        group="homology",
        low=-1.0,
        high=1.0,
        scale_free=True,
    ),
)
