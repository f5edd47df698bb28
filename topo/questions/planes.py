"""Planes compared: canonical correlations, eigenvectors of a graph and the power iteration."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from topo.checks import check_plane_points
from topo.theory.base import Points

#: Singular values below this share of the largest are rounding.
_NO_EXTENT = 1e-9
#: Powers that a power iteration is looked at: 1, 2, 4 … 2¹⁶.
POWERS = tuple(2**k for k in range(17))


def canonical_correlations(A: NDArray[Any], B: NDArray[Any]) -> Points:
    """Compute how near two planes are, whatever the linear maps within them.

    Parameters
    ----------
    A, B : (n, 2) arrays
        Coordinates of the same points. Neither scale, place, rotation nor shear of them counts.

    Returns
    -------
    (2,) array
        Canonical correlations (Hotelling, 1936) in descending order, each from 0 to 1. Both are 1
        where one array is an invertible affine map of the other. The second is 0 where the points
        of either lie on a line, both where they are one point.

    Raises
    ------
    ValueError
        If either is no array of finite points of the plane, or they have not as many points.
    """
    check_plane_points(A)
    check_plane_points(B)
    if len(A) != len(B):
        raise ValueError(
            f"canonical correlations need the same points in two planes, got {len(A)} and "
            f"{len(B)}: give both coordinates of all"
        )
    correlations = np.zeros(2)
    found = np.linalg.svd(_basis(A).T @ _basis(B), compute_uv=False)
    correlations[: len(found)] = np.clip(found, 0, 1)
    return correlations


def _basis(A: NDArray[Any]) -> Points:
    """Orthonormal basis of the centred columns: fewer than two where the points lie on a line."""
    wide = A.astype(np.float64)
    scaled = wide / (np.abs(wide).max() or 1.0)
    U, sizes, _ = np.linalg.svd(scaled - scaled.mean(axis=0), full_matrices=False)
    precision = np.finfo(A.dtype if np.issubdtype(A.dtype, np.floating) else np.float64).eps
    kept: Points = U[:, sizes > max(_NO_EXTENT * sizes[0], precision * np.sqrt(len(A)))]
    return kept


class PowerIteration(NamedTuple):
    """The matrix 1 − L / λ of a graph, L its Laplacian D − P and λ the largest eigenvalue.

    While the points lie near each other, a step of t-SNE's exaggerated descent is a linear map
    with these eigenvectors (Linderman and Steinerberger, 2019; Cai and Ma, arXiv 2105.07536). The
    Laplacian is the one without normalisation, as in both.

    Attributes
    ----------
    eigenvalues : (n - 1,) array
        Of the matrix, in descending order, from 1 to 0; without that of the constant vector, 1.
    eigenvectors : (n, n - 1) array
        Theirs, as columns.
    """

    eigenvalues: Points
    eigenvectors: Points

    @classmethod
    def of(cls, P: NDArray[Any]) -> PowerIteration:
        """Take that of weights (n, n), symmetric and non-negative."""
        from scipy.linalg import eigh

        weights = P.astype(np.float64)
        values, vectors = eigh(np.diag(weights.sum(axis=1)) - weights)
        return cls(1 - values[1:] / values[-1], vectors[:, 1:])

    @property
    def limit(self) -> Points:
        """The plane (n, 2) that it tends to: of the two leading eigenvectors."""
        return self.eigenvectors[:, :2]

    def nearest(self, start: NDArray[Any], points: NDArray[Any]) -> Points:
        """Compare points with the iteration from a start, after as many steps as suit best.

        Parameters
        ----------
        start, points : (n, 2) arrays
            Where the iteration begins, and what it is compared with.

        Returns
        -------
        (2,) array
            The canonical correlations whose second is largest among those after a number of
            `POWERS`.
        """
        within = self.eigenvectors.T @ start.astype(np.float64)
        # Divided by the leading one, which changes no plane: or all would vanish.
        shrinking = self.eigenvalues / self.eigenvalues[0]
        reached = (self.eigenvectors @ (shrinking[:, None] ** k * within) for k in POWERS)
        return max((canonical_correlations(points, plane) for plane in reached), key=lambda r: r[1])
