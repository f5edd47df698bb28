"""What is asked of the score tables: one quantity of one method, with a value per repetition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from topo.metrics.base import Direction
from topo.metrics.registry import METRICS
from topo.names import dataset_title, method_title, metric_title
from topo.table.layout import SHORT_TITLES

Stage = Literal["benchmark", "sweep", "loops"]

_SCALED = {
    "raw": "",
    "sum": "/Σ",
    "max": "/max",
    "best": " at the best factor",
    "empty": " of the empty diagram",
}


@dataclass(frozen=True)
class Quantity:
    """A number of the score table.

    Attributes
    ----------
    metric, scaling
        As in the table.
    dimension
        Homology dimension; 0 also stands for numbers that have none.
    """

    metric: str
    scaling: str = "raw"
    dimension: int = 0

    @property
    def title(self) -> str:
        """Its name in print."""
        if (self.metric, self.scaling) in SHORT_TITLES:
            return SHORT_TITLES[self.metric, self.scaling]
        words = metric_title(self.metric)
        # The numbers of the theory stage have no other name than their key.
        words = self.metric.replace("_", " ") if words == self.metric else words
        return SHORT_TITLES.get((self.metric, "raw"), words) + _SCALED[self.scaling]

    @property
    def direction(self) -> Direction:
        """Which values are better, as the metric says."""
        entries = [each for each in METRICS[self.metric] if each.scaling == self.scaling]
        return entries[0].direction


@dataclass(frozen=True)
class Sample:
    """One quantity of one method on one dataset: a value per repetition.

    Attributes
    ----------
    dataset, method
        As in the table.
    quantity
        What is measured.
    stage
        Table that it stands in.
    hyperparameters
        Values that tell it from others of the sweep.
    """

    dataset: str
    method: str
    quantity: Quantity
    stage: Stage = "benchmark"
    # Compared, but not hashed: a mapping cannot be.
    hyperparameters: Mapping[str, float] = field(default_factory=dict, hash=False)

    @property
    def who(self) -> str:
        """The method in print, with the hyperparameters that matter."""
        chosen = ", ".join(f"{name} {value:g}" for name, value in self.hyperparameters.items())
        return method_title(self.method) + (f" at {chosen}" if chosen else "")

    @property
    def title(self) -> str:
        """What it is, in print."""
        return f"{self.quantity.title} of {self.who} on {dataset_title(self.dataset)}"

    @property
    def source(self) -> str:
        """What was run to measure it, in print."""
        return f"{method_title(self.method)} on {dataset_title(self.dataset)}"


@dataclass(frozen=True)
class TheorySample:
    """A number of one case of an experiment: a value per repetition.

    Attributes
    ----------
    experiment, case, quantity
        As in the theory table.
    dimension
        Homology dimension; 0 also stands for numbers that have none.
    """

    experiment: str
    case: str
    quantity: str
    dimension: int = 0

    @property
    def title(self) -> str:
        """What it is, in print."""
        place = f"{self.experiment}/{self.case}".removesuffix("/")
        return f"{Quantity(self.quantity).title} ({case_title(place)})"

    @property
    def source(self) -> str:
        """What was run to measure it, in print."""
        return f"the experiment {case_title(self.experiment)}"


def theory_sample(place: str, quantity: str, dimension: int = 0) -> TheorySample:
    """Name a number of an experiment's case, such as ``theorem_1/circle/m=20``."""
    experiment, _, case = place.partition("/")
    return TheorySample(experiment, case, quantity, dimension)


def case_title(case: str) -> str:
    """Write the name of a case of the theory stage."""
    return case.replace("_", " ").replace("/", ", ")
