"""An embedding made elsewhere, beside the controls that bound every metric."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from topo.checks import check_labels, check_pair
from topo.methods import METHODS
from topo.methods.roles import CONTROLS
from topo.metrics.base import Comparison
from topo.metrics.compute.space import Space
from topo.metrics.sampled import compare_subsamples
from topo.seeding import derive_seed


class ControlComparison(NamedTuple):
    """An embedding beside its input, or the reason why there is none.

    Attributes
    ----------
    name
        Its name; a control's key in `topo.methods.METHODS`.
    subsample
        Which subsample of the points, from 0.
    reason
        Why there is no comparison; empty where there is one.
    """

    name: str
    seed: int
    subsample: int
    comparison: Comparison | None
    reason: str = ""


def compare_with_controls(
    X: NDArray[Any],
    Z: NDArray[Any],
    labels: NDArray[Any] | None = None,
    *,
    name: str,
    subsamples: Sequence[NDArray[np.int64]] | None = None,
) -> Iterator[ControlComparison]:
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
    subsamples
        Rows that are compared, one subsample after another; all of them, once, if None.

    Yields
    ------
    ControlComparison
        Of every subsample the embedding, then the controls in the order of `CONTROLS`, in the
        plane. A control embeds the points of the subsample.

    Raises
    ------
    ValueError
        Where `X` and `Z` are not finite matrices of the same length, of at least 2 points, their
        squared distances leave the range of a float, or the labels do not fit.
    """
    check_pair(X, Z)
    if labels is not None:
        check_labels(labels, len(X))
    subsamples = [np.arange(len(X))] if subsamples is None else subsamples
    inputs = (Space.of(X[rows]) for rows in subsamples)
    comparisons = compare_subsamples(subsamples, inputs, Z, labels=labels)
    for number in range(len(subsamples)):
        yield from _beside_controls(name, number, next(comparisons))


def _beside_controls(name: str, number: int, comparison: Comparison) -> Iterator[ControlComparison]:
    yield ControlComparison(name, 0, number, comparison)
    for control in CONTROLS:
        yield _compare_control(control, number, comparison)


def _compare_control(name: str, number: int, beside: Comparison) -> ControlComparison:
    seed = derive_seed("control", name)
    points = beside.input.points
    try:
        embedding = METHODS[name]().embed(points, points, seed=seed)
    except ValueError as error:
        return ControlComparison(name, seed, number, None, str(error))
    latent = Space.of(embedding.points)
    comparison = Comparison(beside.input, latent, beside.labels, scalars=embedding.scalars)
    return ControlComparison(name, seed, number, comparison)
