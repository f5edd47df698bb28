"""Kernel density estimates at the points of a cloud, for the KL divergences."""

from __future__ import annotations

from numbers import Real

import numpy as np
from numpy.typing import NDArray

from topo.checks import check_distances

#: Bandwidths of the paper's KL divergences (section 4.1.5).
SIGMAS = (0.01, 0.1, 1.0)

#: Bandwidths whose squares are ordinary numbers.
_BANDWIDTHS = (1e-150, 1e150)

#: Rows at a time: few enough to stay in the processor's cache.
_ROWS = 32


def relative_density(distances: NDArray[np.float64], *, sigma: float) -> NDArray[np.float64]:
    """Estimate the density at every point, with distances relative to the largest.

    f(i) = Σ_j exp(−(d_ij / max d)² / σ), the term j = i included, divided by Σ_i f(i).

    Parameters
    ----------
    distances : (n, n) array
        Distances between the points.
    sigma
        Bandwidth, without unit.

    Returns
    -------
    (n,) array
        Positive numbers that sum to 1; 1/n each where all points are equal.

    Raises
    ------
    ValueError
        Where the distances are none, or `sigma` is not in 1e-150 … 1e150.

    Notes
    -----
    As in the published code of Moor et al. (2020), the paper's [7].
    """
    _check_sigma(sigma)
    return _relative(check_distances(distances), float(sigma))


def raw_density(distances: NDArray[np.float64], *, sigma: float) -> NDArray[np.float64]:
    """Estimate the density at every point with a Gaussian kernel on distances as they are.

    f(i) = Σ_j exp(−d_ij² / (2σ²)), the term j = i included, divided by Σ_i f(i). Distances and
    errors are as in `relative_density`.

    Parameters
    ----------
    sigma
        Bandwidth, in the unit of the distances.

    Returns
    -------
    (n,) array
        Positive numbers that sum to 1.

    Notes
    -----
    The paper (section 4.1.4) names "kernel density estimation […] with a bandwidth parameter σ";
    this is the textbook reading of it.
    """
    _check_sigma(sigma)
    return _raw(check_distances(distances), float(sigma))


def kernel_densities(distances: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """Estimate all densities that the KL divergences compare.

    Parameters
    ----------
    distances : (n, n) array
        Distances between the points.

    Returns
    -------
    dict
        ``"0.01"``, ``"0.1"``, ``"1"``: `relative_density`; the same names after ``"raw_"``:
        `raw_density`.

    Raises
    ------
    ValueError
        Where the distances are none.
    """
    distances = check_distances(distances)
    relative = {f"{sigma:g}": _relative(distances, sigma) for sigma in SIGMAS}
    raw = {f"raw_{sigma:g}": _raw(distances, sigma) for sigma in SIGMAS}
    return relative | raw


def _check_sigma(sigma: float) -> None:
    low, high = _BANDWIDTHS
    if not isinstance(sigma, Real) or isinstance(sigma, bool) or not low <= sigma <= high:
        raise ValueError(
            f"sigma must be a number in {low:g} … {high:g}, got {sigma!r}: the paper's are "
            f"{', '.join(f'{each:g}' for each in SIGMAS)}"
        )


def _relative(distances: NDArray[np.float64], sigma: float) -> NDArray[np.float64]:
    return _normalised_sums(distances, float(distances.max()) or 1.0, sigma)


def _raw(distances: NDArray[np.float64], sigma: float) -> NDArray[np.float64]:
    return _normalised_sums(distances, 1.0, 2 * sigma**2)


def _normalised_sums(
    distances: NDArray[np.float64], unit: float, width: float
) -> NDArray[np.float64]:
    sums = np.empty(len(distances))
    for start in range(0, len(distances), _ROWS):
        rows = slice(start, start + _ROWS)
        # The term j = i keeps every sum at 1 or more, so it is harmless where the others vanish.
        with np.errstate(over="ignore"):
            kernel = np.square(distances[rows] / unit)
            kernel /= -width
        sums[rows] = np.exp(kernel, out=kernel).sum(axis=1)
    return np.asarray(sums / sums.sum())
