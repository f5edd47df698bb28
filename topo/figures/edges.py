"""Edges between points of the plane as a tidy table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topo.homology.pairing import minimum_spanning_tree

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ENDS = ["x_i", "y_i", "x_j", "y_j"]


def distances(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return all pairwise distances, (n, n); meant for the few points of a picture."""
    lengths: NDArray[np.float64] = np.linalg.norm(points[:, np.newaxis] - points, axis=2)
    return lengths


def edge_frame(points: NDArray[np.float64]) -> pd.DataFrame:
    """List all edges between plane points (n, 2) by length.

    Columns: i < j, x_i, y_i, x_j, y_j, length, and in_tree: whether the minimum spanning tree has
    it.
    """
    D = distances(points)
    i, j = np.triu_indices(len(points), 1)
    in_tree = np.zeros(D.shape, dtype=bool)
    in_tree[tuple(minimum_spanning_tree(D).T)] = True
    frame = pd.DataFrame({"i": i, "j": j})
    frame[_ENDS] = np.hstack([points[i], points[j]])
    frame["length"], frame["in_tree"] = D[i, j], in_tree[i, j]
    return frame.sort_values(["length", "i", "j"], ignore_index=True)


def draw_edges(
    panel: Axes, edges: pd.DataFrame, *, colour: str, width: float, style: str = "-"
) -> None:
    """Draw edges of `edge_frame` as lines, without moving the limits of the axes."""
    from matplotlib.collections import LineCollection

    lines = list(edges[_ENDS].to_numpy(dtype=np.float64).reshape(-1, 2, 2))
    panel.add_collection(
        LineCollection(lines, colors=colour, linewidths=width, linestyles=style), autolim=False
    )
