"""What a dimensionality-reduction method is to this project."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

#: One of the four that the paper compares; one of the controls, which bound the scale of every
#: metric and are not ranked; or any other method, which is ranked with the paper's.
Role = Literal["paper", "control", "other"]


@dataclass(frozen=True)
class Embedding:
    """The plane image of a point cloud.

    Attributes
    ----------
    points : (n, 2) float64 array
        Row i is the image of evaluation point i.
    scalars
        What the method measured on the way: ``reconstruction_error`` (mean squared error per
        coordinate on the evaluation points) where it has a decoder, ``tsne_kl`` for t-SNE.
    """

    points: NDArray[np.float64]
    scalars: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


class Method(BaseModel, ABC):
    """A method with its hyperparameters, which are its fields.

    A subclass declares the hyperparameters without defaults (they stand in ``params.yaml``), what
    tests and tables need to know of it, and says how it embeds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    #: Name in tables and figures.
    title: ClassVar[str]
    #: What it is in comparisons; a subclass of another method says it anew.
    role: ClassVar[Role] = "other"
    #: Hyperparameters with which it embeds five points in a moment; its contract tests take them.
    small: ClassVar[Mapping[str, Any]]
    #: Names of the scalars that come with every embedding.
    measures: ClassVar[frozenset[str]] = frozenset()
    #: True where two seeds give two embeddings.
    stochastic: ClassVar[bool] = True
    #: True where the method is fitted on training points and then maps unseen ones.
    parametric: ClassVar[bool] = False
    #: True where the method trains a network: its `embed` takes a `topo.device.Device` too.
    trains: ClassVar[bool] = False

    def check(self, n_train: int, n_points: int) -> None:
        """Refuse hyperparameters that do not fit the number of points.

        Parameters
        ----------
        n_train, n_points
            Number of training points and of points to embed.

        Raises
        ------
        ValueError
            Says what is required, what was given and what to do.
        """

    def cost(self, n_train: int, n_points: int, n_features: int) -> float:
        """Rough seconds on one core, by which long units are started first."""
        return 1.0

    @abstractmethod
    def embed(self, X_train: NDArray[Any], X: NDArray[Any], *, seed: int) -> Embedding:
        """Embed the rows of `X` in the plane.

        Parameters
        ----------
        X_train : (n_train, d) array
            Training points; methods without an out-of-sample map do not look at them.
        X : (n, d) array
            Evaluation points.
        seed
            Seed of all randomness; the same seed gives the same embedding bit by bit.
        """


def reconstruction_error(X: NDArray[Any], reconstruction: NDArray[Any]) -> float:
    """Return the mean squared difference per coordinate of points (n, d), in their squared unit.

    Equation 1 of the paper with the mean-squared error of section 4.1.3; at least 0, lower is
    better.
    """
    return float(np.square(X.astype(np.float64) - reconstruction).mean())
