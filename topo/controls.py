"""An embedding made elsewhere, beside the controls that bound every metric."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from numpy.typing import NDArray

from topo.methods import METHODS
from topo.metrics import Comparison, Space
from topo.seeding import derive_seed

#: The best linear map, and points that have nothing to do with the input; neither has
#: hyperparameters.
CONTROLS = ("pca", "random")


class Compared(NamedTuple):
    """An embedding beside its input, or the reason why there is none.

    Attributes
    ----------
    name
        Its name; a control's key in `topo.methods.METHODS`.
    seed
        Seed that made it; 0 where it was made elsewhere.
    comparison
        For `topo.metrics.evaluate`; None where the control cannot embed these points.
    reason
        Why there is no comparison; empty where there is one.
    """

    name: str
    seed: int
    comparison: Comparison | None
    reason: str = ""


def compare_with_controls(
    X: NDArray[Any], Z: NDArray[Any], labels: NDArray[Any] | None = None, *, name: str
) -> Iterator[Compared]:
    """Yield an embedding beside its input, then every control beside the same input.

    One at a time, since each holds several matrices of n × n numbers.

    Parameters
    ----------
    X : (n, D) array
        The points.
    Z : (n, d) array
        The embedding; row i is the image of row i of `X`.
    labels : (n,) int array or None
        Class of every point.
    name
        Name of the embedding. The controls' seeds depend on their own names alone.

    Yields
    ------
    Compared
        The embedding, then the controls in the order of `CONTROLS`, in the plane.

    Raises
    ------
    ValueError
        Where `X` or `Z` is not a finite matrix of at least 2 points, or so large that squared
        distances overflow.
    """
    points = Space.of(X)
    yield Compared(name, 0, Comparison(points, Space.of(Z), labels))
    for control in CONTROLS:
        yield _compare_control(control, points, labels)


def _compare_control(name: str, points: Space, labels: NDArray[Any] | None) -> Compared:
    seed = derive_seed("control", name)
    try:
        embedding = METHODS[name]().embed(points.points, points.points, seed=seed)
    except ValueError as error:
        return Compared(name, seed, None, str(error))
    latent = Space.of(embedding.points)
    return Compared(name, seed, Comparison(points, latent, labels, scalars=embedding.scalars))
