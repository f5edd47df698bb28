"""An edit while a stage runs: the stage fails and says which, so that DVC records nothing."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from dvc.utils.serialize import loads_yaml

from flows import __main__
from flows.__main__ import main
from flows.running.failures import UnitsFailedError
from flows.versioning.dependencies import ChangedMeanwhileError, Dependencies
from flows.versioning.last_stage import read_last_stage, write_last_stage
from tests.flows.checkout import Checkout, copy_project

ROOT = Path(__file__).parents[3]
EPOCHS = "params.yaml: methods.topoae.epochs was 4, is 3"

DVC_YAML = """
stages:
  benchmark:
    cmd: python -m flows benchmark
    deps: [code, data/points.npz: {hash: md5}]
    params: [methods, tune.takes_from, other.yaml: [a.b], whole.yaml: ]
    outs: [results]
"""
PARAMS = """
methods: {topoae: {epochs: 4, hidden: [8, 8]}, pca: {}}
tune: {takes_from: {digits: spheres}, n_trials: 3}
sweep: {perplexities: [5, 40]}
"""


@pytest.fixture(autouse=True)
def project(in_folder: Path) -> Path:
    """A stage with parameters in three files, a folder of code and a file of data."""
    for name, text in {
        "dvc.yaml": DVC_YAML,
        "params.yaml": PARAMS,
        "other.yaml": "a: {b: 1, c: 2}",
        "whole.yaml": "d: 1",
        ".dvcignore": "# compiled\n__pycache__\n*.pyc\n",
        "code/method.py": "rate = 1\n",
        "code/inner/loss.py": "loss = 1\n",
        "data/points.npz": "points",
        "data/unnamed.npz": "points",
        ".cache/keep": "",
    }.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)
    return in_folder


def write(name: str, old: str, new: str) -> None:
    text = Path(name).read_text()
    assert old in text
    Path(name).write_text(text.replace(old, new))


def run(edit: Callable[[], object]) -> None:
    with Dependencies.of("benchmark").unchanged():
        edit()


@pytest.mark.parametrize(
    ("edit", "place"),
    [
        (lambda: write("params.yaml", "epochs: 4", "epochs: 3"), EPOCHS),
        (
            lambda: write("params.yaml", "[8, 8]", "[8]"),
            "params.yaml: methods.topoae.hidden was [8, 8], is [8]",
        ),
        (
            lambda: write("params.yaml", "pca: {}", "pca: {n: 1}"),
            "params.yaml: methods.pca.n was not there, is 1",
        ),
        (
            lambda: write("params.yaml", "digits: spheres", "mnist: spheres"),
            "params.yaml: tune.takes_from.digits was 'spheres', is not there",
        ),
        (lambda: write("other.yaml", "b: 1", "b: 2"), "other.yaml: a.b was 1, is 2"),
        (lambda: write("whole.yaml", "1", "2"), "whole.yaml: d was 1, is 2"),
        (lambda: Path("params.yaml").write_text("a: ["), "params.yaml cannot be read now"),
        (lambda: write("code/inner/loss.py", "1", "2"), "code/inner/loss.py was edited"),
        (lambda: Path("code/new.py").touch(), "code/new.py is new"),
        (lambda: Path("code/method.py").unlink(), "code/method.py is gone"),
        (lambda: Path("data/points.npz").write_text("others"), "data/points.npz was edited"),
    ],
)
def test_edit_is_named(edit: Callable[[], object], place: str) -> None:
    with pytest.raises(ChangedMeanwhileError) as raised:
        run(edit)
    lines = str(raised.value).splitlines()
    assert "stage benchmark" in lines[0]
    assert place in [line.strip() for line in lines[1:-1]]
    assert lines[-1].endswith("finished units are kept: run again")
    assert read_last_stage() == ("benchmark", "changed")


def touch_again() -> None:
    Path("code/method.py").write_text("rate = 1\n")
    Path("params.yaml").write_text(f"# a remark\n{PARAMS}")


@pytest.mark.parametrize(
    "edit",
    [
        lambda: write("params.yaml", "[5, 40]", "[5]"),
        lambda: write("params.yaml", "n_trials: 3", "n_trials: 4"),
        lambda: write("other.yaml", "c: 2", "c: 3"),
        lambda: Path("data/unnamed.npz").write_text("others"),
        lambda: Path("code/method.pyc").touch(),
        lambda: Path("code/__pycache__").mkdir(),
        touch_again,
    ],
)
def test_what_the_stage_does_not_depend_on_may_change(edit: Callable[[], object]) -> None:
    write_last_stage("benchmark", "began")
    run(edit)
    assert read_last_stage() == ("benchmark", "began")


@pytest.mark.parametrize("name", [".method.py.swp", "method.py~", "#method.py#", "4913", "a.nbi"])
def test_open_editor_is_no_edit_for_the_project(name: str) -> None:
    Path(".dvcignore").write_text((ROOT / ".dvcignore").read_text())
    run(lambda: Path("code", name).touch())
    run(lambda: Path("code/.#method.py").symlink_to("a@b"))


def test_many_files_are_not_all_named() -> None:
    def edit() -> None:
        for number in range(15):
            Path(f"code/{number}.py").touch()

    with pytest.raises(ChangedMeanwhileError) as raised:
        run(edit)
    assert len(str(raised.value).splitlines()) == 13
    assert "\n  and 5 more\n" in str(raised.value)


def test_stage_that_fails_by_itself_says_that_too() -> None:
    def fail() -> None:
        raise UnitsFailedError("2 units failed")

    def edit_and_fail() -> None:
        write("params.yaml", "epochs: 4", "epochs: 3")
        fail()

    with pytest.raises(UnitsFailedError, match="2 units failed"):
        run(fail)
    assert read_last_stage() is None
    with pytest.raises(ChangedMeanwhileError, match="epochs was 4") as raised:
        run(edit_and_fail)
    assert isinstance(raised.value.__cause__, UnitsFailedError)


def test_without_dvc_yaml_nothing_is_recorded_or_compared() -> None:
    Path("dvc.yaml").unlink()
    run(lambda: write("params.yaml", "epochs: 4", "epochs: 3"))


@pytest.mark.parametrize("text", ["stages: [", "stages: {}", "[]"])
def test_dvc_yaml_that_does_not_describe_the_stage(text: str) -> None:
    Path("dvc.yaml").write_text(text)
    with pytest.raises(ValueError, match=r"dvc\.yaml must be YAML that describes .*'benchmark'"):
        Dependencies.of("benchmark")


def test_command_line_compares_before_any_code_and_after_all_work(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Parameters are read after the first look: an edit in between is noticed as well."""

    def read_options(options: object) -> None:
        write("code/method.py", "1", "2")

    monkeypatch.setenv("DVC_STAGE", "benchmark")
    monkeypatch.setattr(__main__, "_read_options", read_options)
    monkeypatch.setattr(
        __main__,
        "_run_flows",
        lambda stages, options: write("params.yaml", "epochs: 4", "epochs: 3"),
    )
    assert main(["benchmark"]) == 1
    errors = capsys.readouterr().err
    assert errors.startswith("error: what stage benchmark depends on must stay as it is")
    assert EPOCHS in errors
    assert "code/method.py was edited" in errors


def test_forms_of_dvc_yaml_are_those_that_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert Dependencies.of("prepare").named == ("data/raw", "data/digests/prepare.json")
    values = Dependencies.of("benchmark").values["params.yaml"]
    assert values is not None
    assert {"methods.topoae.epochs", "benchmark.repetitions"} <= values.keys()
    assert any(place.startswith("tune.takes_from") for place in values)


@contextmanager
def slow_mirror(checkout: Checkout) -> Iterator[socket.socket]:
    """Have MNIST's mirrors answered by a socket: `fetch` waits for as long as nobody accepts."""
    with socket.create_server(("127.0.0.1", 0)) as mirror:
        mirror.settimeout(60)
        checkout.environment["https_proxy"] = f"http://127.0.0.1:{mirror.getsockname()[1]}"
        yield mirror
    checkout.environment["https_proxy"] = "http://127.0.0.1:9"


def test_dvc_records_nothing_of_a_stage_that_was_edited_under_way(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    checkout = copy_project(tmp_path_factory.mktemp("checkout"))
    params, lock = checkout.folder / "params.yaml", checkout.folder / "dvc.lock"
    with slow_mirror(checkout) as mirror:
        run = checkout.start("dvc", "repro", "fetch")
        connection, _ = mirror.accept()
        checkout.write_params(lambda params: params["datasets"]["mnist"].update(n_images=200))
    connection.close()
    output, _ = run.communicate(timeout=60)
    assert run.returncode != 0, output
    assert "params.yaml: datasets.mnist.n_images was 300, is 200" in output
    assert not lock.exists()
    # The same command goes on, with what stands there now.
    checkout.dvc("repro", "fetch")
    recorded = loads_yaml(lock.read_text())["stages"]["fetch"]["params"]["params.yaml"]
    assert recorded["datasets"] == loads_yaml(params.read_text())["datasets"]
