"""Equations 2 to 4: the gradient of the topological loss by the encoder's parameters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
from pydantic import Field, PositiveInt

from topo.seeding import derive_seed
from topo.theory.base import Experiment, Points, TheoryValue

Direction = Literal["x_to_z", "z_to_x"]


class LossGradient(Experiment):
    """Gradients of both directions of the loss beside difference quotients (section 3.2).

    The encoder is linear, Z = XW with θ = W: the equations name no architecture. Cases are the
    directions ``x_to_z`` and ``z_to_x``; see `gradients` for what is compared.

    Attributes
    ----------
    n_repetitions, n_points, input_dimension, latent_dimension
        Normal point clouds and encoders, and their size.
    step
        Step of the central difference quotients; entries of θ have standard deviation 1.
    """

    n_repetitions: PositiveInt
    n_points: int = Field(ge=3)
    input_dimension: PositiveInt
    latent_dimension: PositiveInt
    step: float = Field(ge=1e-8, le=1e-2)

    def compute(self, *, seed: int) -> list[TheoryValue]:
        """Measure how far the equations miss the difference quotients.

        Returns
        -------
        list of TheoryValue
            ``error_vector``, ``error_sum``, ``error_product``: Euclidean distance of what
            `gradients` returns from the quotients, divided by the norm of these; about 1e-8 for
            what is the gradient.
        """
        return [value for n in range(self.n_repetitions) for value in self._errors(seed, n)]

    def _errors(self, seed: int, repetition: int) -> Iterator[TheoryValue]:
        rng = np.random.default_rng(derive_seed(seed, "loss_gradient", repetition))
        X = rng.normal(size=(self.n_points, self.input_dimension))
        theta = rng.normal(size=(self.input_dimension, self.latent_dimension))
        directions: tuple[Direction, ...] = ("x_to_z", "z_to_x")
        for direction in directions:
            expected = self._quotients(X, theta, direction)
            for name, gradient in gradients(X, theta, direction).items():
                error = float(np.linalg.norm(gradient - expected) / np.linalg.norm(expected))
                case = f"loss_gradient/{direction}"
                yield TheoryValue(case, f"error_{name}", 0, repetition, error)

    def _quotients(self, X: Points, theta: Points, direction: Direction) -> Points:
        quotients = np.zeros_like(theta)
        for place in np.ndindex(theta.shape):
            shift = np.zeros_like(theta)
            shift[place] = self.step
            ends = [loss(X, theta + sign * shift, direction) for sign in (1, -1)]
            quotients[place] = (ends[0] - ends[1]) / (2 * self.step)
        return quotients


def loss(X: Points, theta: Points, direction: Direction) -> float:
    """Return one direction of the loss of points (n, d) encoded by θ (d, k)."""
    residual, _ = _residual_and_slopes(X, theta, direction)
    return float(residual @ residual / 2)


def gradients(X: Points, theta: Points, direction: Direction) -> dict[str, Points]:
    """Return the gradient of `loss` by θ as the equations have it.

    With ρ = A^X[π] − A^Z[π] and the derivatives of the m paired latent distances by θ:

    Returns
    -------
    dict of (d, k) arrays
        ``vector``
            Equation 3: the row vector −ρᵀ times the (m, d·k) matrix of derivatives.
        ``sum``
            Equation 4 with ρ_i inside the sum: −Σ_i ρ_i ∂A^Z[π]_i/∂θ.
        ``product``
            Equation 4 as printed. The sum of the derivatives stands alone, so that every entry of
            ρ multiplies the whole of it: −(Σ_j ρ_j)(Σ_i ∂A^Z[π]_i/∂θ).
    """
    residual, slopes = _residual_and_slopes(X, theta, direction)
    matrix = slopes.reshape(len(residual), -1)
    return {
        "vector": (-residual @ matrix).reshape(theta.shape),
        "sum": -sum((rho * slope for rho, slope in zip(residual, slopes, strict=True)), 0 * theta),
        "product": -residual.sum() * slopes.sum(axis=0),
    }


def _residual_and_slopes(X: Points, theta: Points, direction: Direction) -> tuple[Points, Points]:
    """Return ρ, (m,), and the derivatives of the m paired latent distances by θ, (m, d, k)."""
    from topo.homology.pairing import minimum_spanning_tree
    from topo.metrics.compute.space import pairwise_distances

    A_X, A_Z = pairwise_distances(X), pairwise_distances(X @ theta)
    i, j = minimum_spanning_tree(A_X if direction == "x_to_z" else A_Z).T
    way = X[i] - X[j]
    lengths = np.linalg.norm(way @ theta, axis=1)
    slopes = np.einsum("md,mk->mdk", way, way @ theta / lengths[:, np.newaxis])
    return A_X[i, j] - lengths, slopes
