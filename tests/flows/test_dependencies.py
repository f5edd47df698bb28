"""What dvc.yaml says that a stage depends on, against what its code imports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from dvc.utils.serialize import loads_yaml

from tasks import code

ROOT = Path(__file__).parents[2]
STAGES = loads_yaml((ROOT / "dvc.yaml").read_text())["stages"]

#: Modules that no stage names, and whose own imports do not count, with the reason.
UNNAMED = {
    "flows.running.artifacts": "shows what runs",
    "flows.environment": "sets what libraries read, no number",
    "flows.running.failures": "says how a failure is shown",
    "flows.running.progress": "says what runs",
    "flows.running.provenance": "writes what is no part of a hash",
    "flows.store": "knows where files are",
    # What is read is named key by key: DVC compares the values.
    "topo.params": "reads and checks params.yaml",
}
UNNAMED_BY = {
    "benchmark": {"flows.reporting.results": "reads chosen.json, which the stage names"},
    "report": {
        "flows.running.jobs": "imported for the writing of embeddings, which the report reads",
        "flows.running.units": "as flows.running.jobs",
    },
    "theory": {"flows.running.jobs": "raises where units failed"},
}

#: What params.yaml names, and no import does.
REGISTRIES = {
    "fetch": "topo.datasets",
    "prepare": "topo.datasets",
    "tune": "topo.methods",
    "benchmark": "topo.methods",
    "sweep": "topo.methods",
    "theory": "topo.theory",
}


@pytest.fixture(autouse=True)
def flows_count(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Follow imports of `flows` too, which no unit has."""
    monkeypatch.setattr(code, "PROJECT_PACKAGES", ("topo", "tasks", "flows"))
    code._imports.cache_clear()
    yield
    code._imports.cache_clear()


def imported(stage: str) -> set[str]:
    """Paths of the modules that a stage's code can reach."""
    unnamed = {**UNNAMED, **UNNAMED_BY.get(stage, {})}
    waiting = [f"flows.{stage}", *([REGISTRIES[stage]] if stage in REGISTRIES else [])]
    reached: set[str] = set()
    while waiting:
        module = waiting.pop()
        if module not in reached and not any(f"{module}.".startswith(f"{n}.") for n in unnamed):
            reached.add(module)
            waiting += [name for name in code._imports(module) if code._is_project(name)]
    return {str(code._source_path(module).relative_to(ROOT)) for module in reached}


def covers(dependency: str, path: str) -> bool:
    return path == dependency or path.startswith(f"{dependency}/")


@pytest.mark.parametrize("stage", STAGES)
def test_stage_names_all_of_its_code(stage: str) -> None:
    named = STAGES[stage]["deps"]
    missing = {path for path in imported(stage) if not any(covers(each, path) for each in named)}
    assert not missing


@pytest.mark.parametrize("stage", STAGES)
def test_stage_names_no_code_that_it_does_not_run(stage: str) -> None:
    named = [each for each in STAGES[stage]["deps"] if not each.startswith(("data", "results"))]
    paths = {*imported(stage), "topo/paper_table1.csv"}
    assert [each for each in named if not any(covers(each, path) for path in paths)] == []


def test_exceptions_are_modules() -> None:
    names = {*UNNAMED, *(name for each in UNNAMED_BY.values() for name in each)}
    assert all(code._source_path(name).is_file() for name in names)
