"""The whole study as a flow for schedules: each run is the front door, in a process of its own."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections import deque
from typing import Any

from prefect import flow, get_run_logger
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.client.schemas.schedules import CronSchedule

from flows.child import child_command

#: A command that is given the reason of a failed run on its standard input.
ON_FAILURE = "TOPO_ON_FAILURE"
_LAST_LINES = 10


def notify(flow: Any, run: Any, state: Any) -> None:
    """Hand the reason of a failure to the command that ``TOPO_ON_FAILURE`` names, if it is set.

    Parameters
    ----------
    flow, run, state
        What Prefect gives to every hook.
    """
    command = os.environ.get(ON_FAILURE)
    if command:
        message = f"{flow.name} ({run.name}) failed: {state.message}\n"
        subprocess.run(shlex.split(command), input=message, text=True, timeout=60, check=False)


@flow(name="reproduce", on_failure=[notify], on_crashed=[notify])
def reproduce(workers: int | None = None, ray_address: str | None = None) -> None:
    """Bring every stage up to date, as `python -m flows reproduce` does.

    Parameters
    ----------
    workers
        Cores of a local Ray; all of the machine's if None.
    ray_address
        HOST:PORT of a Ray cluster's head; a local Ray if None.

    Raises
    ------
    RuntimeError
        Where it ends with another exit status than 0; has the last lines that it printed.
    """
    options = {"--workers": workers, "--ray-address": ray_address}
    given = [str(part) for pair in options.items() if pair[1] is not None for part in pair]
    process = subprocess.Popen(
        child_command("flows", "reproduce", *given),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    last: deque[str] = deque(maxlen=_LAST_LINES)
    try:
        for line in process.stdout:
            get_run_logger().info(line.rstrip())
            last.append(line.rstrip())
        status = process.wait()
    except BaseException:
        # A run that is cancelled in the UI ends here; the front door stops its Ray tasks.
        process.terminate()
        process.wait()
        raise
    if status != 0:
        raise RuntimeError(f"exit status {status}; the last lines were:\n" + "\n".join(last))


def check_cron(cron: str) -> None:
    """Refuse a line that is no schedule.

    Parameters
    ----------
    cron
        Five fields: minute, hour, day of the month, month, day of the week.

    Raises
    ------
    ValueError
        Says what was given, and an example.
    """
    try:
        CronSchedule(cron=cron)
    except ValueError as error:
        raise ValueError(
            "--cron needs minute, hour, day of the month, month and day of the week, "
            f'got {cron!r}: for every night at three give "0 3 * * *"'
        ) from error


def serve(cron: str) -> None:
    """Wait for the times of a schedule, and run then; never two at once.

    Parameters
    ----------
    cron
        Five fields: minute, hour, day of the month, month, day of the week.
    """
    reproduce.serve(
        name="scheduled",
        cron=cron,
        global_limit=ConcurrencyLimitConfig(
            limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW
        ),
        pause_on_shutdown=False,
    )
