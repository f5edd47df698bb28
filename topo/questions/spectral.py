"""The linear and the spectral picture that t-SNE is held against, and how near it is to them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.floating]
Points = NDArray[np.float64]

#: Singular values below this share of the largest are rounding.
_NO_EXTENT = 1e-9


def canonical_correlations(A: Matrix, B: Matrix) -> Points:
    """Compute how near two planes are, whatever the linear maps within them.

    Parameters
    ----------
    A, B : (n, 2) arrays
        Coordinates of the same points; neither scale, place, rotation nor shear of them counts.

    Returns
    -------
    (2,) array
        Canonical correlations (Hotelling, 1936) in descending order, each from 0 to 1. Both are 1
        where one array is an invertible affine map of the other. The second is 0 where the points
        of either lie on a line, both where they are one point.

    Raises
    ------
    ValueError
        If the arrays are not of one shape (n, 2).
    """
    if A.shape != B.shape or A.ndim != 2 or A.shape[1] != 2:
        raise ValueError(
            f"canonical correlations need two arrays of one shape (n, 2), got {A.shape} and "
            f"{B.shape}: give the same points' coordinates in both"
        )
    cosines = np.zeros(2)
    found = np.linalg.svd(_basis(A).T @ _basis(B), compute_uv=False)
    cosines[: len(found)] = np.clip(found, 0, 1)
    return cosines


def _basis(A: Matrix) -> Points:
    """Orthonormal basis of the centred columns: fewer than two where the points lie on a line."""
    centred = A.astype(np.float64) - A.mean(axis=0, dtype=np.float64)
    U, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    rounding = np.finfo(A.dtype).eps * np.abs(A).max(initial=0) * np.sqrt(len(A))
    kept: Points = U[:, sizes > max(_NO_EXTENT * sizes[0], rounding)]
    return kept


def eigenmap(P: Matrix) -> Points:
    """Compute the Laplacian eigenmap of a graph: the 2nd and 3rd eigenvector of L v = ν D v.

    D holds the row sums of P, L = D − P; so these are the eigenvectors of the normalised (random
    walk) Laplacian 1 − D⁻¹P of the next to smallest eigenvalues (Belkin and Niyogi, 2003).

    Parameters
    ----------
    P : (n, n) array
        Symmetric, non-negative, every row with a positive entry.

    Returns
    -------
    (n, 2) array
        The eigenvectors as columns, by ascending eigenvalue; of several equal ones, any.
    """
    from scipy.linalg import eigh

    symmetric = P.astype(np.float64)
    roots = np.sqrt(symmetric.sum(axis=1))
    symmetric /= roots
    symmetric /= roots[:, None]
    n = len(P)
    _, vectors = eigh(symmetric, subset_by_index=[n - 3, n - 2])
    plane: Points = vectors[:, ::-1] / roots[:, None]
    return plane


def small_plane(plane: Points) -> NDArray[np.float32]:
    """Centre (n, 2) points and give the first coordinate the standard deviation 1e-4.

    Every start of t-SNE is that small, so that all pairs attract.
    """
    centred = plane - plane.mean(axis=0)
    return np.asarray(centred / centred[:, 0].std() * 1e-4, np.float32)


def exploration_by_hand(
    P: Matrix, start: Matrix, *, exaggeration: float, learning_rate: float, steps: int
) -> Points:
    """Iterate the linear map that exaggerated descent of t-SNE is while the points are near.

    There every kernel is 1 and every q is 1 / (n(n − 1)), so that a step of plain descent is
    Y ← Y − 4h(α L(P) − L(Q))Y, L being Laplacians: power iteration (Linderman and Steinerberger,
    2019; Cai and Ma, arXiv 2105.07536). Momentum and gains have no part in it.

    Parameters
    ----------
    P : (n, n) array
        Symmetric, of sum 1 and zero diagonal.
    start : (n, 2) array
        Where the points begin.
    exaggeration, learning_rate, steps
        α, h, and how often.

    Returns
    -------
    (n, 2) array
        A basis of the plane reached, orthonormal: its linear map within the plane is not kept,
        since the points may shrink beyond what a number can hold.
    """
    n = len(P)
    pull = 4 * learning_rate * exaggeration * P.astype(np.float64)
    # L(Q) is 1 / (n - 1) times the identity on columns of mean 0.
    kept = 1 - pull.sum(axis=1) + 4 * learning_rate / (n - 1)
    plane = _orthonormal(start.astype(np.float64))
    for _ in range(steps):
        plane = _orthonormal(kept[:, None] * plane + pull @ plane)
    return plane


def _orthonormal(columns: Points) -> Points:
    basis, _ = np.linalg.qr(columns - columns.mean(axis=0))
    return basis
