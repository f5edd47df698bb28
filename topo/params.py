"""params.yaml, typed: read once, checked whole before anything is computed."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from topo.datasets import DATASETS
from topo.datasets.base import Dataset
from topo.methods import METHODS
from topo.methods.base import Method
from topo.metrics import METRICS
from topo.splits import Fractions, split_sizes


class ParamsError(ValueError):
    """params.yaml cannot be used; the message lists every fault with its place."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def check_name(name: str, kind: str, valid: Mapping[str, object]) -> str:
    """Refuse a name that is not registered.

    Parameters
    ----------
    name
        The name given.
    kind
        What it names, for the message.
    valid
        Registry of that kind.

    Returns
    -------
    str
        The name.

    Raises
    ------
    ValueError
        Lists the names that exist, and the closest one.
    """
    if name in valid:
        return name
    close = get_close_matches(name, valid, n=1)
    hint = f" (did you mean {close[0]!r}?)" if close else ""
    raise ValueError(f"unknown {kind} {name!r}{hint}; valid: {', '.join(valid)}")


def _no_repeats(names: tuple[str, ...]) -> tuple[str, ...]:
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ValueError(f"named more than once: {', '.join(repeated)}")
    return names


def _names(kind: str, registry: Mapping[str, object]) -> Any:
    def check(names: tuple[str, ...]) -> tuple[str, ...]:
        return _no_repeats(tuple(check_name(name, kind, registry) for name in names))

    return Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(check)]


DatasetNames = _names("dataset", DATASETS)
MethodNames = _names("method", METHODS)
MetricNames = _names("metric", METRICS)


class SplitParams(_Section):
    """How every dataset is split.

    Attributes
    ----------
    fractions
        Shares of train, validation and test; they sum to 1.
    seed
        Root of the splits' seeds.
    """

    fractions: Fractions
    seed: int


class MethodParams(_Section):
    """A method's hyperparameters, and those that differ on some datasets.

    Attributes
    ----------
    default
        The method with its usual hyperparameters.
    per_dataset
        The method with the hyperparameters that a dataset overrides.
    """

    default: Method
    per_dataset: dict[str, Method]

    def on(self, dataset: str) -> Method:
        """Return the method as it is used on a dataset."""
        return self.per_dataset.get(dataset, self.default)


class BenchmarkParams(_Section):
    """The comparison of Table 1.

    Attributes
    ----------
    datasets, methods, metrics
        Names.
    repetitions
        Number of splits, each with a model seed of its own.
    extra_model_seeds
        Further model seeds on split 0.
    """

    datasets: DatasetNames
    methods: MethodNames
    metrics: MetricNames
    repetitions: int = Field(ge=1)
    extra_model_seeds: int = Field(ge=0)


class Params(_Section):
    """All of params.yaml.

    Attributes
    ----------
    datasets
        Dataset of every name.
    split
        How each is split.
    methods
        Method of every name.
    benchmark
        The stage of that name.
    """

    datasets: dict[str, Dataset]
    split: SplitParams
    methods: dict[str, MethodParams]
    benchmark: BenchmarkParams

    @field_validator("datasets", mode="before")
    @classmethod
    def _build_datasets(cls, given: Any) -> dict[str, Dataset]:
        return {
            name: _build(DATASETS[check_name(name, "dataset", DATASETS)], fields, name)
            for name, fields in _mapping(given, "datasets").items()
        }

    @field_validator("methods", mode="before")
    @classmethod
    def _build_methods(cls, given: Any) -> dict[str, MethodParams]:
        return {
            name: _build_method(check_name(name, "method", METHODS), _mapping(fields, name))
            for name, fields in _mapping(given, "methods").items()
        }

    @model_validator(mode="after")
    def _check_stages(self) -> Self:
        for name in self.benchmark.datasets:
            _check_given(name, "dataset", self.datasets, "benchmark.datasets")
        for name in self.benchmark.methods:
            _check_given(name, "method", self.methods, "benchmark.methods")
        for dataset in self.benchmark.datasets:
            self._check_dataset(dataset)
        return self

    def _check_dataset(self, dataset: str) -> None:
        n_train, _, n_test = split_sizes(self.datasets[dataset].n_points, self.split.fractions)
        for method in self.benchmark.methods:
            try:
                self.methods[method].on(dataset).check(n_train, n_test)
            except ValueError as error:
                raise ValueError(f"{method} on {dataset}: {error}") from error


def _mapping(given: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise ValueError(f"{place} must map names to parameters, got {type(given).__name__}")
    return given


def _check_given(name: str, kind: str, given: Mapping[str, object], place: str) -> None:
    if name not in given:
        raise ValueError(
            f"{place} names {name!r}, which {kind}s does not describe; "
            f"described: {', '.join(given)}"
        )


def _build(model: type[Any], fields: Any, place: str) -> Any:
    try:
        return model(**_mapping(fields, place))
    except ValidationError as error:
        raise ValueError("; ".join(f"{place}.{fault}" for fault in _faults(error))) from error


def _build_method(name: str, fields: Mapping[str, Any]) -> MethodParams:
    usual = {key: value for key, value in fields.items() if key != "per_dataset"}
    overrides = _mapping(fields.get("per_dataset", {}), f"{name}.per_dataset")
    for dataset in overrides:
        check_name(dataset, "dataset", DATASETS)
    return MethodParams(
        default=_build(METHODS[name], usual, name),
        per_dataset={
            dataset: _build(METHODS[name], {**usual, **changed}, f"{name}.per_dataset.{dataset}")
            for dataset, changed in overrides.items()
        },
    )


def parse_params(given: Any) -> Params:
    """Check parameters that have been read.

    Parameters
    ----------
    given
        What the YAML document holds.

    Returns
    -------
    Params
        Typed and frozen.

    Raises
    ------
    ParamsError
        Lists every fault with its place.
    """
    if not isinstance(given, Mapping):
        raise ParamsError(
            f"params.yaml must map stages to parameters, got {type(given).__name__}; "
            "start from the file in the repository"
        )
    try:
        return Params(**given)
    except ValidationError as error:
        faults = "\n".join(f"  {fault}" for fault in _faults(error))
        raise ParamsError(f"params.yaml cannot be used:\n{faults}") from error


def load_params(path: Path) -> Params:
    """Read and check a parameter file.

    Parameters
    ----------
    path
        A YAML file like the repository's params.yaml.

    Returns
    -------
    Params
        Typed and frozen.

    Raises
    ------
    ParamsError
        Where the file is missing, is not YAML, repeats a key, or has a fault.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ParamsError(
            f"{path} cannot be read ({error.strerror}): run from the project's folder"
        ) from error
    try:
        given = yaml.load(text, Loader=_StrictLoader)  # a SafeLoader
    except (yaml.YAMLError, ValueError) as error:
        raise ParamsError(f"{path} is not valid YAML: {error}") from error
    return parse_params(given)


class _StrictLoader(yaml.SafeLoader):
    """YAML's safe loader, refusing a key that stands twice: the second would silently win."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        repeated = sorted({str(key) for key in keys if keys.count(key) > 1})
        if repeated:
            line = node.start_mark.line + 1
            raise ValueError(f"key {', '.join(repeated)} stands twice in the mapping at line {line}")
        return super().construct_mapping(node, deep=deep)


def _faults(error: ValidationError) -> list[str]:
    return [_fault(each) for each in error.errors()]


def _fault(error: Any) -> str:
    place = ".".join(str(part) for part in error["loc"])
    message = error["msg"].removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        message = "unknown key; check its spelling"
    elif error["type"] == "missing":
        message = "required, but not given"
    elif not error["msg"].startswith("Value error"):
        message = f"{message}, got {error['input']!r}"
    return f"{place}: {message}" if place else message
