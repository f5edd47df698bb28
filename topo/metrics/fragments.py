"""Into how many pieces an embedding falls."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from topo.checks import check_distances
from topo.metrics.base import Comparison, Metric

#: Points are linked up to this many times the median distance to this neighbour.
_LINK_FACTOR = 2.0
_LINK_NEIGHBOUR = 3
#: A linked group counts as a piece from this share of the points on.
_FRAGMENT_SHARE = 0.02


def fragments(distances: NDArray[np.float64]) -> float:
    """Count the pieces into which points fall, whatever their labels.

    Two points are linked where their distance is at most twice the median distance of a point to
    its third nearest other one. Pieces are linked groups of at least 2 % of the points; smaller
    ones are strays.

    Parameters
    ----------
    distances : (n, n) array
        Distances in the embedding.

    Returns
    -------
    float
        A whole number from 0 (strays only) to 50; 1 for a connected ring or cluster.

    Raises
    ------
    ValueError
        Where the distances are none.

    Notes
    -----
    Of this project; it puts a number to "distinct clusters" (the paper's figure 7).
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    n = len(check_distances(distances))
    neighbour = min(_LINK_NEIGHBOUR, n - 1)
    reach = _LINK_FACTOR * np.median(np.partition(distances, neighbour, axis=1)[:, neighbour])
    # Few pairs are linked: a dense matrix would be copied and checked several times on the way.
    _, groups = connected_components(csr_array(distances <= reach), directed=False)
    return float(np.sum(np.bincount(groups) >= _FRAGMENT_SHARE * n))


def _fragments(comparison: Comparison) -> float:
    return fragments(comparison.latent.distances)


FRAGMENT_METRICS = (
    Metric(
        "fragments",
        _fragments,
        "none",
        title="Pieces of the embedding",
        meaning="Number of groups of points that empty space keeps apart, whatever their classes.",
        group="homology",
        scale_free=True,
    ),
)
