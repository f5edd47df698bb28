"""The front door: services once, DVC under them, the table in the end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from flows import store
from flows.child import child_command
from flows.experiment import check_changes, experiment_arguments, experiment_environment
from flows.lock import UNDER_FRONT_DOOR, sole_run
from flows.services import services


def reproduce(
    *,
    workers: int | None = None,
    stage: str | None = None,
    changes: Sequence[str] = (),
    name: str | None = None,
) -> int:
    """Bring stages up to date and print Table 1, or run an experiment beside them.

    Where a stage of the whole study fails, the report is still made from what there is and marked
    "partial".

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
        Exit status: 0, or that of the stage which failed.

    Raises
    ------
    ValueError
        Where a change is refused.
    RuntimeError
        Where an experiment has no git commit to start from, or another run works here.
    """
    if changes:
        check_changes(changes)
        arguments = experiment_arguments(changes, stage=stage, name=name)
        with sole_run(), services(workers=workers):
            return _run_dvc(*arguments, environment=experiment_environment())
    with sole_run(), services(workers=workers):
        status = _run_dvc("repro", *([] if stage is None else [stage]), environment={})
        if status != 0 and stage is None and store.SCORES.exists():
            from flows.report import report

            report()
    table = store.REPORT / "report.txt"
    if stage in (None, "report") and table.exists():
        print(table.read_text())
    return status


def _run_dvc(*arguments: str, environment: Mapping[str, str]) -> int:
    """Run DVC in a process group of its own, so that an interrupt reaches it once, from here."""
    # dvc.yaml says `python`: this one, whether its environment is active or not.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    process = subprocess.Popen(
        child_command("dvc", *arguments),
        env={**os.environ, **environment, UNDER_FRONT_DOOR: "1", "PATH": path},
        start_new_session=True,
    )
    try:
        return process.wait()
    except KeyboardInterrupt:
        os.killpg(process.pid, signal.SIGINT)
        process.wait()
        raise
