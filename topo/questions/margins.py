"""How far a point lies beyond others: its distance to their convex hull."""

from __future__ import annotations

import numpy as np

from topo.theory.base import Points

#: Weight of the demand that the weights of a convex combination sum to 1.
_SUM_WEIGHT = 1e3


def separating_margin(point: Points, others: Points) -> float:
    """Distance of a point (d,) to the convex hull of points (n, d), in their unit, at least 0.

    It is the largest margin of a hyperplane between them; 0 within the hull. The nearest point of
    the hull is found by non-negative least squares.
    """
    from scipy.optimize import nnls
    from scipy.spatial.distance import cdist

    # Relative to the point, and of size 1, so that the demand on the sum weighs the same.
    relative = others - point
    size = float(cdist(others, point[np.newaxis]).max())
    if size == 0.0:
        return 0.0
    rows = np.vstack([relative.T / size, np.full(len(others), _SUM_WEIGHT)])
    target = np.append(np.zeros(len(point)), _SUM_WEIGHT)
    weights, _ = nnls(rows, target)
    nearest = (weights / weights.sum()) @ relative
    return float(np.linalg.norm(nearest))


def relative_margin(embedding: Points, index: int = -1) -> float:
    """Return a point's `separating_margin` over max(1, diameter of the others), at least 0.

    As in arXiv 2510.07746. The 1 is t-SNE's own unit: the width of its kernel.
    """
    from scipy.spatial.distance import pdist

    others = np.delete(embedding, index, axis=0)
    margin = separating_margin(embedding[index], others)
    return margin / max(1.0, float(pdist(others).max()))
