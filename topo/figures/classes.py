"""Points in the plane, coloured by their class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from topo.names import class_title

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_GREY = "0.72"
_BLACK = "0.1"
#: Inches of a class in the legend, enough for a name of so many letters, and of each more.
_ENTRY, _FREE_LETTERS, _LETTER = 0.55, 5, 0.075
_LONGEST_NAME = 24


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


def add_legend(
    figure: Figure, colours: Mapping[int, Any], outer: int | None, classes: Sequence[str] = ()
) -> None:
    """Add every class's colour and name below the panels, the outer one last."""
    from matplotlib.lines import Line2D

    names = {key: class_title(key, classes, outer) for key in colours}
    # By their numbers, which are those of their names in order.
    ordered = sorted(colours, key=lambda key: (key == outer, key))

    handles = [
        Line2D(
            [], [], linestyle="", marker="o", markersize=5, color=colours[key],
            label=_shortened(names[key]),
        )
        for key in ordered
    ]  # fmt: skip
    widest = max(len(_shortened(name)) for name in names.values())
    entry = _ENTRY + _LETTER * max(0, widest - _FREE_LETTERS)
    figure.legend(
        handles=handles,
        loc="outside lower center",
        ncols=min(len(handles), max(1, int(figure.get_figwidth() // entry))),
        frameon=False,
        fontsize=8,
        handletextpad=0.1,
        columnspacing=1.2,
    )


def _shortened(name: str) -> str:
    """Make a name fit a legend: not too long, and no formula of matplotlib's."""
    short = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
    # A leading underscore would hide the entry; two dollars would be read as mathematics.
    return f" {short}".replace("$", r"\$") if short.startswith("_") else short.replace("$", r"\$")
