"""The front door: services once, DVC under them, the table in the end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from flows import store
from flows.closed_output import reader_is_gone
from flows.environment import (
    DVC_SITE,
    IDLE_CORES,
    STAGES_OF_RUN,
    describe_arithmetic,
    results_are_portable,
)
from flows.lock import UNDER_FRONT_DOOR, sole_run
from flows.running.failures import shorten_logs
from flows.services.child import child_command
from flows.services.local import services
from flows.stage_list import STAGES
from flows.versioning.dvc_files import mend_dvc_files
from flows.versioning.experiment import (
    check_changes,
    experiment_arguments,
    experiment_environment,
    remove_abandoned,
    require_commit,
)
from flows.versioning.last_stage import LastStage, forget_last_stage, read_last_stage

if TYPE_CHECKING:
    from flows.running.study_run import StudyRun


def reproduce(
    *,
    workers: int | None = None,
    stage: str | None = None,
    changes: Sequence[str] = (),
    name: str | None = None,
) -> int:
    """Bring stages up to date and end with a screen of results, or run an experiment beside them.

    Results that other machines cannot have (native arithmetic, a GPU) are an experiment: what
    ``dvc.lock`` has stays.

    Where a stage of the whole study fails and the benchmark's table is nevertheless that of these
    parameters, the report is made from what there is and marked "partial".

    Parameters
    ----------
    workers
        Cores of a local Ray; all of the machine's if None.
    stage
        The last stage to run; all of them if None.
    changes
        Parameters to set, as DVC takes them (``sweep.perplexities=[5,40]``): with any, the run is
        a DVC experiment, and params.yaml and the results stay as they are.
    name
        What the experiment is called; DVC finds a name if None.

    Returns
    -------
    int
        Exit status: 0, or 1 where a stage or DVC failed.
    """
    began, started = time.time(), time.monotonic()
    # Before the services, which take their time.
    folders = (stage.folder for stage in STAGES.values())
    store.check_writable(*folders, store.DIGESTS, store.PROVENANCE, store.UNITS)
    # Idle cores compute for later stages, so there must be some to come.
    whole = {IDLE_CORES: "1", STAGES_OF_RUN: " ".join(STAGES)} if stage is None else {}
    if name is not None and not changes and results_are_portable():
        raise ValueError(f"-n {name} names an experiment: give -S as well, or leave it away")
    if changes:
        check_changes(changes)
    if changes or not results_are_portable():
        require_commit(changes)
        if not results_are_portable():
            print(
                f"arithmetic is {describe_arithmetic()}, which other machines do not have: kept as "
                f"an experiment, which `dvc exp apply` brings; {store.DVC_LOCK} stays as it is",
                file=sys.stderr,
            )
        arguments = experiment_arguments(changes, stage=stage, name=name)
        with _checkout_and_services(workers) as run:
            remove_abandoned()
            environment = {**whole, **experiment_environment()}
            status = _run_dvc(*arguments, environment=environment)
            if status != 0:
                run.fail("the experiment failed")
            return status
    with _checkout_and_services(workers) as run:
        forget_last_stage()
        status = _run_dvc("repro", *([] if stage is None else [stage]), environment=whole)
        rendered = status != 0 and stage is None and _benchmark_is_current()
        if rendered:
            from flows.reporting.stage_artifact import publish_stage
            from flows.running.live import plain_lines
            from flows.running.study_run import run_stage
            from flows.stages.report import report

            shorten_logs()
            with plain_lines():
                run_stage(report, {}, on_end=publish_stage)
        if status != 0:
            run.fail(_what_failed(rendered))
    if status != 0:
        print(f"error: {_what_failed(rendered)}", file=sys.stderr)
    summary = store.REPORT / "summary.txt"
    if stage in (None, "report") and (status == 0 or rendered) and summary.exists():
        from flows.reporting.summary import print_summary

        print_summary(began=began, elapsed=time.monotonic() - started)
    return status


@contextmanager
def _checkout_and_services(workers: int | None) -> Iterator[StudyRun]:
    """Hold the checkout, with all that DVC and its stages need, for a block; yield its run."""
    with sole_run():
        mend_dvc_files()
        with services(workers=workers):
            # Prefect reads the server's address when it is imported.
            from flows.running.study_run import study_run

            with study_run() as run:
                yield run


def _benchmark_is_current() -> bool:
    """Whether the benchmark's table is of these data and parameters: it, or DVC, says so.

    A stage that fails because of failed units has written its table. One that failed earlier has
    not, and what stands there may belong to other data or other parameters.
    """
    last = read_last_stage()
    if last is None or last.state == "changed" or not store.SCORES.exists():
        return False
    if last.stage in ("benchmark", "report"):
        return last == LastStage("benchmark", "wrote")
    # The failed stage itself is never up to date; what it wrote is compared by those after it.
    relied_on = [each for each in ("prepare", "tune", "benchmark") if each != last.stage]
    return _run_dvc("status", "--quiet", *relied_on, environment={}) == 0


def _what_failed(rendered: bool) -> str:
    last = read_last_stage()
    what = "DVC failed before the first stage" if last is None else f"stage {last.stage} failed"
    if rendered:
        return f"{what}, see above; the tables and {store.REPORT} are made from what there is"
    if last is not None and last.stage == "report":
        return f"{what}, see above; {store.REPORT} is not complete"
    if (store.REPORT / "report.html").exists():
        return f"{what}, see above; {store.REPORT} is from an earlier run"
    return f"{what}, see above; there is no report yet"


def _run_dvc(*arguments: str, environment: Mapping[str, str]) -> int:
    """Run DVC in a process group of its own, so that an interrupt reaches it once, from here.

    Whatever it fails with (255, or the number of a signal) counts as 1.
    """
    # dvc.yaml says `python`: this one, whether its environment is active or not.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    # DVC lets every user write to its folder in this one, and reads back objects from there.
    DVC_SITE.parent.mkdir(parents=True, exist_ok=True)
    DVC_SITE.parent.chmod(0o700)
    process = subprocess.Popen(
        child_command("dvc", *arguments),
        env={**os.environ, **environment, UNDER_FRONT_DOOR: "1", "PATH": path},
        start_new_session=True,
    )
    try:
        status = process.wait()
    except KeyboardInterrupt:
        os.killpg(process.pid, signal.SIGINT)
        process.wait()
        raise
    if status != 0 and reader_is_gone(sys.stdout):
        raise BrokenPipeError
    return int(status != 0)
