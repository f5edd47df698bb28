"""The regions in which points lie over seeds and draws, one panel per method."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topo.figures.classes import class_colours, scatter_classes
from topo.figures.drawing import Drawing, new_figure
from topo.names import method_title
from topo.stability import Regions

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PANEL = 3.2
_MOST_COLUMNS = 4
#: More discs would hide each other.
_MOST_DISCS = 60


def stability_grid(
    regions: Mapping[str, Regions], labels: NDArray[np.integer[Any]], *, outer: int | None
) -> Drawing:
    """Draw the mean place of every point, and the discs of some.

    Parameters
    ----------
    regions
        By method, at least one; all of the same n points.
    labels : (n,) int array
        Class of every point, which decides its colour.
    outer
        The class that encloses all others, which is drawn in grey; None without one.
    """
    n_rows = math.ceil(len(regions) / _MOST_COLUMNS)
    n_columns = math.ceil(len(regions) / n_rows)
    figure = new_figure(_PANEL * n_columns, (_PANEL + 0.25) * n_rows)
    panels = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
    colours = class_colours(labels, outer)
    for panel, (method, each) in zip(panels, regions.items(), strict=False):
        panel.set_title(f"{method_title(method)}: median radius {each.median:.2f}", fontsize=10)
        known = ~np.isnan(each.radii)
        scatter_classes(panel, each.centres[known], labels[known], colours)
        _draw_discs(panel, each, labels, colours)
    for panel in panels[len(regions) :]:
        panel.set_axis_off()
    return Drawing(figure, _frame(regions, labels))


def _draw_discs(
    panel: Axes, each: Regions, labels: NDArray[np.integer[Any]], colours: Mapping[int, Any]
) -> None:
    from matplotlib.patches import Circle

    known = np.flatnonzero(~np.isnan(each.radii))
    for i in known[:: max(1, math.ceil(len(known) / _MOST_DISCS))]:
        x, y = each.centres[i]
        colour = colours[int(labels[i])]
        panel.add_patch(Circle((x, y), each.radii[i], fill=False, color=colour, linewidth=0.6))
    panel.autoscale_view()


def _frame(regions: Mapping[str, Regions], labels: NDArray[np.integer[Any]]) -> pd.DataFrame:
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "method": method,
                    "x": each.centres[:, 0],
                    "y": each.centres[:, 1],
                    "radius": each.radii,
                    "label": labels,
                }
            )
            for method, each in regions.items()
        ],
        ignore_index=True,
    )
