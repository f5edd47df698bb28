"""A point cloud and what every comparison needs of it, computed once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from topo.datasets.checks import SMALLEST_EXTENT
from topo.device import Device
from topo.homology.diagrams import persistence_diagrams
from topo.metrics.compute.kernels import kernel_densities

#: Module of what is computed on another device than the processor.
ON_DEVICE = "topo.metrics.compute.on_device"


@dataclass(frozen=True, eq=False)
class Space:
    """A point cloud with its distances, neighbours, densities and persistence diagrams.

    All that depends on one point cloud alone stands here, so that an input which is compared
    with many embeddings is worked through once. The arrays are read-only and pickle well.

    Attributes
    ----------
    points : (n, d) float64 array
        The points.
    distances : (n, n) float64 array
        Euclidean distances: symmetric, the diagonal and those of equal points exactly 0.
    ranks : (n, n) int32 array
        Entry (i, j) is the rank of j among the neighbours of i: i itself 0, the nearest 1;
        of two equally near points the one with the smaller index comes first.
    densities
        Kernel density estimates by name, (n,) arrays (see `topo.metrics.compute.kernels`).
    diagrams
        Persistence diagrams by homology dimension, (k, 2) arrays of births and deaths.
    """

    points: NDArray[np.float64]
    distances: NDArray[np.float64]
    ranks: NDArray[np.int32]
    densities: Mapping[str, NDArray[np.float64]]
    diagrams: Mapping[int, NDArray[np.float64]]

    @classmethod
    def of(
        cls, points: ArrayLike, dimensions: Sequence[int] = (0,), *, device: Device = "cpu"
    ) -> Self:
        """Measure a point cloud.

        Parameters
        ----------
        points : (n, d) array
            At least two points with finite coordinates; copied as float64.
        dimensions
            Homology dimensions of the diagrams; none are computed where it is empty.
        device
            Where distances, ranks and densities are computed. A GPU's differ by rounding.

        Raises
        ------
        ValueError
            Where `points` is not such an array, or so large or small that squared distances leave
            the range of a float, or this machine has no such device.
        """
        checked = _check_points(points)
        distances, ranks, densities = _measure(checked, device)
        diagrams = _diagrams(distances, dimensions)
        space = cls(checked, distances, ranks, densities, diagrams)
        space._freeze()
        return space

    def _freeze(self) -> None:
        # Arrays come out of an object store read-only; here they are so from the start, so that
        # code which writes to them fails everywhere and compiled code is specialised only once.
        for array in (self.points, self.distances, self.ranks):
            array.setflags(write=False)
        for array in (*self.densities.values(), *self.diagrams.values()):
            array.setflags(write=False)


def _measure(
    points: NDArray[np.float64], device: Device
) -> tuple[NDArray[np.float64], NDArray[np.int32], dict[str, NDArray[np.float64]]]:
    """Return distances, ranks and densities."""
    if device != "cpu":
        # By name: PyTorch counts in a unit's key, and takes 2 s to import, only where it is used.
        distances, ranks, densities = import_module(ON_DEVICE).measure(points, device)
        _check_range(points, distances)
        return distances, ranks, densities
    from topo.metrics.compute.ranking import rank_rows  # numba takes 0.4 s to import

    distances = pairwise_distances(points)
    return distances, rank_rows(distances), kernel_densities(distances)


def pairwise_distances(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compute the Euclidean distance between every two points.

    Coordinates are subtracted before they are squared: the faster way over scalar products
    loses half the digits and leaves equal points apart.

    Parameters
    ----------
    points : (n, d) array
        Finite coordinates of at least one point.

    Returns
    -------
    (n, n) array
        Symmetric, zero on the diagonal and between equal points.

    Raises
    ------
    ValueError
        Where the sum of all squared distances overflows, or the squares vanish.
    """
    from scipy.spatial.distance import pdist, squareform

    distances: NDArray[np.float64] = squareform(pdist(points))
    _check_range(points, distances)
    return distances


def _check_range(points: NDArray[np.float64], distances: NDArray[np.float64]) -> None:
    largest = float(distances.max())
    if largest < SMALLEST_EXTENT and (points != points[0]).any():
        raise ValueError(
            "squared distances between points vanish: coordinates differ by less than "
            f"{SMALLEST_EXTENT:g}; rescale the points"
        )
    if not math.isfinite(len(points) ** 2 * largest * largest):
        raise ValueError(
            f"squared distances between points overflow: coordinates reach {_largest(points):.3g}; "
            "rescale the points"
        )


def _diagrams(
    distances: NDArray[np.float64], dimensions: Sequence[int]
) -> dict[int, NDArray[np.float64]]:
    if not dimensions:
        return {}
    return persistence_diagrams(distances, dimensions)


def _check_points(points: ArrayLike) -> NDArray[np.float64]:
    array = _as_numbers(points)
    if array.ndim != 2 or array.shape[0] < 2 or array.shape[1] < 1:
        raise ValueError(
            "a space needs an (n, d) array of at least 2 points with at least 1 coordinate, "
            f"got shape {array.shape}"
        )
    if not np.isfinite(array).all():
        row, column = np.argwhere(~np.isfinite(array))[0]
        raise ValueError(
            f"a space needs finite coordinates, got {array[row, column]} at row {row}, "
            f"column {column}"
        )
    return array


def _as_numbers(points: ArrayLike) -> NDArray[np.float64]:
    try:
        given: NDArray[Any] = np.asarray(points)
    except ValueError:
        raise ValueError("a space needs an (n, d) array, got rows of unequal length") from None
    if given.dtype.kind not in "biuf":
        raise ValueError(f"a space needs an (n, d) array of real numbers, got dtype {given.dtype}")
    return np.array(given, dtype=np.float64, order="C")


def _largest(points: NDArray[np.float64]) -> float:
    return float(np.abs(points).max())
