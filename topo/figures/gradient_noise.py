"""How far gradients scatter over batches, in dimension 0 and in dimension 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from topo.figures.drawing import BLUE, PINK, Drawing, new_figure
from topo.names import dataset_title

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLOURS = {0: BLUE, 1: PINK}


def gradient_noise(numbers: pd.DataFrame) -> Drawing:
    """Draw the noise of gradients against the size of the batch.

    Parameters
    ----------
    numbers
        Rows of the theory table of the experiment ``gradient_noise``; see
        `topo.theory.gradient_noise`.

    Returns
    -------
    Drawing
        A panel per dataset: a line per dimension, the mean over the repetitions with the band that
        they span. Data: dataset, batch, dimension, repetition, noise.

    Raises
    ------
    ValueError
        If there is no such number.
    """
    data = _noise(numbers)
    if data.empty:
        raise ValueError(
            "a figure of gradients needs numbers of the experiment gradient_noise, got none: run "
            "the stage `theory` with it"
        )
    datasets = list(dict.fromkeys(data["dataset"]))
    figure = new_figure(3.1 * len(datasets) + 0.3, 2.7)
    panels = figure.subplots(1, len(datasets), squeeze=False)[0]
    for panel, dataset in zip(panels, datasets, strict=True):
        _draw(panel, data[data["dataset"] == dataset])
        panel.set_title(dataset_title(dataset), fontsize=10)
    panels[0].set_ylabel("scatter / length of the mean", fontsize=9)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=2, frameon=False, fontsize=9)
    return Drawing(figure, data)


def _noise(numbers: pd.DataFrame) -> pd.DataFrame:
    rows = numbers[
        (numbers["experiment"] == "gradient_noise")
        & (numbers["quantity"] == "noise")
        & (numbers["status"] == "ok")
    ]
    places = rows["case"].str.extract(r"^(?P<dataset>[^/]+)/batch=(?P<batch>\d+)$")
    return pd.DataFrame(
        {
            "dataset": places["dataset"],
            "batch": places["batch"].astype("int64"),
            "dimension": rows["dimension"].astype("int64"),
            "repetition": rows["repetition"],
            "noise": rows["value"],
        }
    ).reset_index(drop=True)


def _draw(panel: Axes, data: pd.DataFrame) -> None:
    from matplotlib.ticker import NullLocator, ScalarFormatter

    for dimension, colour in _COLOURS.items():
        rows = data[data["dimension"] == dimension]
        found = rows.groupby("batch")["noise"].agg(["mean", "min", "max"])
        panel.fill_between(found.index, found["min"], found["max"], color=colour, alpha=0.2, lw=0)
        panel.plot(
            found.index, found["mean"], "o-", color=colour, markersize=4,
            label=f"dimension {dimension}",
        )  # fmt: skip
    panel.set_xscale("log", base=2)
    panel.set_xticks(sorted(data["batch"].unique()))
    panel.xaxis.set_major_formatter(ScalarFormatter())
    panel.xaxis.set_minor_locator(NullLocator())
    panel.set_ylim(bottom=0)
    panel.set_xlabel("points in a batch")
    panel.spines[["top", "right"]].set_visible(False)
