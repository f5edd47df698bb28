"""Clusters that methods draw, found by their density: pictures, and how many there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topo.figures.classes import class_colours, scatter_classes
from topo.figures.drawing import BLUE, GREY, INK, PINK, Drawing, new_figure
from topo.inference import MeanInterval

_PANEL, _COUNTS = 1.5, (7.4, 3.2)
_SHADES = (BLUE, PINK, INK)


class Clustered(NamedTuple):
    """An embedding (n, 2) and the number of every point's cluster, below 0 for none."""

    points: NDArray[np.floating[Any]]
    clusters: NDArray[np.integer[Any]]


def cluster_grid(pictures: Mapping[str, Mapping[str, Clustered]]) -> Drawing:
    """Draw embeddings with their clusters coloured and counted; points of none are grey.

    Parameters
    ----------
    pictures
        By method, a row each, and by what was embedded, a column each: the same in every row.
    """
    columns = list(next(iter(pictures.values())))
    figure = new_figure(_PANEL * len(columns), (_PANEL + 0.1) * len(pictures))
    panels = figure.subplots(len(pictures), len(columns), squeeze=False)
    rows = []
    for row, (method, of_method) in zip(panels, pictures.items(), strict=True):
        for panel, column in zip(row, columns, strict=True):
            points, clusters = of_method[column]
            # Beside others, whatever belongs to none is like what encloses: grey, and lowest.
            colours = class_colours(clusters, -1)
            scatter_classes(panel, points.astype(np.float64), clusters, colours)
            panel.set_box_aspect(1)
            number = int(clusters.max()) + 1
            panel.set_xlabel(f"{number} cluster{'s' * (number != 1)}", fontsize=8)
            rows.append((method, column, len(points), number, int(np.sum(clusters < 0))))
        row[0].set_ylabel(method, fontsize=9)
    for panel, column in zip(panels[0], columns, strict=True):
        panel.set_title(column, fontsize=9)
    names = ["method", "source", "points", "clusters", "strays"]
    return Drawing(figure, pd.DataFrame(rows, columns=names))


def cluster_counts(counts: Mapping[str, Mapping[str, MeanInterval]]) -> Drawing:
    """Draw mean numbers of clusters with their intervals, by what was embedded and by method."""
    methods = list(dict.fromkeys(name for each in counts.values() for name in each))
    figure = new_figure(*_COUNTS)
    panel = figure.subplots()
    places = np.arange(len(counts))[::-1]
    rows = []
    for number, method in enumerate(methods):
        shift = 0.22 * ((len(methods) - 1) / 2 - number)
        shown = [(y, each[method]) for y, each in zip(places, counts.values(), strict=True)
                 if method in each]  # fmt: skip
        panel.errorbar(
            [each.mean for _, each in shown],
            [y + shift for y, _ in shown],
            xerr=[np.nan_to_num(each.half_width) for _, each in shown],
            fmt="o", markersize=4, color=_SHADES[number % len(_SHADES)], label=method,
        )  # fmt: skip
        rows += [
            (source, method, each[method].mean, each[method].half_width, each[method].n)
            for source, each in counts.items()
            if method in each
        ]
    panel.axvline(1, color=GREY, linewidth=1, zorder=0)
    panel.set_xlim(left=0)
    panel.set_yticks(places, list(counts), fontsize=8)
    panel.set_xlabel("clusters, mean with its 95 % interval", fontsize=8)
    panel.tick_params(labelsize=8)
    panel.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside upper center", ncols=len(methods), frameon=False, fontsize=8)
    names = ["source", "method", "mean", "half_width", "n"]
    return Drawing(figure, pd.DataFrame(rows, columns=names))
