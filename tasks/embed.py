"""One unit: a method embeds the evaluation points of one split."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.result import Result
from topo.device import Device


def embed(
    *,
    method: str,
    hyperparameters: Mapping[str, Any],
    seed: int,
    X: NDArray[Any],
    train: NDArray[np.int64],
    evaluation: NDArray[np.int64],
    device: Device = "cpu",
) -> Result:
    """Embed some points of a dataset in the plane.

    Parameters
    ----------
    method
        Class of the method as ``module:name``. It is imported by name, not through the registry,
        so that the unit depends on the code of its own method only.
    hyperparameters
        Fields of the class.
    seed
        Seed of all randomness.
    X : (n, d) array
        All points of the dataset, in the data's own units.
    train : (k,) int array
        Rows of `X` to fit on; a method that cannot map unseen points ignores them.
    evaluation : (m,) int array
        Rows of `X` to embed.
    device
        Where a network is trained; methods that train none are not given another one.

    Returns
    -------
    Result
        Array ``embedding`` (m, 2) float64, its units the method's own; row i is the image of row
        ``evaluation[i]`` of `X`. Values: what the method measured, numbers by name.

    Raises
    ------
    ValueError
        Where the method does not fit the points, or its embedding is not finite.
    """
    module, _, name = method.partition(":")
    instance = getattr(import_module(module), name)(**hyperparameters)
    options = {"device": device} if instance.trains else {}
    embedding = instance.embed(X[train], X[evaluation], seed=seed, **options)
    if not np.isfinite(embedding.points).all():
        raise ValueError(
            f"{name} gave an embedding with NaN or infinite coordinates; "
            "lower its learning rate or check the data's scale"
        )
    return Result({"embedding": embedding.points}, dict(embedding.scalars))
