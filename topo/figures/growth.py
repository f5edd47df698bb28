"""The Vietoris–Rips filtration grows: the paper's figure 2."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topo.checks import check_plane_points
from topo.figures.drawing import GREY, INK, PINK, Drawing, new_figure
from topo.figures.edges import draw_edges, edge_frame

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PANEL = 2.7
_DISC = "#fbe3ef"
#: Least distance of example points, times the root of their number; above 0.9 few find room.
_APART = 0.6


def rips_growth(points: NDArray[np.float64], *, scales: Sequence[float]) -> Drawing:
    """Draw the edges of the Vietoris–Rips filtration at growing scales, then its tree.

    An edge appears where two points are at most ε apart (their discs of diameter ε touch). It is
    drawn bold where it joins two components, and thin where it changes nothing in dimension 0.

    Parameters
    ----------
    points : (n, 2) array
        At least two points of the plane.
    scales
        Values of ε in the unit of the points, ascending, one panel each.

    Returns
    -------
    Drawing
        One panel per scale and one for the minimum spanning tree; data: one row per edge of the
        last scale or of the tree, with its ends (i, j, x_i, y_i, x_j, y_j), length, and in_tree.

    Raises
    ------
    ValueError
        If the points are no finite plane points, or the scales do not ascend.
    """
    check_plane_points(points, least=2)
    if not scales or sorted(set(scales)) != list(scales):
        raise ValueError(f"the scales must ascend, and be at least one, got {tuple(scales)}")
    edges = edge_frame(points)
    edges = edges[edges["in_tree"] | (edges["length"] <= scales[-1])].reset_index(drop=True)
    n_panels = len(scales) + 1
    figure = new_figure(_PANEL * n_panels, _PANEL + 0.1)
    panels = figure.subplots(1, n_panels, squeeze=False)[0]
    for panel, scale in zip(panels, scales, strict=False):
        present = edges[edges["length"] <= scale]
        n_components = len(points) - int(present["in_tree"].sum())
        _draw(panel, points, present, scale)
        panel.set_title(f"ε = {scale:g}: {_counted(n_components)}", fontsize=11)
    _draw(panels[-1], points, edges[edges["in_tree"]], 0.0)
    for panel in panels:
        _frame(panel, points, scales[-1] / 2)
    panels[-1].set_title("minimum spanning tree", fontsize=11)
    return Drawing(figure, edges)


def example_points(n_points: int, *, seed: int) -> NDArray[np.float64]:
    """Draw points of the unit square, (n, 2), of which no two are closer than 0.6 / √n."""
    rng = np.random.default_rng(seed)
    points = rng.uniform(size=(1, 2))
    while len(points) < n_points:
        point = rng.uniform(size=2)
        if np.linalg.norm(points - point, axis=1).min() >= _APART / np.sqrt(n_points):
            points = np.vstack([points, point])
    return points


def _counted(n: int) -> str:
    return f"{n} component{'s' if n > 1 else ''}"


def _draw(panel: Axes, points: NDArray[np.float64], edges: pd.DataFrame, scale: float) -> None:
    from matplotlib.collections import EllipseCollection

    in_tree = edges["in_tree"]
    if scale:
        sizes = np.full(len(points), scale)
        discs = EllipseCollection(
            sizes, sizes, np.zeros(len(points)), units="xy", offsets=points,
            offset_transform=panel.transData, facecolors=_DISC, zorder=0,
        )  # fmt: skip
        panel.add_collection(discs)
    draw_edges(panel, edges[~in_tree], colour=GREY, width=0.8)
    draw_edges(panel, edges[in_tree], colour=PINK, width=2.4)
    panel.scatter(points[:, 0], points[:, 1], s=22, color=INK, zorder=3)


def _frame(panel: Axes, points: NDArray[np.float64], reach: float) -> None:
    """Have all panels show the same part of the plane, with the largest discs."""
    (left, bottom), (right, top) = points.min(axis=0) - reach, points.max(axis=0) + reach
    panel.set_xlim(left, right)
    panel.set_ylim(bottom, top)
    panel.set_aspect("equal")
    panel.set_xticks([])
    panel.set_yticks([])
