"""The run of the whole study on Prefect's server: stages, processes of their own, are its subflows.

Whoever opens the run hands its number on in the environment. A stage then makes the placeholder
that Prefect makes of a subflow within one process, and names it as its flow run's parent.
"""

from __future__ import annotations

import asyncio
import inspect
import os
import re
from collections.abc import Awaitable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from prefect import Flow, Task
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import FlowFilter, FlowRunFilter, TaskRunFilter
from prefect.client.schemas.objects import TERMINAL_STATES, FlowRun
from prefect.exceptions import TerminationSignal
from prefect.flow_engine import run_flow
from prefect.flows import FlowStateHook
from prefect.runtime import flow_run as this_run
from prefect.states import Cancelled, Completed, Crashed, Failed, Pending, Running, State

from flows.services.prefect_server import is_local_server

#: Number of the flow run whose subflows the stages are.
STUDY_RUN = "TOPO_STUDY_RUN"

_FLOW = "reproduce"
#: What Prefect calls a run that nobody has named.
_ANY_NAME = re.compile(r"[a-z]+-[a-z]+")
_INTERRUPTED = "it was interrupted; what was finished is kept"


class StudyRun:
    """The flow run that the stages belong to, and how it is to end."""

    def __init__(self) -> None:
        self.state: State[Any] = Completed()

    def fail(self, reason: str) -> None:
        """Have the run end as failed."""
        self.state = Failed(message=reason)


@contextmanager
def study_run() -> Iterator[StudyRun]:
    """Have a flow run for the stages of a block; that of a schedule, if one has started this.

    It ends as the block does: completed, failed or cancelled, its stages with it.
    """
    run = StudyRun()
    if STUDY_RUN in os.environ:
        # Who has opened it, ends it.
        with _ended_with_the_block(UUID(os.environ[STUDY_RUN]), run, is_ours=False):
            yield run
        return
    flow = Flow(lambda: None, name=_FLOW)
    if is_local_server():
        # No other run can be alive in this checkout.
        end_killed(flow)
    with get_client(sync_client=True) as client:
        opened = client.create_flow_run(flow, name=name_of_run(_FLOW), state=Pending())
        client.set_flow_run_state(opened.id, Running())
    os.environ[STUDY_RUN] = str(opened.id)
    try:
        with _ended_with_the_block(opened.id, run, is_ours=True):
            yield run
    finally:
        del os.environ[STUDY_RUN]


@contextmanager
def _ended_with_the_block(run_id: UUID, run: StudyRun, *, is_ours: bool) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        run.state = Cancelled(message=_INTERRUPTED)
        raise
    except BaseException as error:
        run.fail(str(error))
        raise
    finally:
        with get_client(sync_client=True) as client:
            end_stages(client, run_id, run.state)
            if is_ours:
                client.set_flow_run_state(run_id, run.state, force=True)


def run_stage(
    flow: Flow[..., Any], parameters: dict[str, Any], *, on_end: FlowStateHook[..., Any]
) -> None:
    """Run a stage's flow: as a subflow where there is a run of the study.

    Parameters
    ----------
    on_end
        Called, as Prefect calls its hooks, where the flow has come to its end, even by an error.

    Raises
    ------
    KeyboardInterrupt
        Where it was interrupted, or asked to end; its run is then cancelled, which Prefect would
        take for a crash.
    """
    flow = flow.with_options(on_completion=[on_end], on_failure=[on_end])
    with get_client(sync_client=True) as client:
        run = _create_run(client, flow, parameters)
    try:
        running = run_flow(flow, flow_run=run, parameters=parameters)
        if inspect.isawaitable(running):
            asyncio.run(_wait_for(running))
    except (KeyboardInterrupt, TerminationSignal):
        with get_client(sync_client=True) as client:
            _end(client, run.id, Cancelled(message=_INTERRUPTED))
        raise KeyboardInterrupt from None


def _create_run(
    client: SyncPrefectClient, flow: Flow[..., Any], parameters: Mapping[str, Any]
) -> FlowRun:
    parent = None
    if STUDY_RUN in os.environ:
        placeholder = Task(lambda: None, name=flow.name)
        # Another key each time: a stage that is run again is another run.
        parent = client.create_task_run(
            placeholder, UUID(os.environ[STUDY_RUN]), dynamic_key=uuid4().hex, name=flow.name
        ).id
    return client.create_flow_run(
        flow,
        name=name_of_run(flow.name),
        parameters=dict(parameters),
        parent_task_run_id=parent,
        state=Pending(),
    )


async def _wait_for(running: Awaitable[Any]) -> None:
    await running


def end_stages(client: SyncPrefectClient, study: UUID, state: State[Any]) -> None:
    """Mark the stages of a run that has ended as ended; those that were killed could not."""
    is_cancelled = state.is_cancelled() or state.is_cancelling()
    stages = FlowRunFilter.model_validate({"parent_flow_run_id": {"any_": [study]}})
    ended = Cancelled if is_cancelled else Crashed
    for stage in client.read_flow_runs(flow_run_filter=stages):
        of_interrupt = is_cancelled and stage.state is not None and stage.state.is_crashed()
        if stage.state_type not in TERMINAL_STATES or of_interrupt:
            _end(
                client, stage.id, ended(message="the run of the study that it belongs to has ended")
            )


def _end(client: SyncPrefectClient, run_id: UUID, state: State[Any]) -> None:
    unfinished = {"state": {"type": {"any_": ["PENDING", "RUNNING", "CRASHED"]}}}
    for task in client.read_task_runs(
        flow_run_filter=FlowRunFilter.model_validate({"id": {"any_": [run_id]}}),
        task_run_filter=TaskRunFilter.model_validate(unfinished),
    ):
        client.set_task_run_state(task.id, state.fresh_copy(), force=True)
    client.set_flow_run_state(run_id, state, force=True)


def end_killed(flow: Flow[..., Any]) -> None:
    """Mark runs of a flow that were killed together with their server as ended, with their stages.

    Nobody could tell that server. Each would hold for ever the place that the next run needs. The
    caller has seen to it that none of them is alive.
    """
    named = FlowFilter.model_validate({"name": {"any_": [flow.name]}})
    begun = FlowRunFilter.model_validate(
        {"state": {"type": {"any_": ["PENDING", "RUNNING", "CANCELLING"]}}}
    )
    killed = Crashed(message="it was killed together with its server")
    with get_client(sync_client=True) as client:
        for run in client.read_flow_runs(flow_filter=named, flow_run_filter=begun):
            end_stages(client, run.id, killed)
            client.set_flow_run_state(run.id, killed.fresh_copy(), force=True)


def name_of_run(flow: str) -> str:
    """Return what a run that begins now is called: the flow, and the time in UTC."""
    return f"{flow}-{datetime.now(UTC):%Y-%m-%d-%H%M%S}"


def name_unless_named() -> str:
    """Return the name of the flow run that begins here: what a person gave it, else flow and time.

    Prefect asks for it at the run's begin.
    """
    given = str(this_run.name)
    return name_of_run(str(this_run.flow_name)) if _ANY_NAME.fullmatch(given) else given
