"""How many loops live longer than any threshold: of the input, of an embedding, and the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topo.figures.drawing import BLUE, GREY, INK, PINK, Drawing, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WIDTH, _HEIGHT = 1.75, 1.95
#: Thresholds, in median distances.
_THRESHOLDS = np.linspace(0.0, 1.0, 101)[1:]


class Lives(NamedTuple):
    """Lives of loops in one repetition, each in units of a median distance.

    Attributes
    ----------
    given, found
        Of the input's loops, and of all loops of the embedding.
    same
        Of the input's loops in the embedding.
    """

    given: NDArray[np.float64]
    found: NDArray[np.float64]
    same: NDArray[np.float64]


def loop_curves(lives: Mapping[str, Mapping[str, Sequence[Lives]]], *, long: float) -> Drawing:
    """Draw how many loops live longer than any threshold.

    Parameters
    ----------
    lives
        By title of a dataset and of a method, at least one repetition.
    long
        Threshold above which loops are counted elsewhere.

    Returns
    -------
    Drawing
        A row of panels per dataset, a panel per method: means over the repetitions, and for the
        same loops the band that the repetitions span. Data: one row per curve and threshold, with
        dataset, method, curve ("input", "embedding" or "same"), threshold, mean, least, most.

    Raises
    ------
    ValueError
        If there is no dataset.
    """
    if not lives:
        raise ValueError("a figure of lives needs at least one dataset, got none")
    data = pd.concat(
        [
            _curves(dataset, method, repetitions)
            for dataset, methods in lives.items()
            for method, repetitions in methods.items()
        ],
        ignore_index=True,
    )
    n_columns = max(map(len, lives.values()))
    figure = new_figure(_WIDTH * n_columns + 0.4, _HEIGHT * len(lives) + 0.5)
    rows = figure.subplots(len(lives), n_columns, squeeze=False)
    for panels, (dataset, methods) in zip(rows, lives.items(), strict=True):
        for panel, method in zip(panels, methods, strict=False):
            here = data[(data["dataset"] == dataset) & (data["method"] == method)]
            _draw(panel, here, long=long)
            panel.set_title(method, fontsize=8.5)
        for panel in panels[len(methods) :]:
            panel.set_axis_off()
        panels[0].set_ylabel(f"{dataset}: loops", fontsize=9)
    figure.supxlabel("live longer than, in median distances", fontsize=9)
    _add_legend(rows[0, 0])
    return Drawing(figure, data)


def _curves(dataset: str, method: str, repetitions: Sequence[Lives]) -> pd.DataFrame:
    frames = []
    for curve, column in (("input", "given"), ("embedding", "found"), ("same", "same")):
        counts = np.array(
            [(getattr(each, column)[:, None] > _THRESHOLDS).sum(axis=0) for each in repetitions]
        )
        frames.append(
            pd.DataFrame(
                {
                    "dataset": dataset,
                    "method": method,
                    "curve": curve,
                    "threshold": _THRESHOLDS,
                    "mean": counts.mean(axis=0),
                    "least": counts.min(axis=0),
                    "most": counts.max(axis=0),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def _draw(panel: Axes, data: pd.DataFrame, *, long: float) -> None:
    from matplotlib.ticker import MaxNLocator

    by_curve = dict(iter(data.groupby("curve")))
    given, found, same = (by_curve[name] for name in ("input", "embedding", "same"))
    x = same["threshold"]
    panel.fill_between(x, same["least"], same["most"], color=PINK, alpha=0.2, linewidth=0)
    panel.plot(x, found["mean"], color=BLUE, linewidth=1, label="embedding")
    panel.plot(x, given["mean"], color=INK, linewidth=1, linestyle="--", label="input")
    panel.plot(x, same["mean"], color=PINK, linewidth=2, label="the same")
    panel.axvline(long, color=GREY, linestyle=":", linewidth=1)
    # Many short loops would flatten the few that count.
    panel.set(xlim=(0, 1), ylim=(0, 1.8 * float(given["mean"].iloc[int(len(x) * long)]) or 2))
    panel.tick_params(labelsize=8)
    panel.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=4))
    panel.spines[["top", "right"]].set_visible(False)


def _add_legend(panel: Axes) -> None:
    handles, labels = panel.get_legend_handles_labels()
    panel.figure.legend(
        handles, labels, loc="outside upper center", ncols=3, frameon=False, fontsize=8
    )
