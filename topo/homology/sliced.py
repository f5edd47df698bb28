"""Sliced Wasserstein distance between persistence diagrams."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from topo.homology.compilation import compiled
from topo.homology.diagrams import Diagram

Values = NDArray[np.float64]


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


def mean_over_directions_of_deaths(a: Values, b: Values, n_directions: int) -> float:
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
    total += _compiled_sum(deaths, signs, np.abs(s[~opposite]), np.abs(h[~opposite]))
    return total / n_directions


def _sum_of_integrals(deaths: Values, signs: Values, s: Values, h: Values) -> float:
    """Sum over pairs (s, h) of the integral of |G(x/s) - G(x/h)|, from ascending deaths."""
    total, n = 0.0, len(deaths)
    for k in range(len(s)):
        i, j, difference, x = 0, 0, 0.0, 0.0
        while i < n or j < n:
            if j == n or (i < n and deaths[i] * s[k] <= deaths[j] * h[k]):
                step, change = deaths[i] * s[k], -signs[i]
                i += 1
            else:
                step, change = deaths[j] * h[k], signs[j]
                j += 1
            total += abs(difference) * (step - x)
            difference += change
            x = step
    return total


_compiled_sum = compiled(_sum_of_integrals)
