"""What a metric is: one number for how an embedding relates to its input."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from topo.metrics.compute.space import Space

Direction = Literal["lower", "higher", "none"]
Requirement = Literal["decoder", "labels", "enclosing class", "objective"]
Scaling = Literal["raw", "sum", "max", "best", "empty"]
#: What a metric looks at: tables show metrics so, in this order.
Group = Literal[
    "neighbourhoods",
    "distances",
    "densities",
    "homology",
    "classes",
    "enclosure",
    "measured by the method itself",
]

#: Largest value of a metric: sums and squares over repetitions are still numbers.
LARGEST_VALUE = 1e150


@dataclass(frozen=True)
class Comparison:
    """An embedding beside its input, with all that a metric may ask of the pair.

    Attributes
    ----------
    input, latent
        The input's and the embedding's point clouds; row i of both is the same point.
    labels : (n,) int array or None
        Class of every point.
    outer : int or None
        The class that encloses all others (the outer sphere of SPHERES), if there is one.
    scalars
        What the method itself measured: ``reconstruction_error`` where it has a decoder,
        ``tsne_kl`` where it is t-SNE.
    """

    input: Space
    latent: Space
    labels: NDArray[np.int64] | None = None
    outer: int | None = None
    scalars: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    @cached_property
    def n_points(self) -> int:
        """Number of points compared."""
        return len(self.input.points)


@dataclass(frozen=True)
class Metric:
    """A named number computed from a `Comparison`.

    Attributes
    ----------
    name
        Name in tables and in ``params.yaml``.
    compute
        Pure function to one float.
    direction
        Which values are better; "none" where neither is.
    title
        Name in tables, the same for all scalings.
    meaning
        One sentence that says what it measures.
    group
        What it looks at.
    low, high
        Bounds of the value, infinite where there is none.
    dimension
        Homology dimension for metrics of persistence diagrams, else None.
    scaling
        How diagrams are scaled before they are compared ("raw": as they are).
    requires
        What the comparison must have for the metric to apply.
    scale_free
        True where the embedding times a factor has the same value.
    keep
        Returns arrays that are kept beside the value, by name, for metrics that have any.
    """

    name: str
    compute: Callable[[Comparison], float]
    direction: Direction
    title: str = field(kw_only=True)
    meaning: str = field(kw_only=True)
    group: Group = field(kw_only=True)
    low: float = 0.0
    high: float = float("inf")
    dimension: int | None = None
    scaling: Scaling = "raw"
    requires: Requirement | None = None
    scale_free: bool = False
    keep: Callable[[Comparison], Mapping[str, NDArray[Any]]] | None = None

    @property
    def module(self) -> str:
        """Name of the module that has its function."""
        name: str = getattr(self.compute, "func", self.compute).__module__
        return name


def by_name(*families: Iterable[Metric]) -> dict[str, tuple[Metric, ...]]:
    """Return metrics by name, those of one name together, in the order of the families."""
    metrics = [metric for family in families for metric in family]
    return {m.name: tuple(other for other in metrics if other.name == m.name) for m in metrics}
