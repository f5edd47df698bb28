"""How evenly outer points of nested classes are tied to inner ones, and ties changed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from topo.theory.base import Points


def evenness(P: Points, labels: NDArray[np.int64], *, outer: int) -> float:
    """Tell to how many inner classes an outer point is tied in effect, as a share of all.

    Parameters
    ----------
    P : (n, n) array
        Joint probabilities of t-SNE.
    labels : (n,) int array
        Class of every point.
    outer
        The enclosing class.

    Returns
    -------
    float
        Mean over the outer points of exp(H) / k, k being the number of inner classes and H the
        entropy of how its probability is spread over them: 1 / k where each is tied to one class,
        1 where each is tied to all alike.
    """
    classes = np.unique(labels[labels != outer])
    members = (labels[:, None] == classes).astype(np.float64)
    shares = P[labels == outer] @ members
    shares /= shares.sum(axis=1, keepdims=True)
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    return float(np.exp(-(shares * logs).sum(axis=1)).mean() / len(classes))


def outer_share(P: Points, labels: NDArray[np.int64], *, outer: int) -> float:
    """Return which share of the outer points' probability is with inner points, from 0 to 1."""
    rows = P[labels == outer]
    return float(rows[:, labels != outer].sum() / rows.sum())


def with_ties_of(
    P: Points, other: Points, labels: NDArray[np.int64], *, outer: int
) -> NDArray[np.float32]:
    """Tie outer and inner points to each other as others do, at the same probability in all.

    Parameters
    ----------
    P : (n, n) array
        Joint probabilities, of which those within either group stay.
    other : (n, n) array
        Symmetric and non-negative: how those between the groups are spread.
    labels, outer
        As in `evenness`.

    Returns
    -------
    (n, n) float32 array
        Joint probabilities.
    """
    between = (labels[:, None] == outer) != (labels == outer)
    spread = other[between] * (P[between].sum() / other[between].sum())
    changed = P.copy()
    changed[between] = spread
    return np.asarray(changed / changed.sum(), np.float32)


def averaged(P: Points, labels: NDArray[np.int64], *, outer: int) -> NDArray[np.float32]:
    """Keep three numbers of joint probabilities: their means within either group and between.

    Parameters
    ----------
    P : (n, n) array
        Joint probabilities.
    labels, outer
        As in `evenness`.

    Returns
    -------
    (n, n) float32 array
        Joint probabilities.
    """
    is_outer = labels == outer
    n_outer = is_outer[:, None].astype(int) + is_outer
    np.fill_diagonal(n_outer, -1)
    means = P.copy()
    for number in range(3):
        means[n_outer == number] = P[n_outer == number].mean()
    return np.asarray(means / means.sum(), np.float32)
