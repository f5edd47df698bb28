"""What the topological term costs and brings, by the number of points and the batch size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from topo.figures.drawing import BLUE, GREY, INK, PINK, Drawing, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SIZE = (7.0, 2.8)
_SHADES = (BLUE, PINK, INK)


def training_by_batch(runs: pd.DataFrame) -> Drawing:
    """Draw the term's share of the work, and the loss beside AE's, against the batch size.

    Parameters
    ----------
    runs
        A row for every number of points ``n`` and size ``batch``, with ``share_of_products`` and
        ``topological_loss_ratio``.
    """
    figure = new_figure(*_SIZE)
    left, right = figure.subplots(1, 2)
    for column, panel, title, level in (
        ("share_of_products", left, "share of the term in all multiplications", 0.5),
        ("topological_loss_ratio", right, "L_t on unseen points, divided by AE’s", 1.0),
    ):
        _curves(panel, runs, column)
        panel.axhline(level, color=GREY, linewidth=1, zorder=0)
        panel.set_title(title, fontsize=9)
    handles, labels = left.get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside upper center", ncols=len(labels), frameon=False, fontsize=8
    )
    return Drawing(figure, runs)


def _curves(panel: Axes, runs: pd.DataFrame, column: str) -> None:
    from matplotlib.ticker import NullLocator, ScalarFormatter

    for number, (n, of_n) in enumerate(runs.sort_values("batch").groupby("n")):
        # Where curves are the same, the first shows around the second.
        panel.plot(
            of_n["batch"], of_n[column], color=_SHADES[number % len(_SHADES)], marker="o",
            markersize=7 - 2.5 * number, linewidth=4 - 2 * number, label=f"{n:,} points",
        )  # fmt: skip
    panel.set_xscale("log")
    panel.set_xticks(sorted(runs["batch"].unique()))
    panel.xaxis.set_major_formatter(ScalarFormatter())
    panel.xaxis.set_minor_locator(NullLocator())
    panel.set_ylim(0, 1.1 * max(1.0, runs[column].max()))
    panel.set_xlabel("points per batch", fontsize=8)
    panel.tick_params(labelsize=8)
    panel.spines[["top", "right"]].set_visible(False)
