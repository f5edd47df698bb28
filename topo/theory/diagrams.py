"""Diagrams in dimension 0 in double precision."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def tree_diagram(distances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Diagram in dimension 0 of distances (n, n): (n - 1, 2) births and ascending deaths."""
    from topo.homology.pairing import deaths

    return diagram_of_deaths(deaths(distances))


def diagram_of_deaths(lengths: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Diagram (k, 2) whose births are all 0, from its deaths (k,)."""
    return np.column_stack([np.zeros_like(lengths), lengths])
