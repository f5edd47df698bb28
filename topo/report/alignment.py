"""Rotations that lay embeddings of the same points over one another."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import numpy as np
from numpy.typing import NDArray


def turns(
    embeddings: Mapping[Hashable, NDArray[np.float64]], before: Mapping[Hashable, Hashable]
) -> dict[Hashable, NDArray[np.float64]]:
    """Turn every embedding so that its points lie as near as can be to those of another.

    Neither distances nor metrics change by a turn: it spares the eye a rotation that means nothing.

    Parameters
    ----------
    embeddings
        The (n, 2) points of each, in an order in which each comes after the one that it follows.
    before
        Which one each follows; those that stand nowhere here stay as they are.

    Returns
    -------
    dict
        By key an orthogonal (2, 2) array R: points @ R are the turned points.
    """
    found: dict[Hashable, NDArray[np.float64]] = {}
    for key, points in embeddings.items():
        if key in before:
            target = embeddings[before[key]] @ found[before[key]]
            found[key] = procrustes(points, target)
        else:
            found[key] = np.eye(2)
    return found


def procrustes(points: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the rotation or reflection that brings points nearest to others.

    Orthogonal Procrustes problem: argmin_R ‖P R − T‖ over orthogonal R, P and T centred. Both are
    divided by their largest coordinate first, so that no product leaves the range of a float.

    Parameters
    ----------
    points, target : (n, 2) arrays
        Row i of both is the same point.

    Returns
    -------
    (2, 2) array
        R.
    """
    left, _, right = np.linalg.svd(_normal(points).T @ _normal(target))
    rotation: NDArray[np.float64] = left @ right
    return rotation


def _normal(points: NDArray[np.float64]) -> NDArray[np.float64]:
    centred = points / (np.abs(points).max() or 1.0)
    centred = centred - centred.mean(axis=0)
    normal: NDArray[np.float64] = centred / (np.abs(centred).max() or 1.0)
    return normal
