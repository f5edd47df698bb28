"""The front door: services once, `dvc repro` under them, the table in the end."""

from __future__ import annotations

import os
import signal
import subprocess

from flows import store
from flows.child import child_command
from flows.lock import UNDER_FRONT_DOOR, sole_run
from flows.services import services


def reproduce(*, workers: int | None = None) -> int:
    """Bring every stage up to date and print Table 1.

    Where a stage fails, the report is still made from what there is and marked "partial".

    Parameters
    ----------
    workers
        Cores of a local Ray; all of the machine's if None.

    Returns
    -------
    int
        Exit status: 0, or that of the stage which failed.
    """
    with sole_run(), services(workers=workers):
        status = _dvc_repro()
        if status != 0 and store.SCORES.exists():
            from flows.report import report

            report()
    table = store.REPORT / "report.txt"
    if table.exists():
        print(table.read_text())
    return status


def _dvc_repro() -> int:
    """Run DVC in a process group of its own, so that an interrupt reaches it once, from here."""
    process = subprocess.Popen(
        child_command("dvc", "repro"),
        env={**os.environ, UNDER_FRONT_DOOR: "1"},
        start_new_session=True,
    )
    try:
        return process.wait()
    except KeyboardInterrupt:
        os.killpg(process.pid, signal.SIGINT)
        process.wait()
        raise
