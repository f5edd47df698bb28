"""An edit while a stage runs: the stage fails and says which, so that DVC records nothing."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from dvc.utils.serialize import dumps_yaml, loads_yaml

from flows import stage_run, store
from flows.__main__ import main
from flows.running.failures import UnitsFailedError
from flows.versioning.dependencies import UNDER_DVC, ChangedMeanwhileError, unchanged
from flows.versioning.digests import digests, digests_file
from flows.versioning.last_stage import read_last_stage, write_last_stage
from tasks import code
from tasks.code import PROJECT_PACKAGES, forget_sources
from tests.flows.checkout import TINY, Checkout, copy_project
from topo.params import load_params

ROOT = Path(__file__).parents[3]
N_POINTS = "what is read of theory.experiments.circle_unrolled.n_points"
CODE = "topo/theory/chains.py"
DVC_YAML = """
stages:
  theory:
    cmd: python -m flows theory
    deps: [data/folder, data/points.npz: {hash: md5}, data/digests/theory.json]
    outs: [results]
"""


@pytest.fixture
def project(in_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A stage under DVC, with a copy of the code; its data are a folder and a file."""
    for package in PROJECT_PACKAGES:
        shutil.copytree(ROOT / package, package, ignore=shutil.ignore_patterns("__pycache__"))

    def find(package: str) -> SimpleNamespace:
        return SimpleNamespace(origin=str(in_folder / package / "__init__.py"))

    monkeypatch.setattr(code, "find_spec", find)
    forget_sources()
    for name, text in {
        "dvc.yaml": DVC_YAML,
        "params.yaml": dumps_yaml(TINY),
        ".dvcignore": (ROOT / ".dvcignore").read_text(),
        "data/folder/inner/spheres.npz": "points",
        "data/points.npz": "points",
        "data/unnamed.npz": "points",
        ".cache/keep": "",
    }.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)
    store.write_json(digests_file("theory"), digests("theory", load_params(store.PARAMS)))
    monkeypatch.setenv(UNDER_DVC, "theory")
    yield in_folder
    forget_sources()


pytestmark = pytest.mark.usefixtures("project")


def write(name: str, old: str, new: str) -> None:
    text = Path(name).read_text()
    assert old in text
    Path(name).write_text(text.replace(old, new, 1))


def edit_params() -> None:
    write("params.yaml", "n_points: 24", "n_points: 20")


def edit_code() -> None:
    write(CODE, "\n\n\n", "\n\n\nlimit = 1\n")


def run(edit: Callable[[], object]) -> None:
    with unchanged("theory", load_params(store.PARAMS)):
        edit()


@pytest.mark.parametrize(
    ("edit", "place"),
    [
        (edit_params, N_POINTS),
        (lambda: Path("params.yaml").write_text("a: ["), "params.yaml cannot be used now"),
        (edit_code, "the code of topo.theory.chains"),
        (
            lambda: Path("data/folder/inner/spheres.npz").write_text("others"),
            "data/folder/inner/spheres.npz was edited",
        ),
        (lambda: Path("data/folder/new.npz").touch(), "data/folder/new.npz is new"),
        (lambda: Path("data/points.npz").unlink(), "data/points.npz is gone"),
        (lambda: Path("data/points.npz").write_text("others"), "data/points.npz was edited"),
    ],
)
def test_edit_is_named(edit: Callable[[], object], place: str) -> None:
    with pytest.raises(ChangedMeanwhileError) as raised:
        run(edit)
    lines = str(raised.value).splitlines()
    assert "stage theory" in lines[0]
    assert place in [line.strip() for line in lines[1:-1]]
    assert lines[-1].endswith("finished units are kept: run again")
    assert read_last_stage() == ("theory", "changed")


def touch_again() -> None:
    Path("data/points.npz").write_text("points")
    Path("params.yaml").write_text(f"# a remark\n{dumps_yaml(TINY)}")
    write(CODE, "\n\n\n", "\n\n\n# a remark\n")


@pytest.mark.parametrize(
    "edit",
    [
        lambda: write("params.yaml", "n_trials: 3", "n_trials: 4"),
        lambda: write("topo/methods/pca.py", "\n\n\n", "\n\n\nlimit = 1\n"),
        lambda: Path("data/unnamed.npz").write_text("others"),
        touch_again,
    ],
)
def test_what_the_stage_does_not_depend_on_may_change(edit: Callable[[], object]) -> None:
    write_last_stage("theory", "began")
    run(edit)
    assert read_last_stage() == ("theory", "began")


def test_open_editor_is_no_edit() -> None:
    def edit() -> None:
        for name in (".new.npz.swp", "new.npz~", "#new.npz#", "4913"):
            Path("data/folder", name).touch()
        Path("data/folder/.#new.npz").symlink_to("a@b")

    run(edit)


def test_many_files_are_not_all_named() -> None:
    def edit() -> None:
        for number in range(15):
            Path(f"data/folder/{number}.npz").touch()

    with pytest.raises(ChangedMeanwhileError) as raised:
        run(edit)
    assert len(str(raised.value).splitlines()) == 13
    assert "\n  and 5 more\n" in str(raised.value)


def test_stage_that_fails_by_itself_says_that_too() -> None:
    def fail() -> None:
        raise UnitsFailedError("2 units failed")

    def edit_and_fail() -> None:
        edit_params()
        fail()

    with pytest.raises(UnitsFailedError, match="2 units failed"):
        run(fail)
    assert read_last_stage() is None
    with pytest.raises(ChangedMeanwhileError, match="n_points") as raised:
        run(edit_and_fail)
    assert isinstance(raised.value.__cause__, UnitsFailedError)


def test_what_dvc_compares_must_be_what_runs() -> None:
    """An edit between `fetch` and the stage: refused before anything is computed."""
    edit_code()
    forget_sources()
    with pytest.raises(ChangedMeanwhileError, match=r"the code of topo\.theory\.chains"):
        run(lambda: pytest.fail("it must not run"))


def test_by_itself_a_stage_may_have_its_data_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(UNDER_DVC)
    run(lambda: Path("data/points.npz").write_text("others"))
    with pytest.raises(ChangedMeanwhileError, match="n_points"):
        run(edit_params)


@pytest.mark.parametrize("text", ["stages: [", "stages: {}", "[]"])
def test_dvc_yaml_that_does_not_describe_the_stage(text: str) -> None:
    Path("dvc.yaml").write_text(text)
    with pytest.raises(ValueError, match=r"dvc\.yaml must be YAML that describes theory"):
        run(lambda: pytest.fail("it must not run"))


def test_command_line_compares_after_all_work(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(stage_run, "_run_flows", lambda stages, options: edit_params())
    assert main(["theory"]) == 1
    errors = capsys.readouterr().err
    assert errors.startswith("error: what stage theory depends on must stay as it is")
    assert N_POINTS in errors


@contextmanager
def slow_mirror(checkout: Checkout) -> Iterator[socket.socket]:
    """Have MNIST's mirrors answered by a socket: `fetch` waits for as long as nobody accepts."""
    with socket.create_server(("127.0.0.1", 0)) as mirror:
        mirror.settimeout(60)
        checkout.environment["https_proxy"] = f"http://127.0.0.1:{mirror.getsockname()[1]}"
        yield mirror
    checkout.environment["https_proxy"] = "http://127.0.0.1:9"


def recorded(checkout: Checkout) -> dict[str, Any]:
    """What DVC has recorded, by stage."""
    stages: dict[str, Any] = loads_yaml((checkout.folder / "dvc.lock").read_text())["stages"]
    return stages


def test_dvc_records_nothing_of_a_stage_that_was_edited_under_way(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    checkout = copy_project(tmp_path_factory.mktemp("checkout"))
    with slow_mirror(checkout) as mirror:
        run = checkout.start("dvc", "repro", "prepare")
        connection, _ = mirror.accept()
        checkout.write_params(lambda params: params["datasets"]["mnist"].update(n_images=200))
    connection.close()
    output, _ = run.communicate(timeout=60)
    assert run.returncode != 0, output
    # `fetch` has written what the parameters were, which later stages are compared with.
    assert "what is read of datasets.mnist.n_images" in output
    assert recorded(checkout).keys() == {"fetch"}
    # The same command goes on, with what stands there now.
    checkout.dvc("repro", "prepare")
    now = loads_yaml((checkout.folder / "params.yaml").read_text())["datasets"]
    assert recorded(checkout)["prepare"]["params"]["params.yaml"]["datasets"] == now
