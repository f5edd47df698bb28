"""How the topological autoencoder is trained: the paper's figure 3."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from topo.figures.drawing import BLUE, INK, PINK, Drawing, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class _Box(NamedTuple):
    """A named thing at a place; the colour says whether it is the network's or the topology's."""

    text: str
    x: float
    y: float
    colour: str = BLUE
    width: float = 1.5


_HEIGHT = 0.62
_BOXES = {
    "X": _Box("batch X", 0, 1.4),
    "f": _Box("encoder f", 2.4, 1.4),
    "Z": _Box("latent Z", 4.8, 1.4),
    "g": _Box("decoder g", 7.2, 1.4),
    "R": _Box("reconstruction X̃", 10.0, 1.4, width=2.1),
    "AX": _Box("distances $A^X$\npairing $\\pi^X$ (tree)", 0, 0, PINK, 2.1),
    "AZ": _Box("distances $A^Z$\npairing $\\pi^Z$ (tree)", 4.8, 0, PINK, 2.1),
    "Lt": _Box("topological loss $L_t$\n$L_{X \\to Z} + L_{Z \\to X}$", 4.8, -1.45, PINK, 2.5),
    "Lr": _Box("reconstruction loss $L_r$\nmean squared error", 10.0, 0, BLUE, 2.5),
    "L": _Box("loss to minimise\n$L_r + \\lambda L_t$", 10.0, -1.45, INK, 2.5),
}
_ARROWS = (
    *(("X", "f"), ("f", "Z"), ("Z", "g"), ("g", "R"), ("X", "AX"), ("Z", "AZ"), ("AX", "Lt")),
    *(("AZ", "Lt"), ("R", "Lr"), ("Lr", "L"), ("Lt", "L")),
)


def topological_autoencoder() -> Drawing:
    """Draw how a batch becomes the loss of the topological autoencoder; data: every arrow."""
    figure = new_figure(10.4, 3.9)
    panel = figure.subplots()
    for start, end in _ARROWS:
        _draw_arrow(panel, _BOXES[start], _BOXES[end])
    for box in _BOXES.values():
        _draw_box(panel, box)
    panel.set_xlim(-1.3, 11.5)
    panel.set_ylim(-1.95, 1.9)
    panel.set_axis_off()
    named = [(_one_line(_BOXES[start]), _one_line(_BOXES[end])) for start, end in _ARROWS]
    return Drawing(figure, pd.DataFrame(named, columns=["from", "to"]))


def _one_line(box: _Box) -> str:
    """Text of a box without its mathematical markup."""
    return box.text.replace("\n", ", ").replace("$", "").replace("\\", "")


def _draw_box(panel: Axes, box: _Box) -> None:
    from matplotlib.patches import FancyBboxPatch

    corner = (box.x - box.width / 2, box.y - _HEIGHT / 2)
    style = "round,pad=0.05,rounding_size=0.12"
    panel.add_patch(
        FancyBboxPatch(
            corner, box.width, _HEIGHT, boxstyle=style, facecolor="white", edgecolor=box.colour,
            linewidth=1.8, zorder=2,
        )
    )  # fmt: skip
    panel.text(box.x, box.y, box.text, ha="center", va="center", fontsize=10, color=INK, zorder=3)


def _draw_arrow(panel: Axes, start: _Box, end: _Box) -> None:
    # From side to side within a row, else from bottom to top or, a corner between, to a side.
    if start.y == end.y:
        tail, head = (start.x + start.width / 2, start.y), (end.x - end.width / 2, end.y)
        corner = "arc3"
    elif start.x == end.x:
        tail, head = (start.x, start.y - _HEIGHT / 2), (end.x, end.y + _HEIGHT / 2)
        corner = "arc3"
    else:
        tail, head = (start.x, start.y - _HEIGHT / 2), (end.x - end.width / 2, end.y)
        corner = "angle,angleA=-90,angleB=180,rad=6"
    panel.annotate(
        "",
        xy=head,
        xytext=tail,
        arrowprops={
            "arrowstyle": "-|>", "color": INK, "linewidth": 1.3, "connectionstyle": corner,
            "shrinkA": 4, "shrinkB": 5,
        },
    )  # fmt: skip
