"""How far a point lies beyond others: its distance to their convex hull."""

from __future__ import annotations

import numpy as np

from topo.theory.base import Points

#: Diameters of the rest among which the bound is looked for, and relative margins. For larger
#: diameters it falls to its limit.
_DIAMETERS = np.linspace(0.0, 10.0, 201)
_STEP = 1e-3
_MARGINS = np.arange(0.0, 5.0, _STEP)

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


def margin_bound(n_points: int) -> float:
    """Bound the `relative_margin` of any one of n points in a stationary picture by t-SNE.

    Let the others have diameter D, the one the margin m to their hull, h be the nearest point of
    the hull, u the direction from h to the one, and of point j let s be its distance along u, r
    its distance, k = 1 / (1 + r²). Forces balance along u: Σ p k s = Σ k² s / Z.

    - Σ p is at least 1 / 2n, since every conditional distribution sums to 1. Since no point of the
      others is further from h than D, r² is at most D² − m² + 2ms and s at most m + D, so that k s
      is at least A, the smaller of m / (1 + D² + m²) and (m + D) / (1 + (m + D)²).
    - Z is at least (n − 1)(n − 2) / (1 + D²), by the pairs of the others alone, and k² s at most
      B, the most of s / (1 + s²)² for s from m.

    So A / 2n ≤ B (1 + D²) / (n − 2). The largest m for which that holds, over max(1, D), is looked
    for on a grid. It is reached at D = 1, and is 2.08 + o(1). arXiv 2510.07746 has 3.266 + o(1).

    Parameters
    ----------
    n_points
        Number of points, the one included, at least 3.
    """
    D = _DIAMETERS[:, np.newaxis]
    m = _MARGINS * np.maximum(1.0, D)
    least = np.minimum(m / (1 + D**2 + m**2), (m + D) / (1 + (m + D) ** 2))
    at = np.maximum(m, 1 / np.sqrt(3))
    most = at / (1 + at**2) ** 2 * (1 + D**2)
    possible = least / (2 * n_points) <= most / (n_points - 2)
    # Between two values of the grid it may still hold.
    return float(_MARGINS[possible.any(axis=0)].max()) + _STEP
