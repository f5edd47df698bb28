"""An embedding at high perplexity, and diagram distances against perplexity: figure 8."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topo.figures.classes import add_legend, class_colours, scatter_classes
from topo.figures.drawing import BLUE, INK, Drawing, new_figure
from topo.names import dataset_title
from topo.scores import repetitions

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PANELS = {
    "raw": r"$d_{SW}$, diagrams as they are",
    "sum": r"$d_{SW}$, each diagram divided by its own sum",
    "best": r"$d_{SW}$, the embedding's diagram times its best factor",
}
#: Beside the distances: how far the outer class lies around the inner ones.
_NESTING = "nesting, 0 to 1"
_TICK_RATIO = 1.45


def perplexity_sweep(
    scores: pd.DataFrame,
    points: NDArray[np.float64],
    labels: NDArray[np.integer[Any]],
    *,
    dataset: str,
    perplexity: float,
    outer: int | None,
) -> Drawing:
    """Draw an embedding beside the sliced Wasserstein distances of the whole sweep.

    Parameters
    ----------
    scores
        Score table with the sweep of t-SNE over perplexities.
    points : (n, 2) array
        Embedding at the perplexity named.
    labels : (n,) int array
        Class of every point.
    dataset
        Name; other datasets' rows are passed over.
    perplexity
        Of the embedding, for its title.
    outer
        The class that encloses all others; None without one.

    Returns
    -------
    Drawing
        Left the embedding; right a panel for nesting, if it was measured, for the raw distance
        (with that of the empty diagram), for diagrams divided by their sums, and for the best
        factor, each with a thin line per repetition, the band that they span, and their mean.
        Data: perplexity, draw, split, scaling and value, one row per number.

    Raises
    ------
    ValueError
        If there is no such row, or the embedding is not one plane point per label.
    """
    if points.shape != (len(labels), 2):
        raise ValueError(
            f"the embedding must be one plane point per label, shape ({len(labels)}, 2), got "
            f"{points.shape}"
        )
    data = _sweep_distances(scores, dataset)
    colours = class_colours(labels, outer)
    nested = data[data["scaling"] == "nesting"]
    rows = [*(["nesting"] if len(nested) else []), *_PANELS]
    figure = new_figure(11.5, 1.6 * len(rows) + 1.4)
    left, *right = figure.subplot_mosaic(
        [["embedding", name] for name in rows], width_ratios=[1.25, 1]
    ).values()
    if len(nested):
        above, *right = right
        _draw_lines(above, nested)
        above.set_ylim(0, 1)
        above.set_title(_NESTING, fontsize=10, loc="left")
    scatter_classes(left, points, labels, colours)
    left.set_title(f"t-SNE of {dataset_title(dataset)}, perplexity {perplexity:g}", fontsize=11)
    for panel, (scaling, title) in zip(right, _PANELS.items(), strict=True):
        _draw_lines(panel, data[data["scaling"] == scaling])
        panel.set_title(title, fontsize=10, loc="left")
    # Others than the raw one begin at 0: they have no level to be compared with.
    for panel in right[1:]:
        panel.set_ylim(bottom=0)
    _draw_empty(right[0], data[data["scaling"] == "empty"])
    low, high = right[0].get_ylim()
    spans = f"{_PANELS['raw']} (the axis spans {100 * (high / low - 1):.2g} % of them)"
    right[0].set_title(spans if low > 0 else _PANELS["raw"], fontsize=10, loc="left")
    right[0].legend(frameon=False, fontsize=8, ncols=2, loc="lower right", columnspacing=1)
    right[-1].set_xlabel("perplexity")
    add_legend(figure, colours, outer)
    return Drawing(figure, data)


def _sweep_distances(scores: pd.DataFrame, dataset: str) -> pd.DataFrame:
    """Return d_SW of t-SNE by perplexity.

    Returns
    -------
    DataFrame
        perplexity, draw, split, scaling ("raw", "sum", "best" or "empty"; "nesting" where the
        value is that), value; repetitions without a value are left out.

    Raises
    ------
    ValueError
        If nothing is left.
    """
    scores = repetitions(scores)
    rows = scores[
        (scores["dataset"] == dataset)
        & (scores["method"] == "tsne")
        & scores["metric"].isin(["sliced_wasserstein", "nesting"])
        & scores["scaling"].isin([*_PANELS, "empty"])
        & scores["value"].notna()
    ]
    if "sliced_wasserstein" not in set(rows["metric"]):
        raise ValueError(
            f"the sweep of {dataset} needs sliced Wasserstein distances of t-SNE, the score table "
            "has none: name sliced_wasserstein in sweep.metrics and run the stage `sweep`"
        )
    perplexities = [float(each.values["perplexity"]) for each in rows["hyperparameters"]]
    scalings = rows["scaling"].where(rows["metric"] != "nesting", "nesting")
    rows = rows.assign(perplexity=perplexities, scaling=scalings)
    data = rows[["perplexity", "draw", "split", "scaling", "value"]]
    return data.sort_values(["scaling", "perplexity", "split"], ignore_index=True)


def _draw_lines(panel: Axes, rows: pd.DataFrame) -> None:
    from matplotlib.ticker import MaxNLocator, NullLocator, ScalarFormatter

    values = rows.pivot(index="perplexity", columns="split", values="value")
    for split in values:
        panel.plot(values.index, values[split], color=BLUE, linewidth=0.7, alpha=0.6)
    panel.fill_between(
        values.index, values.min(axis=1), values.max(axis=1), color=BLUE, alpha=0.12, linewidth=0
    )
    mean = values.mean(axis=1)
    label = f"mean of {values.shape[1]} repetitions" if values.shape[1] > 1 else "one repetition"
    panel.plot(mean.index, mean, color=BLUE, linewidth=2, marker="o", markersize=4, label=label)
    panel.set_xscale("log")
    if len(values):
        panel.set_xticks(_spaced(values.index.to_numpy(dtype=np.float64)))
    panel.xaxis.set_major_formatter(ScalarFormatter())
    panel.xaxis.set_minor_locator(NullLocator())
    panel.yaxis.set_major_locator(MaxNLocator(4))
    panel.grid(axis="y", color="0.9")
    panel.spines[["top", "right"]].set_visible(False)


def _spaced(perplexities: NDArray[np.float64]) -> list[float]:
    """Leave out ticks whose numbers would touch on the logarithmic axis."""
    kept: list[float] = []
    for perplexity in perplexities.tolist():
        if not kept or perplexity >= _TICK_RATIO * kept[-1]:
            kept.append(perplexity)
    return kept


def _draw_empty(panel: Axes, rows: pd.DataFrame) -> None:
    """Draw what the empty diagram scores, which depends on the repetition alone."""
    if rows.empty:
        return
    for value in rows.groupby("split")["value"].first():
        panel.axhline(value, color=INK, linestyle=":", linewidth=0.7)
    mean = rows.groupby("split")["value"].first().mean()
    panel.axhline(mean, color=INK, linestyle="--", linewidth=1.4, label="empty diagram")
