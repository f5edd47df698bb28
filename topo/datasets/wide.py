"""Points of more coordinates than there are points, in fewer: no distance changes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def in_principal_components(X: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points in all their principal components, of which n points have n − 1 at most.

    The points are moved and turned: distances stay as they are, but for rounding. Points that
    coincide do so still.

    Parameters
    ----------
    X : (n, d) array
        Finite points that are not all equal.

    Returns
    -------
    (n, r) array
        By falling variance; r from 2 (where d is) to n, those that rounding cannot have made.
    """
    different, of_row = np.unique(X, axis=0, return_inverse=True)
    # n x n stands for n x d: the decomposition then takes a time that d hardly matters for.
    triangle = np.asarray(np.linalg.qr((different - X.mean(axis=0)).T, mode="r"))
    left, sizes, _ = np.linalg.svd(triangle.T, full_matrices=False)
    n_kept = int(np.count_nonzero(sizes > sizes[0] * max(X.shape) * np.finfo(np.float64).eps))
    n_kept = max(n_kept, min(2, len(sizes)))
    points: NDArray[np.float64] = (left * sizes)[:, :n_kept][of_row.ravel()]
    return points
