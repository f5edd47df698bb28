"""All of params.yaml, checked across its sections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Self

from pydantic import field_validator, model_validator

from topo.datasets import DATASETS
from topo.datasets.base import Dataset
from topo.methods import METHODS
from topo.methods.base import Method
from topo.params.faults import build, check_mapping
from topo.params.names import check_name
from topo.params.stages import (
    BenchmarkParams,
    MethodParams,
    SamplingParams,
    Section,
    SplitParams,
    SweepParams,
    TheoryParams,
    TuneParams,
)
from topo.splits import MIN_MEMBERS, split_sizes


class Params(Section):
    """All of params.yaml."""

    datasets: dict[str, Dataset]
    split: SplitParams
    sampling: SamplingParams
    methods: dict[str, MethodParams]
    tune: TuneParams
    benchmark: BenchmarkParams
    sweep: SweepParams
    theory: TheoryParams

    @field_validator("datasets", mode="before")
    @classmethod
    def _build_datasets(cls, given: Any) -> dict[str, Dataset]:
        return {
            name: build(DATASETS[check_name(name, "dataset", DATASETS)], fields, name)
            for name, fields in check_mapping(given, "datasets").items()
        }

    @field_validator("methods", mode="before")
    @classmethod
    def _build_methods(cls, given: Any) -> dict[str, MethodParams]:
        return {
            name: _build_method(check_name(name, "method", METHODS), check_mapping(fields, name))
            for name, fields in check_mapping(given, "methods").items()
        }

    @model_validator(mode="after")
    def _check_classes(self) -> Self:
        for name, dataset in self.datasets.items():
            smallest = dataset.smallest_class
            if smallest is not None and smallest < MIN_MEMBERS:
                raise ValueError(
                    f"datasets.{name}: each class needs at least {MIN_MEMBERS} members to be in "
                    f"training, validation and test points, the smallest has {smallest}: raise "
                    "the dataset's size"
                )
        return self

    @model_validator(mode="after")
    def _check_stages(self) -> Self:
        for place, dataset, name, changed in self._uses():
            _check_described(dataset, "dataset", self.datasets, place)
            _check_described(name, "method", self.methods, place)
            try:
                n_train, n_validation, n_test = split_sizes(
                    self.datasets[dataset].n_points, self.split.fractions
                )
                method = self.method(name, dataset, changed)
                # What is tuned on the validation points is used on the test points.
                for n_points in (n_validation, n_test) if place.startswith("tune") else (n_test,):
                    method.check(n_train, n_points)
            except ValueError as error:
                raise ValueError(f"{place}: {name} on {dataset}: {error}") from error
        return self

    def _uses(self) -> Iterator[tuple[str, str, str, Mapping[str, Any]]]:
        """Yield every place that uses a method on a dataset, with changed hyperparameters."""
        for dataset, name in self.benchmark.uses():
            yield "benchmark", dataset, name, {}
        for dataset, methods in self.tune.search.items():
            takers = [taker for taker, source in self.tune.takes_from.items() if source == dataset]
            for name, ranges in methods.items():
                place = f"tune.search.{dataset}.{name}"
                for end in (0, 1):
                    ends = {each: limits[end] for each, limits in ranges.items()}
                    yield place, dataset, name, ends
                    for taker in takers:
                        yield f"{place}, taken over by {taker}", taker, name, ends
        for dataset in self.sweep.datasets:
            for perplexity in self.swept_perplexities(dataset):
                yield "sweep.perplexities", dataset, "tsne", {"perplexity": perplexity}
        for epochs in self.sweep.epochs.values:
            yield "sweep.epochs", self.sweep.epochs.dataset, "topoae", {"epochs": epochs}

    def method(self, name: str, dataset: str, changed: Mapping[str, Any]) -> Method:
        """Return a method as it is used on a dataset, with some hyperparameters changed.

        It is checked like params.yaml itself.

        Raises
        ------
        ValueError
            Where a changed value is out of range.
        """
        usual = self.methods[name].on(dataset)
        fitting: Method = build(type(usual), {**usual.model_dump(), **changed}, name)
        return fitting

    def swept_perplexities(self, dataset: str) -> tuple[float, ...]:
        """Return the perplexities that are swept on a dataset."""
        own = self.sweep.datasets[dataset].perplexities
        return self.sweep.perplexities if own is None else own


def _check_described(name: str, kind: str, given: Mapping[str, object], place: str) -> None:
    """Refuse a name that a stage uses and params.yaml does not describe.

    Raises
    ------
    ValueError
        Names the place and what is described.
    """
    if name not in given:
        raise ValueError(
            f"{place} names {name!r}, which {kind}s does not describe: describe it there, or name "
            f"one of those described: {', '.join(given)}"
        )


def _build_method(name: str, fields: Mapping[str, Any]) -> MethodParams:
    """Make a method with its usual hyperparameters, and one per dataset that changes some.

    Raises
    ------
    ValueError
        Lists every fault.
    """
    usual = {key: value for key, value in fields.items() if key != "per_dataset"}
    place = f"{name}.per_dataset"
    overrides = {
        check_name(dataset, "dataset", DATASETS): check_mapping(changed, f"{place}.{dataset}")
        for dataset, changed in check_mapping(fields.get("per_dataset", {}), place).items()
    }
    return MethodParams(
        default=build(METHODS[name], usual, name),
        per_dataset={
            dataset: build(METHODS[name], {**usual, **changed}, f"{place}.{dataset}")
            for dataset, changed in overrides.items()
        },
    )
