"""A linear autoencoder against principal component analysis."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field, PositiveFloat, PositiveInt

from topo.datasets.base import Length
from topo.datasets.digits import Digits
from topo.seeding import derive_seed
from topo.theory.base import Experiment, Points, Section, TheoryValue

if TYPE_CHECKING:
    from topo.nn.estimators import Autoencoder


class Gaussian(Section):
    """A centred normal point cloud, turned at random.

    Attributes
    ----------
    n_points
        Points of the cloud.
    standard_deviations
        Along the principal axes, in descending order; the third must be below the second, or
        there is no one best plane.
    """

    n_points: int = Field(ge=3)
    standard_deviations: tuple[Length, ...] = Field(min_length=3)

    def draw(self, *, seed: int) -> Points:
        """Draw the points, (n_points, d)."""
        rng = np.random.default_rng(seed)
        d = len(self.standard_deviations)
        axes, _ = np.linalg.qr(rng.normal(size=(d, d)))
        points: Points = rng.normal(size=(self.n_points, d)) * self.standard_deviations @ axes
        return points


class LinearAutoencoder(Experiment):
    """Autoencoders without hidden layers, whose plane should be that of PCA (section 2.1).

    Baldi and Hornik (1989) prove that the error has its only minimum on that plane. Within it any
    invertible linear map of the latent space does as well as any other.

    Cases: ``gaussian`` and ``digits`` (scikit-learn's 8 × 8 images). Metrics, on the centred
    training points: ``principal_angle``, the largest angle between the plane of the decoder and
    that of PCA, in degrees, 0 … 90, 0 where they are the same; ``error_ratio``, the
    reconstruction error divided by PCA's, from 1; ``latent_condition``, the condition number of
    the linear map from PCA's coordinates to the latent ones, from 1, which is a similarity.

    Attributes
    ----------
    n_repetitions
        Initial weights; for ``gaussian`` point clouds too.
    gaussian
        The normal point cloud.
    epochs, batch_size, learning_rate
        Training, as for `topo.nn.estimators.Autoencoder`. Batches smaller than the data leave
        Adam restless around the minimum.
    """

    n_repetitions: PositiveInt
    gaussian: Gaussian
    epochs: PositiveInt
    batch_size: int = Field(ge=2)
    learning_rate: PositiveFloat

    def cost(self) -> float:
        """Rough seconds on one core."""
        return 1 + 3e-3 * self.epochs * self.n_repetitions

    def compute(self, *, seed: int) -> list[TheoryValue]:
        """Train and compare with PCA."""
        digits = Digits().load(Path()).X.astype(np.float64)
        values = []
        for repetition in range(self.n_repetitions):
            seeds = [derive_seed(seed, name, repetition) for name in ("points", "weights")]
            clouds = {"gaussian": self.gaussian.draw(seed=seeds[0]), "digits": digits}
            for name, X in clouds.items():
                compared = self._compare(X - X.mean(axis=0), seed=seeds[1])
                values += [
                    TheoryValue(f"linear_autoencoder/{name}", metric, None, repetition, value)
                    for metric, value in compared.items()
                ]
        return values

    def _compare(self, X: Points, *, seed: int) -> dict[str, float]:
        from sklearn.decomposition import PCA

        autoencoder = self._train(X, seed=seed)
        pca = PCA(n_components=2, svd_solver="full").fit(X)
        Z, scores = autoencoder.transform(X), pca.transform(X)
        error = _error(X, autoencoder.inverse_transform(Z))
        last_layer: Any = autoencoder.network_.decoder[-1]
        plane = last_layer.weight.detach().numpy()
        map_between = np.linalg.lstsq(scores, Z - Z.mean(axis=0), rcond=None)[0]
        return {
            "principal_angle": principal_angle(plane, pca.components_.T),
            "error_ratio": error / _error(X, pca.inverse_transform(scores)),
            "latent_condition": float(np.linalg.cond(map_between)),
        }

    def _train(self, X: Points, *, seed: int) -> Autoencoder:
        from topo.nn.estimators import Autoencoder

        autoencoder = Autoencoder(
            (),
            epochs=self.epochs,
            batch_size=self.batch_size,
            learning_rate=self.learning_rate,
            random_state=seed,
        )
        return autoencoder.fit(X)


def principal_angle(A: Points, B: Points) -> float:
    """Largest principal angle between the column spaces of arrays (d, k), in degrees, 0 … 90."""
    from scipy.linalg import subspace_angles

    return float(np.degrees(subspace_angles(A, B)[0]))


def _error(X: Points, reconstruction: Points) -> float:
    return float(np.mean(np.square(X - reconstruction)))
