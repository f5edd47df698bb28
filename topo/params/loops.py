"""The section `loops` of params.yaml: losses that see loops, on data whose loops are known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

from pydantic import Field, PositiveInt, field_validator, model_validator

from topo.methods import METHODS
from topo.methods.base import Method
from topo.params.faults import build, check_mapping
from topo.params.names import MethodNames, MetricNames, check_name
from topo.params.section import Repetitions, Section


class TrainingParams(Section):
    """What all autoencoders of the stage share; see `topo.methods.autoencoder.AE`."""

    hidden: tuple[PositiveInt, ...]
    epochs: PositiveInt
    batch_size: int = Field(ge=2)
    learning_rate: float = Field(gt=0)


class LoopsDataset(Section):
    """Which methods run on a dataset, and how often.

    Attributes
    ----------
    repetitions
        Each has a model seed of its own, and data where these are drawn at random.
    epochs
        Of the autoencoders, where it is another number than the stage's.
    """

    methods: MethodNames
    repetitions: Repetitions
    epochs: PositiveInt | None = None


class LoopsParams(Section):
    """Losses that see loops beside others, fitted and scored on all points of a dataset.

    A loop of 300 points does not survive a split, so there is none.

    Attributes
    ----------
    training
        What the autoencoders share.
    methods
        Hyperparameters of every method, beside those.
    """

    training: TrainingParams
    methods: dict[str, dict[str, Any]]
    datasets: dict[str, LoopsDataset]
    metrics: MetricNames

    @field_validator("methods", mode="before")
    @classmethod
    def _check_methods(cls, given: Any) -> dict[str, dict[str, Any]]:
        return {
            check_name(name, "method", METHODS): dict(check_mapping(fields, name))
            for name, fields in check_mapping(given, "methods").items()
        }

    @model_validator(mode="after")
    def _build_methods(self) -> Self:
        for name in self.methods:
            self._build(name)
        for dataset, name in self.uses():
            check_name(name, "method", self.methods, place=f"datasets.{dataset}.methods")
            self.method(name, dataset)
        return self

    def uses(self) -> Iterator[tuple[str, str]]:
        """Yield every dataset with each method that runs on it, in the order of params.yaml."""
        yield from ((name, each) for name, stage in self.datasets.items() for each in stage.methods)

    def method(self, name: str, dataset: str) -> Method:
        """Return a method as it is used on a dataset.

        Raises
        ------
        ValueError
            Lists every fault of its hyperparameters.
        """
        own = self.datasets[dataset].model_dump(include={"epochs"}, exclude_none=True)
        return self._build(name, **own)

    def _build(self, name: str, **own: int) -> Method:
        kind, fields = METHODS[name], self.methods[name]
        if kind.trains:
            fields = {**self.training.model_dump(), **own, **fields}
        method: Method = build(kind, fields, f"methods.{name}")
        return method
