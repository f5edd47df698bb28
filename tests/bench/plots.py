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
            file = f"{benchmark}-{name}.png"
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
    """Show how many cores each run keeps busy over time."""
    figure, axes = _figure(8, 1.7 * len(runs), len(runs))
    for axis, (name, run) in zip(axes.flat, runs.items(), strict=True):
        axis.fill_between(run["times"], run["cores"], step="post", color=_BLUE, alpha=0.7)
        axis.set_ylim(0, max(2.2, *run["cores"]) if run["cores"] else 2.2)
        axis.set_xlim(0, max(max(each["times"], default=1) for each in runs.values()))
        axis.set_ylabel("cores busy")
        axis.set_title(name, fontsize=9, loc="left")
        axis.axhline(2, color=_RED, linewidth=0.8, linestyle="--")
    axes.flat[-1].set_xlabel("seconds since the command")
    return figure


def growth(series: Series) -> Figure:
    """Show seconds and peak memory against the number of points."""
    figure, axes = _figure(8, 3.4, 1, 2)
    n, found = series["n"], series["found"]
    left, right = axes.flat
    for name in found[0]:
        values = [each[name] for each in found]
        if name == "peak memory":
            right.plot(n, values, "o-", color=_RED)
            right.plot(n, [values[0] * (k / n[0]) ** 2 for k in n], ":", color=_GREY, label="n²")
        else:
            left.plot(n, values, "o-", label=name)
    left.plot(n, [found[0]["scoring one embedding"] * (k / n[0]) ** 2 for k in n], ":",
              color=_GREY, label="n²")  # fmt: skip
    left.set_ylabel("seconds")
    right.set_ylabel("peak memory, MiB")
    for axis in axes.flat:
        axis.set_xscale("log", base=2)
        axis.set_yscale("log")
        axis.set_xticks(n, [f"{k:,}" for k in n])
        axis.set_xlabel("points")
        axis.grid(alpha=0.3)
        axis.legend(fontsize=7)
    return figure


_PLOTS: dict[str, Callable[[Any], Figure]] = {
    "ratios": ratios,
    "parts": parts,
    "use": use,
    "growth": growth,
}
