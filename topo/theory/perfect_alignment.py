"""Perfect alignment: an isometric image loses nothing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from pydantic import Field, PositiveInt

from topo.datasets.base import Length
from topo.seeding import derive_seed
from topo.theory.base import Experiment, Points, TheoryValue
from topo.theory.pairs import compare_pair


class PerfectAlignment(Experiment):
    """Normal point clouds beside their isometric images, for which L_t = 0 (section 3.4).

    Cases: ``rotation``, ``reflection``, ``translation``, ``padding`` with coordinates 0, and
    ``composition`` of all four.

    Attributes
    ----------
    n_repetitions, n_points, dimension
        Point clouds and their size.
    n_padding
        Number of coordinates added.
    shift
        Length of the translation; one point cloud has standard deviation 1 per coordinate.
    """

    n_repetitions: PositiveInt
    n_points: int = Field(ge=3)
    dimension: PositiveInt
    n_padding: PositiveInt
    shift: Length

    def cost(self) -> float:
        """Rough seconds on one core."""
        return 0.5 + 0.05 * self.n_repetitions

    def compute(self, *, seed: int) -> list[TheoryValue]:
        """Compare clouds and images; see `compare_pair`."""
        values = []
        for repetition in range(self.n_repetitions):
            rng = np.random.default_rng(derive_seed(seed, "perfect_alignment", repetition))
            X = rng.normal(size=(self.n_points, self.dimension))
            for name, Z in self._images(X, rng):
                case = f"perfect_alignment/{name}"
                values += compare_pair(X, Z, case=case, repetition=repetition, dimensions=(1,))
        return values

    def _images(self, X: Points, rng: np.random.Generator) -> Iterator[tuple[str, Points]]:
        rotation = rotation_matrix(self.dimension, rng=rng)
        reflection = np.diag([-1.0] + [1.0] * (self.dimension - 1))
        way = rng.normal(size=self.dimension)
        translation = self.shift * way / np.linalg.norm(way)
        yield "rotation", X @ rotation
        yield "reflection", X @ reflection
        yield "translation", X + translation
        yield "padding", self._pad(X)
        yield "composition", self._pad(X @ reflection @ rotation + translation)

    def _pad(self, X: Points) -> Points:
        return np.pad(X, ((0, 0), (0, self.n_padding)))


def rotation_matrix(dimension: int, *, rng: np.random.Generator) -> Points:
    """Draw a (dimension, dimension) orthogonal matrix of determinant 1, uniformly."""
    orthogonal, upper = np.linalg.qr(rng.normal(size=(dimension, dimension)))
    # These signs make the decomposition unique, without which the draw is not uniform.
    matrix: Points = orthogonal * np.sign(np.diag(upper))
    if np.linalg.det(matrix) < 0:
        matrix[:, 0] *= -1
    return matrix
