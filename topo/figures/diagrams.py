"""Persistence diagrams on one scale and each on its own: the paper's figure 6."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topo.figures.drawing import BLUE, GREY, PINK, Drawing, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PANEL = 2.7
_N_BINS = 40
#: Share of the panel's width that the longest bar takes.
_LONGEST_BAR = 0.45
_ROWS = ("one scale for all", "each on its own scale")


def diagrams_by_scale(diagrams: Mapping[str, NDArray[np.float64]]) -> Drawing:
    """Draw persistence diagrams of dimension 0 twice: on one scale, and each on its own.

    All births are 0, so that a diagram's points stand above one another; bars beside them tell how
    many there are at each height.

    Parameters
    ----------
    diagrams
        By title, the (k, 2) births and deaths; the input's first. It has a colour of its own.

    Returns
    -------
    Drawing
        One column per diagram; data: one row per point with diagram, birth and death.

    Raises
    ------
    ValueError
        If there is no diagram, or one is not finite or not of shape (k, 2).
    """
    if not diagrams:
        raise ValueError("a figure needs at least one diagram, got none")
    for title, diagram in diagrams.items():
        if diagram.ndim != 2 or diagram.shape[1] != 2 or not np.isfinite(diagram).all():
            raise ValueError(
                f"diagram {title} must be finite births and deaths, shape (k, 2), got shape "
                f"{diagram.shape}"
            )
    ends = {title: _end(diagram) for title, diagram in diagrams.items()}
    figure = new_figure(_PANEL * len(diagrams) + 0.4, 2 * _PANEL + 0.2)
    panels = figure.subplots(2, len(diagrams), squeeze=False)
    for column, (title, diagram) in enumerate(diagrams.items()):
        colour = PINK if column else BLUE
        for panel, end in zip(panels[:, column], (max(ends.values()), ends[title]), strict=True):
            _draw(panel, diagram, end, colour)
        panels[0, column].set_title(title, fontsize=11)
        panels[1, column].set_xlabel("birth")
    for row, name in zip(panels, _ROWS, strict=True):
        row[0].set_ylabel(f"{name}\ndeath")
    return Drawing(figure, _tidy(diagrams))


def _end(diagram: NDArray[Any]) -> float:
    return 1.05 * float(diagram.max(initial=0.0)) or 1.0


def _tidy(diagrams: Mapping[str, NDArray[np.float64]]) -> pd.DataFrame:
    frames = [
        pd.DataFrame({"diagram": title, "birth": diagram[:, 0], "death": diagram[:, 1]})
        for title, diagram in diagrams.items()
    ]
    return pd.concat(frames, ignore_index=True)


def _draw(panel: Axes, diagram: NDArray[np.float64], end: float, colour: str) -> None:
    counts, edges = np.histogram(diagram[:, 1], bins=_N_BINS, range=(0, end))
    lengths = _LONGEST_BAR * end * counts / max(counts.max(), 1)
    panel.barh(edges[:-1], lengths, np.diff(edges), align="edge", color=colour, alpha=0.25)
    births, deaths = diagram[:, 0], diagram[:, 1]
    (marks,) = panel.plot(births, deaths, "o", color=colour, alpha=0.5, markersize=2.6, mew=0)
    marks.set(clip_on=False, zorder=3)
    # Without any marks their place would be undefined, and the layout with it.
    marks.set_in_layout(False)
    panel.plot([0, end], [0, end], color=GREY, linestyle="--", linewidth=1)
    panel.set_xlim(0, end)
    panel.set_ylim(0, end)
    panel.set_aspect("equal")
    for axis in (panel.xaxis, panel.yaxis):
        axis.set_major_locator(_four_ticks())


def _four_ticks() -> Any:
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(4)
