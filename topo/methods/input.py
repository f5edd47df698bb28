"""What every method asks of its points."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from topo.datasets.checks import check_points


def check_input(X_train: NDArray[Any], X: NDArray[Any], *, n_features: int = 1) -> None:
    """Refuse points that no method, or not this one, can embed.

    Parameters
    ----------
    X_train : (n_train, d) array
        Training points.
    X : (n, d) array
        Points to embed.
    n_features
        Smallest d that the method takes.

    Raises
    ------
    ValueError
        If either is not a finite matrix of numbers, they have different d, d is too small, or
        either has fewer than two points.
    """
    for points, role in ((X_train, "training points"), (X, "points to embed")):
        check_points(points)
        if len(points) < 2:
            raise ValueError(
                f"a method needs at least 2 {role}, got {len(points)}: raise the dataset's size"
            )
    if X_train.shape[1] != X.shape[1]:
        raise ValueError(
            "training points and points to embed need the same features, "
            f"got {X_train.shape[1]} and {X.shape[1]}: split one dataset"
        )
    if X.shape[1] < n_features:
        raise ValueError(
            f"this method needs at least {n_features} features, got {X.shape[1]}: "
            "choose another method"
        )
