"""The section `loops` of params.yaml: losses that see loops, on data whose loops are known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

from pydantic import Field, PositiveInt, ValidationInfo, field_validator, model_validator

from topo.methods import METHODS
from topo.methods.base import Method
from topo.params.names import MethodNames, MetricNames, check_name
from topo.params.section import Repetitions, Section
from topo.params.stages import MethodParams, build_method, check_methods


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
        What every method has beside that, its own before what is shared; the epochs of a dataset
        come before both.
    """

    training: TrainingParams
    # Before the methods, which are built with its epochs.
    datasets: dict[str, LoopsDataset]
    methods: dict[str, MethodParams]
    metrics: MetricNames

    @field_validator("methods", mode="before")
    @classmethod
    def _build_methods(cls, given: Any, info: ValidationInfo) -> dict[str, MethodParams]:
        if not {"training", "datasets"} <= info.data.keys():
            return {}  # Their own faults are told.
        shared = info.data["training"].model_dump()
        epochs = {
            dataset: stage.model_dump(include={"epochs"})
            for dataset, stage in info.data["datasets"].items()
            if stage.epochs is not None
        }
        return {
            name: build_method(name, {**shared, **own}, epochs)
            if METHODS[name].trains
            else build_method(name, own, {})
            for name, own in check_methods(given).items()
        }

    @model_validator(mode="after")
    def _check_described(self) -> Self:
        for dataset, name in self.uses():
            check_name(name, "method", self.methods, place=f"datasets.{dataset}.methods")
        return self

    def uses(self) -> Iterator[tuple[str, str]]:
        """Yield every dataset with each method that runs on it, in the order of params.yaml."""
        yield from ((name, each) for name, stage in self.datasets.items() for each in stage.methods)

    def method(self, name: str, dataset: str) -> Method:
        """Return a method as it is used on a dataset."""
        return self.methods[name].on(dataset)
