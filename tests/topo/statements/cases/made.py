"""Tables of which a statement must hold, must not, must stay open, and must be fragile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from tests.topo.statements.tables import Table, Values, unsure

DATASETS = ("spheres", "mnist")
NAN = float("nan")


class Made(NamedTuple):
    """Four tables.

    Attributes
    ----------
    holds, fails, open
        Tables of these outcomes.
    fragile
        A table whose outcome, holds or not, changes with one repetition less or in two other ways.
    """

    holds: Table
    fails: Table
    open: Table
    fragile: Table


def made(make: Callable[..., Table], holds: Any, fails: Any, undecided: Any, fragile: Any) -> Made:
    """Make the four tables from what tells them apart."""
    return Made(make(holds), make(fails), make(undecided), make(fragile))


def barely(bound: float, width: float, *, by: float = 1.3) -> list[float]:
    """Five repetitions whose interval just clears a bound: above it, or below with `width` < 0.

    One of them left out, or half of them, no longer do. Over splits of one dataset, where the
    interval is wider, `by` is 2.
    """
    return unsure(bound + by * width, abs(width))


def one(metric: str, method: str, dataset: str = "spheres") -> Callable[[Values], Table]:
    """Tables of one metric of one method."""
    return lambda value: Table().benchmark(metric, dataset, **{method: value})


def four(metric: str, dataset: str, *, scaling: str = "raw") -> Callable[..., Table]:
    """Tables of one metric: t-SNE, UMAP, AE, TopoAE."""

    def make(values: tuple[Values, Values, Values, Values]) -> Table:
        methods = dict(zip(("tsne", "umap", "ae", "topoae"), values, strict=True))
        return Table().benchmark(metric, dataset, scaling=scaling, **methods)

    return make


def merged(*tables: Table) -> Table:
    """Put the rows of several tables into one."""
    table = Table()
    table.rows = [row for each in tables for row in each.rows]
    table.numbers = [row for each in tables for row in each.numbers]
    return table


def by(dataset: str) -> float:
    """Return how far an interval must lie from a bound, for `barely`."""
    return 1.3 if dataset.startswith("spheres") else 2.0
