"""What the results of a stage depend on beside its data, in one small file per stage.

The file has the digest of every module that can change a result, the versions of the packages
behind them, the settings of their libraries, and the parameters as they are read. The step that
always runs writes it, DVC compares it: nothing that can change a result changes unseen, and an
edited comment, or another way of showing a run, makes no stage run again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from flows import store
from flows.environment import DEVICE
from tasks.arithmetic import in_force, settings_in_force
from tasks.code import code_digests, forget_sources, package_versions
from topo.datasets import DATASETS
from topo.datasets.base import Dataset
from topo.methods import METHODS
from topo.methods.base import Method
from topo.metrics.base import Metric
from topo.metrics.registry import METRICS
from topo.params import Params
from topo.plan import plan_loops, plan_replay, plan_sweep

#: Modules that say where and in which order units run, and how that is shown; what comes out is
#: the same. What two of them make is compared by value: the parameters, and the settings.
WITHOUT = frozenset(
    {
        "flows.closed_output",
        "flows.environment",
        "flows.lock",
        "flows.running.assets",
        "flows.running.durations",
        "flows.running.failures",
        "flows.running.groups",
        "flows.running.idle_cores",
        "flows.running.live",
        "flows.running.progress",
        "flows.running.provenance",
        "flows.running.study_run",
        "flows.services",
        "flows.versioning",
        "tasks.arithmetic",
        "tasks.code",
        "tasks.fanout",
        "tasks.slots",
        "tasks.unit",
        "tasks.versions",
        "topo.params",
    }
)
#: Of many names that differ the first ones are said.
_MOST_NAMED = 6
#: Packages that order the work and do none of it.
_ORCHESTRATION = frozenset({"dvc", "prefect", "ray"})


def _prepare(params: Params) -> dict[str, Any]:
    return {"datasets": params.datasets, "split": params.split}


def _tune(params: Params) -> dict[str, Any]:
    tune = params.tune
    uses = ((dataset, name) for dataset, methods in tune.search.items() for name in methods)
    return {
        **_methods(params, uses),
        "datasets": _drawn(params, tune.search),
        "tune": tune,
        "metrics": _metrics([tune.objective]),
    }


def _benchmark(params: Params) -> dict[str, Any]:
    benchmark = params.benchmark
    return {
        **_methods(params, benchmark.uses()),
        "takes_from": params.tune.takes_from,
        "datasets": _drawn(params, benchmark.datasets),
        "benchmark": benchmark,
        "metrics": _metrics(benchmark.metrics),
    }


def _sweep(params: Params) -> dict[str, Any]:
    jobs = (*plan_sweep(params), *plan_replay(params))
    return {
        "split": params.split,
        "sampling": params.sampling,
        "datasets": _drawn(params, {job.dataset for job in jobs}),
        "methods": {job.name: job.method for job in jobs},
        "sweep": params.sweep,
        "metrics": _metrics(params.sweep.metrics),
    }


def _loops(params: Params) -> dict[str, Any]:
    return {
        # The splits' seeds are none of a job's: all points are used.
        "sampling": params.sampling,
        "datasets": _drawn(params, params.loops.datasets),
        "methods": {job.name: job.method for job in plan_loops(params)},
        "loops": params.loops,
        "metrics": _metrics(params.loops.metrics),
    }


def _theory(params: Params) -> dict[str, Any]:
    return {"theory": params.theory}


def _questions(params: Params) -> dict[str, Any]:
    return {"questions": params.questions}


def _report(params: Params) -> dict[str, Any]:
    """Everything: the page shows all parameters, and all names as they are declared."""
    declared = {
        "titles": {name: (kind.title, kind.role) for name, kind in METHODS.items()},
        "dataset_titles": {name: kind.title for name, kind in DATASETS.items()},
        "metrics": METRICS,
    }
    return {**dict(params), **declared}


def _drawn(params: Params, names: Iterable[str]) -> dict[str, Any]:
    """Return the datasets of which a stage makes further draws itself."""
    return {name: params.datasets[name] for name in sorted(names) if params.datasets[name].draws}


def _methods(params: Params, uses: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return methods as they are used on datasets, and what of these they get.

    For values that `tune` finds stand the lower ends of their ranges: how such values are merged is
    compared too, and other ranges give other values.
    """
    methods: dict[str, dict[str, Method]] = {}
    for dataset, name in uses:
        searched = params.tune.search.get(params.tune.takes_from.get(dataset, dataset), {})
        lowest = {each: low for each, (low, _) in searched.get(name, {}).items()}
        methods.setdefault(dataset, {})[name] = params.method(name, dataset, lowest)
    return {"split": params.split, "sampling": params.sampling, "methods": methods}


def _metrics(names: Iterable[str]) -> dict[str, Any]:
    return {name: METRICS[name] for name in names}


#: What of the parameters each stage uses.
_USED: Mapping[str, Callable[[Params], dict[str, Any]]] = {
    "prepare": _prepare,
    "tune": _tune,
    "benchmark": _benchmark,
    "sweep": _sweep,
    "loops": _loops,
    "theory": _theory,
    "questions": _questions,
    "report": _report,
}
#: Stages that DVC compares; `fetch` always runs.
STAGES = tuple(_USED)


def digests(stage: str, params: Params) -> dict[str, Any]:
    """Return what the results of a stage depend on beside its data.

    Returns
    -------
    dict
        JSON values: ``code`` (digest by module), ``packages`` (version by name), ``settings``
        (arithmetic, the variables that set it, where networks are trained), ``parameters``
        (those that the stage uses).
    """
    packages = package_versions(_roots(stage, params), without=WITHOUT)
    return {
        "code": code_digests(_roots(stage, params), without=WITHOUT),
        "packages": _versions(packages),
        "settings": {
            "arithmetic": in_force(),
            **settings_in_force(),
            # Networks that a GPU trains have other bits.
            DEVICE: os.environ.get(DEVICE, "cpu"),
        },
        "parameters": _plain(_USED[stage](params)),
    }


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """Yield what of a stage's code, packages, settings and parameters is another one."""
    if modules := changed_names(before["code"], now["code"]):
        yield f"the code of {_listed(modules)}"
    for part in ("packages", "settings"):
        for name in changed_names(before[part], now[part]):
            yield f"{name} was {before[part].get(name)} and is {now[part].get(name)}"
    if names := changed_names(before["parameters"], now["parameters"]):
        yield f"what is read of {_listed(names)}"


def changed_names(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return the names whose values differ, or which only one of two mappings has.

    Returns
    -------
    list of str
        Sorted; what differs within mappings of one name, by both names with a dot between.
    """
    names: list[str] = []
    for name in sorted({*before, *now}):
        old, new = before.get(name), now.get(name)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            names += (f"{name}.{each}" for each in changed_names(old, new))
        elif old != new:
            names.append(name)
    return names


def _listed(names: list[str]) -> str:
    if len(names) <= _MOST_NAMED:
        return ", ".join(names)
    return f"{', '.join(names[:_MOST_NAMED])} and {len(names) - _MOST_NAMED} more"


def _roots(stage: str, params: Params) -> tuple[str, ...]:
    # The report compares what stages have made; it runs no method and no metric.
    named = () if stage == "report" else _modules(_USED[stage](params))
    return (f"flows.stages.{stage}", *named)


def _versions(packages: Mapping[str, str]) -> dict[str, str]:
    """Return versions without what changes no number: Python's patches, who built a package."""
    python = ".".join(packages["python"].split(".")[:2])
    others = {name: found.partition("+")[0] for name, found in packages.items()}
    return {name: others[name] for name in sorted(others) if name not in _ORCHESTRATION} | {
        "python": python
    }


def digests_file(stage: str) -> Path:
    """Return where the digests of a stage are kept."""
    return store.DIGESTS / f"{stage}.json"


def write_digests(params: Params) -> None:
    """Write the file of every stage."""
    forget_sources()
    for stage in STAGES:
        store.write_json(digests_file(stage), digests(stage, params))


def _modules(value: Any) -> Iterator[str]:
    """Yield the modules of all methods, datasets, experiments and metrics in a value."""
    if isinstance(value, Metric):
        yield value.module
    elif isinstance(value, BaseModel):
        yield type(value).__module__
        yield from _modules(dict(value))
    elif isinstance(value, Mapping):
        yield from _modules(tuple(value.values()))
    elif isinstance(value, tuple):
        for each in value:
            yield from _modules(each)


def _plain(value: Any) -> Any:
    """Return a value as JSON has it; a model, or a metric, with what it is called."""
    if isinstance(value, Metric):
        declared = {field.name: getattr(value, field.name) for field in fields(value)}
        kept = None if value.keep is None else value.keep.__module__
        return _plain({**declared, "compute": value.module, "keep": kept})
    if isinstance(value, Dataset):
        # With what else it is made of, such as the content of a file of one's own.
        return value.made_from
    if isinstance(value, BaseModel):
        kind = type(value)
        return {"class": f"{kind.__module__}:{kind.__qualname__}", **_plain(dict(value))}
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, tuple) else value
