"""What makes which stage run: its digests before and after an edit, in a copy of the code."""

from __future__ import annotations

import ast
import json
import shutil
from collections.abc import Callable, Iterator
from importlib.metadata import version
from importlib.util import resolve_name
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from flows.environment import DEVICE
from flows.versioning.digests import (
    STAGES,
    WITHOUT,
    changed_names,
    digests,
)
from tasks import code
from tasks.code import PROJECT_PACKAGES, REGISTRIES, forget_sources
from topo.params import Params, load_params, whole
from topo.params.stages import MethodParams

ROOT = Path(__file__).parents[3]
PARAMS = load_params(ROOT / "params.yaml")
TUNED_OR_NOT = {"tune", "benchmark", "sweep"}
METHODS_RUN = TUNED_OR_NOT | {"loops"}
ALL = set(STAGES)
GAP, STATEMENT = "\n\n\n", "\n\n\nlimit = 1\n"


def all_digests() -> dict[str, dict[str, Any]]:
    # As the files have them.
    return {stage: json.loads(json.dumps(digests(stage, PARAMS))) for stage in STAGES}


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the project's code, of which the digests are made."""
    folder = tmp_path_factory.mktemp("code")
    for package in PROJECT_PACKAGES:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / package, folder / package, ignore=ignored)

    def find(package: str) -> SimpleNamespace:
        return SimpleNamespace(origin=str(folder / package / "__init__.py"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(code, "find_spec", find)
        forget_sources()
        yield folder
        forget_sources()


@pytest.fixture(scope="module")
def before(copied: Path) -> dict[str, dict[str, Any]]:
    return all_digests()


@pytest.fixture
def edit(copied: Path) -> Iterator[Callable[[str, str, str], None]]:
    """Replace text in a file of the copy until the test is over; a new file begins empty."""
    originals: dict[Path, str | None] = {}

    def edit(name: str, old: str, new: str) -> None:
        path = copied / name
        text = path.read_text() if path.exists() else None
        originals.setdefault(path, text)
        assert old in (text or "")
        path.write_text((text or "").replace(old, new, 1))
        forget_sources()

    yield edit
    for path, text in originals.items():
        path.unlink() if text is None else path.write_text(text)
    forget_sources()


def changed(before: dict[str, dict[str, Any]]) -> set[str]:
    now = all_digests()
    return {stage for stage in STAGES if now[stage] != before[stage]}


@pytest.mark.parametrize(
    ("name", "stages"),
    [
        ("topo/homology/pairing.py", ALL - {"prepare"}),
        ("topo/metrics/self_reported.py", {"benchmark", "sweep", "loops"}),
        ("topo/methods/pca.py", {"benchmark", "loops", "questions"}),
        ("topo/methods/umap.py", {"tune", "benchmark", "loops", "questions"}),
        ("topo/theory/theorem_1.py", {"theory"}),
        ("topo/questions/shifted_squares.py", {"questions"}),
        ("topo/datasets/spheres.py", ALL - {"loops", "report"}),
        ("topo/plan.py", METHODS_RUN | {"report"}),
        ("topo/tuning.py", {"tune", "questions"}),
        ("topo/statements/claims/table.py", {"report"}),
        ("flows/store.py", ALL),
        ("tasks/arrays.py", ALL),
    ],
)
def test_edited_code_reaches_the_stages_that_it_can_change(
    before, edit, name: str, stages: set[str]
) -> None:
    edit(name, GAP, STATEMENT)
    assert changed(before) == stages


@pytest.mark.parametrize(
    ("name", "old"), [("topo/report/templates/report.html", "<"), ("topo/paper/table1.csv", "\n")]
)
def test_files_beside_the_code_count(before, edit, name: str, old: str) -> None:
    edit(name, old, f" {old}")
    assert changed(before) == {"report"}


def test_what_changes_no_result_reaches_no_stage(before, edit) -> None:
    edit("topo/homology/pairing.py", GAP, "\n\n\n# A remark.\n")
    edit("topo/homology/pairing.py", '"""', '"""Anew: ')
    edit("flows/stages/report.py", GAP, "\n\n\n\n")
    for name in (
        "tasks/slots.py",
        "tasks/fanout.py",
        "flows/running/progress.py",
        "flows/services/local.py",
        "flows/doctor/machine.py",
        # No stage of params.yaml has this method.
        "topo/methods/tsne_barnes_hut.py",
        # Compared by the values that come out of it.
        "topo/params/strict_yaml.py",
    ):
        edit(name, GAP, STATEMENT)
    assert changed(before) == set()


def test_added_method_that_nothing_uses_changes_nothing(before, edit) -> None:
    edit("topo/methods/brew.py", "", "from topo.methods.pca import PCA\n\n\nclass Brew(PCA): ...\n")
    line = '    "pca": load("topo.methods.pca:PCA"),'
    edit("topo/methods/__init__.py", line, f'{line}\n    "brew": load("topo.methods.brew:Brew"),')
    assert changed(before) == set()


def reversed_merging(params: Params, name: str, dataset: str, changed: dict[str, Any]) -> Any:
    usual = params.methods[name].on(dataset)
    return whole.build(type(usual), {**changed, **usual.model_dump()}, name)


@pytest.mark.parametrize(
    ("place", "merging", "stages"),
    [
        # MNIST's networks are larger, and the sweep trains none of them.
        ((MethodParams, "on"), lambda self, dataset: self.default, {"tune", "benchmark", "loops"}),
        ((Params, "method"), reversed_merging, TUNED_OR_NOT),
        # MNIST sweeps fewer perplexities than the others.
        (
            (Params, "swept_perplexities"),
            lambda self, dataset: self.sweep.perplexities,
            {"sweep"},
        ),
    ],
)
def test_merging_of_hyperparameters_reaches_the_stages_whose_values_change(
    before, monkeypatch: pytest.MonkeyPatch, place: tuple[type, str], merging: Any, stages: set[str]
) -> None:
    monkeypatch.setattr(*place, merging)
    assert changed(before) == stages


@pytest.mark.parametrize(
    ("package", "stages"),
    [
        ("optuna", {"tune", "questions"}),
        ("umap-learn", {"tune", "benchmark", "loops", "questions"}),
        ("torch", ALL - {"prepare"}),
        ("numpy", ALL),
        ("pydantic", ALL),
        ("matplotlib", {"report"}),
        ("jinja2", {"report"}),
        ("prefect", set()),
        ("ray", set()),
        ("dvc", set()),
        ("rich", set()),
    ],
)
def test_other_version_reaches_the_stages_that_compute_with_it(
    before, monkeypatch: pytest.MonkeyPatch, package: str, stages: set[str]
) -> None:
    monkeypatch.setattr(code, "version", lambda name: "99" if name == package else version(name))
    assert changed(before) == stages


def test_who_built_a_package_changes_nothing(before, monkeypatch: pytest.MonkeyPatch) -> None:
    built = version("torch").partition("+")[0] + "+cu999"
    monkeypatch.setattr(code, "version", lambda name: built if name == "torch" else version(name))
    assert changed(before) == set()


@pytest.mark.parametrize(
    ("name", "value"),
    [(DEVICE, "cuda"), ("MKL_NUM_THREADS", "2"), ("OPENBLAS_CORETYPE", "SkylakeX")],
)
def test_device_and_arithmetic_reach_all_stages(before, monkeypatch, name, value) -> None:
    monkeypatch.setenv(name, value)
    assert changed(before) == ALL


# --- what the digests take for granted ---


def source(module: str) -> Path:
    place = ROOT.joinpath(*module.split("."))
    return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")


@pytest.mark.parametrize("module", sorted(WITHOUT | REGISTRIES))
def test_what_is_left_out_is_there(module: str) -> None:
    assert source(module).is_file()


@pytest.mark.parametrize("registry", sorted(REGISTRIES))
def test_registry_holds_imports_and_what_they_are_called(registry: str) -> None:
    """Its code is in no digest."""
    docstring, *statements = ast.parse(source(registry).read_text()).body
    assert ast.get_docstring(ast.Module([docstring], [])) is not None
    for statement in statements:
        if isinstance(statement, ast.ImportFrom):
            continue
        assert isinstance(statement, ast.Assign | ast.AnnAssign), ast.unparse(statement)
        inner = {type(node) for node in ast.walk(statement.value)}
        assert not inner & {ast.Lambda, ast.ListComp, ast.DictComp, ast.BinOp, ast.IfExp}


def imports_from_registries(path: Path) -> Iterator[tuple[str, str]]:
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    package = module.removesuffix(".__init__") if path.name == "__init__.py" else module
    package = package if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            base = resolve_name("." * node.level + (node.module or ""), package)
            yield from ((base, alias.name) for alias in node.names if base in REGISTRIES)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, "*") for alias in node.names if alias.name in REGISTRIES)


def test_registries_are_asked_for_what_they_list_alone() -> None:
    """Other names that a registry imports would bring code that no digest has."""
    taken = {
        each
        for package in PROJECT_PACKAGES
        for path in (ROOT / package).rglob("*.py")
        for each in imports_from_registries(path)
        if not source(".".join(each)).is_file()
    }
    assert taken == {
        ("topo.datasets", "DATASETS"),
        ("topo.methods", "METHODS"),
        ("topo.metrics.registry", "METRICS"),
        ("topo.questions", "QUESTIONS"),
        ("topo.theory", "EXPERIMENTS"),
    }


def test_changed_names_are_those_that_differ_or_are_on_one_side() -> None:
    assert changed_names({"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 3, "d": 4}) == ["b", "c", "d"]
    assert changed_names({"a": {"b": 1, "c": 2}, "d": {}}, {"a": {"b": 1}}) == ["a.c", "d"]
