"""Points in the plane, coloured by their class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_GREY = "0.72"
_BLACK = "0.1"
#: Inches of a class in the legend.
_ENTRY = 0.55


def class_colours(labels: NDArray[np.integer[Any]], outer: int | None) -> dict[int, Any]:
    """Colour of every class, the outer one first since the first is drawn lowest."""
    from matplotlib import colormaps

    inner = [int(label) for label in np.unique(labels) if label != outer]
    palette = list(colormaps["tab10" if len(inner) <= 10 else "tab20"].colors)  # type: ignore[attr-defined]
    if outer is not None:
        # No other class may look like the outer one.
        palette = [
            _BLACK if red == green == blue else (red, green, blue) for red, green, blue in palette
        ]
    colours: dict[int, Any] = {} if outer is None else {outer: _GREY}
    return colours | {label: palette[i % len(palette)] for i, label in enumerate(inner)}


def scatter_classes(
    panel: Axes,
    points: NDArray[np.float64],
    labels: NDArray[np.integer[Any]],
    colours: Mapping[int, Any],
) -> None:
    """Draw (n, 2) points with equal units on both axes, which stay unmarked.

    The class that comes first in `colours` lies lowest where it is the outer one, grey; all others
    are mixed in an order that has nothing to do with their class, so that none hides another.
    """
    # Many points are drawn small, few larger.
    size = float(np.clip(6000 / max(len(points), 1), 2, 20))
    order = np.random.default_rng(0).permutation(len(points))
    lowest = np.array([colours[int(label)] == _GREY for label in labels], dtype=bool)
    for chosen in (order[lowest[order]], order[~lowest[order]]):
        shades = [colours[int(label)] for label in labels[chosen]]
        x, y = points[chosen].T
        panel.scatter(x, y, s=size, c=shades, linewidths=0, alpha=0.85)
    panel.set_aspect("equal", adjustable="datalim")
    panel.set_xticks([])
    panel.set_yticks([])


def add_legend(figure: Figure, colours: Mapping[int, Any], outer: int | None) -> None:
    """Add every class's colour and name below the panels, the outer one last."""
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], linestyle="", marker="o", markersize=5, color=colour, label=label)
        for label, colour in sorted(
            (("outer" if key == outer else str(key), value) for key, value in colours.items()),
            key=lambda pair: (pair[0] == "outer", len(pair[0]), pair[0]),
        )
    ]
    figure.legend(
        handles=handles,
        loc="outside lower center",
        ncols=min(len(handles), int(figure.get_figwidth() // _ENTRY)),
        frameon=False,
        fontsize=8,
        handletextpad=0.1,
        columnspacing=1.2,
    )
