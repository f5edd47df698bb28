"""One paragraph that a person may quote, made from the numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from topo.names import method_title
from topo.own.data import DataAccount
from topo.own.keeping import NOT_LOWER, Keeping
from topo.stability import Regions
from topo.table.numbers import format_number


def paragraph(
    name: str,
    data: DataAccount,
    kept: Sequence[Keeping],
    stable: Mapping[str, Regions],
    *,
    n_splits: int,
) -> str:
    """Say in a few sentences what a study of one dataset found.

    Parameters
    ----------
    name
        Of the dataset, as a reader sees it.
    data
        What the data are.
    kept
        Which method keeps what.
    stable
        Regions of the points, by method.
    n_splits
        How many splits the comparisons rest on.
    """
    judged = (
        f"In the plane, judged on the test points of {n_splits} random "
        f"split{'s' * (n_splits != 1)}, these are kept: "
    )
    sentences = [_what(name, data), judged + "; ".join(map(_keeps, kept)) + "."]
    return " ".join([*sentences, *([_stands(stable)] if stable else [])])


def _what(name: str, data: DataAccount) -> str:
    classes = f" in {len(data.classes)} classes" if data.classes else ""
    dimension = ""
    if data.dimension is not None:
        dimension = f", of intrinsic dimension about {format_number(data.dimension.value, 2)}"
    return (
        f"{name} has {data.n_points:,} points{classes} in {data.n_features:,} dimensions"
        f"{dimension}."
    )


def _keeps(each: Keeping) -> str:
    metric = each.aspect.title
    if each.best is None:
        return f"{each.aspect.name}: no method is shown to beat random points ({metric})"
    equal = [name for name, kept in each.methods.items() if kept.standing in NOT_LOWER]
    mean = format_number(each.methods[each.best].mean, 3)
    also = f", not told apart from {_and(map(method_title, equal))}" if equal else ""
    return (
        f"{each.aspect.name} best by {method_title(each.best)} ({metric}: {mean}, random points "
        f"{format_number(each.random, 3)}){also}"
    )


def _stands(stable: Mapping[str, Regions]) -> str:
    ordered = sorted(stable, key=lambda name: stable[name].median)
    radii = [f"{method_title(name)} {format_number(stable[name].median, 2)}" for name in ordered]
    return (
        "A point's place over other seeds and draws lies, nine times in ten, within this share of "
        f"the picture's radius for half of the points: {', '.join(radii)}."
    )


def _and(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
