"""Cycles of one space carried to another by their vertices, and how long they are loops there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topo.homology.cycles import ReducedColumns, reduced_columns, summing_columns
from topo.homology.diagrams import Diagram
from topo.homology.filtration import Filtration, edge_filtration


def carried_diagram(
    distances: NDArray[np.floating[Any]], cycles: Sequence[NDArray[np.int64]]
) -> Diagram:
    """Compute how long cycles are independent loops of a Vietoris–Rips filtration.

    The cycles come from elsewhere, such as from the input of an embedding whose distances these
    are. Let V_s be the sums of cycles (mod 2) that have no edge longer than s, and B_s the
    boundaries at scale s. The diagram is that of the persistence module V_s / (V_s ∩ B_s): at every
    scale it has as many bars as there are sums of cycles that are independent and do not bound.

    Parameters
    ----------
    distances : (n, n) float32 or float64 array
        Symmetric distances between n >= 1 points. Symmetry is not checked.
    cycles
        Each an (l, 2) array of edges between these points, of which every point has an even number.

    Returns
    -------
    (k, 2) float64 array
        Births and deaths in the unit of the distances, with birth < death, ordered by death, then
        by birth; at most as many rows as cycles. The input's own cycles, carried to the input, have
        the bars of their loops.

    Raises
    ------
    ValueError
        As `topo.homology.filtration.edge_filtration` does, or if a cycle is none of these points.
    """
    (diagram,) = carried_diagrams(distances, [cycles])
    return diagram


def carried_diagrams(
    distances: NDArray[np.floating[Any]], choices: Sequence[Sequence[NDArray[np.int64]]]
) -> list[Diagram]:
    """Compute `carried_diagram` for several choices of cycles, each by itself.

    Parameters and errors are those of `carried_diagram`; so are the diagrams, in the order of the
    choices.
    """
    filtration = edge_filtration(distances)
    # Choices are mostly equal.
    chains = [_chains(cycles, filtration) for cycles in choices]
    different = {each.tobytes(): each for each in chains}
    if not any(each.any() for each in chains):
        return [np.empty((0, 2)) for _ in chains]
    columns = reduced_columns(filtration)
    diagrams = {key: _diagram(each, columns) for key, each in different.items()}
    return [diagrams[each.tobytes()] for each in chains]


def _chains(cycles: Sequence[NDArray[np.int64]], filtration: Filtration) -> NDArray[np.bool_]:
    """Say which edges, by rank, are in every cycle."""
    chains = np.zeros((len(cycles), len(filtration.edges)), np.bool_)
    for chain, cycle in zip(chains, cycles, strict=True):
        _check_cycle(cycle, len(filtration.ranks))
        np.logical_xor.at(chain, filtration.ranks[cycle[:, 0], cycle[:, 1]], True)
    return chains


def _diagram(chains: NDArray[np.bool_], columns: ReducedColumns) -> Diagram:
    if not chains.any():
        return np.empty((0, 2))
    filtration = columns.filtration
    born = _echelon(chains)
    summands, deaths = _summands(born, columns)
    # Later births give way to earlier ones, by the elder rule.
    dying = _echelon(summands[np.argsort(_last(born), kind="stable")])
    births = np.sort(_last(born))
    alive = dying.any(axis=1)
    bars = np.stack(
        [filtration.lengths(births[alive]), filtration.lengths(deaths[_last(dying)[alive]])], axis=1
    ).astype(np.float64)
    bars = bars[bars[:, 0] < bars[:, 1]]
    ordered: Diagram = bars[np.lexsort((bars[:, 0], bars[:, 1]))]
    return ordered


def _check_cycle(cycle: NDArray[np.int64], n: int) -> None:
    whole = isinstance(cycle, np.ndarray) and cycle.dtype.kind in "iu"
    if not whole or cycle.ndim != 2 or cycle.shape[1] != 2:
        raise ValueError("a cycle must be an (l, 2) array of whole numbers: pass pairs of points")
    if len(cycle) and not (cycle.min() >= 0 and cycle.max() < n):
        raise ValueError(
            f"a cycle must be of the points 0 … {n - 1}, got one of {cycle.min()} … {cycle.max()}: "
            "pass distances between all points"
        )
    if (cycle[:, 0] == cycle[:, 1]).any() or (np.bincount(cycle.ravel()) % 2).any():
        raise ValueError(
            "a cycle must join different points, and meet each in an even number of edges: "
            "pass closed paths"
        )


def _last(chains: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the last entry of every chain; of an empty one any."""
    last: NDArray[np.int64] = chains.shape[1] - 1 - np.argmax(chains[:, ::-1], axis=1)
    return last


def _echelon(chains: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Add earlier chains to later ones until no two have one last entry; drop none."""
    reduced = chains.copy()
    owner: dict[int, int] = {}
    for k, chain in enumerate(reduced):
        while chain.any():
            last = len(chain) - 1 - int(np.argmax(chain[::-1]))
            if last not in owner:
                owner[last] = k
                break
            chain ^= reduced[owner[last]]
    return reduced


def _summands(
    cycles: NDArray[np.bool_], columns: ReducedColumns
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Say which columns sum to every cycle, in the order of the ranks at which they are boundaries.

    Of edges that are no births the columns are triangles, boundaries with their longest edge.
    """
    ranks = np.arange(cycles.shape[1])
    ranks[columns.births] = columns.deaths
    order = np.argsort(ranks, kind="stable")
    return summing_columns(cycles, columns)[:, order], ranks[order]
