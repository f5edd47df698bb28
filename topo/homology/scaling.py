"""Diagrams brought to a common scale: by their own size, or by the factor that fits best."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from topo.checks import check_diagram
from topo.homology.diagrams import Diagram, born_at_zero, persistence
from topo.homology.distances import bottleneck, descending_deaths

#: Factors on the first grid of `best_factor`, and how many of its minima are refined.
_GRID, _MINIMA = 64, 2
#: Where refinement stops, as a share of the step between two factors on the grid.
_REFINED = 1e-3
#: Smallest and largest factor that leaves room for the products with it.
FACTORS = (1e-290, 1e290)
#: Halvings of the interval in which `best_bottleneck_factor` searches: to the last bit.
_HALVINGS = 55


def scale(diagram: ArrayLike, scaling: str) -> Diagram:
    """Divide a diagram by its own size, so that two diagrams compare by shape alone.

    The paper asks for such a scaling in its section 5.1.

    Parameters
    ----------
    diagram : (k, 2) array
        Births and deaths.
    scaling : {"raw", "sum", "max"}
        "raw" leaves the diagram as it is, "sum" divides it by its total persistence (in
        dimension 0 the sum of its deaths), "max" by its largest persistence.

    Returns
    -------
    (k, 2) float64 array
        The scaled diagram, without unit unless raw. A diagram without persistence has no size:
        it stays as it is.

    Raises
    ------
    ValueError
        If the scaling is unknown, the diagram is not one, or its births are so much larger than
        its size that their quotient is no float.
    """
    if scaling not in ("raw", "sum", "max"):
        raise ValueError(f"scaling must be raw, sum or max, got {scaling!r}")
    points = check_diagram(diagram)
    lengths = persistence(points)
    if scaling == "raw" or not lengths.any():
        return points
    size = float(lengths.sum() if scaling == "sum" else lengths.max())
    with np.errstate(over="ignore"):
        scaled: Diagram = points / size
    if not np.isfinite(scaled).all():
        raise ValueError(
            f"a diagram with births and deaths up to {np.abs(points).max():g} cannot be divided by "
            f"its size {size:g}: leave out the rows without persistence"
        )
    return scaled


def best_factor(
    D: ArrayLike, E: ArrayLike, distance: Callable[[Diagram, Diagram], float]
) -> tuple[float, float]:
    """Find the factor by which one diagram comes closest to another.

    Parameters
    ----------
    D, E : (k, 2), (l, 2) arrays
        Births and deaths; E is multiplied by the factor.
    distance
        A distance that scales with the diagrams, as all in `topo.homology.distances` do.

    Returns
    -------
    factor : float
        At least 0, in units of D per unit of E. 0 stands for the empty diagram: nothing that E
        has to offer comes closer.
    distance : float
        The distance between D and factor · E, in the unit of D.

    Raises
    ------
    ValueError
        If a diagram is not one, or the factor would be beyond the range of a float.

    Notes
    -----
    By the triangle inequality a factor c beats the empty diagram only if
    c <= 2 · distance(D, empty) / distance(E, empty). The distance may have several minima up to
    there. It is computed on `_GRID` equally spaced factors, and golden-section search then refines
    the neighbourhoods of its `_MINIMA` lowest minima. The search is deterministic.
    """
    D, E = check_diagram(D), check_diagram(E)
    empty = np.empty((0, 2))
    nothing, size = distance(D, empty), distance(E, empty)
    if nothing == 0 or size == 0:
        return 0.0, nothing

    def at(factor: float) -> float:
        return distance(D, factor * E)

    step = 2 / _GRID * _ratio(nothing, size)
    factors = step * np.arange(_GRID + 1)
    values = np.array([nothing, *map(at, factors[1:])])
    around = np.concatenate([[np.inf], values, [np.inf]])
    minima = np.flatnonzero((values <= around[:-2]) & (values <= around[2:]))
    lowest = minima[np.argsort(values[minima], kind="stable")[:_MINIMA]]
    refined = [_refine(at, factors[k], values[k], step) for k in lowest]
    return min([(0.0, nothing), *refined], key=lambda found: (found[1], found[0]))


def _ratio(nothing: float, size: float) -> float:
    """Return the ratio of two sizes of diagrams, or say that it is no factor to compute with."""
    with np.errstate(over="ignore", under="ignore"):
        ratio = float(np.float64(nothing) / size)
    if not FACTORS[0] < ratio < FACTORS[1]:
        raise ValueError(
            f"the sizes of two diagrams must have a ratio from {FACTORS[0]:g} to {FACTORS[1]:g}, "
            f"got {nothing:g} and {size:g}: rescale one of them"
        )
    return ratio


def _refine(
    function: Callable[[float], float], middle: float, value: float, step: float
) -> tuple[float, float]:
    """Golden-section search within one step of a grid's minimum; the lowest point seen."""
    ratio = (5**0.5 - 1) / 2
    low, high = max(middle - step, 0.0), middle + step
    left, right = high - ratio * (high - low), low + ratio * (high - low)
    at_left, at_right = function(left), function(right)
    seen = [(value, middle), (at_left, left), (at_right, right)]
    while high - low > _REFINED * step:
        if at_left <= at_right:
            high, right, at_right = right, left, at_left
            left = high - ratio * (high - low)
            at_left = function(left)
            seen.append((at_left, left))
        else:
            low, left, at_left = left, right, at_right
            right = low + ratio * (high - low)
            at_right = function(right)
            seen.append((at_right, right))
    lowest, factor = min(seen)
    return float(factor), float(lowest)


def best_bottleneck_factor(D: ArrayLike, E: ArrayLike) -> tuple[float, float]:
    """Find the factor by which one diagram comes closest to another in bottleneck distance.

    Parameters
    ----------
    D, E : (k, 2), (l, 2) arrays
        Births and deaths; E is multiplied by the factor.

    Returns
    -------
    factor, distance : float
        As `best_factor` returns them; of several best factors the smallest.

    Raises
    ------
    ValueError
        As `best_factor`.

    Notes
    -----
    Where all births are 0 the result is the true minimum, to rounding. With both lists of deaths
    descending, a distance of at most t needs a factor c and a number k of pairs (see
    `bottleneck`) with abs(a_i - c b_i) <= t for i <= k, a_{k+1} <= 2t and c b_{k+1} <= 2t: for
    each k an interval of factors. Bisection finds the least t that leaves one. Other diagrams
    are left to `best_factor`.
    """
    D, E = check_diagram(D), check_diagram(E)
    if not born_at_zero(D, E):
        return best_factor(D, E, bottleneck)
    a, b = descending_deaths(D, E)
    if a.any() and b.any():
        _ratio(a[0], b[0])
    low, high = 0.0, a.max(initial=0.0) / 2
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if np.isfinite(_least_factor(a, b, middle)) else (middle, high)
    factor = _least_factor(a, b, high)
    return factor, bottleneck(D, factor * E)


def _least_factor(a: NDArray[np.float64], b: NDArray[np.float64], way: float) -> float:
    """Return the least factor on b with a bottleneck distance of at most `way`; inf for none."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        lowest = np.where(a > way, (a - way) / b, 0)
        highest = np.where(b > 0, (a + way) / b, np.inf)
        rest = np.where(b > 0, 2 * way / b, np.inf)
    lowest = np.maximum.accumulate(np.append(0, lowest))
    highest = np.minimum(np.minimum.accumulate(np.append(np.inf, highest)), np.append(rest, np.inf))
    possible = (np.append(a, 0) <= 2 * way) & (lowest <= highest)
    return float(lowest[possible].min(initial=np.inf))
