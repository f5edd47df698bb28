"""Drawings of the networks: the paper's figures 1 and 3."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import pandas as pd

from topo.figures.drawing import BLUE, INK, PINK, Drawing, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_STEP = 1.0
_BAR = 0.22
_LIGHT_BLUE, _LIGHT_PINK = "#dce8f6", "#fbe3ef"


def autoencoder(widths: Sequence[int]) -> Drawing:
    """Draw the layers of an autoencoder, such as (101, 32, 32, 2), encoder and decoder mirrored.

    Returns
    -------
    Drawing
        Bars whose heights follow the logarithm of the widths; data: layer, part ("encoder",
        "latent" or "decoder") and width.

    Raises
    ------
    ValueError
        If there are fewer than two widths, or one is below 1.
    """
    if len(widths) < 2 or min(widths) < 1:
        raise ValueError(
            f"an autoencoder has at least input and latent layer, each of width 1 or more, got "
            f"{tuple(widths)}"
        )
    data = _layers(widths)
    figure = new_figure(1.0 * len(data) + 1.6, 3.4)
    panel = figure.subplots()
    _draw_layers(panel, data)
    panel.set_axis_off()
    return Drawing(figure, data)


def _layers(widths: Sequence[int]) -> pd.DataFrame:
    n = len(widths) - 1
    parts = ["encoder"] * n + ["latent"] + ["decoder"] * n
    mirrored = [*widths, *widths[-2::-1]]
    return pd.DataFrame({"layer": range(len(parts)), "part": parts, "width": mirrored})


def _draw_layers(panel: Axes, data: pd.DataFrame) -> None:
    from matplotlib.patches import Polygon, Rectangle

    heights = [0.35 + 0.4 * math.log2(width + 1) for width in data["width"]]
    places = [_STEP * layer for layer in data["layer"]]
    layers = list(zip(places, heights, strict=True))
    for (left, before), (right, after) in pairwise(layers):
        corners = [
            (left + _BAR, before / 2), (right, after / 2),
            (right, -after / 2), (left + _BAR, -before / 2),
        ]  # fmt: skip
        panel.add_patch(Polygon(corners, facecolor=_LIGHT_BLUE, edgecolor="none"))
    for (place, height), part, width in zip(layers, data["part"], data["width"], strict=True):
        colour = PINK if part == "latent" else BLUE
        panel.add_patch(Rectangle((place, -height / 2), _BAR, height, color=colour))
        panel.text(
            place + _BAR / 2, -height / 2 - 0.12, str(width), ha="center", va="top", fontsize=10
        )
    _name_parts(panel, places, max(heights))
    panel.set_xlim(-0.75, places[-1] + _BAR + 0.75)
    panel.set_ylim(-max(heights) / 2 - 0.6, max(heights) / 2 + 0.6)


def _name_parts(panel: Axes, places: Sequence[float], height: float) -> None:
    middle, end = places[len(places) // 2], places[-1]
    for x, text in ((middle / 2, "encoder f"), (middle + (end - middle) / 2, "decoder g")):
        panel.text(x + _BAR / 2, height / 2 + 0.3, text, ha="center", fontsize=11, color=INK)
    panel.text(middle + _BAR / 2, height / 2 + 0.3, "Z", ha="center", fontsize=12, color=PINK)
    panel.text(-0.2, 0, "X", ha="right", va="center", fontsize=13, color=INK)
    panel.text(end + _BAR + 0.2, 0, "X̃", ha="left", va="center", fontsize=13, color=INK)
