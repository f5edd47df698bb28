"""What t-SNE's picture of nested spheres hangs on: perplexity, start, exaggeration, ties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import pandas as pd

from topo.figures.drawing import BLUE, GREY, INK, PINK, Drawing, new_figure
from topo.names import dataset_title

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_STARTS = {
    "pca": (BLUE, "principal plane"),
    "random": (PINK, "noise"),
    "spectral": (INK, "eigenvectors"),
}
_WAYS: dict[str, Literal["-", ":"]] = {"kept": "-", "dropped": ":"}
_TIES = {
    "averaged": ("^", "averages alone"),
    "even": ("s", "outer points tied evenly"),
    "least": ("v", "ties of the least perplexity"),
}
_PANEL = 3.0
#: Perplexity 750 of 2,000 points.
_LARGE = 0.375


def nesting_by_start(runs: pd.DataFrame) -> Drawing:
    """Draw nesting against perplexity from every start, with exaggeration and without.

    Parameters
    ----------
    runs
        As `topo.questions.prediction.runs_of_tsne` returns them.

    Returns
    -------
    Drawing
        A panel for each kind and number of points: means over the draws; markers without lines are
        runs with changed ties. Data: kind, n, share, run, nesting (mean), least, greatest, draws.
    """
    by = ["kind", "n", "share", "run"]
    grouped = runs.groupby(by)["nesting"]
    data = grouped.agg(["mean", "min", "max", "count"]).reset_index()
    data.columns = pd.Index([*by, "nesting", "least", "greatest", "draws"])
    clouds = list(data.groupby(["kind", "n"], sort=False))
    figure = new_figure(_PANEL * len(clouds) + 0.4, 3.7)
    panels = figure.subplots(1, len(clouds), sharey=True, squeeze=False)[0]
    for panel, ((kind, n), rows) in zip(panels, clouds, strict=True):
        draws = int(rows["draws"].max())
        panel.set_title(
            f"{dataset_title(str(kind))}, {n:,} points\n{draws} draw{'s' if draws > 1 else ''}",
            fontsize=9,
        )
        for start, way in ((start, way) for start in _STARTS for way in _WAYS):
            of = rows[rows["run"] == f"start={start}/exaggeration={way}"]
            panel.fill_between(of["share"], of["least"], of["greatest"], color="0.5", alpha=0.08)
            _line(panel, of["share"], of["nesting"], start, way)
        for ties, (marker, _) in _TIES.items():
            of = rows[rows["run"] == f"ties={ties}"]
            panel.plot(of["share"], of["nesting"], marker, color=INK, markersize=4, mfc="white")
        _share_axis(panel)
        panel.set_ylim(0, 1)
    panels[0].set_ylabel("nesting", fontsize=9)
    _legend(figure, with_ties=True)
    return Drawing(figure, data)


def alignment_by_perplexity(runs: pd.DataFrame) -> Drawing:
    """Draw how near t-SNE's picture is to other planes, against perplexity.

    Parameters
    ----------
    runs
        As in `nesting_by_start`, of one kind and number of points.

    Returns
    -------
    Drawing
        Four panels: the smaller canonical correlation with the eigenvectors, with the principal
        plane, and, when the exaggeration ends, with the power iteration; how far the points
        have spread then. Means over the draws. Data: share, run and a column for each.
    """
    panels_of = {
        "spectral_2": "with the eigenvectors",
        "linear_2": "with the principal plane",
        "explored_iteration_2": "as the exaggeration ends, with\nthe power iteration",
        "explored_extent": "as the exaggeration ends: root mean\nsquare distance from the mean",
    }
    of_starts = runs[runs["run"].str.startswith("start=")]
    data = of_starts.groupby(["share", "run"])[list(panels_of)].mean().reset_index()
    figure = new_figure(_PANEL * len(panels_of) + 0.4, 3.7)
    panels = figure.subplots(1, len(panels_of))
    for panel, (name, title) in zip(panels, panels_of.items(), strict=True):
        for start, way in ((start, way) for start in _STARTS for way in _WAYS):
            of = data[(data["run"] == f"start={start}/exaggeration={way}")].dropna(subset=[name])
            _line(panel, of["share"], of[name], start, way)
        panel.set_title(title, fontsize=9)
        _share_axis(panel)
        if name == "explored_extent":
            panel.set_yscale("log")
        else:
            panel.set_ylim(0, 1)
    panels[0].set_ylabel("smaller canonical correlation", fontsize=9)
    _legend(figure, with_ties=False)
    return Drawing(figure, data)


def enclosure_told(
    runs: Mapping[str, pd.DataFrame], features: Mapping[str, str], told: Mapping[str, Sequence[str]]
) -> Drawing:
    """Draw nesting against what should tell it, one panel a feature.

    Parameters
    ----------
    runs
        By words for them, the fitted ones first; each with a column of every feature.
    features
        Column, and what it is in words.
    told
        By feature, lines on how many runs it tells right.

    Returns
    -------
    Drawing
        Data: which, share, run, draw, nesting and the features, a row for every dot.
    """
    data = pd.concat(runs, names=["which"]).reset_index("which")
    data = data[["which", "share", "run", "draw", "nesting", *features]].reset_index(drop=True)
    figure = new_figure(_PANEL * len(features) + 1.4, 4.0)
    panels = figure.subplots(1, len(features), sharey=True, squeeze=False)[0]
    for panel, (name, words) in zip(panels, features.items(), strict=True):
        for (which, rows), colour in zip(runs.items(), (GREY, BLUE, PINK), strict=False):
            panel.scatter(
                rows[name], rows["nesting"], s=9, color=colour, alpha=0.5, linewidth=0, label=which
            )
        panel.axhline(0.5, color=INK, linewidth=0.8, linestyle="--")
        panel.set_xlabel(words, fontsize=9)
        panel.set_title("\n".join(told[name]), fontsize=8.5, loc="left")
        panel.set_ylim(0, 1)
        _tidy(panel)
    panels[0].set_ylabel("nesting", fontsize=9)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False, fontsize=9)
    return Drawing(figure, data)


def _line(panel: Axes, x: pd.Series[float], y: pd.Series[float], start: str, way: str) -> None:
    panel.plot(x, y, color=_STARTS[start][0], linestyle=_WAYS[way], linewidth=1.4, marker=".")


def _share_axis(panel: Axes) -> None:
    from matplotlib.ticker import NullLocator

    panel.set_xscale("log")
    panel.set_xticks([0.01, 0.03, 0.1, 0.3, 0.9], ["0.01", "0.03", "0.1", "0.3", "0.9"])
    panel.xaxis.set_minor_locator(NullLocator())
    panel.axvline(_LARGE, color=GREY, linewidth=0.8, zorder=0)
    panel.set_xlabel("perplexity / points", fontsize=9)
    _tidy(panel)


def _tidy(panel: Axes) -> None:
    panel.tick_params(labelsize=8)
    panel.spines[["top", "right"]].set_visible(False)


def _legend(figure: Figure, *, with_ties: bool) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=colour, label=f"from {words}") for colour, words in _STARTS.values()
    ]
    handles += [
        Line2D([], [], color=GREY, linestyle=style, label=f"exaggeration {way}")
        for way, style in _WAYS.items()
    ]
    if with_ties:
        handles += [
            Line2D([], [], color=INK, linestyle="", marker=marker, mfc="white", label=words)
            for marker, words in _TIES.values()
        ]
    figure.legend(
        handles=handles,
        loc="outside lower center",
        ncols=4 if with_ties else 5,
        frameon=False,
        fontsize=8,
    )
