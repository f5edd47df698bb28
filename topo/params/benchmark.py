"""The section `benchmark` of params.yaml: what is compared, and how often it is repeated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Self

from pydantic import Field, model_validator

from topo.methods import METHODS
from topo.params.faults import build
from topo.params.names import DatasetNames, MethodNames, MetricNames, check_name
from topo.params.section import Repetitions, Section
from topo.stability import FEWEST_DRAWS


class CrossedParams(Section):
    """All combinations of the first draws, splits and model seeds, to tell their spreads apart.

    Attributes
    ----------
    draws
        Of a dataset that is drawn at random; others have one.
    splits
        Of each draw.
    model_seeds
        On each split, for a method that has any randomness.
    """

    draws: int = Field(ge=1)
    splits: int = Field(ge=1)
    model_seeds: int = Field(ge=1)


class RepeatedParams(Section):
    """How often a benchmark is repeated on a dataset.

    Attributes
    ----------
    repetitions
        Each has a split and a model seed of its own, and data where these are drawn at random.
    crossed
        Further fits beside them; at most as many draws and splits as there are repetitions.
    second_best
        In how many of the repetitions a tuned method has its second-best hyperparameters too.
    """

    repetitions: Repetitions
    crossed: CrossedParams
    second_best: int = Field(ge=0)

    @model_validator(mode="after")
    def _check_crossed(self) -> Self:
        for name in ("draws", "splits"):
            n = getattr(self.crossed, name)
            if n > self.repetitions:
                raise ValueError(
                    f"crossed.{name} must be at most repetitions, got {n} of {self.repetitions}: "
                    "lower it or raise repetitions"
                )
        if self.second_best > self.repetitions:
            raise ValueError(
                f"second_best must be at most repetitions, which it is compared in, got "
                f"{self.second_best} of {self.repetitions}: lower it or raise repetitions"
            )
        return self


class OtherRepeatedParams(Section):
    """What of `RepeatedParams` is another on some dataset."""

    repetitions: int | None = None
    crossed: CrossedParams | None = None
    second_best: int | None = None


class StabilityParams(Section):
    """How often each method draws the same points anew, for regions in which a point lies.

    Attributes
    ----------
    draws
        Runs, each with a model seed and a draw of its own: fewer leave no run out to check on.
    share
        Share of the training and of the test points that a draw has.
    """

    draws: int = Field(ge=FEWEST_DRAWS)
    share: float = Field(ge=0.5, lt=1)


class BenchmarkParams(RepeatedParams):
    """The comparison of Table 1.

    Attributes
    ----------
    leave_out
        Methods that do not run on a dataset, by the dataset's name.
    per_dataset
        How often it is repeated on some datasets, where that is another number.
    defaults
        In how many of the repetitions a tuned method has its values of params.yaml too, which tells
        what tuning gains.
    stability
        Further embeddings of split 0, which show how far a picture can be trusted point by point;
        none if it is left out.
    """

    datasets: DatasetNames
    methods: MethodNames
    leave_out: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    metrics: MetricNames
    defaults: int = Field(default=0, ge=0)
    stability: StabilityParams | None = None
    per_dataset: dict[str, OtherRepeatedParams] = Field(default_factory=dict)

    def on(self, dataset: str) -> RepeatedParams:
        """Return how often the benchmark is repeated on a dataset."""
        usual = self.model_dump(include=set(RepeatedParams.model_fields))
        other = self.per_dataset.get(dataset, OtherRepeatedParams()).model_dump(exclude_none=True)
        repeated: RepeatedParams = build(
            RepeatedParams, {**usual, **other}, f"per_dataset.{dataset}"
        )
        return repeated

    @model_validator(mode="after")
    def _check_defaults(self) -> Self:
        fewest = min(self.on(dataset).repetitions for dataset in self.datasets)
        if self.defaults > fewest:
            raise ValueError(
                f"defaults must be at most repetitions, which they are compared in, got "
                f"{self.defaults} of {fewest}: lower it or raise repetitions"
            )
        return self

    @model_validator(mode="after")
    def _check_per_dataset(self) -> Self:
        for dataset in self.per_dataset:
            self.on(dataset)
        return self

    @model_validator(mode="after")
    def _check_left_out(self) -> Self:
        for methods in self.leave_out.values():
            for method in methods:
                check_name(method, "method", METHODS)
        for dataset in self.datasets:
            if not set(self.methods) - set(self.leave_out.get(dataset, ())):
                raise ValueError(
                    f"leave_out: no method is left to run on {dataset}: leave fewer of them out, "
                    f"or leave {dataset} out of datasets"
                )
        return self

    def uses(self) -> Iterator[tuple[str, str]]:
        """Yield every dataset with each method that runs on it, in the order of params.yaml."""
        for dataset in self.datasets:
            left_out = self.leave_out.get(dataset, ())
            yield from ((dataset, method) for method in self.methods if method not in left_out)
