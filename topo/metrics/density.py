"""How well an embedding keeps the density of the points."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from topo.checks import check_finite, check_same_points
from topo.metrics.base import Comparison, Metric
from topo.metrics.compute.kernels import SIGMAS


def kl_divergence(input_density: NDArray[np.float64], latent_density: NDArray[np.float64]) -> float:
    """Measure the Kullback-Leibler divergence of the embedding's density from the input's.

    Σ_i p_i ln(p_i / q_i), p of the input and q of the embedding.

    Parameters
    ----------
    input_density, latent_density : (n,) array
        Positive numbers that sum to 1; entry i of both belongs to the same point.

    Returns
    -------
    float
        0 or more, in nats; lower is better; 0 where the densities agree.

    Raises
    ------
    ValueError
        Where the shapes differ, or a density is not positive or too extreme for a finite value.

    Notes
    -----
    Paper, section 4.1.5. ``kl_σ`` uses the density of Moor et al. (2020), the paper's [7], on
    distances divided by the largest; ``kl_raw_σ`` a Gaussian density on distances as they are,
    the other reading of the paper's words, which do not settle it.
    """
    check_same_points(input_density, latent_density)
    if not (input_density.min() > 0 and latent_density.min() > 0):
        raise ValueError("a KL divergence needs densities above 0 at every point")
    with np.errstate(all="ignore"):
        ratios = input_density / latent_density
        divergence = float(np.sum(input_density * np.log(ratios)))
    # Rounding can leave equal densities a little below 0.
    return max(0.0, check_finite(divergence, "KL divergence"))


def _kl(name: str) -> Callable[[Comparison], float]:
    def compute(comparison: Comparison) -> float:
        return kl_divergence(comparison.input.densities[name], comparison.latent.densities[name])

    return compute


DENSITY_METRICS = tuple(
    Metric(
        f"kl_{prefix}{sigma:g}",
        _kl(f"{prefix}{sigma:g}"),
        "lower",
        title=f"KL{' on raw distances' if prefix else ''}, σ = {sigma:g}",
        meaning="How far the embedding's density is from the input's, each by kernels of width "
        f"{sigma:g} on distances {'as they are' if prefix else 'divided by the largest'}.",
        group="densities",
        scale_free=not prefix,
    )
    for prefix in ("", "raw_")
    for sigma in SIGMAS
)
