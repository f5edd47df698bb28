"""Gradient descent of t-SNE with the exact gradient, in the plane."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from topo.homology.compilation import compiled

# scikit-learn's defaults, which section 4.1.3 of the paper takes.
EXAGGERATION = 12.0
_EXPLORATION_STEPS = 250
_STEPS = 1000
_STEPS_BETWEEN_CHECKS = 50
_PATIENCE = 300
_MIN_GRADIENT_NORM = 1e-7
_MIN_GAIN = np.float32(0.01)


class Descent(NamedTuple):
    """Where a descent leads.

    Attributes
    ----------
    explored : (n, 2) float32 array
        The points when the first phase ends, which exaggerates.
    points : (n, 2) float32 array
        Where they end.
    kl : float
        KL divergence reached, in nats, at least 0.
    """

    explored: NDArray[np.float32]
    points: NDArray[np.float32]
    kl: float


def descend(
    P: NDArray[np.float32], start: NDArray[np.float32]
) -> tuple[NDArray[np.float32], float]:
    """Minimise the KL divergence between joint probabilities and those of points in the plane.

    The schedule is scikit-learn's: 250 steps with the probabilities exaggerated 12 times and
    momentum 0.5, then up to 750 with momentum 0.8, gains per coordinate, learning rate
    max(n / 48, 50).

    Parameters
    ----------
    P : (n, n) float32 array
        Symmetric, of sum 1 and zero diagonal.
    start : (n, 2) float32 array
        Where the points begin.

    Returns
    -------
    points : (n, 2) float32 array
        Where they end.
    kl : float
        KL divergence reached, in nats, at least 0.
    """
    learning_rate = max(len(start) / EXAGGERATION / 4, 50.0)
    found = descent(P, start, exaggeration=EXAGGERATION, learning_rate=learning_rate)
    return found.points, found.kl


def descent(
    P: NDArray[np.float32],
    start: NDArray[np.float32],
    *,
    exaggeration: float,
    learning_rate: float,
) -> Descent:
    """Descend as `descend`, with another exaggeration (1 for none) or learning rate, above 0."""
    points = start.copy()
    first = _stage(P, points, exaggeration, 0.5, learning_rate, 0, _EXPLORATION_STEPS)
    explored = points.copy()
    _stage(P, points, 1.0, 0.8, learning_rate, first, _STEPS)
    return Descent(explored, points, kl_divergence(P, points))


def kl_divergence(P: NDArray[np.float32], points: NDArray[np.float32]) -> float:
    """Compute Σ P log(P / Q) in nats, at least 0 but for rounding; Q is of points in the plane."""
    positive = P[P > 0].astype(np.float64)
    return float(positive @ np.log(positive)) + _cross_entropy(P, points)


def _stage(
    P: NDArray[np.float32],
    points: NDArray[np.float32],
    exaggeration: float,
    momentum: float,
    learning_rate: float,
    first: int,
    end: int,
) -> int:
    """Move points in place for the steps first … end - 1; return the step after the last one."""
    update, gains = np.zeros_like(points), np.ones_like(points)
    gradient = np.empty_like(points)
    best, best_step = np.inf, first
    for step in range(first, end):
        check = (step + 1) % _STEPS_BETWEEN_CHECKS == 0
        error = _cross_entropy(P, points) if check else np.inf
        fill_gradient(P, points, np.float32(exaggeration), gradient)
        _move(points, gradient, update, gains, np.float32(momentum), np.float32(learning_rate))
        if not check:
            continue
        if error < best:
            best, best_step = error, step
        elif step - best_step > _PATIENCE:
            return step + 1
        if np.linalg.norm(gradient) <= _MIN_GRADIENT_NORM:
            return step + 1
    return end


def _fill_gradient_loop(
    P: NDArray[np.float32],
    points: NDArray[np.float32],
    exaggeration: np.float32,
    gradient: NDArray[np.float32],
) -> None:
    """Write the derivative of the KL divergence by every coordinate, P exaggerated."""
    n = len(points)
    one = np.float32(1)
    x, y = points[:, 0].copy(), points[:, 1].copy()
    repulsion = np.empty((n, 2), np.float32)
    normaliser = np.float64(0)
    for i in range(n):
        pull_x = pull_y = push_x = push_y = mass = np.float32(0)
        for j in range(n):
            dx, dy = x[i] - x[j], y[i] - y[j]
            kernel = one / (one + dx * dx + dy * dy)
            pull = P[i, j] * kernel
            push = kernel * kernel
            pull_x += pull * dx
            pull_y += pull * dy
            push_x += push * dx
            push_y += push * dy
            mass += kernel
        gradient[i, 0], gradient[i, 1] = pull_x, pull_y
        repulsion[i, 0], repulsion[i, 1] = push_x, push_y
        normaliser += np.float64(mass - one)  # a point does not repel itself
    four, scale = np.float32(4), np.float32(1 / normaliser)
    for i in range(n):
        for k in range(2):
            gradient[i, k] = four * (exaggeration * gradient[i, k] - scale * repulsion[i, k])


def _move_loop(
    points: NDArray[np.float32],
    gradient: NDArray[np.float32],
    update: NDArray[np.float32],
    gains: NDArray[np.float32],
    momentum: np.float32,
    learning_rate: np.float32,
) -> None:
    """Take a step in place: a coordinate's gain grows where it turns and shrinks where not."""
    more, less = np.float32(0.2), np.float32(0.8)
    for i in range(len(points)):
        for k in range(2):
            slope = gradient[i, k]
            gain = gains[i, k] + more if update[i, k] * slope < 0 else gains[i, k] * less
            gains[i, k] = gain = max(gain, _MIN_GAIN)
            gradient[i, k] = slope = slope * gain
            update[i, k] = momentum * update[i, k] - learning_rate * slope
            points[i, k] += update[i, k]


def _cross_entropy_loop(P: NDArray[np.float32], points: NDArray[np.float32]) -> float:
    """Return minus the sum of P log Q, for P of sum 1."""
    n = len(points)
    x, y = points[:, 0].copy(), points[:, 1].copy()
    total, normaliser = np.float64(0), np.float64(0)
    for i in range(n):
        for j in range(i):
            dx, dy = x[i] - x[j], y[i] - y[j]
            reach = np.float32(1) + dx * dx + dy * dy
            normaliser += np.float64(np.float32(1) / reach)
            total += np.float64(P[i, j] * np.log(reach))
    return float(2 * total + np.log(2 * normaliser))


# Nothing is reordered or contracted: a step has the bits that numpy would give it.
_move = compiled(_move_loop)
fill_gradient = compiled(_fill_gradient_loop, reorder_sums=True)
_cross_entropy = compiled(_cross_entropy_loop, reorder_sums=True)
