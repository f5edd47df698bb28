"""What the topological loss sees of a pair of spaces, and what it does not."""

from __future__ import annotations

import numpy as np

from topo.homology.diagrams import tree_diagram
from topo.theory.base import Points, TheoryValue


def compare_pair(
    X: Points, Z: Points, *, case: str, repetition: int, dimensions: tuple[int, ...]
) -> list[TheoryValue]:
    """Measure the loss between two spaces beside the distance between their diagrams.

    Parameters
    ----------
    X, Z : (n, d), (n, k) arrays
        Input and latent points; row i of both is the same point.
    case, repetition
        As in `TheoryValue`.
    dimensions
        Homology dimensions from 1 on in which to compare diagrams; dimension 0 always is.

    Returns
    -------
    list of TheoryValue
        ``loss_x_to_z``, ``loss_z_to_x``
            Both directions of the loss (section 3.1), from 0.
        ``death_distance``
            Euclidean norm of the difference of the sorted deaths in dimension 0, from 0.
        ``death_bound``
            √(2 L_t), which `topo.theory.dimension_0_faithful` proves to be no less.
        ``shared_pairs``
            Share of the edges π^X that π^Z has too, in 0 … 1.
        ``distance_pearson``
            Correlation of all distances; below 1 the spaces differ by more than scale.
        ``bottleneck``, ``input_max_persistence``, ``latent_max_persistence``
            For every dimension: distance between the diagrams, and the largest persistence of
            each (0 where the diagram is empty).
    """
    from topo.metrics.compute.space import pairwise_distances
    from topo.metrics.distance import distance_pearson

    A_X, A_Z = pairwise_distances(X), pairwise_distances(Z)
    to_latent, to_input = losses(A_X, Z)
    values: dict[tuple[str, int | None], float] = {
        ("loss_x_to_z", 0): to_latent,
        ("loss_z_to_x", 0): to_input,
        ("death_distance", 0): death_distance(A_X, A_Z),
        ("death_bound", 0): float(np.sqrt(2 * (to_latent + to_input))),
        ("shared_pairs", 0): shared_pairs(A_X, A_Z),
        ("distance_pearson", None): distance_pearson(A_X, A_Z),
    }
    for dimension in (0, *dimensions):
        values |= _compare_diagrams(A_X, A_Z, dimension)
    return [
        TheoryValue(case, metric, dimension, repetition, value)
        for (metric, dimension), value in values.items()
    ]


def losses(X_distances: Points, Z: Points) -> tuple[float, float]:
    """Return L_X→Z and L_Z→X of distances (n, n) and points (n, k) in double precision."""
    import torch

    from topo.nn.topological_loss import directed_losses

    to_latent, to_input = directed_losses(torch.from_numpy(X_distances), torch.from_numpy(Z))
    return to_latent.item(), to_input.item()


def death_distance(A_X: Points, A_Z: Points) -> float:
    """Euclidean norm of the difference of the sorted deaths in dimension 0."""
    from topo.homology.pairing import deaths

    return float(np.linalg.norm(deaths(A_X) - deaths(A_Z)))


def shared_pairs(A_X: Points, A_Z: Points) -> float:
    """Share of the edges of one space's tree that the other space's tree has too, in 0 … 1."""
    from topo.homology.pairing import minimum_spanning_tree

    X_edges, Z_edges = (set(map(tuple, minimum_spanning_tree(A).tolist())) for A in (A_X, A_Z))
    return len(X_edges & Z_edges) / len(X_edges)


def _compare_diagrams(
    A_X: Points, A_Z: Points, dimension: int
) -> dict[tuple[str, int | None], float]:
    from topo.homology.diagrams import persistence
    from topo.homology.distances import bottleneck

    D, E = _diagram(A_X, dimension), _diagram(A_Z, dimension)
    return {
        ("bottleneck", dimension): bottleneck(D, E),
        ("input_max_persistence", dimension): float(persistence(D).max(initial=0.0)),
        ("latent_max_persistence", dimension): float(persistence(E).max(initial=0.0)),
    }


def _diagram(distances: Points, dimension: int) -> Points:
    """Diagram of one dimension; dimension 0 from the tree, in double precision."""
    from topo.homology.diagrams import persistence_diagrams

    if dimension == 0:
        return tree_diagram(distances)
    return persistence_diagrams(distances, (dimension,))[dimension]
