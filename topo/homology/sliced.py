"""Sliced Wasserstein distance between persistence diagrams."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from topo.homology.compilation import compiled
from topo.homology.diagrams import Diagram

_Values = NDArray[np.float64]

#: Directions whose merges run side by side.
_AT_ONCE = 4


def mean_over_directions(D: Diagram, E: Diagram, n_directions: int) -> float:
    """Mean over directions of the 1-Wasserstein distance of the projections, by sorting.

    In every direction both diagrams are completed by the other one's projections to the diagonal.
    """
    angles = np.pi * (np.arange(n_directions) / n_directions - 0.5)
    directions = np.stack([np.cos(angles), np.sin(angles)])
    D_diagonal, E_diagonal = (np.repeat(P.mean(axis=1, keepdims=True), 2, axis=1) for P in (D, E))
    left = np.concatenate([D, E_diagonal]) @ directions
    right = np.concatenate([E, D_diagonal]) @ directions
    left.sort(axis=0)
    right.sort(axis=0)
    return float(np.abs(left - right).sum() / n_directions)


def mean_over_directions_of_deaths(a: _Values, b: _Values, n_directions: int) -> float:
    """Return the same number for diagrams (0, a) and (0, b), without sorting per direction.

    Let G(x) be the number of deaths above x in a, less that in b. In the direction of angle t, a
    death d is projected to s·d with s = sin t, its point on the diagonal to h·d with
    h = (cos t + sin t) / 2. The distance is then the integral over x > 0 of |G(x/s) - G(x/h)|,
    or (|s| + |h|) times the integral of |G| where s and h differ in sign.
    """
    deaths = np.concatenate([a, b])
    signs = np.repeat([1.0, -1.0], [len(a), len(b)])
    order = np.argsort(deaths, kind="stable")
    angles = np.pi * (np.arange(n_directions) / n_directions - 0.5)
    s, h = np.sin(angles), (np.cos(angles) + np.sin(angles)) / 2
    opposite = s * h <= 0
    deaths, signs = deaths[order], signs[order]
    above = len(a) - len(b) - (np.cumsum(signs) - signs)
    apart = float(np.abs(above) @ np.diff(deaths, prepend=0))
    total = apart * float((np.abs(s) + np.abs(h))[opposite].sum())
    s, h = _filled(np.abs(s[~opposite])), _filled(np.abs(h[~opposite]))
    total += _compiled_sum(np.append(deaths, np.inf), np.append(signs, 0.0), s, h)
    return total / n_directions


def _filled(factors: _Values) -> _Values:
    """Append ones up to a multiple of `_AT_ONCE`: where s = h the integral is 0."""
    return np.append(factors, np.ones(-len(factors) % _AT_ONCE))


def _merge_next(
    state: tuple[int, int, float, float, float], deaths: _Values, signs: _Values, s: float, h: float
) -> tuple[int, int, float, float, float]:
    """Go to the next jump of G(x/s) - G(x/h): (place in each, difference, x, integral so far).

    Without a branch, whose outcome no processor could foresee.
    """
    i, j, difference, x, integral = state
    left, right = deaths[i] * s, deaths[j] * h
    first = int(left <= right)
    step = min(left, right)
    integral += abs(difference) * (step - x)
    difference += (1 - first) * signs[j] - first * signs[i]
    return i + first, j + 1 - first, difference, step, integral


_compiled_merge = compiled(_merge_next)


def _sum_of_integrals(deaths: _Values, signs: _Values, s: _Values, h: _Values) -> float:
    """Sum over pairs (s, h) of the integral of |G(x/s) - G(x/h)|, from ascending deaths.

    The deaths end in infinity, the pairs are a multiple of `_AT_ONCE`. A step of the merge waits
    for the one before it, not for those of other directions: several at once take as long as one.
    """
    total, start = 0.0, (0, 0, 0.0, 0.0, 0.0)
    for k in range(0, len(s), _AT_ONCE):
        one = two = three = four = start
        for _ in range(2 * (len(deaths) - 1)):
            one = _compiled_merge(one, deaths, signs, s[k], h[k])
            two = _compiled_merge(two, deaths, signs, s[k + 1], h[k + 1])
            three = _compiled_merge(three, deaths, signs, s[k + 2], h[k + 2])
            four = _compiled_merge(four, deaths, signs, s[k + 3], h[k + 3])
        total += one[4] + two[4] + three[4] + four[4]
    return total


_compiled_sum = compiled(_sum_of_integrals)
