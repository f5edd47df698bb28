"""An embedding made elsewhere, beside the controls that bound every metric."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
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
    others: Mapping[str, NDArray[Any]] = MappingProxyType({}),
    outer: int | None = None,
    distances: bool = False,
    subsamples: Sequence[NDArray[np.int64]] | None = None,
) -> Iterator[ControlComparison]:
    """Yield an embedding beside its input, then every control beside the same input.

    One at a time, since each holds several matrices of n × n numbers.

    Parameters
    ----------
    X : (n, D) array
        The points; where `distances` is True, (n, n) distances between them.
    Z : (n, d) array
        The embedding; row i is the image of row i of `X`.
    labels : (n,) int array or None
        Class of every point.
    name
        Name of the embedding. The controls' seeds depend on their own names alone.
    others
        Further embeddings of the same points, (n, d) arrays by name.
    outer
        The class that encloses all others, if there is one.
    distances
        Whether `X` has distances, of which PCA can make nothing.
    subsamples
        Rows that are compared, one subsample after another; all of them, once, if None.

    Yields
    ------
    ControlComparison
        Of every subsample the embeddings, then the controls in the order of `CONTROLS`, in the
        plane. A control embeds the points of the subsample.

    Raises
    ------
    ValueError
        Where `X` and `Z` are not finite matrices of the same length, of at least 2 points, their
        squared distances leave the range of a float, or the labels do not fit.
    """
    embeddings = {name: Z, **others}
    for each in embeddings.values():
        check_pair(X, each)
    if labels is not None:
        check_labels(labels, len(X))
    subsamples = [np.arange(len(X))] if subsamples is None else subsamples
    for number, rows in enumerate(subsamples):
        space = Space.of_distances(X[np.ix_(rows, rows)]) if distances else Space.of(X[rows])
        for own, images in embeddings.items():
            (comparison,) = compare_subsamples([rows], [space], images, labels=labels, outer=outer)
            yield ControlComparison(own, 0, number, comparison)
        for control in CONTROLS:
            yield _compare_control(control, number, comparison)


def _compare_control(name: str, number: int, beside: Comparison) -> ControlComparison:
    seed = derive_seed("control", name)
    points = beside.input.points
    has_coordinates = points.shape[1] > 0
    if not has_coordinates:
        # A control that needs none works with any.
        points = np.arange(len(points), dtype=np.float64)[:, None]
    try:
        embedding = METHODS[name]().embed(points, points, seed=seed)
    except ValueError as error:
        reason = str(error) if has_coordinates else "needs coordinates, and distances were given"
        return ControlComparison(name, seed, number, None, reason)
    latent = Space.of(embedding.points)
    comparison = Comparison(
        beside.input, latent, beside.labels, beside.outer, scalars=embedding.scalars
    )
    return ControlComparison(name, seed, number, comparison)
