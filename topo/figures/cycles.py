"""The cycles of the input's loops, drawn in the input and in its embeddings."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topo.checks import check_plane_points
from topo.figures.drawing import BLUE, PINK, Drawing, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_PANEL, _MOST_COLUMNS = 2.6, 4
_POINTS = "0.72"
#: Colours of cycles, which differ in lightness too.
_CYCLES = (PINK, BLUE, "#e69f00", "#009e73", "#7b3294", "#000000")
#: How much of its depth is seen of a space, to the right and upwards.
_OBLIQUE = (0.45, 0.3)


class Pictured(NamedTuple):
    """Points in the plane, and what stands above them."""

    title: str
    points: NDArray[np.float64]


def oblique(X: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Look at points (n, d) from the side: (n, 2).

    Points of three coordinates are seen obliquely; of others the first two coordinates are.
    """
    plane: NDArray[np.float64] = X[:, :2].astype(np.float64)
    return plane + X[:, 2:3] * np.array(_OBLIQUE) if X.shape[1] == 3 else plane


def cycle_grid(pictures: Sequence[Pictured], cycles: Sequence[NDArray[np.int64]]) -> Drawing:
    """Draw some pictures of the same points with the same cycles.

    Parameters
    ----------
    pictures
        At least one, each of the same n points.
    cycles
        Edges (l, 2) of each, rows of the points; each has a colour in all pictures.

    Returns
    -------
    Drawing
        A panel for each picture. Data: a row for every point in every picture (title, i, x_i, y_i),
        then one for every edge of a cycle (cycle, j, x_j and y_j too).

    Raises
    ------
    ValueError
        If there is no picture, or one has other points than the first.
    """
    _check(pictures)
    n_rows = math.ceil(len(pictures) / _MOST_COLUMNS)
    n_columns = math.ceil(len(pictures) / n_rows)
    figure = new_figure(_PANEL * n_columns, (_PANEL + 0.35) * n_rows)
    panels = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
    _draw_all(list(panels), pictures, cycles, fontsize=10)
    frames = [_points(each) for each in pictures]
    frames += [_edges(each, number, cycle) for each in pictures for number, cycle in _by(cycles)]
    return Drawing(figure, pd.concat(frames, ignore_index=True).reindex(columns=_COLUMNS))


def cycle_row(
    pictures: Sequence[Pictured], cycles: Sequence[NDArray[np.int64]], *, size: tuple[float, float]
) -> Figure:
    """Draw the same in one row, of a width and height in inches."""
    _check(pictures)
    figure = new_figure(*size)
    panels = figure.subplots(1, len(pictures), squeeze=False)[0]
    _draw_all(list(panels), pictures, cycles, fontsize=8)
    return figure


_COLUMNS = ["title", "cycle", "i", "j", "x_i", "y_i", "x_j", "y_j"]


def _check(pictures: Sequence[Pictured]) -> None:
    if not pictures:
        raise ValueError("a figure of cycles needs at least one picture, got none")
    for each in pictures:
        check_plane_points(each.points, each.title)
        if len(each.points) != len(pictures[0].points):
            raise ValueError(
                f"row i of all pictures must be the same point, got {len(pictures[0].points)} and "
                f"{len(each.points)} points: pass pictures of the same points"
            )


def _draw_all(
    panels: Sequence[Axes],
    pictures: Sequence[Pictured],
    cycles: Sequence[NDArray[np.int64]],
    *,
    fontsize: float,
) -> None:
    for panel, picture in zip(panels, pictures, strict=False):
        panel.set_title(picture.title, fontsize=fontsize)
        _draw(panel, picture.points, cycles)
    for panel in panels[len(pictures) :]:
        panel.set_axis_off()


def _draw(panel: Axes, points: NDArray[np.float64], cycles: Sequence[NDArray[np.int64]]) -> None:
    from matplotlib.collections import LineCollection

    x, y = points.T
    panel.scatter(x, y, s=float(np.clip(1500 / len(points), 3, 14)), color=_POINTS, linewidths=0)
    for number, cycle in _by(cycles):
        # The later ones are narrower, so that what two share shows both.
        width = max(2.6 - 0.7 * number, 0.8)
        colour = _CYCLES[number % len(_CYCLES)]
        lines = LineCollection(list(points[cycle]), colors=colour, linewidths=width)
        panel.add_collection(lines, autolim=False)
    panel.margins(0.08)
    panel.set_aspect("equal", adjustable="datalim")
    panel.set_box_aspect(1)
    panel.set_xticks([])
    panel.set_yticks([])


def _by(cycles: Sequence[NDArray[np.int64]]) -> list[tuple[int, NDArray[np.int64]]]:
    return list(enumerate(cycles))


def _points(picture: Pictured) -> pd.DataFrame:
    x, y = picture.points.T
    return pd.DataFrame({"title": picture.title, "i": range(len(x)), "x_i": x, "y_i": y})


def _edges(picture: Pictured, number: int, cycle: NDArray[np.int64]) -> pd.DataFrame:
    i, j = cycle.T
    ends = np.hstack([picture.points[i], picture.points[j]])
    frame = pd.DataFrame({"title": picture.title, "cycle": number, "i": i, "j": j})
    frame[["x_i", "y_i", "x_j", "y_j"]] = ends
    return frame
