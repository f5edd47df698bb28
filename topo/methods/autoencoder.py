"""The standard autoencoder (section 2.1 of the paper), and what those with a loss more share."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from numpy.typing import NDArray
from pydantic import Field

from topo.device import Device
from topo.methods.base import Embedding, Method, Role, reconstruction_error
from topo.methods.input import check_input

if TYPE_CHECKING:
    from topo.nn.estimators import Autoencoder
    from topo.nn.topological_autoencoder import Loss

_Width = Annotated[int, Field(ge=1)]


class AE(Method):
    """Autoencoder onto the plane, trained on the training points.

    Its fields are those of `topo.nn.estimators.Autoencoder`.
    """

    title: ClassVar[str] = "AE"
    role: ClassVar[Role] = "paper"
    small: ClassVar[Mapping[str, Any]] = {
        "hidden": (4,),
        "epochs": 1,
        "batch_size": 4,
        "learning_rate": 0.01,
    }
    measures: ClassVar[frozenset[str]] = frozenset({"reconstruction_error"})
    parametric: ClassVar[bool] = True
    trains: ClassVar[bool] = True

    hidden: tuple[_Width, ...]
    epochs: int = Field(ge=1)
    batch_size: int = Field(ge=2)
    learning_rate: float = Field(gt=0, allow_inf_nan=False)

    def cost(self, n_train: int, n_points: int, n_features: int) -> float:
        """Rough seconds: 1.3 ms per step, and the arithmetic of all layers three times."""
        widths = (n_features, *self.hidden, 2)
        n_weights = 2 * sum(a * b for a, b in pairwise(widths))
        steps = max(1, n_train // self.batch_size)
        return self.epochs * (1.3e-3 * steps + 1e-10 * n_weights * n_train)

    def embed(
        self, X_train: NDArray[Any], X: NDArray[Any], *, seed: int, device: Device = "cpu"
    ) -> Embedding:
        """Train on `X_train` and map `X`; see `Method.embed`.

        Parameters
        ----------
        X_train, X, seed
            As there.
        device
            Where the network is trained. The embedding is the same bit by bit on "cpu" alone.
        """
        check_input(X_train, X, seed=seed)
        model = self._estimator(seed, device).fit(X_train)
        points = model.transform(X)
        error = reconstruction_error(X, model.inverse_transform(points))
        return Embedding(points, {"reconstruction_error": error})

    def _estimator(self, seed: int, device: Device) -> Autoencoder:
        from topo.nn.estimators import Autoencoder

        return Autoencoder(**self.model_dump(), device=device, random_state=seed)


class PenalisedAE(AE):
    """Autoencoder with one more loss, weighted by `lam`.

    Its fields are those of `topo.nn.topological_autoencoder.TopologicalAutoencoder`, but for the
    loss, which a subclass names.
    """

    role: ClassVar[Role] = "other"
    small: ClassVar[Mapping[str, Any]] = {**AE.small, "lam": 1.0}
    loss: ClassVar[Loss]
    #: Seconds that the loss takes per step at batch 128.
    loss_seconds: ClassVar[float] = 4e-4

    lam: float = Field(ge=0, allow_inf_nan=False)

    def cost(self, n_train: int, n_points: int, n_features: int) -> float:
        """Rough seconds: the autoencoder's, and the loss's per step."""
        steps = max(1, n_train // self.batch_size)
        loss = self.loss_seconds * (self.batch_size / 128) ** 2 * steps * self.epochs
        return super().cost(n_train, n_points, n_features) + loss

    def _estimator(self, seed: int, device: Device) -> Autoencoder:
        from topo.nn.topological_autoencoder import TopologicalAutoencoder

        return TopologicalAutoencoder(
            **self.model_dump(), loss=self.loss, device=device, random_state=seed
        )
