"""Figures of the command `score`: the embeddings by class, and the two diagrams."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from topo.figures import diagrams_by_scale, embedding_grid, png
from topo.methods import METHODS
from topo.names import method_title
from topo.report import ReportFigure


class DrawnEmbedding(NamedTuple):
    """What figures show of an embedding.

    Attributes
    ----------
    points : (n, d) array
        Its points.
    diagram, input_diagram : (n - 1, 2) arrays
        Its persistence diagram in dimension 0, and that of the input.
    """

    name: str
    points: NDArray[np.float64]
    diagram: NDArray[np.float64]
    input_diagram: NDArray[np.float64]


def draw_scored(
    drawn: Sequence[DrawnEmbedding],
    labels: NDArray[np.int64] | None,
    *,
    dataset: str,
    outer: int | None = None,
    names: Sequence[str] = (),
) -> list[ReportFigure]:
    """Draw embeddings beside the controls, by class if labels are given, and the first's diagram.

    `names` are those of the classes, by number.
    """
    classes = np.zeros(len(drawn[0].points), dtype=np.int64) if labels is None else labels
    grid = embedding_grid(
        {each.name: _plane(each.points) for each in drawn},
        classes,
        dataset=dataset,
        outer=outer,
        classes=names,
    )
    first, names = drawn[0], ", ".join(method_title(each.name) for each in drawn)
    diagrams = {
        f"input: {dataset}": first.input_diagram,
        f"embedding: {first.name}": first.diagram,
    }
    return [
        ReportFigure(
            name="embeddings",
            title="Embeddings",
            caption=f"{_HOW_SHOWN[min(first.points.shape[1], 3)]} {_colours(labels)}",
            description=f"One panel each for {names}.",
            image=png(grid),
        ),
        ReportFigure(
            name="diagrams",
            title="Persistence diagrams in dimension 0",
            caption="All births are 0; bars tell how many deaths lie at each height. Above on one "
            "scale, below each on its own: a metric of diagrams as they are sees the upper row, "
            "one that scales them the lower.",
            description=f"The diagrams of {dataset} and of {first.name}, twice.",
            image=png(diagrams_by_scale(diagrams).figure),
        ),
    ]


_HOW_SHOWN = {
    1: "The embedding, a line, beside the controls in the plane.",
    2: "The embedding beside the controls, all in the plane.",
    3: "The embedding’s first two principal components, beside the controls in the plane.",
}


def _colours(labels: NDArray[np.int64] | None) -> str:
    if labels is None:
        return "No labels were given."
    return f"Colours are the {len(np.unique(labels))} classes."


def _plane(points: NDArray[np.float64]) -> NDArray[np.float64]:
    if points.shape[1] == 1:
        return np.hstack([points, np.zeros_like(points)])
    if points.shape[1] == 2:
        return points
    return METHODS["pca"]().embed(points, points, seed=0).points
