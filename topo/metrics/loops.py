"""Metrics of loops: how many there are, which are kept, and whether they are the same ones.

A loop's *life* is its persistence in the Vietoris–Rips filtration divided by the median distance of
its space, so that all here is free of scale but for raw distances between diagrams. Lives in
descending order are a whole curve: how many loops live longer than any threshold.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topo.homology.diagrams import Diagram
from topo.homology.scaling import scale
from topo.metrics.base import Comparison, Direction, Metric, Scaling
from topo.metrics.compute.loops import LONG, lives_of, long_cycles, loops_of, median_distance
from topo.metrics.diagram import DISTANCES


def same_loops(comparison: Comparison) -> NDArray[np.float64]:
    """Measure how long the input's long loops are loops of the embedding, the same ones.

    The cycles of loops that live longer than 0.25 are carried to the embedding by their points. For
    every sum of them that is independent of others and not bounding over an interval of scales, the
    interval's length: see `topo.homology.carried.carried_diagram`.

    Returns
    -------
    (k,) float64 array
        Lives in the embedding, in units of its median distance, descending; at most as many as the
        input has long loops.

    Raises
    ------
    ValueError
        As `loops_of`.
    """
    return np.sort(lives_of(_carried(comparison), comparison.latent.distances))[::-1]


def count_long(comparison: Comparison, *, of: str) -> float:
    """Count loops of the "input", or of "latent", that live longer than 0.25: 0 or more.

    Neither direction is better.
    """
    return float(len(loops_of(getattr(comparison, of)).long))


def count_same(comparison: Comparison) -> float:
    """Count the input's long loops that are long loops of the embedding still: see `same_loops`.

    From 0 to the number that the input has; neither direction is better. A whole number, but where
    edges of the input are equally long, so that the cycles hang on the order of the points: then it
    is the mean over eight orders with fixed seeds, for which the order of the rows does not matter:
    see `topo.metrics.compute.loops.long_cycles`.

    Raises
    ------
    ValueError
        As `loops_of`.
    """
    from topo.homology.carried import carried_diagrams  # numba takes 0.4 s to import

    distances = comparison.latent.distances
    carried = carried_diagrams(distances, long_cycles(comparison.input, comparison.latent))
    return float(np.mean([np.sum(lives_of(each, distances) > LONG) for each in carried]))


def keep_loops(comparison: Comparison) -> dict[str, NDArray[Any]]:
    """Return what a picture of the loops needs.

    Returns
    -------
    dict of arrays
        ``loops``, ``input_loops``
            Births and deaths of all loops of either side: (k, 2), by death.
        ``loops_unit``, ``input_loops_unit``
            The median distance of either side, by which persistences are divided: ().
        ``input_cycles``
            Edges of the representatives of the input's long loops, row by row: number of the loop
            in ``input_loops``, and both ends. (m, 3)
        ``same_loops``
            Births and deaths in the embedding of these cycles: see `same_loops`. (j, 2)

        Where edges of the input are equally long, cycles are those of the points as they stand.
    """
    given, found = loops_of(comparison.input), loops_of(comparison.latent)
    edges = [np.insert(given.cycles[k], 0, k, axis=1) for k in given.long]
    return {
        "loops": found.diagram,
        "loops_unit": np.array(median_distance(comparison.latent.distances)),
        "input_loops": given.diagram,
        "input_loops_unit": np.array(median_distance(comparison.input.distances)),
        "input_cycles": np.concatenate([np.empty((0, 3), np.int64), *edges]),
        "same_loops": _carried(comparison),
    }


def longest_life(comparison: Comparison) -> float:
    """Return the life of the embedding's longest loop, at least 0; 0 without loops.

    Neither direction is better: whether it is a loop of the input this does not ask. It is for data
    whose noise hides the loop that they have, so that none can be carried over.
    """
    return float(loops_of(comparison.latent).lives.max(initial=0.0))


def life_difference(comparison: Comparison, *, kind: str) -> float:
    """Return how much life of loops was "lost" or "added", over all thresholds.

    With n the number of loops that live longer than a threshold, the integral over all thresholds
    of max(0, n of the input - n of the embedding), or of the embedding less the input: the sum of
    the differences of both lists of lives, each in descending order.

    Returns
    -------
    float
        At least 0, in units of the median distances; free of scale. Less is better of what is
        added; what is lost says nothing alone, since arbitrary points may have loops enough. It
        does not ask which loops they are: see `same_loops`.
    """
    lives = [np.sort(loops_of(s).lives)[::-1] for s in (comparison.input, comparison.latent)]
    n = max(map(len, lives))
    given, found = (np.pad(each, (0, n - len(each))) for each in lives)
    differences = given - found if kind == "lost" else found - given
    return float(np.maximum(differences, 0.0).sum())


def loop_distance(comparison: Comparison, *, name: str, scaling: Scaling) -> float:
    """Return a distance between both diagrams in dimension 1, as `diagram_distance` in 0."""
    D, E = (loops_of(space).diagram for space in (comparison.input, comparison.latent))
    if scaling == "empty":
        return DISTANCES[name](D, np.empty((0, 2)))
    return DISTANCES[name](scale(D, scaling), scale(E, scaling))


def _carried(comparison: Comparison) -> Diagram:
    from topo.homology.carried import carried_diagram  # numba takes 0.4 s to import

    return carried_diagram(comparison.latent.distances, loops_of(comparison.input).long_cycles)


def _entry(
    name: str,
    compute: Callable[[Comparison], float],
    direction: Direction,
    words: tuple[str, str],
    *,
    scaling: Scaling = "raw",
    scale_free: bool = True,
    keep: Callable[[Comparison], dict[str, NDArray[Any]]] | None = None,
) -> Metric:
    return Metric(
        name,
        compute,
        direction,
        title=words[0],
        meaning=words[1],
        group="homology",
        dimension=1,
        scaling=scaling,
        scale_free=scale_free,
        keep=keep,
    )


def _distance_entries(name: str, words: tuple[str, str]) -> list[Metric]:
    return [
        _entry(
            f"{name}_h1",
            partial(loop_distance, name=name, scaling=scaling),
            "none" if scaling == "empty" else "lower",
            words,
            scaling=scaling,
            scale_free=scaling != "raw",
        )
        for scaling in ("raw", "sum", "max", "empty")
    ]


LOOP_METRICS: tuple[Metric, ...] = (
    _entry(
        "loops_input",
        partial(count_long, of="input"),
        "none",
        ("Loops, input", "Loops of the input that live longer than 0.25 of its median distance."),
    ),
    _entry(
        "loops_latent",
        partial(count_long, of="latent"),
        "none",
        ("Loops, embedding", "Loops of the embedding that live longer than 0.25 of its median."),
    ),
    _entry(
        "loops_same",
        count_same,
        "none",
        ("Same loops", "How many of the input's loops are such loops of the embedding still."),
        keep=keep_loops,
    ),
    _entry(
        "loops_longest",
        longest_life,
        "none",
        ("Longest loop, life", "Life of the embedding's longest loop, in units of its median."),
    ),
    _entry(
        "loops_lost",
        partial(life_difference, kind="lost"),
        # Points anywhere may have loops enough: only with `loops_added` it says which is better.
        "none",
        ("Loops lost", "Lives of loops that the embedding has not, over all thresholds."),
    ),
    _entry(
        "loops_added",
        partial(life_difference, kind="added"),
        "lower",
        ("Loops added", "Lives of loops that only the embedding has, over all thresholds."),
    ),
    *_distance_entries(
        "bottleneck",
        ("Bottleneck distance, loops", "Longest way of a dot in the best matching of loops."),
    ),
    *_distance_entries(
        "sliced_wasserstein",
        (
            "Sliced Wasserstein distance, loops",
            "Ways of the dots of loops, projected on lines: the mean over directions.",
        ),
    ),
)
