"""Checks that several metrics share."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray


def check_same_points(of_input: NDArray[Any], of_latent: NDArray[Any]) -> None:
    """Refuse arrays of the input and of the embedding that do not describe the same points.

    Raises
    ------
    ValueError
        Where the shapes differ or there are no points.
    """
    if of_input.shape != of_latent.shape or of_input.size == 0:
        raise ValueError(
            "input and embedding must hold the same points, at least one: got arrays of shape "
            f"{of_input.shape} and {of_latent.shape}"
        )


def check_labels(labels: NDArray[Any], n_points: int) -> None:
    """Refuse labels that are not one per point.

    Raises
    ------
    ValueError
        Where the shape is not (n_points,).
    """
    if labels.shape != (n_points,):
        raise ValueError(f"{n_points} points need {n_points} labels, got shape {labels.shape}")
