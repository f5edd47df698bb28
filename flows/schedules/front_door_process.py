"""The front door as a child of a flow run: its lines become the log, its failure the reason."""

from __future__ import annotations

import multiprocessing
import os
import shlex
import signal
import subprocess
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

from prefect import get_run_logger
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun
from prefect.context import FlowRunContext

from flows.running.study_run import STUDY_RUN, end_stages
from flows.services.child import child_command, end_with_parent

#: A command that is given the reason of a failed run on its standard input.
ON_FAILURE = "TOPO_ON_FAILURE"
_LAST_LINES = 10


def open_front_door(
    stage: str | None = None,
    *,
    changes: Sequence[str] = (),
    name: str | None = None,
    workers: int | None = None,
    ray_address: str | None = None,
) -> None:
    """Run ``python -m flows reproduce`` to its end, in a process of its own.

    The arguments are those of `flows.reproduce.reproduce`.

    Raises
    ------
    ChildProcessError
        Where it ends with another exit status than 0; has the last lines that it printed.
    """
    options = {"--name": name, "--workers": workers, "--ray-address": ray_address}
    given = [str(part) for pair in options.items() if pair[1] is not None for part in pair]
    settings = [part for change in changes for part in ("--set-param", change)]
    stages = [] if stage is None else [stage]
    process = subprocess.Popen(
        child_command("flows", "reproduce", *given, *settings, *stages),
        env={**os.environ, STUDY_RUN: str(flow_run().id)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # A worker ends a cancelled run's whole process group at once, Ray before what uses it; in
        # a session of its own the front door ends first, and in order.
        start_new_session=True,
    )
    last: deque[str] = deque(maxlen=_LAST_LINES)
    try:
        last.extend(_logged(process))
    except BaseException:
        # A run that is cancelled on the server's pages ends here.
        process.terminate()
        last.extend(_logged(process))
        process.wait()
        raise
    status = process.wait()
    if status != 0:
        raise ChildProcessError(f"exit status {status}; the last lines were:\n" + "\n".join(last))


def flow_run() -> FlowRun:
    """Return the flow run that this code runs in."""
    context = FlowRunContext.get()
    if context is None or context.flow_run is None:
        raise RuntimeError("a flow of this module must be called as a flow, not by its function")
    return context.flow_run


def notify(flow: Any, flow_run: FlowRun, state: Any) -> None:
    """Hand the reason of a failure to the command that ``TOPO_ON_FAILURE`` names; a hook."""
    command = os.environ.get(ON_FAILURE)
    if command:
        message = f"{flow.name} ({flow_run.name}) failed: {state.message}\n"
        subprocess.run(shlex.split(command), input=message, text=True, timeout=60, check=False)


def end_run_s_stages(flow: Any, flow_run: FlowRun, state: Any) -> None:
    """Mark the stages of a run that has ended as ended; a hook."""
    with get_client(sync_client=True) as client:
        end_stages(client, flow_run.id, state)


def _logged(process: subprocess.Popen[str]) -> Iterator[str]:
    assert process.stdout is not None
    for line in process.stdout:
        get_run_logger().info(line.rstrip())
        yield line.rstrip()


def _end_with_serve() -> None:
    """Have a run of `serve` end when that is killed; its front door then ends in order.

    At once, since the server is gone as well: Prefect would try to tell it for minutes.
    """
    serve = multiprocessing.parent_process()
    if serve is not None:
        end_with_parent(signal.SIGKILL)
        if not serve.is_alive():
            os._exit(1)


# Now: a run's process imports this module before it asks the server for anything.
_end_with_serve()
