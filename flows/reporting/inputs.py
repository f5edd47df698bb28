"""The input sides of the embeddings that the page shows: the points themselves, read back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from flows.running.embeddings import StoredEmbedding
from flows.running.jobs import draw_split, load_data
from topo.datasets.base import LabelledPoints
from topo.params import Params
from topo.plan import data_name
from topo.report import ReportInput

#: By stage and dataset.
Embeddings: TypeAlias = Mapping[tuple[str, str], Sequence[StoredEmbedding]]

#: Grey values of the page's pictures.
_GREYS = 3
#: Pixels that a side of them has at most: larger ones are averaged.
_MOST_PIXELS = 14


def read_inputs(
    params: Params, embeddings: Embeddings, datasets: Mapping[str, LabelledPoints]
) -> Iterator[ReportInput]:
    """Read the input side of every dataset, draw and split that has an embedding.

    Parameters
    ----------
    params
        Of the run.
    embeddings
        What the page shows.
    datasets
        Draw 0 of every dataset; other draws are made anew.
    """
    kept = {
        (dataset, each.draw, each.split): each
        for (_, dataset), of_dataset in embeddings.items()
        for each in of_dataset
    }
    for (name, draw, split), each in kept.items():
        points = _points(params, name, datasets[name], each)
        kind = params.datasets[name]
        yield ReportInput(
            dataset=name,
            draw=draw,
            split=split,
            labels=each.labels,
            deaths=each.input_diagram[:, 1],
            outer=datasets[name].outer,
            classes=datasets[name].classes,
            points=points,
            images=None if points is None else coarse_pictures(points, kind.image_shape),
            licence=kind.licence,
        )


def _points(
    params: Params, name: str, first: LabelledPoints, kept: StoredEmbedding
) -> NDArray[np.float32] | None:
    """Return the points that were embedded: the test points of the draw and the split, or all.

    None where they are not the results', since the page is made of results of other parameters.
    """
    if kept.draw and not params.datasets[name].draws:
        return None
    data = load_data(name, kept.draw, params) if kept.draw else first
    rows = np.arange(len(data.y))
    if len(kept.labels) < len(rows):
        rows = draw_split(data.y, data_name(name, kept.draw), kept.split, params.split).test
    return data.X[rows] if np.array_equal(data.y[rows], kept.labels) else None


def coarse_pictures(
    points: NDArray[np.float32], shape: tuple[int, int] | None
) -> NDArray[np.uint8] | None:
    """Return points as pictures (n, height, width), coarse, with pixels from 0 to 3."""
    if shape is None or np.prod(shape) != points.shape[1]:
        return None
    height, width = shape
    low, high = float(points.min()), float(points.max())
    images = (points.reshape(-1, height, width) - low) / ((high - low) or 1.0)
    block = max(1, -(-max(shape) // _MOST_PIXELS))
    rows, columns = height // block, width // block
    cut = images[:, : rows * block, : columns * block]
    coarse = cut.reshape(len(points), rows, block, columns, block).mean(axis=(2, 4))
    return np.rint(coarse * _GREYS).astype(np.uint8)
