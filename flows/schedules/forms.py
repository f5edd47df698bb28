"""What the forms of deployments show and refuse, and what their values change of params.yaml.

A form shows the values that params.yaml has when the deployment is made. What it sends is compared
with those of the run's own params.yaml: what differs is changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from flows import store
from topo.names import dataset_title
from topo.params import Params, load_params
from topo.params.benchmark import BenchmarkParams
from topo.params.section import Repetitions
from topo.splits import split_sizes

_SHOWN = load_params(store.PARAMS)
#: As a form understands it.
_DISTINCT = Field(min_length=1, json_schema_extra={"uniqueItems": True})


def _by_dataset(name: str, fields: Mapping[str, tuple[Any, Any]]) -> type[BaseModel]:
    """Return a form with a field for each dataset: what it may be, and what it shows."""
    titled = {
        dataset: (Annotated[kind, Field(title=dataset_title(dataset))], shown)
        for dataset, (kind, shown) in fields.items()
    }
    return create_model(name, __config__=ConfigDict(extra="forbid"), **titled)


def _perplexities(dataset: str) -> tuple[Any, list[float]]:
    """Return perplexities that t-SNE takes on the test points, and those of params.yaml."""
    _, _, n_test = split_sizes(_SHOWN.datasets[dataset].n_points, _SHOWN.split.fractions)
    kind = Annotated[list[Annotated[float, Field(gt=0, lt=n_test)]], _DISTINCT]
    return kind, list(_SHOWN.swept_perplexities(dataset))


def _names(names: Sequence[str]) -> Any:
    return Annotated[list[Literal[tuple(names)]], _DISTINCT]


Perplexities = _by_dataset(
    "Perplexities", {dataset: _perplexities(dataset) for dataset in _SHOWN.sweep.datasets}
)
SweepRepetitions = _by_dataset(
    "SweepRepetitions",
    {dataset: (Repetitions, swept.repetitions) for dataset, swept in _SHOWN.sweep.datasets.items()},
)
Methods, METHODS = _names(list(_SHOWN.methods)), list(_SHOWN.benchmark.methods)
Datasets, DATASETS = _names(list(_SHOWN.datasets)), list(_SHOWN.benchmark.datasets)
BenchmarkRepetitions = _by_dataset(
    "BenchmarkRepetitions",
    {dataset: (Repetitions, _SHOWN.benchmark.on(dataset).repetitions) for dataset in DATASETS},
)


def sweep_changes(
    params: Params, *, perplexities: Mapping[str, Sequence[float]], repetitions: Mapping[str, int]
) -> list[str]:
    """Return the changes, NAME=VALUE each, for a sweep with other values on some datasets."""
    changes = []
    for dataset, values in perplexities.items():
        if tuple(values) != params.swept_perplexities(dataset):
            whole = [int(each) if float(each).is_integer() else each for each in values]
            changes.append(_change(f"sweep.datasets.{dataset}.perplexities", whole))
    for dataset, n in repetitions.items():
        if n != params.sweep.datasets[dataset].repetitions:
            changes.append(_change(f"sweep.datasets.{dataset}.repetitions", n))
    return changes


def benchmark_changes(
    benchmark: BenchmarkParams,
    *,
    methods: Sequence[str],
    datasets: Sequence[str],
    repetitions: Mapping[str, int],
) -> list[str]:
    """Return the changes, NAME=VALUE each, for a comparison with other values on some datasets.

    What must be at most the repetitions is lowered to them.
    """
    changes = []
    for name, names in (("methods", methods), ("datasets", datasets)):
        if tuple(names) != getattr(benchmark, name):
            changes.append(_change(f"benchmark.{name}", list(names)))
    for dataset, n in repetitions.items():
        if dataset in datasets and n != benchmark.on(dataset).repetitions:
            changes += _repeated(dataset, benchmark, n)
    fewest = min((repetitions[each] for each in datasets if each in repetitions), default=0)
    if benchmark.defaults > fewest > 0:
        changes.append(_change("benchmark.defaults", fewest))
    return changes


def _repeated(dataset: str, benchmark: BenchmarkParams, n: int) -> list[str]:
    usual, place = benchmark.on(dataset), f"benchmark.per_dataset.{dataset}"
    crossed = usual.crossed.model_dump()
    changed = {name: n for name in ("draws", "splits") if crossed[name] > n}
    changes = [_change(f"{place}.repetitions", n)]
    if usual.second_best > n:
        changes.append(_change(f"{place}.second_best", n))
    # As a whole: the dataset may have none of its own.
    if changed:
        changes += [
            _change(f"{place}.crossed.{each}", value)
            for each, value in {**crossed, **changed}.items()
        ]
    return changes


def _change(name: str, value: Any) -> str:
    """Write a change as DVC takes it: it sets what is there, and adds what is not."""
    return f"++{name}={json.dumps(value)}"
