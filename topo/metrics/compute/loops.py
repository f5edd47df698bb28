"""Loops of a space, and the cycles that stand for them, in one order of the points or in several.

A loop's *life* is its persistence in the Vietoris–Rips filtration divided by the median distance of
its space.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from topo.homology.diagrams import Diagram, persistence
from topo.metrics.compute.space import Space, pairwise_distances
from topo.seeding import derive_seed

if TYPE_CHECKING:
    from topo.homology.cycles import Loops

#: Lives above which loops are long.
LONG = 0.25
#: Orders of the points over which a mean is taken where edges tie.
N_ORDERS = 8


class LoopsOfSpace(NamedTuple):
    """What is kept of the loops of a space.

    Attributes
    ----------
    diagram : (k, 2) float64 array
        Births and deaths in dimension 1, by death.
    cycles
        A representative of each, as `topo.homology.cycles` chooses it: (l, 2) edges.
    lives : (k,) float64 array
        Persistences divided by the median distance.
    """

    diagram: Diagram
    cycles: tuple[NDArray[np.int64], ...]
    lives: NDArray[np.float64]

    @property
    def long(self) -> NDArray[np.int64]:
        """Which loops are long."""
        return np.flatnonzero(self.lives > LONG)

    @property
    def long_cycles(self) -> list[NDArray[np.int64]]:
        """Representatives of the long loops."""
        return [self.cycles[k] for k in self.long]


def loops_of(space: Space) -> LoopsOfSpace:
    """Find the loops of a space.

    Raises
    ------
    ValueError
        As `topo.homology.filtration.edge_filtration`; or if there are loops although more than half
        of the distances are 0.
    """
    n_coordinates = space.points.shape[1]
    # Of distances alone, these.
    given = space.points if n_coordinates else space.distances
    return _remembered_loops(given.tobytes(), n_coordinates)


def long_cycles(space: Space, images: Space) -> list[list[NDArray[np.int64]]]:
    """Return the cycles that stand for the long loops of a space, whatever the order of its points.

    Of equally long edges the filtration takes the first, so that cycles can depend on the order.
    Where edges are equally long that are no longer than a long loop's death, the cycles of several
    orders are returned: random ones with fixed seeds, after the points were sorted by coordinates,
    equal points by their images'. Without coordinates, a point's distances by length stand for
    them: points that these do not tell apart stay as they are given.

    Parameters
    ----------
    space
        Whose loops.
    images
        The same points elsewhere.

    Returns
    -------
    list
        The cycles in one order, or in eight.

    Raises
    ------
    ValueError
        As `loops_of`.
    """
    loops = loops_of(space)
    long = loops.long
    if not len(long) or not _tie(space.distances, up_to=float(loops.diagram[long, 1].max())):
        return [loops.long_cycles]
    return [
        [order[cycle] for cycle in _loops(space.distances[np.ix_(order, order)]).long_cycles]
        for order in _orders(space, images)
    ]


def median_distance(distances: NDArray[np.float64]) -> float:
    """Return the median over all pairs of points."""
    return float(np.median(distances[np.triu_indices(len(distances), 1)]))


def lives_of(diagram: Diagram, distances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the lives of loops in a space with such distances, in the order of the diagram.

    Raises
    ------
    ValueError
        If there are any although more than half of the distances are 0.
    """
    if not len(diagram):
        return np.empty(0)
    median = median_distance(distances)
    if median == 0:
        raise ValueError(
            "lives of loops need a median distance above 0, got 0: more than half of all pairs "
            "are equal points; look at where they come from"
        )
    return persistence(diagram) / median


# The keys are the points' bytes, and what is kept holds no matrix of distances.
@lru_cache(maxsize=2)
def _remembered_loops(given: bytes, n_coordinates: int) -> LoopsOfSpace:
    numbers = np.frombuffer(given, np.float64)
    if n_coordinates:
        return _loops(pairwise_distances(numbers.reshape(-1, n_coordinates)))
    return _loops(numbers.reshape(math.isqrt(numbers.size), -1))


def _loops(distances: NDArray[np.float64]) -> LoopsOfSpace:
    from topo.homology.cycles import representative_loops  # numba takes 0.4 s to import

    loops: Loops = representative_loops(distances)
    diagram = loops.diagram
    return LoopsOfSpace(diagram, tuple(loops.cycles), lives_of(diagram, distances))


def _tie(distances: NDArray[np.float64], *, up_to: float) -> bool:
    """Whether two edges no longer than that are equally long."""
    lengths = np.sort(distances[np.triu_indices(len(distances), 1)])
    return bool((np.diff(lengths[lengths <= up_to]) == 0).any())


def _orders(space: Space, images: Space) -> Iterator[NDArray[np.int64]]:
    sides = [
        each.points if each.points.shape[1] else np.sort(each.distances, axis=1)
        for each in (space, images)
    ]
    first = np.lexsort(np.hstack(sides).T[::-1])
    for number in range(N_ORDERS):
        rng = np.random.default_rng(derive_seed("loops", "order", number))
        yield first[rng.permutation(len(first))]
