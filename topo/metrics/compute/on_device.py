"""Distances, neighbour ranks and densities with PyTorch, for a GPU.

The same numbers as on the processor but for rounding: distances are differences of coordinates in
double precision, squared and summed in another order.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from topo.device import Device
from topo.metrics.compute.kernels import SIGMAS
from topo.nn.device import require_device


class Measured(NamedTuple):
    """Distances, ranks and densities of a cloud, as in `topo.metrics.compute.space.Space`."""

    distances: NDArray[np.float64]
    ranks: NDArray[np.int32]
    densities: dict[str, NDArray[np.float64]]


def measure(points: NDArray[np.float64], device: Device) -> Measured:
    """Compute distances, ranks and densities of a point cloud.

    Parameters
    ----------
    points : (n, d) array
        Finite coordinates whose squared distances are finite.

    Returns
    -------
    Measured
        At most four matrices of n × n numbers are held on the device at once, and what its sort
        works in.

    Raises
    ------
    ValueError
        Where this machine has no such device.
    """
    require_device(device)
    distances = _distances(torch.tensor(points, device=device))
    ranks = _ranks(_order(distances.clone().fill_diagonal_(-1.0))).to(torch.int32).cpu().numpy()
    largest = float(distances.max()) or 1.0
    relative = {f"{sigma:g}": _density(distances / largest, sigma) for sigma in SIGMAS}
    raw = {f"raw_{sigma:g}": _density(distances.clone(), 2 * sigma**2) for sigma in SIGMAS}
    return Measured(distances.cpu().numpy(), ranks, relative | raw)


def sorted_neighbours(
    X: NDArray[np.float64], Z: NDArray[np.float64], *, n_rows: int, device: Device
) -> Iterator[tuple[slice, tuple[torch.Tensor, torch.Tensor]]]:
    """Yield some rows at a time, with all points by their distance from each of them.

    Parameters
    ----------
    X : (n, D) array
        The points, finite.
    Z : (n, d) array
        Their images.
    n_rows
        Rows at a time.
    device
        Where.

    Yields
    ------
    slice
        The rows.
    tuple of two (r, n) int64 tensors
        Of every row, the indices of all points in the order of their distance in `X`, and in `Z`:
        the row's own first, ties by index.

    Raises
    ------
    ValueError
        Where this machine has no such device.
    """
    require_device(device)
    spaces = [torch.tensor(points, device=device) for points in (X, Z)]
    for start in range(0, len(X), n_rows):
        rows = slice(start, min(start + n_rows, len(X)))
        own = torch.arange(start, rows.stop, device=device)[:, None]
        first, second = (
            _order(_distances(points[rows], points).scatter_(1, own, -1.0)) for points in spaces
        )
        yield rows, (first, second)


def ranks_of(order: torch.Tensor, chosen: torch.Tensor) -> torch.Tensor:
    """Return the place of chosen points in the order of every row: (r, k) int64, from 0."""
    return _ranks(order).gather(1, chosen)


def _distances(points: torch.Tensor, others: torch.Tensor | None = None) -> torch.Tensor:
    # By scalar products it would lose half the digits and leave equal points apart.
    return torch.cdist(
        points,
        points if others is None else others,
        compute_mode="donot_use_mm_for_euclid_dist",
    )


def _order(distances: torch.Tensor) -> torch.Tensor:
    return distances.argsort(dim=1, stable=True)


def _ranks(order: torch.Tensor) -> torch.Tensor:
    places = torch.arange(order.shape[1], device=order.device).expand_as(order)
    return torch.empty_like(order).scatter_(1, order, places)


def _density(distances: torch.Tensor, width: float) -> NDArray[np.float64]:
    """Normalised sums of exp(-d²/width) over every row; overwrites the distances."""
    sums = distances.square_().div_(-width).exp_().sum(dim=1)
    density: NDArray[np.float64] = (sums / sums.sum()).cpu().numpy()
    return density
