"""Layouts made by hand of 1,000 outer points and five inner classes: enclosed to the eye or not."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

N_OUTER, N_CLASSES, N_PER_CLASS, RADIUS = 1000, 5, 40, 10.0
LABELS = np.repeat([*range(N_CLASSES), N_CLASSES], [N_PER_CLASS] * N_CLASSES + [N_OUTER])


class Layout(NamedTuple):
    """Points of all classes, the outer one last, and whether it encloses the others."""

    points: Points
    is_enclosed: bool


def on_circle(degrees: Points, radius: float | Points = RADIUS) -> Points:
    """Points at these angles: (n, 2)."""
    angles = np.radians(degrees)
    return np.column_stack([radius * np.cos(angles), radius * np.sin(angles)])


def evenly(n: int, low: float = 0.0, high: float = 360.0) -> Points:
    """Return n angles in degrees, evenly between two."""
    return low + (np.arange(n) + 0.5) * (high - low) / n


def uneven(thinnest: float) -> Points:
    """A ring whose density falls to a share of its densest on the other side."""
    depth = (1 - thinnest) / (1 + thinnest)
    angles = np.linspace(0, 2 * np.pi, 20_001)
    below = (angles + depth * np.sin(angles)) / (2 * np.pi)
    return on_circle(np.degrees(np.interp(evenly(N_OUTER, 0, 1), below, angles)))


def mouth(degrees: float, n_strays: int = 0) -> Points:
    """A ring that is open over an angle, with few points evenly in its mouth."""
    closed = evenly(N_OUTER - n_strays, 0, 360 - degrees)
    return on_circle(np.concatenate([closed, evenly(n_strays, 360 - degrees, 360)]))


def beside(n_strays: int) -> Points:
    """A heap beside the inner classes, with few points evenly around these."""
    rng = np.random.default_rng(1)
    heap = np.array([3 * RADIUS, 0.0]) + rng.normal(size=(N_OUTER - n_strays, 2))
    return np.vstack([heap, on_circle(evenly(n_strays))])


def layouts() -> dict[str, Layout]:
    """Return layouts by what they show."""
    rng = np.random.default_rng(0)
    centres = on_circle(evenly(N_CLASSES), 3.0)
    inner = np.repeat(centres, N_PER_CLASS, axis=0)
    inner += 0.3 * rng.normal(size=inner.shape)
    anywhere = rng.uniform(0, 360, N_OUTER)
    enclosed = {
        "ring": on_circle(evenly(N_OUTER)),
        "ring at random": on_circle(anywhere),
        "wide ring at random": on_circle(anywhere, rng.uniform(0.5, 1.5, N_OUTER) * RADIUS),
        "ring with a side a third as dense": uneven(1 / 3),
        "ring with a side a tenth as dense": uneven(1 / 10),
        "ring off the centre": on_circle(evenly(N_OUTER)) + np.array([5.0, 0.0]),
        "mouth of 60°": mouth(60),
        "mouth of 60° with 5 strays": mouth(60, 5),
    }
    beyond = {
        "mouth of 120°": mouth(120),
        "mouth of 120° with 2 strays": mouth(120, 2),
        "mouth of 120° with 5 strays": mouth(120, 5),
        "mouth of 120° with 10 strays": mouth(120, 10),
        "mouth of 180° with 20 strays": mouth(180, 20),
        "heap beside with 5 strays": beside(5),
        "heap beside with 20 strays": beside(20),
        "heap beside with 50 strays": beside(50),
    }
    found = {name: Layout(np.vstack([inner, each]), True) for name, each in enclosed.items()}
    return found | {name: Layout(np.vstack([inner, each]), False) for name, each in beyond.items()}
