"""Plots of the results page, drawn from what the benchmarks kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

Series = dict[str, Any]
_BLUE, _GREY, _RED = "#3b6ea5", "#8a8a8a", "#b5483a"


def draw(results: dict[str, Any], folder: Path) -> dict[str, list[str]]:
    """Draw what there is.

    Parameters
    ----------
    results
        As in ``results.json``: sections by name of the benchmark.
    folder
        Where the PNG files go.

    Returns
    -------
    dict
        Names of the files by name of the benchmark.
    """
    folder.mkdir(parents=True, exist_ok=True)
    drawn: dict[str, list[str]] = {}
    for benchmark, section in results.items():
        for name, draw_one in _PLOTS.items():
            if name == "ratios" and benchmark in ("loss", "metrics"):
                figure = draw_one(section["ratios"])
            elif name in section["series"]:
                figure = draw_one(section["series"][name])
            else:
                continue
            file = f"{benchmark.replace(' --', '-').replace(' ', '-')}-{name}.png"
            figure.savefig(folder / file, metadata={"Software": None})
            drawn.setdefault(benchmark, []).append(file)
    return drawn


def _figure(width: float, height: float, n_rows: int = 1, n_columns: int = 1) -> Any:
    figure = Figure(figsize=(width, height), dpi=100, layout="constrained")
    return figure, figure.subplots(n_rows, n_columns, squeeze=False)


def ratios(rows: list[dict[str, Any]]) -> Figure:
    """Show how many times longer the other side takes, with the least and greatest round."""
    figure, axes = _figure(8, 1 + 0.17 * len(rows))
    (axis,) = axes.flat
    for place, row in enumerate(reversed(rows)):
        colour = _GREY if row["slower"].startswith("sci") else _BLUE
        axis.plot([row["low"], row["high"]], [place, place], color=colour, linewidth=1)
        axis.plot(row["ratio"], place, "o", color=colour, markersize=4)
    labels = [f"{row['case']} · {row['slower']}" for row in reversed(rows)]
    axis.set_yticks(range(len(rows)), labels, fontsize=6)
    axis.set_ylim(-1, len(rows))
    axis.axvline(1, color="black", linewidth=0.8)
    axis.set_xscale("log")
    axis.set_xlabel("times as long as this project (grey: a library; log scale)")
    axis.grid(axis="x", alpha=0.3)
    return figure


def parts(seconds: dict[str, float]) -> Figure:
    """Show what the metrics of one embedding spend their time on."""
    shown = list(seconds.items())[:15]
    figure, axes = _figure(7, 1 + 0.22 * len(shown))
    (axis,) = axes.flat
    axis.barh([name for name, _ in shown][::-1], [s for _, s in shown][::-1], color=_BLUE)
    axis.set_xlabel("seconds for one embedding, the fifteen that take longest")
    axis.tick_params(axis="y", labelsize=8)
    return figure


def use(runs: dict[str, Series]) -> Figure:
    """Show how many cores each run keeps busy over time, and how many workers have a unit."""
    figure, axes = _figure(8, 1.7 * len(runs), len(runs))
    for axis, (name, run) in zip(axes.flat, runs.items(), strict=True):
        axis.fill_between(run["times"], run["cores"], step="post", color=_BLUE, alpha=0.7)
        if any(run["at_work"]):
            axis.step(run["times"], run["at_work"], where="post", color="black", linewidth=0.7)
        axis.set_ylim(0, max(2.2, *run["cores"]) if run["cores"] else 2.2)
        axis.set_xlim(0, max(max(each["times"], default=1) for each in runs.values()))
        axis.set_ylabel("cores busy")
        axis.set_title(name, fontsize=9, loc="left")
        axis.axhline(2, color=_RED, linewidth=0.8, linestyle="--")
    axes.flat[-1].set_xlabel("seconds since the command (line: workers with a unit)")
    return figure


def growth(series: Series) -> Figure:
    """Show seconds and peak memory against the number of points."""
    figure, axes = _figure(8, 3.6, 1, 2)
    lines = series["seconds"], series["memory"]
    ticks = sorted({n for each in lines for points in each.values() for n, _ in points})
    for axis, each, what in zip(axes.flat, lines, ("seconds", "peak memory, MiB"), strict=True):
        for label, points in each.items():
            n, values = zip(*points, strict=True)
            axis.plot(n, values, "o-", label=label, markersize=4)
            if label in series["guides"]:
                guide = [values[0] * (k / n[0]) ** 2 for k in (n[0], ticks[-1])]
                axis.plot((n[0], ticks[-1]), guide, ":", color=_GREY, label=f"n² from {label}")
        axis.set_xscale("log", base=2)
        axis.set_yscale("log")
        axis.set_xticks(ticks, [f"{k:,}" for k in ticks], fontsize=7)
        axis.set_ylabel(what)
        axis.set_xlabel("points")
        axis.grid(alpha=0.3)
        axis.legend(fontsize=6)
    return figure


_PLOTS: dict[str, Callable[[Any], Figure]] = {
    "ratios": ratios,
    "parts": parts,
    "use": use,
    "growth": growth,
}
