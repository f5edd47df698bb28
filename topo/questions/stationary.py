"""t-SNE run on until its forces balance."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from topo.homology.compilation import compiled
from topo.theory.base import Points

#: Where t-SNE begins: the principal plane, normal noise, or eigenvectors of its own affinities.
Start = Literal["pca", "random", "spectral"]
STARTS: tuple[Start, ...] = get_args(Start)

#: Standard deviation of the first coordinate of every start: so small that all pairs attract.
_WIDTH = 1e-4
#: Steps that the quasi-Newton method remembers.
_MEMORY = 20


class Stationary(NamedTuple):
    """Where t-SNE has come to.

    Attributes
    ----------
    points : (n, 2) array
        The picture.
    kl
        KL divergence in nats.
    residual
        Norm of the gradient divided by that of the attraction alone, from 0: what of the forces is
        left where attraction and repulsion cancel. 0 in a stationary picture.
    """

    points: Points
    kl: float
    residual: float


def starting_points(X: Points, P: NDArray[Any], start: Start, *, seed: int) -> Points:
    """Return points (n, 2) where t-SNE of X (n, d) with joint probabilities P (n, n) begins."""
    if start == "pca":
        return principal_start(X)
    if start == "random":
        plane = np.random.default_rng(seed).normal(size=(len(X), 2))
    else:
        plane = laplacian_eigenvectors(P)
    return _narrow(plane)


def principal_start(X: Points) -> Points:
    """Return points (n, 2) of the principal plane of X (n, d), where t-SNE begins."""
    left, values, _ = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
    return _narrow(left[:, :2] * values[:2])


def _narrow(plane: Points) -> Points:
    points: Points = plane / plane[:, 0].std() * _WIDTH
    return points


def laplacian_eigenvectors(P: NDArray[Any]) -> Points:
    """Return the second and third eigenvector of the normalised Laplacian of weights, (n, 2)."""
    from scipy.linalg import eigh

    degree = P.sum(axis=1, dtype=np.float64)
    normalised = P / np.sqrt(np.outer(degree, degree))
    n = len(P)
    _, vectors = eigh(normalised, subset_by_index=[n - 3, n - 2])
    points: Points = vectors[:, ::-1] / np.sqrt(degree)[:, np.newaxis]
    return points


def run_on(P: NDArray[Any], start: Points, *, tolerance: float, max_steps: int) -> Stationary:
    """Descend as t-SNE does, then on by a quasi-Newton method in double precision.

    Parameters
    ----------
    P : (n, n) array
        Joint probabilities, symmetric, of sum 1 and zero diagonal.
    start : (n, 2) array
        Where the points begin.
    tolerance
        Residual at which it stops.
    max_steps
        Steps of the quasi-Newton method at most.
    """
    from scipy.optimize import minimize

    from topo.methods.tsne_descent import descend

    points, _ = descend(P.astype(np.float32), start.astype(np.float32))
    weights = P.astype(np.float64)
    weights /= weights.sum()
    entropy = _sum_of_logs(weights)
    *_, attraction = forces(weights, points.astype(np.float64))

    def value_and_slope(flat: Points) -> tuple[float, Points]:
        cross_entropy, gradient, _ = _forces(weights, flat.reshape(-1, 2))
        return entropy + cross_entropy, gradient.ravel()

    found = minimize(
        value_and_slope,
        points.astype(np.float64).ravel(),
        jac=True,
        method="L-BFGS-B",
        options={
            "maxiter": max_steps,
            "maxfun": 2 * max_steps,
            "maxcor": _MEMORY,
            "ftol": 0.0,
            # Of the largest component: the norm is above it and at most the root of 2 n times it.
            "gtol": tolerance * float(np.linalg.norm(attraction)) / np.sqrt(points.size),
        },
    )
    points = found.x.reshape(-1, 2)
    kl, gradient, attraction = forces(weights, points)
    residual = float(np.linalg.norm(gradient) / np.linalg.norm(attraction))
    return Stationary(points - points.mean(axis=0), kl, residual)


def forces(P: Points, points: Points) -> tuple[float, Points, Points]:
    """Return KL divergence in nats, its gradient, and the part of the gradient that attracts.

    Parameters
    ----------
    P : (n, n) array
        Joint probabilities, symmetric, of sum 1 and zero diagonal.
    points : (n, 2) array
        The picture.
    """
    cross_entropy, gradient, attraction = _forces(P, points)
    return _sum_of_logs(P) + cross_entropy, gradient, attraction


def _sum_of_logs(P: Points) -> float:
    """Return the sum of P log P."""
    positive = P[P > 0]
    return float(positive @ np.log(positive))


def _forces(P: Points, points: Points) -> tuple[float, Points, Points]:
    """Return what `forces` does, with minus the sum of P log Q in place of the divergence."""
    gradient, attraction = np.empty_like(points), np.empty_like(points)
    cross_entropy = _fill_forces(P, np.ascontiguousarray(points), gradient, attraction)
    return cross_entropy, gradient, attraction


def _fill_forces_loop(P: Points, points: Points, gradient: Points, attraction: Points) -> float:
    """Write gradient and attraction; return minus the sum of P log Q."""
    n = len(points)
    x, y = points[:, 0].copy(), points[:, 1].copy()
    repulsion = np.empty((n, 2))
    normaliser = total = 0.0
    for i in range(n):
        pull_x = pull_y = push_x = push_y = mass = entropy = 0.0
        for j in range(n):
            dx, dy = x[i] - x[j], y[i] - y[j]
            reach = 1.0 + dx * dx + dy * dy
            kernel = 1.0 / reach
            pull = P[i, j] * kernel
            push = kernel * kernel
            pull_x += pull * dx
            pull_y += pull * dy
            push_x += push * dx
            push_y += push * dy
            mass += kernel
            entropy += P[i, j] * np.log(reach)
        attraction[i, 0], attraction[i, 1] = 4.0 * pull_x, 4.0 * pull_y
        repulsion[i, 0], repulsion[i, 1] = 4.0 * push_x, 4.0 * push_y
        normaliser += mass - 1.0  # a point does not repel itself
        total += entropy
    for i in range(n):
        for k in range(2):
            gradient[i, k] = attraction[i, k] - repulsion[i, k] / normaliser
    return float(total + np.log(normaliser))


_fill_forces = compiled(_fill_forces_loop, reorder_sums=True)
