"""Trials of the tuning: the objective against each hyperparameter."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import pandas as pd

from topo.figures.drawing import BLUE, INK, PINK, Drawing, new_figure
from topo.names import dataset_title, method_title, metric_title

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_STUDY = ["dataset", "method", "hyperparameter"]
_MOST_COLUMNS = 3
#: Hyperparameters that were tried this far apart go on a logarithmic axis.
_DECADE = 8


def tuning_trials(trials: pd.DataFrame, *, direction: Literal["lower", "higher"]) -> Drawing:
    """Draw the objective of every trial against each hyperparameter.

    Parameters
    ----------
    trials
        One row per trial: dataset, method, trial, hyperparameters
        (`topo.scores.Hyperparameters`), objective (its name), value (NaN without one), status.

    Returns
    -------
    Drawing
        One panel per dataset, method and hyperparameter, the best trial in a ring, failed trials
        as crosses on the lower edge; data: one row per mark with dataset, method, trial,
        hyperparameter, setting, objective, value, status and best.

    Raises
    ------
    ValueError
        If no trial has hyperparameters.
    """
    data = _by_hyperparameter(trials, direction)
    studies = list(data.groupby(_STUDY, sort=False))
    n_columns = min(_MOST_COLUMNS, len(studies))
    n_rows = math.ceil(len(studies) / n_columns)
    figure = new_figure(3.6 * n_columns, 2.7 * n_rows + 0.2)
    panels = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
    for panel, ((dataset, method, name), marks) in zip(panels, studies, strict=False):
        _draw(panel, marks)
        _mark_settings(panel, data.loc[data["hyperparameter"] == name, "setting"])
        panel.set_title(
            f"{method_title(str(method))} on {dataset_title(str(dataset))}", fontsize=10
        )
        panel.set_xlabel(name)
    figure.supylabel(", ".join(map(metric_title, data["objective"].unique())), fontsize=10)
    for panel in panels[len(studies) :]:
        panel.set_axis_off()
    return Drawing(figure, data)


def _by_hyperparameter(trials: pd.DataFrame, direction: Literal["lower", "higher"]) -> pd.DataFrame:
    columns = ["dataset", "method", "trial", "objective", "value", "status"]
    ok = trials[trials["status"] == "ok"]
    by_study = ok.groupby(["dataset", "method"])["value"]
    best = set(by_study.idxmin() if direction == "lower" else by_study.idxmax())
    marks = [
        {column: row[column] for column in columns}
        | {"hyperparameter": name, "setting": float(setting), "best": index in best}
        for index, row in trials.iterrows()
        for name, setting in row["hyperparameters"].values.items()
    ]
    if not marks:
        raise ValueError("a figure of the tuning needs a trial with hyperparameters, got none")
    return pd.DataFrame(marks)


def _draw(panel: Axes, marks: pd.DataFrame) -> None:
    from matplotlib.colors import to_rgba_array

    ok, failed = (marks[(marks["status"] == "ok") == wanted] for wanted in (True, False))
    # Later trials are darker: they are where the search went.
    shades = 0.3 + 0.7 * ok["trial"].to_numpy() / max(int(marks["trial"].max()), 1)
    panel.scatter(ok["setting"], ok["value"], s=24, c=to_rgba_array([BLUE] * len(ok), shades))
    best = ok[ok["best"]]
    panel.scatter(
        best["setting"], best["value"], s=110, facecolors="none", edgecolors=PINK, linewidths=1.8
    )
    for setting in failed["setting"]:
        panel.plot(
            setting, 0.03, "x", color=INK, markersize=6, transform=panel.get_xaxis_transform()
        )
    panel.set_axisbelow(True)
    panel.grid(axis="y", color="0.9")
    panel.spines[["top", "right"]].set_visible(False)


def _mark_settings(panel: Axes, settings: pd.Series[float]) -> None:
    """Give all panels of a hyperparameter the same axis, logarithmic where its range is wide."""
    from matplotlib.ticker import LogLocator, NullFormatter, ScalarFormatter

    low, high = settings.min(), settings.max()
    if low <= 0 or high < _DECADE * low:
        margin = 0.05 * (high - low) or 1.0
        panel.set_xlim(low - margin, high + margin)
        return
    panel.set_xscale("log")
    margin = (high / low) ** 0.05
    panel.set_xlim(low / margin, high * margin)
    panel.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    panel.xaxis.set_major_formatter(ScalarFormatter())
    panel.xaxis.set_minor_formatter(NullFormatter())
