"""Small pictures that show one finding each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from topo.figures.classes import class_colours, scatter_classes
from topo.figures.drawing import BLUE, GREY, INK, PINK, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Narrow, so that its words can be read on a phone.
_WIDTH, _HEIGHT = 5.0, 1.9
_ROW_HEIGHT = 1.45
#: Of a bar with its name.
_BAR_HEIGHT = 0.17


class Curve(NamedTuple):
    """Means along an axis with what the repetitions span, and a level to compare with."""

    title: str
    x: Sequence[float]
    mean: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    level: float | None = None


class Estimate(NamedTuple):
    """A mean and the half width of its interval; `better` is the sign that is wished for, or 0."""

    title: str
    mean: float
    half_width: float
    better: int = 0

    @property
    def is_better(self) -> bool | None:
        """Whether it is as wished for; None where the interval does not tell."""
        if not self.better or not abs(self.mean) > self.half_width:
            return None
        return self.mean * self.better > 0


def embedding_row(
    embeddings: Mapping[str, NDArray[np.float64]],
    labels: NDArray[np.integer[Any]],
    *,
    outer: int | None,
) -> Figure:
    """Draw embeddings in a row, by title, with the colours of the large figures."""
    figure = new_figure(_WIDTH, _ROW_HEIGHT)
    colours = class_colours(labels, outer)
    for panel, (title, points) in zip(
        _row(figure, len(embeddings)), embeddings.items(), strict=True
    ):
        scatter_classes(panel, points, labels, colours)
        panel.set_title(title, fontsize=9)
        panel.set_box_aspect(1)
    return figure


def curve_row(curves: Sequence[Curve], *, x_title: str) -> Figure:
    """Draw curves in a row, along a logarithmic axis; an axis that does not begin at 0 says so."""
    figure = new_figure(_WIDTH, _HEIGHT)
    for panel, curve in zip(_row(figure, len(curves)), curves, strict=True):
        panel.fill_between(curve.x, curve.low, curve.high, color=BLUE, alpha=0.15, linewidth=0)
        panel.plot(curve.x, curve.mean, color=BLUE, linewidth=1.8, marker="o", markersize=3)
        if curve.level is not None:
            panel.axhline(curve.level, color=INK, linestyle="--", linewidth=1)
            # On the side of the line on which the curve does not end.
            above = curve.mean[-1] < curve.level
            panel.annotate(
                "empty diagram", (1, curve.level), xycoords=("axes fraction", "data"),
                xytext=(-2, 2 if above else -2), textcoords="offset points", ha="right",
                va="bottom" if above else "top", fontsize=7,
            )  # fmt: skip
        panel.set_xscale("log")
        panel.set_title(curve.title, fontsize=9)
        panel.set_xlabel(x_title, fontsize=8)
        _tidy(panel)
        _plain_ticks(panel, curve.x)
        if panel.get_ylim()[0] > 0:
            panel.set_ylabel("does not begin at 0", fontsize=7)
    return figure


def estimate_bars(estimates: Sequence[Estimate], *, title: str) -> Figure:
    """Draw estimates as bars from 0, each with its interval and its name.

    Blue is better, pink worse, grey what the interval does not tell.
    """
    figure = new_figure(_WIDTH, 0.7 + 0.2 * len(estimates))
    panel = figure.subplots()
    places = range(len(estimates))[::-1]
    means = [each.mean for each in estimates]
    widths = [0.0 if np.isnan(each.half_width) else each.half_width for each in estimates]
    colours = [{True: BLUE, False: PINK, None: GREY}[each.is_better] for each in estimates]
    panel.barh(places, means, height=0.6, color=colours, alpha=0.75, xerr=widths, ecolor=INK)
    panel.axvline(0, color=INK, linewidth=1)
    panel.set_yticks(places, [each.title for each in estimates], fontsize=8)
    panel.set_xlabel(title, fontsize=8)
    _tidy(panel)
    return figure


def outcome_bars(counts: Mapping[str, Mapping[str, int]]) -> Figure:
    """Draw how many of each theme's conclusions came out how: a bar for each theme.

    Outcomes stand in the order of the first theme.
    """
    shades = {"holds": BLUE, "holds in part": "#7fa6d6", "does not hold": PINK}
    figure = new_figure(_WIDTH, 0.7 + _BAR_HEIGHT * len(counts))
    panel = figure.subplots()
    places = np.arange(len(counts))[::-1]
    start = np.zeros(len(counts))
    for outcome in dict.fromkeys(name for each in counts.values() for name in each):
        lengths = np.array([each.get(outcome, 0) for each in counts.values()], dtype=float)
        colour = shades.get(outcome, GREY)
        panel.barh(places, lengths, left=start, height=0.7, color=colour, label=outcome)
        for place, left, length in zip(places, start, lengths, strict=True):
            if length:
                panel.text(
                    left + length / 2, place, f"{length:g}", ha="center", va="center", fontsize=7,
                    color="white" if colour in (BLUE, PINK) else INK,
                )  # fmt: skip
        start += lengths
    panel.set_yticks(places, list(counts), fontsize=8)
    figure.legend(loc="outside upper center", ncols=4, frameon=False, fontsize=8)
    _tidy(panel)
    return figure


def _row(figure: Figure, n: int) -> list[Axes]:
    return list(figure.subplots(1, n, squeeze=False)[0])


def _tidy(panel: Axes) -> None:
    panel.tick_params(labelsize=8)
    panel.spines[["top", "right"]].set_visible(False)


def _plain_ticks(panel: Axes, x: Sequence[float]) -> None:
    from matplotlib.ticker import MaxNLocator, NullLocator, ScalarFormatter

    ends = (min(x), float(np.median(x)), max(x))
    panel.set_xticks(sorted({x[int(np.argmin(np.abs(np.log(np.array(x) / end))))] for end in ends}))
    panel.xaxis.set_major_formatter(ScalarFormatter())
    panel.xaxis.set_minor_locator(NullLocator())
    panel.yaxis.set_major_locator(MaxNLocator(4))
