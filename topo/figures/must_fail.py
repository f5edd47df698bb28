"""Data on which t-SNE must fail: margins, pictures, and what is left of clusters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topo.figures.drawing import BLUE, GREY, INK, PINK, Drawing, new_figure
from topo.names import method_title

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_STARTS = {
    "pca": ("o", "principal plane"),
    "random": ("s", "noise"),
    "spectral": ("^", "eigenvectors"),
}
#: What may be left of the forces of a stationary picture.
_STATIONARY = 1e-3
_LINES = ("input", "topoae", "ae", "pca", "umap", "topomap")
#: Margins below it are drawn there: the point lies within the others.
_LEAST_MARGIN = 1e-2


def far_point_margins(runs: pd.DataFrame, others: pd.DataFrame, bound: float) -> Drawing:
    """Draw how far the far point stands out, by geometry and by homology, against perplexity.

    Parameters
    ----------
    runs
        A row for every start and perplexity: start, perplexity, margin, gap, residual (means).
    others
        A row for the input and every other method: name, margin, gap.
    bound
        Largest relative margin of a stationary picture.

    Returns
    -------
    Drawing
        Data: both tables, one below the other.
    """
    figure = new_figure(10.5, 4.2)
    panels = figure.subplots(1, 2)
    shown = (
        ("margin", "relative margin (hull)", _LEAST_MARGIN),
        ("gap", "longest death / second longest", 1.0),
    )
    for panel, (name, words, least) in zip(panels, shown, strict=True):
        for start, (marker, title) in _STARTS.items():
            of = runs[runs["start"] == start].sort_values("perplexity")
            values = of[name].clip(lower=least)
            panel.plot(of["perplexity"], values, color=BLUE, linewidth=1, alpha=0.5)
            for is_stationary, face in ((True, BLUE), (False, "white")):
                rows = (of["residual"] <= _STATIONARY) == is_stationary
                label = f"t-SNE from {title}" if is_stationary else None
                panel.plot(
                    of["perplexity"][rows], values[rows], marker, color=BLUE, mfc=face, label=label
                )
        _levels(panel, others.set_index("name")[name], least)
        panel.set_xscale("log")
        panel.set_yscale("log")
        panel.set_xlabel("perplexity", fontsize=9)
        panel.set_ylabel(words, fontsize=9)
        _tidy(panel)
    panels[0].axhline(bound, color=PINK, linestyle="--", linewidth=1.2)
    panels[0].text(2, bound * 1.08, f"theory: at most {bound:.2f}", color=PINK, fontsize=8)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False, fontsize=9)
    return Drawing(figure, pd.concat([runs, others.rename(columns={"name": "start"})]))


def _levels(panel: Axes, values: pd.Series[float], least: float) -> None:
    """Draw a line for every other method, with its name at the right; those of one height share it.

    On the logarithmic axis, values below `least` stand there.
    """
    heights: dict[float, list[str]] = {}
    for name in (each for each in _LINES if np.isfinite(values.get(each, np.nan))):
        title = "input" if name == "input" else method_title(name)
        heights.setdefault(float(f"{max(values[name], least):.2g}"), []).append(title)
    for height, titles in heights.items():
        panel.axhline(height, color=GREY, linewidth=0.8)
        panel.annotate(
            ", ".join(titles), (1.01, height), xycoords=("axes fraction", "data"),
            fontsize=8, va="center", color=INK,
        )  # fmt: skip


def far_point_pictures(
    pictures: Mapping[str, NDArray[np.floating[Any]]], *, panel: float
) -> Drawing:
    """Draw pictures whose last point is the far one.

    Parameters
    ----------
    pictures
        Points (n, 2) by the words above them.
    panel
        Inches of a picture's side.

    Returns
    -------
    Drawing
        Data: picture, point, x, y, is_far.
    """
    figure = new_figure(panel * len(pictures), panel + 0.5)
    axes = figure.subplots(1, len(pictures), squeeze=False)[0]
    tables = []
    for each, (title, points) in zip(axes, pictures.items(), strict=True):
        each.scatter(*points[:-1].T, s=3, color=GREY, linewidth=0)
        each.scatter(*points[-1:].T, s=28, color=PINK, marker="X", linewidth=0)
        each.set_title(title, fontsize=9)
        each.set_box_aspect(1)
        _bare(each)
        is_far = np.arange(len(points)) == len(points) - 1
        columns = {"x": points[:, 0], "y": points[:, 1], "is_far": is_far}
        tables.append(pd.DataFrame({"picture": title, "point": np.arange(len(points)), **columns}))
    return Drawing(figure, pd.concat(tables, ignore_index=True))


def shifted_pictures(inputs: pd.DataFrame, pictures: pd.DataFrame) -> Drawing:
    """Draw what a shift of all squared distances leaves of clusters, and what t-SNE draws.

    Parameters
    ----------
    inputs
        A row for every shift: shift, silhouette, death_ratio (means).
    pictures
        A row for every shift and perplexity: shift, perplexity, silhouette (means).

    Returns
    -------
    Drawing
        Data: both tables, one below the other.
    """
    figure = new_figure(8.5, 3.6)
    left, right = figure.subplots(1, 2)
    # A shift of 0 has no place on an axis of logarithms: it stands before the others.
    first = inputs["shift"][inputs["shift"] > 0].min() / 10
    left.plot(
        inputs["shift"].clip(lower=first), inputs["silhouette"], "o-", color=INK, label="the points"
    )
    for (perplexity, of), colour in zip(
        pictures.groupby("perplexity"), (BLUE, PINK, GREY), strict=False
    ):
        left.plot(
            of["shift"].clip(lower=first), of["silhouette"], "o-", color=colour,
            label=f"t-SNE, perplexity {perplexity:g}",
        )  # fmt: skip
    left.set_ylabel("silhouette of the classes", fontsize=9)
    handles, labels = left.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False, fontsize=8)
    right.plot(inputs["shift"].clip(lower=first), inputs["death_ratio"], "o-", color=INK)
    right.set_ylabel("longest death / shortest, of the points", fontsize=9)
    for panel in (left, right):
        panel.set_xscale("log")
        ticks = sorted(inputs["shift"].clip(lower=first))
        panel.set_xticks(ticks, [f"{each:g}" for each in sorted(inputs["shift"])])
        panel.minorticks_off()
        panel.set_xlabel("C, in the largest a·D²", fontsize=9)
        _tidy(panel)
    return Drawing(figure, pd.concat([inputs, pictures], ignore_index=True))


def poison_bars(silhouettes: pd.DataFrame) -> Drawing:
    """Draw the silhouette of two clusters with and without the point between them.

    Parameters
    ----------
    silhouettes
        A row for every picture: name (in words), with, without (means).

    Returns
    -------
    Drawing
        Data: that table.
    """
    figure = new_figure(8.0, 0.32 * len(silhouettes) + 1.1)
    panel = figure.subplots()
    place = np.arange(len(silhouettes))[::-1]
    panel.barh(place + 0.2, silhouettes["without"], 0.38, color=GREY, label="two clusters alone")
    panel.barh(place - 0.2, silhouettes["with"], 0.38, color=PINK, label="one point between them")
    panel.set_yticks(place, silhouettes["name"], fontsize=9)
    panel.axvline(0, color=INK, linewidth=0.8)
    panel.set_xlabel("silhouette of the two clusters in the picture", fontsize=9)
    _tidy(panel)
    figure.legend(loc="outside lower center", ncols=2, frameon=False, fontsize=9)
    return Drawing(figure, silhouettes)


def search_trials(trials: pd.DataFrame, confirmed: pd.DataFrame) -> Drawing:
    """Draw what a search for data that TopoAE alone keeps has found, a panel for each measure.

    Parameters
    ----------
    trials
        A row for every trial: measure (in words), trial, topoae, others (the best of all others).
    confirmed
        A row for every fresh draw of the best trial: measure, topoae, others.

    Returns
    -------
    Drawing
        Data: both tables, one below the other.
    """
    groups = list(trials.groupby("measure", sort=False))
    figure = new_figure(4.2 * len(groups), 4.3)
    panels = figure.subplots(1, len(groups), squeeze=False)[0]
    for panel, (measure, of) in zip(panels, groups, strict=True):
        fresh = confirmed[confirmed["measure"] == measure]
        panel.plot([-0.05, 1], [-0.05, 1], color=GREY, linewidth=0.8)
        panel.plot(of["others"], of["topoae"], "o", color=BLUE, mfc="white", label="trials")
        panel.plot(
            fresh["others"], fresh["topoae"], "X", color=PINK, label="the best trial, drawn anew"
        )
        panel.set_xlabel("best of t-SNE, UMAP, AE and PCA", fontsize=9)
        panel.set_ylabel("TopoAE", fontsize=9)
        panel.set_title(str(measure), fontsize=10)
        panel.set_aspect("equal")
        _tidy(panel)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2, frameon=False, fontsize=9)
    return Drawing(figure, pd.concat([trials, confirmed], ignore_index=True))


def _tidy(panel: Axes) -> None:
    panel.tick_params(labelsize=8)
    panel.spines[["top", "right"]].set_visible(False)


def _bare(panel: Axes) -> None:
    panel.set_xticks([])
    panel.set_yticks([])
    panel.set_aspect("equal", adjustable="datalim")
