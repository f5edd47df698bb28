"""Images that the topological loss takes for faithful, in one direction or both: figure 4."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topo.checks import check_plane_points
from topo.figures.drawing import BLUE, INK, PINK, Drawing, new_figure
from topo.figures.edges import distances, draw_edges, edge_frame

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Losses below this are 0 but for rounding.
_ROUNDING = 1e-20
_LEAST = 1e-12


def counterexample(X: NDArray[np.float64], images: Mapping[str, NDArray[np.float64]]) -> Drawing:
    """Draw a point cloud and its images with the trees that the topological loss looks at.

    Bold lines are the edges of the input's tree, in all spaces; dashed ones those of an image's
    tree alone, in the input those of the first image. Every few points have their number, the same
    in all spaces.

    Parameters
    ----------
    X : (n, 2) array
        Input points.
    images
        By title, (n, 2) latent points; row i of all is the same point.

    Returns
    -------
    Drawing
        A panel for the input and one for each image, with the two losses of section 3.1 under it;
        data: one row per image, edge of a tree and space, with its ends, its length in that space,
        and the tree that it is of.

    Raises
    ------
    ValueError
        If there is no image, or the points are no finite plane points, or not equally many.
    """
    if not images:
        raise ValueError("a counterexample needs at least one image of the input, got none")
    check_plane_points(X, "X", least=2)
    for title, Z in images.items():
        check_plane_points(Z, title, least=2)
        if len(X) != len(Z):
            raise ValueError(
                f"row i of X and {title} must be the same point, got {len(X)} and {len(Z)}"
            )
    trees = {title: _tree_edges(X, Z) for title, Z in images.items()}
    figure = new_figure(4.1 * (1 + len(images)), 4.8)
    first, *others = figure.subplots(1, 1 + len(images))
    in_input = next(iter(trees.values()))
    _draw(first, X, in_input[in_input["space"] == "X"])
    first.set_title("input X", fontsize=12)
    for panel, (title, data) in zip(others, trees.items(), strict=True):
        _draw(panel, images[title], data[data["space"] == "Z"])
        panel.set_title(title, fontsize=12)
        panel.set_xlabel(
            rf"$\mathcal{{L}}_{{X \to Z}}$ = {_loss(data, 'X', 'Z')}"
            "\n"
            rf"$\mathcal{{L}}_{{Z \to X}}$ = {_loss(data, 'Z', 'X')}",
            fontsize=12, labelpad=8,
        )  # fmt: skip
    _add_legend(figure)
    parts = [data.assign(image=title) for title, data in trees.items()]
    return Drawing(figure, pd.concat(parts, ignore_index=True))


def _tree_edges(X: NDArray[np.float64], Z: NDArray[np.float64]) -> pd.DataFrame:
    """List the edges of both trees in both spaces."""
    parts = []
    trees = {"X": edge_frame(X), "Z": edge_frame(Z)}
    for tree, edges in trees.items():
        chosen = edges.loc[edges["in_tree"], ["i", "j"]]
        for space, points in (("X", X), ("Z", Z)):
            lengths = distances(points)[chosen["i"], chosen["j"]]
            ends = edge_frame(points).drop(columns=["length", "in_tree"])
            part = chosen.assign(space=space, tree=tree, length=lengths)
            parts.append(part.merge(ends, on=["i", "j"]))
    return pd.concat(parts, ignore_index=True)


def _loss(data: pd.DataFrame, start: str, end: str) -> str:
    """½ Σ of the squared changes of the lengths of a tree's edges, as text."""
    edges = data[data["tree"] == start].pivot(index=["i", "j"], columns="space", values="length")
    loss = 0.5 * float(((edges[start] - edges[end]) ** 2).sum())
    return "0" if loss < _ROUNDING else f"{loss:.2g}"


def _draw(panel: Axes, points: NDArray[np.float64], edges: pd.DataFrame) -> None:
    of_input = edges[edges["tree"] == "X"]
    alone = edges[edges["tree"] == "Z"].merge(of_input[["i", "j"]], how="left", indicator=True)
    alone = alone[alone["_merge"] == "left_only"]
    draw_edges(panel, of_input, colour=PINK, width=2.6)
    draw_edges(panel, alone, colour=BLUE, width=1.6, style="--")
    panel.scatter(points[:, 0], points[:, 1], s=26, color=INK, zorder=3)
    outwards = points - points.mean(axis=0)
    outwards[:, 0] /= max(np.abs(outwards[:, 0]).max(), _LEAST)
    outwards[:, 1] /= max(np.abs(outwards[:, 1]).max(), _LEAST)
    if np.ptp(points[:, 1]) < _LEAST:
        outwards = np.tile([0.0, 1.0], (len(points), 1))  # beside a line, not on it
    for number in range(0, len(points), 4):
        panel.annotate(
            str(number), points[number], xytext=11 * outwards[number],
            textcoords="offset points", fontsize=9, ha="center", va="center",
        )  # fmt: skip
    panel.margins(0.12)
    panel.set_aspect("equal", adjustable="datalim")
    panel.set_xticks([])
    panel.set_yticks([])


def _add_legend(figure: Figure) -> None:
    from matplotlib.lines import Line2D

    lines = [
        Line2D([], [], color=PINK, linewidth=2.6, label="in the tree of X"),
        Line2D([], [], color=BLUE, linewidth=1.6, linestyle="--", label="in the tree of Z alone"),
    ]
    figure.legend(handles=lines, loc="outside upper center", ncols=2, frameon=False, fontsize=10)
