"""Clusters of the plane as peaks of the density: persistence in dimension 0, without outliers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from topo.checks import check_measurable, check_plane_points, check_whole
from topo.homology.compilation import compiled

#: Label of a point that belongs to no cluster.
STRAY = -1


def density_clusters(
    points: NDArray[Any], *, n_neighbors: int, prominence: float, least: int
) -> NDArray[np.int64]:
    """Find clusters of points of the plane, of whatever shape, by the peaks of their density.

    The density at a point is one by the mean squared distance to its `n_neighbors` nearest
    points, itself among them; it is joined to these. Points appear by descending density, and
    form components. One of `least` points is a cluster, and its top is the density at which it
    became one: a few points close together have no say in that. Where two clusters meet at a
    point, they stay two if the lower top is at least `prominence` times as dense as that point;
    else they become one, with the higher top. What is no cluster yet joins what it meets.

    Parameters
    ----------
    points : (n, 2) array
        Finite coordinates in any unit: a common factor changes nothing.
    n_neighbors
        From 2 to n.
    prominence
        Ratio of densities, above 1. The estimate alone varies by about 1 / √n_neighbors.
    least
        Fewest points of a cluster, at least 1; fewer are strays.

    Returns
    -------
    (n,) int64 array
        Number of every point's cluster, from 0, the largest first; `STRAY` for a point of none.

    Raises
    ------
    ValueError
        If the points do not lie in the plane, their squared distances leave the range of a float,
        or a number is out of its range.

    Notes
    -----
    With ``least=1`` it is ToMATo (Chazal, Guibas, Oudot and Skraba, "Persistence-based clustering
    in Riemannian manifolds", 2013), by the density of Biau et al. (2011). The least size is this
    project's.
    """
    check_plane_points(points)
    X = check_measurable(points)
    check_whole(n_neighbors, "n_neighbors", least=2)
    check_whole(least, "least", least=1)
    if n_neighbors > len(X) or not prominence > 1:
        raise ValueError(
            f"clusters need at most as many neighbours as the {len(X)} points and a prominence "
            f"above 1, got {n_neighbors} neighbours and {prominence}: choose others"
        )
    names: NDArray[np.int64] = _compiled_join(*_graph(X, n_neighbors), np.log(prominence), least)
    return _number(names, least)


def _graph(
    X: NDArray[np.float64], k: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Join every point to its nearest, and return the logarithm of the density at each.

    The neighbours of point i, in either direction, are those from the i-th to the next of the
    starts.
    """
    from scipy.sparse import coo_array
    from scipy.spatial import KDTree

    n = len(X)
    distances, near = KDTree(X).query(X, k=k)
    rows = np.repeat(np.arange(n), k)
    joined = coo_array((np.ones(n * k, np.int8), (rows, near.ravel())), shape=(n, n)).tocsr()
    joined = (joined + joined.T).tocsr()
    # Of equal points, the density is the largest that there is.
    spread = np.maximum(np.square(distances).mean(axis=1), np.finfo(np.float64).tiny)
    return joined.indptr.astype(np.int64), joined.indices.astype(np.int64), -np.log(spread)


def _find(parent: NDArray[np.int64], i: int) -> int:
    """Return the point that names the component of a point."""
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


_compiled_find = compiled(_find)


def _join(
    starts: NDArray[np.int64],
    neighbours: NDArray[np.int64],
    density: NDArray[np.float64],
    gap: float,
    least: int,
) -> NDArray[np.int64]:
    """Return, for every point, the one that names the component that it ends in."""
    n = len(density)
    order = np.argsort(-density, kind="mergesort")
    place = np.empty(n, np.int64)
    place[order] = np.arange(n)
    parent, size = np.arange(n), np.ones(n, np.int64)
    top = density.copy() if least == 1 else np.full(n, -np.inf)
    for i in order:
        near = neighbours[starts[i] : starts[i + 1]]
        higher = near[place[near] < place[i]]
        # The point itself goes with its highest neighbour.
        for j in higher[np.argsort(place[higher])]:
            a, b = _compiled_find(parent, i), _compiled_find(parent, j)
            if a == b:
                continue
            low, high = min(top[a], top[b]), max(top[a], top[b])
            if low > -np.inf and low - density[i] >= gap:
                continue
            parent[b] = a
            size[a] += size[b]
            top[a] = density[i] if high == -np.inf and size[a] >= least else high
    for i in range(n):
        parent[i] = _compiled_find(parent, i)
    return parent


_compiled_join = compiled(_join)


def _number(names: NDArray[np.int64], least: int) -> NDArray[np.int64]:
    """Give components numbers by descending size, then by name; small ones are strays."""
    found, inverse, sizes = np.unique(names, return_inverse=True, return_counts=True)
    numbers = np.empty(len(found), np.int64)
    numbers[np.argsort(-sizes, kind="stable")] = np.arange(len(found))
    numbers[sizes < least] = STRAY
    labels: NDArray[np.int64] = numbers[inverse]
    return labels
