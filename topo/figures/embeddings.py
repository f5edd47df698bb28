"""Embeddings side by side: the paper's figures 5 and 7."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from topo.checks import check_plane_points
from topo.figures.classes import add_legend, class_colours, scatter_classes
from topo.names import dataset_title, method_title

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_PANEL = 3.2
_MOST_COLUMNS = 4
_MOST_CLASSES = 21


def embedding_grid(
    embeddings: Mapping[str, NDArray[np.float64] | str],
    labels: NDArray[np.integer[Any]],
    *,
    dataset: str,
    outer: int | None,
    classes: Sequence[str] = (),
) -> Figure:
    """Draw the embeddings of one dataset side by side, as in the paper's figures 5 and 7.

    Parameters
    ----------
    embeddings
        By method, the (n, 2) points of its embedding, or the reason why there is none.
    labels : (n,) int array
        Class of every point, which decides its colour.
    outer
        The class that encloses all others, which is drawn in grey below them; None without one.
    classes
        Name of every class, by its number; empty where classes have none.

    Raises
    ------
    ValueError
        If there is no embedding, or one of them is not one finite plane point per label.
    """
    from matplotlib.figure import Figure

    if not embeddings:
        raise ValueError("a figure needs at least one embedding, got none")
    n_rows = math.ceil(len(embeddings) / _MOST_COLUMNS)
    n_columns = math.ceil(len(embeddings) / n_rows)
    figure = Figure(
        figsize=(_PANEL * n_columns, (_PANEL + 0.25) * n_rows + 0.7), dpi=120, layout="constrained"
    )
    panels = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
    colours = class_colours(labels, outer)
    for panel, (method, embedding) in zip(panels, embeddings.items(), strict=False):
        panel.set_title(method_title(method), fontsize=11)
        if isinstance(embedding, str):
            _write(panel, embedding)
        else:
            _check(embedding, len(labels), method)
            scatter_classes(panel, embedding, labels, colours)
    for panel in panels[len(embeddings) :]:
        panel.set_axis_off()
    figure.suptitle(dataset_title(dataset), fontsize=13, parse_math=False)
    # One class needs no legend, and of more than there are colours it would tell nothing.
    if 1 < len(colours) <= _MOST_CLASSES:
        add_legend(figure, colours, outer, classes)
    return figure


def _check(embedding: NDArray[np.float64], n_points: int, method: str) -> None:
    name = f"the embedding of {method}"
    check_plane_points(embedding, name)
    if len(embedding) != n_points:
        raise ValueError(
            f"{name} must be one plane point per label, shape ({n_points}, 2), got "
            f"{embedding.shape}"
        )


def _write(panel: Axes, reason: str) -> None:
    import textwrap

    text = "\n".join(textwrap.wrap(reason, 34)[:8])
    panel.text(0.5, 0.5, text, ha="center", va="center", fontsize=8, transform=panel.transAxes)
    panel.set_xticks([])
    panel.set_yticks([])
