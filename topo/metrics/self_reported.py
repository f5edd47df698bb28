"""What a method measured itself and hands over with its embedding."""

from __future__ import annotations

from topo.metrics.base import Comparison, Metric


def _reconstruction_error(comparison: Comparison) -> float:
    """Mean squared error per coordinate between the points and their decoded images (eq. 1)."""
    return float(comparison.scalars["reconstruction_error"])


def _tsne_kl(comparison: Comparison) -> float:
    """KL divergence that t-SNE minimises, at the end (van der Maaten & Hinton 2008, [9])."""
    return float(comparison.scalars["tsne_kl"])


SELF_REPORTED_METRICS = (
    Metric(
        "reconstruction_error",
        _reconstruction_error,
        "lower",
        title="Reconstruction error",
        meaning="Mean squared error per coordinate of the points as they are read back.",
        group="measured by the method itself",
        requires="decoder",
    ),
    Metric(
        "tsne_kl",
        _tsne_kl,
        "lower",
        title="t-SNE's own KL",
        meaning="What t-SNE minimises, at its end.",
        group="measured by the method itself",
        requires="objective",
    ),
)
