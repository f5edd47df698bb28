"""Metrics of persistence diagrams: distances between both sides' diagrams, and their sizes.

The paper compares diagrams as they are and finds that scale decides (sections 4.2.1 and 5.1). Each
distance stands here with every scaling: "raw"; "sum" and "max", each diagram divided by its own
total or largest persistence; "best", the embedding's diagram multiplied by the factor that brings
it closest; and "empty", the distance of the input's diagram to the empty one, which an embedding
reaches by shrinking to a point.

All functions raise ValueError where they need a diagram in dimension 0 that is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial

import numpy as np

from topo.homology.diagrams import Diagram, persistence, persistence_diagrams
from topo.homology.distances import SLICED_DIRECTIONS, bottleneck, sliced_wasserstein, wasserstein
from topo.homology.planar import planar_loops
from topo.homology.scaling import best_bottleneck_factor, best_factor, scale
from topo.metrics.base import Comparison, Direction, Metric, Scaling
from topo.metrics.compute.space import Space, pairwise_distances

_sliced_wasserstein = partial(sliced_wasserstein, n_directions=SLICED_DIRECTIONS)

DISTANCES: dict[str, Callable[[Diagram, Diagram], float]] = {
    "bottleneck": bottleneck,
    "sliced_wasserstein": _sliced_wasserstein,
    "wasserstein_1": partial(wasserstein, order=1),
    "wasserstein_2": partial(wasserstein, order=2),
}

BEST_FACTORS: dict[str, Callable[[Diagram, Diagram], tuple[float, float]]] = {
    "bottleneck": best_bottleneck_factor,
    "sliced_wasserstein": partial(best_factor, distance=_sliced_wasserstein),
}


def diagram_distance(comparison: Comparison, *, name: str, scaling: Scaling) -> float:
    """Return a distance between the dimension-0 diagrams of input and embedding.

    By a name of `DISTANCES`. Each diagram is scaled by itself; "empty" is the input's diagram
    against none.

    Returns
    -------
    float
        At least 0, lower is better; in the unit of the input if raw or empty, else without unit.
    """
    D, E = _diagrams(comparison)
    if scaling == "empty":
        return DISTANCES[name](D, np.empty((0, 2)))
    return DISTANCES[name](scale(D, scaling), scale(E, scaling))


def best_distance(comparison: Comparison, *, name: str) -> float:
    """Return the distance to the embedding's diagram times the factor that fits best.

    By a name of `BEST_FACTORS`.

    Returns
    -------
    float
        At least 0 and at most the distance of the input's diagram to the empty one, in the unit
        of the input; lower is better.
    """
    return _best(comparison, name)[1]


def chosen_factor(comparison: Comparison, *, name: str) -> float:
    """Return the factor of `best_distance`; 0 where the empty diagram is the closest.

    Units of the input per unit of the embedding, at least 0; neither direction is better.
    """
    return _best(comparison, name)[0]


def share_matched(comparison: Comparison, *, scaling: Scaling) -> float:
    """Return the share of the input's persistence that is matched with the embedding's points.

    In 0..1 (see `topo.homology.matching.matched_share`): at 0 a distance says nothing about the
    embedding but its size. Neither direction is better.
    """
    from topo.homology.matching import matched_share  # numba takes 0.4 s to import

    D, E = _diagrams(comparison)
    return matched_share(scale(D, scaling), scale(E, scaling))


def max_death(comparison: Comparison, *, side: str) -> float:
    """Return the last death in dimension 0 of one side: "input" or "latent"; at least 0."""
    return float(_diagram(getattr(comparison, side))[:, 1].max(initial=0.0))


def total_persistence(comparison: Comparison, *, side: str) -> float:
    """Return the sum of the deaths in dimension 0 of one side: "input" or "latent"."""
    return float(persistence(_diagram(getattr(comparison, side))).sum())


def max_loop_persistence(comparison: Comparison) -> float:
    """Return the largest persistence in dimension 1 of the embedding; 0 without loops.

    A planar embedding's loops are those of its alpha filtration: see `planar_loops`.
    """
    return float(persistence(loops(comparison.latent)).max(initial=0.0))


def total_loop_persistence(comparison: Comparison) -> float:
    """Return the sum of all persistences in dimension 1 of the embedding; 0 without loops.

    A planar embedding's loops are those of its alpha filtration: see `planar_loops`.
    """
    return float(persistence(loops(comparison.latent)).sum())


def _diagram(space: Space) -> Diagram:
    if 0 not in space.diagrams:
        raise ValueError(
            "metrics of diagrams need dimension 0, "
            f"got dimensions {tuple(space.diagrams)}: measure the space with dimensions=(0,)"
        )
    return space.diagrams[0]


def _diagrams(comparison: Comparison) -> tuple[Diagram, Diagram]:
    return _diagram(comparison.input), _diagram(comparison.latent)


def _best(comparison: Comparison, name: str) -> tuple[float, float]:
    D, E = _diagrams(comparison)
    return _remembered_best(name, D.tobytes(), E.tobytes())


# Two metrics report the two halves of one search. The keys are the diagrams' bytes, not the
# spaces: a cache must not keep matrices of distances alive.
@lru_cache(maxsize=4)
def _remembered_best(name: str, D: bytes, E: bytes) -> tuple[float, float]:
    return BEST_FACTORS[name](
        np.frombuffer(D, np.float64).reshape(-1, 2), np.frombuffer(E, np.float64).reshape(-1, 2)
    )


def loops(space: Space) -> Diagram:
    """Return the diagram in dimension 1 of a point cloud, (k, 2) births and deaths.

    In the plane it is that of the alpha filtration: see `planar_loops`.
    """
    if 1 in space.diagrams:
        return space.diagrams[1]
    return _remembered_loops(space.points.tobytes(), space.points.shape[1])


def keep_loops(comparison: Comparison) -> dict[str, Diagram]:
    """Return the embedding's diagram in dimension 1 by the name ``diagram_1``; see `loops`."""
    return {"diagram_1": loops(comparison.latent)}


@lru_cache(maxsize=1)
def _remembered_loops(points: bytes, n_coordinates: int) -> Diagram:
    space = np.frombuffer(points, np.float64).reshape(-1, n_coordinates)
    if n_coordinates == 2:
        return planar_loops(space)
    return persistence_diagrams(pairwise_distances(space), (1,))[1]


#: Title and meaning of every metric of this family.
_WORDS: dict[str, tuple[str, str]] = {
    "bottleneck": (
        "Bottleneck distance",
        "Longest way of a dot in the best matching of both diagrams.",
    ),
    "bottleneck_factor": (
        "Bottleneck distance, factor",
        "Factor that brings the embedding's diagram closest to the input's.",
    ),
    "sliced_wasserstein": (
        "Sliced Wasserstein distance",
        "Ways of the dots, projected on lines, in the best matchings: the mean over directions.",
    ),
    "sliced_wasserstein_factor": (
        "Sliced Wasserstein distance, factor",
        "Factor that brings the embedding's diagram closest to the input's.",
    ),
    "wasserstein_1": (
        "1-Wasserstein distance",
        "Sum of all ways of the dots in the best matching of both diagrams.",
    ),
    "wasserstein_2": (
        "2-Wasserstein distance",
        "Root of the sum of all squared ways in the best matching of both diagrams.",
    ),
    "matched_share": (
        "Matched share of persistence",
        "Share of the input's persistence that is matched with dots of the embedding's diagram.",
    ),
    "input_max_death": ("Last death, input", "Scale at which all points of the input are joined."),
    "latent_max_death": (
        "Last death, embedding",
        "Scale at which all points of the embedding are joined.",
    ),
    "latent_total_persistence": (
        "Sum of deaths, embedding",
        "Length of the embedding's minimum spanning tree.",
    ),
    "latent_h1_max_persistence": (
        "Longest loop, embedding",
        "Largest persistence of a loop of the embedding.",
    ),
    "latent_h1_total_persistence": (
        "Sum of loops, embedding",
        "Sum of the persistences of all loops of the embedding.",
    ),
}


def _entry(
    name: str,
    compute: Callable[[Comparison], float],
    *,
    direction: Direction = "none",
    scaling: Scaling = "raw",
    high: float = float("inf"),
    dimension: int = 0,
) -> Metric:
    title, meaning = _WORDS[name]
    return Metric(
        name,
        compute,
        direction,
        title=title,
        meaning=meaning,
        group="homology",
        high=high,
        dimension=dimension,
        scaling=scaling,
        keep=keep_loops if dimension == 1 else None,
    )


def _distance_entries(name: str) -> list[Metric]:
    entries = [
        _entry(
            name,
            partial(diagram_distance, name=name, scaling=scaling),
            direction="none" if scaling == "empty" else "lower",
            scaling=scaling,
        )
        for scaling in ("raw", "sum", "max", "empty")
    ]
    if name in BEST_FACTORS:
        best, factor = (partial(f, name=name) for f in (best_distance, chosen_factor))
        entries.append(_entry(name, best, direction="lower", scaling="best"))
        entries.append(_entry(f"{name}_factor", factor, scaling="best"))
    return entries


DIAGRAM_METRICS: tuple[Metric, ...] = (
    *(entry for name in DISTANCES for entry in _distance_entries(name)),
    _entry("matched_share", partial(share_matched, scaling="raw"), high=1.0),
    _entry("matched_share", partial(share_matched, scaling="sum"), scaling="sum", high=1.0),
    _entry("input_max_death", partial(max_death, side="input")),
    _entry("latent_max_death", partial(max_death, side="latent")),
    _entry("latent_total_persistence", partial(total_persistence, side="latent")),
    _entry("latent_h1_max_persistence", max_loop_persistence, dimension=1),
    _entry("latent_h1_total_persistence", total_loop_persistence, dimension=1),
)
