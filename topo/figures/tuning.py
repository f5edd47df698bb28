"""Trials of the tuning, and what was judged again: the objective against each hyperparameter."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import pandas as pd

from topo.figures.drawing import BLUE, GREY, INK, PINK, Drawing, new_figure
from topo.names import dataset_title, hyperparameter_title, method_title, metric_title

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_STUDY = ["dataset", "method", "hyperparameter"]
_MOST_COLUMNS = 3
#: Hyperparameters that are searched this far apart go on a logarithmic axis.
_DECADE = 8

#: Searched range by dataset, method and hyperparameter.
Search: TypeAlias = Mapping[str, Mapping[str, Mapping[str, tuple[float, float]]]]


def tuning_trials(
    trials: pd.DataFrame, search: Search, *, direction: Literal["lower", "higher"]
) -> Drawing:
    """Draw the objective against each hyperparameter.

    Parameters
    ----------
    trials
        One row per value: dataset, method, trial (-1 for the default), repetition (0 for the trial
        itself, above that where it was judged again), hyperparameters
        (`topo.scores.Hyperparameters`), objective (its name), value (NaN without one), status.
    search
        Searched ranges, which the panels show in white.
    direction
        Whether lower or higher values are better.

    Returns
    -------
    Drawing
        One panel per dataset, method and hyperparameter: a pale dot for every trial; for what was
        judged again its mean, and a bar from the least to the largest of the judgements; the chosen
        one filled, the default a square; failed trials as crosses on the lower edge. Data: one row
        per value with dataset, method, trial, repetition, hyperparameter, setting, objective,
        value, status and chosen.

    Raises
    ------
    ValueError
        If no trial has hyperparameters.
    """
    data = _by_hyperparameter(trials, direction)
    studies = list(data.groupby(_STUDY, sort=False))
    n_columns = min(_MOST_COLUMNS, len(studies))
    n_rows = math.ceil(len(studies) / n_columns)
    figure = new_figure(3.6 * n_columns, 2.7 * n_rows + 0.7)
    panels = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
    for panel, ((dataset, method, name), marks) in zip(panels, studies, strict=False):
        _draw(panel, marks)
        searched = search.get(str(dataset), {}).get(str(method), {}).get(str(name))
        _mark_range(panel, searched or _span(marks), marks["setting"])
        panel.set_title(
            f"{method_title(str(method))} on {dataset_title(str(dataset))}", fontsize=10
        )
        panel.set_xlabel(hyperparameter_title(str(name)))
    objectives = ", ".join(map(metric_title, data["objective"].unique()))
    figure.supylabel(f"{objectives} ({direction} is better)", fontsize=10)
    for panel in panels[len(studies) :]:
        panel.set_axis_off()
    _explain(figure)
    return Drawing(figure, data)


def _by_hyperparameter(trials: pd.DataFrame, direction: Literal["lower", "higher"]) -> pd.DataFrame:
    columns = ["dataset", "method", "trial", "repetition", "objective", "value", "status"]
    again = trials[trials["repetition"] > 0].groupby(["dataset", "method", "trial"])["value"]
    # One that failed once is not chosen.
    means = again.mean().where(again.count() == again.size()).dropna()
    by_study = means.groupby(["dataset", "method"])
    chosen = set(by_study.idxmin() if direction == "lower" else by_study.idxmax())
    marks = [
        {column: row[column] for column in columns}
        | {"hyperparameter": name, "setting": float(setting)}
        | {"chosen": (row["dataset"], row["method"], row["trial"]) in chosen}
        for _, row in trials.iterrows()
        for name, setting in row["hyperparameters"].values.items()
    ]
    if not marks:
        raise ValueError("a figure of the tuning needs a trial with hyperparameters, got none")
    return pd.DataFrame(marks)


def _draw(panel: Axes, marks: pd.DataFrame) -> None:
    ok = marks["status"] == "ok"
    first = marks[ok & (marks["repetition"] == 0)]
    panel.scatter(first["setting"], first["value"], s=16, color=BLUE, alpha=0.35, linewidths=0)
    for trial, values in marks[ok & (marks["repetition"] > 0)].groupby("trial"):
        _draw_candidate(panel, values, is_default=trial == -1)
    for setting in marks.loc[~ok & (marks["repetition"] == 0), "setting"]:
        panel.plot(
            setting, 0.03, "x", color=INK, markersize=6, transform=panel.get_xaxis_transform()
        )
    panel.set_axisbelow(True)
    panel.grid(axis="y", color="0.9")
    panel.spines[["top", "right"]].set_visible(False)


def _draw_candidate(panel: Axes, values: pd.DataFrame, *, is_default: bool) -> None:
    setting, numbers = values["setting"].iloc[0], values["value"]
    chosen = bool(values["chosen"].iloc[0])
    style = _style(chosen=chosen, is_default=is_default)
    panel.vlines(setting, numbers.min(), numbers.max(), color=style["markeredgecolor"], lw=1.4)
    panel.plot(setting, numbers.mean(), **style, zorder=4 if chosen else 3)


def _style(*, chosen: bool, is_default: bool) -> dict[str, Any]:
    colour = PINK if chosen else INK if is_default else BLUE
    return {
        "linestyle": "none",
        "marker": "s" if is_default else "o",
        "markersize": 8 if chosen else 7,
        "markeredgecolor": colour,
        "markerfacecolor": colour if chosen else "white",
        "markeredgewidth": 1.5,
    }


def _explain(figure: Figure) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    entries = {
        "trial, one value": Line2D([], [], linestyle="none", marker="o", color=BLUE, alpha=0.35),
        "judged again: mean, least to largest": Line2D(
            [], [], **{**_style(chosen=False, is_default=False), "linestyle": "-"}, color=BLUE
        ),
        "default": Line2D([], [], **_style(chosen=False, is_default=True)),
        "chosen": Line2D([], [], **_style(chosen=True, is_default=False)),
        "not searched": Patch(color=GREY, alpha=0.25, linewidth=0),
    }
    figure.legend(
        list(entries.values()),
        list(entries),
        loc="outside lower center",
        ncols=len(entries) if len(figure.axes) > 1 else 1,
        frameon=False,
        fontsize=8,
    )


def _span(marks: pd.DataFrame) -> tuple[float, float]:
    return float(marks["setting"].min()), float(marks["setting"].max())


def _mark_range(panel: Axes, searched: tuple[float, float], settings: pd.Series[float]) -> None:
    """Show the searched range and a margin, logarithmic where it is wide; shade the rest."""
    from matplotlib.ticker import LogLocator, NullFormatter, ScalarFormatter

    low, high = min(searched[0], settings.min()), max(searched[1], settings.max())
    if low <= 0 or high < _DECADE * low:
        margin = 0.06 * (high - low) or 1.0
        ends = low - margin, high + margin
    else:
        panel.set_xscale("log")
        margin = (high / low) ** 0.06
        ends = low / margin, high * margin
        panel.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        panel.xaxis.set_major_formatter(ScalarFormatter())
        panel.xaxis.set_minor_formatter(NullFormatter())
    panel.set_xlim(*ends)
    for start, end in ((ends[0], searched[0]), (searched[1], ends[1])):
        panel.axvspan(start, end, color=GREY, alpha=0.25, linewidth=0, zorder=0)
