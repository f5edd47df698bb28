"""The points of inputs and embeddings, and what is measured of each, as the explorer reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topo.checks import check_measurable
from topo.names import class_title
from topo.report.alignment import turns
from topo.report.arrays import indices, longest, pictures, places, shades, text
from topo.report.content import ReportEmbedding, ReportInput
from topo.report.measures import (
    MOST_POINTS,
    InputMeasures,
    PointMeasures,
    edge_lengths,
    stability,
)
from topo.report.settings import Key


def measure_input(side: ReportInput) -> InputMeasures | None:
    """Measure an input; None of points that are unknown, or more than `MOST_POINTS`."""
    if side.points is None or len(side.points) > MOST_POINTS:
        return None
    return InputMeasures.of(side.points)


def input_arrays(side: ReportInput, measured: InputMeasures | None) -> dict[str, Any]:
    """Write the input side of embeddings.

    Returns
    -------
    dict
        classes: their names in order; colours: of each as hexadecimal text, None for the text's
        own; outer: place of the enclosing class among them, or None; labels: of every point its
        place among the classes; deaths: ascending, 32-bit floats as base64; images: as
        `topo.report.arrays.pictures` writes them, or None, and their licence; loops: as
        `topo.report.arrays.longest` writes them; cycles: birth, death and edges, two points each,
        of each; tree, lengths of
        its edges, density: see `topo.report.measures`, None where they are not known.
    """
    classes = np.unique(side.labels).tolist()
    return {
        "classes": [class_title(label, side.classes, side.outer) for label in classes],
        "colours": _colours(side, classes),
        "outer": classes.index(side.outer) if side.outer in classes else None,
        "labels": indices(np.searchsorted(classes, side.labels)),
        "deaths": text(np.sort(side.deaths), "<f4"),
        "images": None if side.images is None else pictures(side.images),
        "licence": side.licence,
        "loops": longest(side.loops),
        "cycles": [_cycle(side, row) for row in side.cycles],
        **_input_measures(measured),
    }


def _cycle(side: ReportInput, row: int) -> dict[str, Any]:
    if side.loops is None:
        raise ValueError(f"cycles of {side.dataset} need its loops, got none: add the diagram")
    birth, death = side.loops[row].tolist()
    return {"birth": birth, "death": death, "edges": indices(side.cycles[row].ravel())}


def _input_measures(measured: InputMeasures | None) -> dict[str, Any]:
    if measured is None:
        return dict.fromkeys(("tree", "lengths", "density"))
    return {
        "tree": indices(measured.tree),
        "lengths": text(edge_lengths(measured.points, measured.tree), "<f4"),
        "density": shades(measured.density),
    }


def embedding_arrays(
    embeddings: Mapping[Key, ReportEmbedding], measured: InputMeasures | None
) -> dict[Key, dict[str, Any]]:
    """Write all embeddings of one input.

    Returns
    -------
    dict
        By key: square and points as `topo.report.arrays.places` writes them; turn: what lays it
        over the one before, row by row (see `topo.report.alignment`); deaths: ascending, 32-bit
        floats as base64, None where the tree tells them; tree: of every point the other end of
        its edge towards the root; asked: length of that edge in the input; trust, loss, stability:
        see `topo.report.measures`; loops, carried: as `topo.report.arrays.longest` writes them.
        These are None where they are not known.
    """
    turned = turns({key: each.points for key, each in embeddings.items()}, _before(embeddings))
    steady = _stability(embeddings)
    return {
        key: places(each.points)
        | {"turn": np.round(turned[key], 6).ravel().tolist()}
        | _measures(each, measured)
        | {"stability": shades(steady.get(key))}
        | {"loops": longest(each.loops), "carried": longest(each.carried)}
        for key, each in embeddings.items()
    }


def _before(embeddings: Mapping[Key, ReportEmbedding]) -> dict[Any, Any]:
    """Let each embedding follow the one before it in its series, and the first the very first."""
    before: dict[Key, Key] = {}
    latest: dict[tuple[str, str], Key] = {}
    for key in embeddings:
        series = (key.stage, key.method)
        leader = latest.get(series, next(iter(embeddings)))
        if leader != key:
            before[key] = leader
        latest[series] = key
    return before


def _stability(embeddings: Mapping[Key, ReportEmbedding]) -> dict[Key, NDArray[np.float64]]:
    """Measure what has more than one model seed."""
    groups: dict[tuple[Any, ...], list[Key]] = {}
    for key, each in embeddings.items():
        if len(each.points) <= MOST_POINTS:
            groups.setdefault((key.stage, key.method, key.hyperparameters), []).append(key)
    return {
        key: steady
        for keys in groups.values()
        if len(keys) > 1
        for steady in [stability([embeddings[key].points for key in keys])]
        for key in keys
    }


def _measures(embedding: ReportEmbedding, side: InputMeasures | None) -> dict[str, Any]:
    if side is None or not _has_distances(embedding.points):
        return {
            "deaths": text(np.sort(embedding.deaths), "<f4"),
            **dict.fromkeys(("tree", "asked", "trust", "loss")),
        }
    measured = PointMeasures.of(embedding.points, side)
    return {
        "deaths": None,
        "tree": indices(measured.tree),
        "asked": shades(measured.asked),
        "trust": shades(measured.trust_lost),
        "loss": shades(measured.loss),
    }


def _has_distances(points: NDArray[np.float64]) -> bool:
    """Whether squared distances between points are floats: then their metrics exist too."""
    try:
        check_measurable(points)
    except ValueError:
        return False
    return True


def _colours(side: ReportInput, classes: list[int]) -> list[str | None]:
    """Colours as in the figures; black and grey ones follow the page, which may be dark."""
    from matplotlib.colors import to_hex, to_rgb

    from topo.figures.classes import class_colours

    colours = class_colours(side.labels, side.outer)
    coloured = {label: len(set(to_rgb(colours[label]))) > 1 for label in classes}
    return [to_hex(colours[label]) if coloured[label] else None for label in classes]
