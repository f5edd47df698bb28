"""The input sides of the embeddings that the page shows: the points themselves, read back."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from flows import store
from flows.reporting.results import Results
from flows.running.embeddings import StoredEmbedding
from topo.datasets.base import LabelledPoints
from topo.params import Params
from topo.report import ReportInput
from topo.seeding import derive_seed
from topo.splits import stratified_split

#: Grey values of the page's pictures.
_GREYS = 15
#: Pixels that a side of them has at most: larger ones are averaged.
_MOST_PIXELS = 14


def read_inputs(params: Params, results: Results) -> Iterator[ReportInput]:
    """Read the input side of every dataset and split that has an embedding."""
    kept = {
        (dataset, each.split): each
        for (_, dataset), embeddings in results.embeddings.items()
        for each in embeddings
    }
    datasets = {name: store.read_dataset(name) for name, _ in kept}
    for (name, split), each in kept.items():
        points = _points(params, name, datasets[name], each)
        kind = params.datasets[name]
        yield ReportInput(
            dataset=name,
            split=split,
            labels=each.labels,
            deaths=each.input_diagram[:, 1],
            outer=results.outer[name],
            points=points,
            images=None if points is None else _images(points, kind.image_shape),
            licence=kind.licence,
        )


def _points(
    params: Params, name: str, data: LabelledPoints, kept: StoredEmbedding
) -> NDArray[np.float32] | None:
    """Return the split's test points; None where they are not those of the results.

    That is so where the page is made of results of other parameters.
    """
    seed = derive_seed("split", params.split.seed, name, kept.split)
    rows = stratified_split(data.y, params.split.fractions, seed=seed).test
    return data.X[rows] if np.array_equal(data.y[rows], kept.labels) else None


def _images(points: NDArray[np.float32], shape: tuple[int, int] | None) -> NDArray[np.uint8] | None:
    """Return points as pictures (n, height, width), coarse, with pixels from 0 to 15."""
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
