"""How well an embedding keeps the distances between points."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from topo.checks import check_finite, check_same_points, check_square
from topo.metrics.base import Comparison, Metric


def rmse(input_distances: NDArray[np.float64], latent_distances: NDArray[np.float64]) -> float:
    """Measure the root of the mean squared difference between two distance matrices.

    √( (1/n²) Σ_ij (d_X(i, j) − d_Z(i, j))² ), the zeros of the diagonals included.

    Parameters
    ----------
    input_distances, latent_distances : (n, n) array
        Distances in the input and in the embedding, as they are.

    Returns
    -------
    float
        0 or more, in the unit of the distances; lower is better; 0 where all distances are kept.

    Raises
    ------
    ValueError
        Where the shapes differ or are not (n, n), or the distances have NaN, infinity or squares
        beyond a float.

    Notes
    -----
    Paper, section 4.1.5; the mean as in the published code of Moor et al. (2020), the paper's [7].
    """
    check_same_points(input_distances, latent_distances)
    check_square(input_distances, "distances")
    with np.errstate(over="ignore", invalid="ignore"):
        value = float(np.sqrt(np.mean(np.square(input_distances - latent_distances))))
    return check_finite(value, "rmse")


def distance_pearson(
    input_distances: NDArray[np.float64], latent_distances: NDArray[np.float64]
) -> float:
    """Measure the linear correlation between the distances of the input and of the embedding.

    Pearson's coefficient over all pairs i < j; unlike `rmse` blind to the embedding's scale.

    Parameters
    ----------
    input_distances, latent_distances : (n, n) array
        Distances in the input and in the embedding.

    Returns
    -------
    float
        From −1 to 1; higher is better; 1 where the embedding keeps all distances up to one
        factor and one added constant; 0 where the distances of either space are all equal.

    Raises
    ------
    ValueError
        Where the shapes differ or are not (n, n), there are fewer than 2 points, or the distances
        have NaN or infinity.
    """
    from scipy.spatial.distance import squareform

    check_same_points(input_distances, latent_distances)
    check_square(input_distances, "distances")
    if len(input_distances) < 2:
        raise ValueError("distance_pearson needs at least 2 points, got 1")
    x = _centred(squareform(input_distances, checks=False))
    z = _centred(squareform(latent_distances, checks=False))
    norms = float(np.linalg.norm(x) * np.linalg.norm(z))
    if norms == 0:
        return 0.0
    return float(np.clip(x @ z / norms, -1.0, 1.0))


def _centred(values: NDArray[np.float64]) -> NDArray[np.float64]:
    # Divided by the largest first: squares of very small or large distances leave the range.
    with np.errstate(invalid="ignore"):
        scaled = values / (values.max() or 1.0)
        spread = check_finite(float(np.ptp(scaled)), "the spread of the distances")
    if spread < 1e-12:  # equal up to rounding, whose correlation says nothing
        return np.zeros_like(scaled)
    return np.asarray(scaled - scaled.mean())


def _rmse(comparison: Comparison) -> float:
    return rmse(comparison.input.distances, comparison.latent.distances)


def _distance_pearson(comparison: Comparison) -> float:
    return distance_pearson(comparison.input.distances, comparison.latent.distances)


DISTANCE_METRICS = (
    Metric(
        "rmse",
        _rmse,
        "lower",
        title="RMSE of distances",
        meaning="Root mean square of the differences between distances in input and embedding.",
        group="distances",
    ),
    Metric(
        "distance_pearson",
        _distance_pearson,
        "higher",
        title="Correlation of distances",
        meaning="Correlation between the distances in the input and those in the embedding.",
        group="distances",
        low=-1.0,
        high=1.0,
        scale_free=True,
    ),
)
