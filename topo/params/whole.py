"""All of params.yaml, checked across its sections."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, Self

from pydantic import field_validator, model_validator

from topo.datasets import DATASETS
from topo.datasets.base import Dataset
from topo.datasets.file import File
from topo.methods.base import Method
from topo.paper import paper_datasets
from topo.params.benchmark import BenchmarkParams
from topo.params.faults import build, check_mapping, describe_value
from topo.params.loops import LoopsParams
from topo.params.names import check_name
from topo.params.section import Section
from topo.params.stages import (
    MethodParams,
    QuestionsParams,
    SamplingParams,
    SplitParams,
    SweepParams,
    TheoryParams,
    build_method,
    check_methods,
)
from topo.params.tune import TuneParams
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
    loops: LoopsParams
    theory: TheoryParams
    questions: QuestionsParams

    @field_validator("datasets", mode="before")
    @classmethod
    def _build_datasets(cls, given: Any) -> dict[str, Dataset]:
        return _build_datasets(check_mapping(given, "datasets"))

    @field_validator("methods", mode="before")
    @classmethod
    def _build_methods(cls, given: Any) -> dict[str, MethodParams]:
        built = {}
        for name, fields in check_methods(given).items():
            per_dataset = fields.pop("per_dataset", {})
            built[name] = build_method(name, fields, per_dataset)
        return built

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
    def _check_names(self) -> Self:
        for place, name in self._named_datasets():
            check_name(name, "dataset", self.datasets, place=place)
        # A dataset that is left out for a while may keep what is said of it.
        known = {**self.datasets, **DATASETS}
        for place in ("leave_out", "per_dataset"):
            for name in getattr(self.benchmark, place):
                check_name(name, "dataset", known, place=f"benchmark.{place}")
        for method, values in self.methods.items():
            for name in values.per_dataset:
                check_name(name, "dataset", known, place=f"methods.{method}.per_dataset")
        return self

    def _named_datasets(self) -> Iterator[tuple[str, str]]:
        """Yield every place that names a dataset."""
        places = {
            "benchmark.datasets": self.benchmark.datasets,
            "tune.search": self.tune.search,
            "tune.takes_from": self.tune.takes_from,
            "sweep.datasets": self.sweep.datasets,
            "sweep.epochs.dataset": (self.sweep.epochs.dataset,) if self.sweep.epochs else (),
            "sweep.replay.dataset": (self.sweep.replay.dataset,) if self.sweep.replay else (),
            "loops.datasets": self.loops.datasets,
        }
        for question, asked in self.questions.experiments.items():
            places[f"questions.experiments.{question}"] = asked.datasets
        yield from ((place, name) for place, names in places.items() for name in names)

    @model_validator(mode="after")
    def _check_stages(self) -> Self:
        for place, dataset, name, changed in self._uses():
            _check_described(name, self.methods, place)
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

    @model_validator(mode="after")
    def _check_loops(self) -> Self:
        for dataset, name in self.loops.uses():
            n = self.datasets[dataset].n_points
            try:
                if n > self.sampling.above:
                    raise ValueError(
                        f"loops are those of all points, at most sampling.above, "
                        f"{self.sampling.above}, got {n}: lower the dataset's size"
                    )
                self.loops.method(name, dataset).check(n, n)
            except ValueError as error:
                raise ValueError(f"loops.datasets: {name} on {dataset}: {error}") from error
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
        if self.sweep.epochs is not None:
            for epochs in self.sweep.epochs.values:
                yield "sweep.epochs", self.sweep.epochs.dataset, "topoae", {"epochs": epochs}
        if self.sweep.replay is not None:
            for name, epochs in product(self.sweep.replay.methods, self.sweep.replay.epochs):
                yield "sweep.replay", self.sweep.replay.dataset, name, {"epochs": epochs}

    @property
    def is_of_paper(self) -> bool:
        """Whether the benchmark has a dataset of the paper, so that results speak of it."""
        return any(
            name in paper_datasets() and not isinstance(self.datasets[name], File)
            for name in self.benchmark.datasets
        )

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


def _check_described(name: str, methods: Mapping[str, object], place: str) -> None:
    """Refuse a method that a stage uses and params.yaml does not describe.

    Raises
    ------
    ValueError
        Names the place and what is described.
    """
    if name not in methods:
        raise ValueError(
            f"{place} names {name!r}, which methods does not describe: describe it there, or name "
            f"one of those described: {', '.join(methods)}"
        )


#: Files, units and the server's tables are named after datasets.
_DATASET_NAME = re.compile("[a-z][a-z0-9_]{0,39}")


def _build_datasets(given: Mapping[str, Any]) -> dict[str, Dataset]:
    """Make datasets by name, each of the kind that it names.

    Raises
    ------
    ValueError
        Lists every fault; where kinds are missing, the lines to add.
    """
    for name in given:
        if not _DATASET_NAME.fullmatch(name):
            raise ValueError(
                "a dataset's name must be up to 40 small letters, digits and _, a letter first, "
                f"got {describe_value(name)}: files are named after it"
            )
    # A name with nothing below it lacks its kind.
    fields = {name: dict(check_mapping(each or {}, name)) for name, each in given.items()}
    without = [name for name, each in fields.items() if "kind" not in each]
    if without:
        lines = ", ".join(f"`kind: {_likely_kind(name)}` to {name}" for name in without)
        raise ValueError(f"every dataset must say what it is: add the line {lines}")
    kinds = {
        name: check_name(each.pop("kind"), "kind", DATASETS, place=f"datasets.{name}.kind")
        for name, each in fields.items()
    }
    return {name: build(DATASETS[kind], fields[name], name) for name, kind in kinds.items()}


def _likely_kind(name: str) -> str:
    """Return the kind that a name begins with, as names did before there were kinds."""
    return next((kind for kind in DATASETS if name.startswith(kind)), f"({' | '.join(DATASETS)})")
