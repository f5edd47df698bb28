"""A point cloud and what every comparison needs of it, computed once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from topo.checks import as_numbers, check_distances, check_measurable
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
    ties : (m, 3) int32 array
        Where points are equally near: row, first and last rank (see `topo.metrics.compute.ties`).
    densities
        Kernel density estimates by name, (n,) arrays (see `topo.metrics.compute.kernels`).
    diagrams
        Persistence diagrams by homology dimension, (k, 2) arrays of births and deaths.
    """

    points: NDArray[np.float64]
    distances: NDArray[np.float64]
    ranks: NDArray[np.int32]
    ties: NDArray[np.int32]
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
        from topo.metrics.compute.ties import tie_runs  # numba takes 0.4 s to import

        checked = _checked_copy(points)
        distances, ranks, densities = _measure(checked, device)
        diagrams = _diagrams(distances, dimensions)
        ties = tie_runs(distances, ranks)
        space = cls(checked, distances, ranks, ties, densities, diagrams)
        space._freeze()
        return space

    @classmethod
    def of_distances(cls, distances: NDArray[np.float64]) -> Self:
        """Measure points of which the distances alone are known: they have no coordinates.

        Parameters
        ----------
        distances : (n, n) array
            Symmetric, 0 on the diagonal, of at least two points.

        Raises
        ------
        ValueError
            As `topo.checks.check_distances`.
        """
        from topo.metrics.compute.ranking import rank_rows  # numba takes 0.4 s to import
        from topo.metrics.compute.ties import tie_runs

        distances = np.array(check_distances(distances))
        ranks = rank_rows(distances)
        space = cls(
            np.empty((len(distances), 0)),
            distances,
            ranks,
            tie_runs(distances, ranks),
            kernel_densities(distances),
            _diagrams(distances, (0,)),
        )
        space._freeze()
        return space

    def _freeze(self) -> None:
        # Arrays come out of an object store read-only; here they are so from the start, so that
        # code which writes to them fails everywhere and compiled code is specialised only once.
        for array in (self.points, self.distances, self.ranks, self.ties):
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
        At least one point.

    Returns
    -------
    (n, n) array
        Symmetric, zero on the diagonal and between equal points.

    Raises
    ------
    ValueError
        As `topo.checks.check_measurable`.
    """
    from scipy.spatial.distance import pdist, squareform

    distances: NDArray[np.float64] = squareform(pdist(check_measurable(points)))
    return distances


def _diagrams(
    distances: NDArray[np.float64], dimensions: Sequence[int]
) -> dict[int, NDArray[np.float64]]:
    if not dimensions:
        return {}
    return persistence_diagrams(distances, dimensions)


def _checked_copy(points: ArrayLike) -> NDArray[np.float64]:
    checked = check_measurable(as_numbers(points, "points"))
    if len(checked) < 2:
        raise ValueError(f"a space needs at least 2 points, got {len(checked)}")
    return np.array(checked, order="C")
