"""The manual's code runs as it stands there; its examples keep the contracts of their registry."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Callable, Iterator
from inspect import signature
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from dvc.utils.serialize import loads_yaml

from tests.manual import ROOT, blocks
from tests.topo.datasets import test_datasets as datasets_contract
from tests.topo.methods import test_contract as methods_contract
from tests.topo.metrics import test_registry as metrics_contract
from tests.topo.metrics.test_registry import comparisons  # noqa: F401  a fixture
from topo.datasets import DATASETS
from topo.methods import METHODS
from topo.metrics import METRICS
from topo.params import parse_params
from topo.plan import plan_benchmark

EXTENDING, LIBRARY = ROOT / "docs/extending.md", ROOT / "docs/library.md"
#: Module by the path in its first line, with the settings that stand below it.
EXAMPLES = {code.split("\n", 1)[0].removeprefix("# "): code for code in blocks("python", EXTENDING)}
SETTINGS = [loads_yaml(block) for block in blocks("yaml", EXTENDING)]


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """Write an example as a module of its own and import it under its name in the project."""

    def load(path: str) -> ModuleType:
        name = path.removesuffix(".py").replace("/", ".")
        assert importlib.util.find_spec(name) is None, f"{path} would hide a file of the project"
        file = tmp_path / Path(path).name
        file.write_text(EXAMPLES[path])
        spec = importlib.util.spec_from_file_location(name, file)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, module)
        spec.loader.exec_module(module)
        return module

    return load


def contract(module: ModuleType, argument: str) -> Iterator[tuple[Callable[..., None], dict]]:
    """Tests that run over every entry of a registry, with the values of their other arguments."""
    for function in vars(module).values():
        marks = [
            mark.args for mark in getattr(function, "pytestmark", ()) if mark.name == "parametrize"
        ]
        if argument in [names for names, _ in marks]:
            others = [args for args in marks if args[0] != argument]
            assert len(others) < 2
            for names, cases in others or [((), [()])]:
                yield from ((function, dict(zip(names, case, strict=True))) for case in cases)


def params_with(settings: dict[str, Any]):
    """All parameters of the project, with an example's among them."""
    given = loads_yaml((ROOT / "params.yaml").read_text())
    for stage, values in settings.items():
        given[stage] |= values
    return parse_params(given)


def line_named(name: str) -> str:
    """The line of the registry that the page tells to add."""
    text = EXTENDING.read_text()
    (line,) = re.findall(rf'"{name}": (\w+)', text)
    return line


def test_every_example_names_its_file() -> None:
    assert [path.rsplit("/", 1)[0] for path in EXAMPLES] == [
        "topo/methods",
        "topo/datasets",
        "topo/metrics",
    ]


def test_method(load, monkeypatch) -> None:
    module = load("topo/methods/isomap.py")
    monkeypatch.setitem(METHODS, "isomap", getattr(module, line_named("isomap")))
    monkeypatch.setitem(methods_contract.SMALL, "isomap", {"n_neighbors": 5})
    checks = list(contract(methods_contract, "name"))
    assert len(checks) > 10
    for check, case in checks:
        check("isomap", **case)
    with pytest.raises(ValueError, match="n_neighbors 40 needs more than 40 points, got 30"):
        METHODS["isomap"](n_neighbors=40).check(50, 30)
    jobs = plan_benchmark(params_with(SETTINGS[0]), {})
    (one,) = {job.method for job in jobs if job.method_name == "isomap"}
    assert one.model_dump() == {"n_neighbors": 15}


def test_dataset(load, monkeypatch) -> None:
    module = load("topo/datasets/linked_circles.py")
    monkeypatch.setitem(DATASETS, "linked_circles", getattr(module, line_named("linked_circles")))
    small = DATASETS["linked_circles"](n_points_per_circle=50, noise=0.01, seed=0)
    checks = list(contract(datasets_contract, "dataset"))
    assert len(checks) >= 3
    for check, case in checks:
        check(small, **case)
    for check, case in contract(datasets_contract, "name"):
        check("linked_circles", **case)
    jobs = plan_benchmark(params_with(SETTINGS[1]), {})
    assert "linked_circles" in {job.dataset for job in jobs}


def test_metric(load, monkeypatch, comparisons) -> None:  # noqa: F811
    module = load("topo/metrics/overlap.py")
    (metric,) = module.OVERLAP_METRICS
    monkeypatch.setitem(METRICS, metric.name, module.OVERLAP_METRICS)
    monkeypatch.setattr(metrics_contract, "SCALE_FREE", metrics_contract.SCALE_FREE | {metric.name})
    checks = list(contract(metrics_contract, "metric"))
    assert len(checks) >= 4
    for check, case in checks:
        wanted = (
            {"comparisons": comparisons} if "comparisons" in signature(check).parameters else {}
        )
        check(metric, **case, **wanted)
    assert "neighbour_overlap" in params_with(SETTINGS[2]).benchmark.metrics


def test_parts_run_one_after_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for block in blocks("python", LIBRARY):
        exec(compile(block, LIBRARY.name, "exec"), names)
    assert {path.name for path in tmp_path.iterdir()} == {"X.npy", "Z.npy", "y.npy"}
    assert 0.5 < names["values"]["trustworthiness", "raw"] <= 1
    assert min(names["raw"], names["scale_free"], names["loops"]) > 0
    assert names["plane"].shape == (100, 2)
    assert names["back"].shape == (100, 64)
