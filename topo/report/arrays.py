"""Points, labels and deaths as short texts that the page's script turns into arrays again."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topo.report.content import ReportEmbedding, ReportInput

_STEPS = 65535


def embedding_arrays(embedding: ReportEmbedding) -> dict[str, Any]:
    """Write an embedding's points and deaths.

    Returns
    -------
    dict
        square: left, bottom and side of a square around the points; points: their places in it,
        x and y of each in steps of side / 65535, 16-bit whole numbers as base64; deaths: ascending,
        32-bit floats as base64.
    """
    low = embedding.points.min(axis=0)
    side = float((embedding.points.max(axis=0) - low).max()) or 1.0
    steps = np.rint((embedding.points - low) / side * _STEPS)
    return {
        "square": [*low.tolist(), side],
        "points": _text(steps, "<u2"),
        "deaths": _text(np.sort(embedding.deaths), "<f4"),
    }


def input_arrays(side: ReportInput) -> dict[str, Any]:
    """Write the input side of embeddings.

    Returns
    -------
    dict
        classes: their names in order; colours: of each as hexadecimal text, None for the text's
        own; outer: place of the enclosing class among them, or None; labels: of every point its
        place among the classes, 16-bit whole numbers as base64; deaths: as in `embedding_arrays`.
    """
    classes = np.unique(side.labels).tolist()
    return {
        "classes": ["outer" if label == side.outer else str(label) for label in classes],
        "colours": _colours(side, classes),
        "outer": classes.index(side.outer) if side.outer in classes else None,
        "labels": _text(np.searchsorted(classes, side.labels), "<u2"),
        "deaths": _text(np.sort(side.deaths), "<f4"),
    }


def _colours(side: ReportInput, classes: list[int]) -> list[str | None]:
    """Colours as in the figures; black and grey ones follow the page, which may be dark."""
    from matplotlib.colors import to_hex, to_rgb

    from topo.figures.classes import class_colours

    colours = class_colours(side.labels, side.outer)
    coloured = {label: len(set(to_rgb(colours[label]))) > 1 for label in classes}
    return [to_hex(colours[label]) if coloured[label] else None for label in classes]


def _text(array: NDArray[Any], dtype: str) -> str:
    return b64encode(np.ascontiguousarray(array, dtype=dtype).tobytes()).decode()
