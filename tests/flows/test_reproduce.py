"""What the front door makes of DVC's end, without services and without DVC."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from dvc.utils.serialize import dumps_yaml

from flows import reproduce, store
from flows.__main__ import main
from flows.running import study_run
from flows.stages import report
from flows.versioning.last_stage import State, write_last_stage
from tests.flows.checkout import TINY

Repro = Callable[[], int]


@pytest.fixture
def front_door(
    in_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Run the front door, given what `dvc repro` and `dvc status` do in it."""

    @contextmanager
    def no_services(**options: object) -> Iterator[None]:
        yield

    def render() -> None:
        store.write_text(store.REPORT / "summary.txt", "made from what there is\n")

    @contextmanager
    def no_server() -> Iterator[study_run.StudyRun]:
        yield study_run.StudyRun()

    monkeypatch.setattr(reproduce, "services", no_services)
    monkeypatch.setattr(study_run, "study_run", no_server)
    monkeypatch.setattr(study_run, "run_stage", lambda stage, given, on_end: stage())
    monkeypatch.setattr(report, "report", render)

    def run(repro: Repro, *, status: Callable[..., int] | None = None) -> tuple[int, str, str]:
        def dvc(command: str, *arguments: str, environment: object) -> int:
            if command == "repro":
                return repro()
            assert status is not None, "nobody needs to ask DVC"
            return status(*arguments)

        monkeypatch.setattr(reproduce, "_run_dvc", dvc)
        code = reproduce.reproduce()
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def earlier_run() -> None:
    for name in ("summary.txt", "report.html"):
        store.write_text(store.REPORT / name, "of an earlier run\n")
    store.write_text(store.SCORES, "of an earlier run")


def fails_at(stage: str, state: State = "began") -> Repro:
    def repro() -> int:
        write_last_stage(stage, state)
        return 1

    return repro


def test_table_of_an_earlier_run_is_not_shown_as_this_one_s(front_door) -> None:
    earlier_run()
    code, output, errors = front_door(fails_at("prepare"), status=lambda *stages: 1)
    assert (code, output) == (1, "")
    assert errors == (
        "error: stage prepare failed, see above; results/report is from an earlier run\n"
    )


def test_failure_before_any_report_says_that_there_is_none(front_door) -> None:
    code, output, errors = front_door(fails_at("fetch"))
    assert (code, output) == (1, "")
    assert errors == "error: stage fetch failed, see above; there is no report yet\n"


def test_failed_units_are_shown_with_what_there_is(front_door) -> None:
    earlier_run()
    code, output, errors = front_door(fails_at("benchmark", "wrote"))
    assert (code, output.splitlines()[1]) == (1, "made from what there is")
    assert errors == (
        "error: stage benchmark failed, see above; the tables and results/report are made from "
        "what there is\n"
    )


def test_table_of_a_benchmark_that_failed_before_it_wrote_one_is_not_shown(front_door) -> None:
    earlier_run()
    code, output, errors = front_door(fails_at("benchmark"))
    assert (code, output) == (1, "")
    assert errors.startswith("error: stage benchmark failed, see above; results/report is from an")


def test_benchmark_of_this_run_is_shown_where_the_sweep_fails(front_door) -> None:
    earlier_run()
    code, output, _ = front_door(fails_at("sweep", "wrote"), status=lambda *stages: 0)
    assert (code, output.splitlines()[1]) == (1, "made from what there is")


def test_table_of_a_stage_that_was_edited_under_way_is_not_shown(front_door) -> None:
    earlier_run()
    code, output, errors = front_door(fails_at("benchmark", "changed"))
    assert (code, output) == (1, "")
    assert errors.startswith("error: stage benchmark failed, see above; results/report is from an")


@pytest.mark.parametrize(
    ("end", "status"), [("0", 0), ("1", 1), ("255", 1), ("__import__('os').abort()", 1)]
)
def test_whatever_dvc_fails_with_counts_as_1(
    monkeypatch: pytest.MonkeyPatch, end: str, status: int
) -> None:
    command = [sys.executable, "-c", f"raise SystemExit({end})"]
    monkeypatch.setattr(reproduce, "child_command", lambda *arguments: command)
    assert reproduce._run_dvc("repro", environment={}) == status


def test_failed_trials_keep_a_benchmark_that_is_up_to_date(front_door) -> None:
    earlier_run()
    asked = []

    def status(*stages: str) -> int:
        asked.append(stages)
        return 0

    code, output, _ = front_door(fails_at("tune"), status=status)
    assert (code, output.splitlines()[1]) == (1, "made from what there is")
    # The stage that failed is never up to date.
    assert asked == [("--quiet", "prepare", "benchmark")]


def test_failed_report_is_not_tried_again(front_door) -> None:
    earlier_run()
    code, output, errors = front_door(fails_at("report"))
    assert (code, output) == (1, "")
    assert errors == "error: stage report failed, see above; results/report is not complete\n"


def test_failure_of_dvc_itself_is_no_stage_s(front_door) -> None:
    earlier_run()
    write_last_stage("tune", "wrote")
    code, output, errors = front_door(lambda: 1)
    assert (code, output) == (1, "")
    assert errors.startswith("error: DVC failed before the first stage, see above; results/report")


def test_success_ends_with_a_screen_of_results_and_the_page_s_path(front_door) -> None:
    earlier_run()
    provenance = store.PROVENANCE / "tune.json"

    def repro() -> int:
        store.write_json(provenance, {"units": [{"seconds": 1500.0}, {"seconds": 0.5}]})
        return 0

    code, output, errors = front_door(repro)
    assert (code, errors) == (0, "")
    assert output.splitlines()[1:] == [
        "of an earlier run",
        "All verdicts, with what decided each: results/report/report.txt",
        "This run took 0 s; its units took 1,500 core-seconds",
        str(Path("results/report/report.html").absolute()),
    ]


def test_what_an_earlier_run_computed_does_not_count(front_door) -> None:
    earlier_run()
    store.write_json(store.PROVENANCE / "tune.json", {"units": [{"seconds": 1500.0}]})
    os.utime(store.PROVENANCE / "tune.json", (0, 0))
    _, output, _ = front_door(lambda: 0)
    assert "This run took 0 s; all units had been finished before" in output


@pytest.mark.parametrize("place", ["results", "results/report", "data", ".cache"])
def test_what_cannot_be_written_is_said_before_anything_starts(
    in_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys, place: str
) -> None:
    def services(**options: object) -> None:
        raise AssertionError("the services must not start")

    monkeypatch.setattr(reproduce, "services", services)
    Path("params.yaml").write_text(dumps_yaml(TINY))
    Path(place).parent.mkdir(exist_ok=True)
    Path(place).write_text("a file where a folder should be")
    made = sorted(Path().rglob("*"))
    assert main(["reproduce"]) == 1
    assert f"error: {place} must be a folder that can be written" in capsys.readouterr().err
    assert sorted(Path().rglob("*")) == made
