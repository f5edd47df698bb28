"""Autoencoders as scikit-learn estimators."""

from __future__ import annotations

import math
from collections.abc import Sequence
from numbers import Integral, Real
from typing import Self

import numpy as np
import torch
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils import check_array, check_random_state, check_scalar
from sklearn.utils.validation import check_is_fitted
from torch import nn

from topo.device import Device
from topo.nn.device import require_device
from topo.nn.networks import LATENT_DIMENSION, AutoencoderNetwork
from topo.nn.training import Penalty, train


class Autoencoder(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Autoencoder onto the plane (sections 2.1 and 4.1.3 of the paper).

    It is trained in float32 and used in float64 on the CPU, so that the image of a point does not
    depend on the points beside it.

    Parameters
    ----------
    hidden
        Widths of the encoder's hidden layers, each followed by ReLU and BatchNorm; the decoder
        mirrors them. With none, encoder and decoder are affine maps.
    epochs
        Number of passes over the training points, at least 1.
    batch_size
        Points per batch, at least 2.
    learning_rate
        Step size of Adam, above 0.
    device
        "cpu" or "cuda": where it is trained. Initial weights and order of points are the same on
        both; the trained weights are so bit by bit only from one CPU run to another.
    random_state
        Seed of the initial weights and of the order of points.

    Attributes
    ----------
    network_
        The trained network.
    loss_history_ : (epochs,) float64 array
        Mean loss per point of every epoch.
    n_features_in_
        Number of features d of the training points.
    """

    def __init__(
        self,
        hidden: Sequence[int] = (32, 32),
        *,
        epochs: int = 20,
        batch_size: int = 128,
        learning_rate: float = 1e-3,
        device: Device = "cpu",
        random_state: int | RandomState | None = None,
    ) -> None:
        self.hidden = hidden
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.device = device
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: object = None) -> Self:
        """Train on the rows of `X`.

        Parameters
        ----------
        X : (n, d) array
            At least two points that are not all equal.
        y
            Ignored.

        Raises
        ------
        ValueError
            If a parameter is out of range, `X` is not a finite matrix, its points are all equal,
            or training diverges.
        """
        self._check_parameters()
        with np.errstate(all="ignore"):  # what float32 cannot hold is refused as infinite
            points: NDArray[np.float32] = self._validate_data(
                X, dtype=np.float32, ensure_min_samples=2
            )
        if (points == points[0]).all():
            raise ValueError(
                "an autoencoder needs at least two different points, "
                f"got {len(points)} equal ones: look at where the data come from"
            )
        generator = torch.Generator().manual_seed(self._draw_seed())
        network = AutoencoderNetwork(points.shape[1], self.hidden, generator=generator)
        network.to(self.device)
        history = train(
            network,
            torch.tensor(points, device=self.device),
            penalty=self._penalty(points),
            epochs=self.epochs,
            batch_size=self.batch_size,
            learning_rate=self.learning_rate,
            generator=generator,
        )
        self.network_ = network.cpu().double().eval()
        self.loss_history_ = np.array(history)
        return self

    def transform(self, X: ArrayLike) -> NDArray[np.float64]:
        """Map points (n, d) to the plane: (n, 2).

        Raises
        ------
        ValueError
            If `X` is not a finite matrix of as many columns as before, or its image not finite.
        """
        check_is_fitted(self)
        points: NDArray[np.float64] = self._validate_data(X, dtype=np.float64, reset=False)
        return _apply(self.network_.encoder, points)

    def inverse_transform(self, Z: ArrayLike) -> NDArray[np.float64]:
        """Map points of the plane (n, 2) back: (n, d).

        Raises
        ------
        ValueError
            If `Z` is not a finite matrix of two columns, or its image not finite.
        """
        check_is_fitted(self)
        points: NDArray[np.float64] = check_array(Z, dtype=np.float64, input_name="Z")
        if points.shape[1] != LATENT_DIMENSION:
            raise ValueError(
                f"points of the plane have {LATENT_DIMENSION} coordinates, got {points.shape[1]}: "
                "pass what transform returns"
            )
        return _apply(self.network_.decoder, points)

    @property
    def _n_features_out(self) -> int:
        """Number of names that get_feature_names_out makes."""
        return LATENT_DIMENSION

    def _check_parameters(self) -> None:
        if isinstance(self.hidden, str) or not isinstance(self.hidden, Sequence):
            raise TypeError(
                f"hidden must be a sequence of widths, got {self.hidden!r}: write (32,)"
            )
        for width in self.hidden:
            check_scalar(width, "width in hidden", target_type=Integral, min_val=1)
        check_scalar(self.epochs, "epochs", target_type=Integral, min_val=1)
        check_scalar(self.batch_size, "batch_size", target_type=Integral, min_val=2)
        check_scalar(
            self.learning_rate,
            "learning_rate",
            target_type=Real,
            min_val=0,
            include_boundaries="neither",
        )
        check_finite_parameter(self.learning_rate, "learning_rate")
        require_device(self.device)

    def _draw_seed(self) -> int:
        seed: int = check_random_state(self.random_state).randint(2**31 - 1)
        return seed

    def _penalty(self, points: NDArray[np.float32]) -> Penalty | None:
        return None


def _apply(network: nn.Module, points: NDArray[np.float64]) -> NDArray[np.float64]:
    # A copy, because PyTorch aligns its own memory: where NumPy's happens to lie can change the
    # last bits of a matrix product.
    with torch.no_grad():
        image: NDArray[np.float64] = network(torch.tensor(points)).numpy()
    if not np.isfinite(image).all():
        raise ValueError(
            f"points up to {np.abs(points).max():g} have no finite image: rescale them, or look "
            "for points far from those of the training"
        )
    return image


def check_finite_parameter(value: float, name: str) -> None:
    """Refuse NaN and infinity, which scikit-learn's check of a range lets pass."""
    if not math.isfinite(value):
        raise ValueError(f"{name} must be finite, got {value}")
