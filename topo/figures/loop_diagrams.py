"""Persistence diagrams in dimension 1, of the input and of its embeddings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topo.figures.drawing import BLUE, GREY, INK, PINK, Drawing, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PANEL = 2.4
_NOTHING = np.empty((0, 2))


class LoopDiagram(NamedTuple):
    """Loops of one space, in units of its median distance.

    Attributes
    ----------
    diagram : (k, 2) array
        Births and deaths.
    same : (j, 2) array
        Births and deaths here of the input's loops; of the input none.
    """

    title: str
    diagram: NDArray[np.float64]
    same: NDArray[np.float64] = _NOTHING


def loop_diagrams(diagrams: Sequence[LoopDiagram], *, long: float) -> Drawing:
    """Draw diagrams in dimension 1 on one scale.

    Parameters
    ----------
    diagrams
        The input's first. It has a colour of its own.
    long
        Life from which loops count, drawn as a line.

    Returns
    -------
    Drawing
        One panel per diagram; rings are the input's loops in the embedding. Data: one row per mark
        with title, birth, death, and whether it is the input's.

    Raises
    ------
    ValueError
        If there is no diagram.
    """
    if not diagrams:
        raise ValueError("a figure needs at least one diagram, got none")
    marks = [each.diagram for each in diagrams] + [each.same for each in diagrams]
    end = 1.05 * max(float(each.max(initial=0.0)) for each in marks) or 1.0
    figure = new_figure(_PANEL * len(diagrams) + 0.3, _PANEL + 0.55)
    panels = figure.subplots(1, len(diagrams), squeeze=False)[0]
    for number, (panel, each) in enumerate(zip(panels, diagrams, strict=True)):
        _draw(panel, each, end=end, long=long, colour=PINK if number else BLUE)
    panels[0].set_ylabel("death, in median distances")
    figure.supxlabel("birth, in median distances", fontsize=10)
    return Drawing(figure, pd.concat([_frame(each) for each in diagrams], ignore_index=True))


def _draw(panel: Axes, each: LoopDiagram, *, end: float, long: float, colour: str) -> None:
    from matplotlib.ticker import MaxNLocator

    panel.plot([0, end], [0, end], color=GREY, linestyle="--", linewidth=1)
    panel.plot([0, end - long], [long, end], color=GREY, linestyle=":", linewidth=1)
    dots = panel.plot(*each.diagram.T, "o", color=colour, alpha=0.6, markersize=4, mew=0)
    rings = panel.plot(*each.same.T, "o", mfc="none", mec=INK, markersize=9, mew=1.4)
    for marks in (*dots, *rings):
        # Without any marks their place would be undefined, and the layout with it.
        marks.set(clip_on=False, zorder=3, in_layout=False)
    panel.set(xlim=(0, end), ylim=(0, end), aspect="equal")
    panel.set_title(each.title, fontsize=10)
    for axis in (panel.xaxis, panel.yaxis):
        axis.set_major_locator(MaxNLocator(4))


def _frame(each: LoopDiagram) -> pd.DataFrame:
    parts = [
        pd.DataFrame({"title": each.title, "birth": b, "death": d, "of_input": of_input})
        for (b, d), of_input in ((each.diagram.T, False), (each.same.T, True))
    ]
    return pd.concat(parts, ignore_index=True)
