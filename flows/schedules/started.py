"""Which run of a schedule a stage belongs to: a tag on the stage's flow run, and what it is for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prefect.client.schemas.objects import FlowRun

#: Set for the stages of a run that a schedule or a person started on the server.
STARTED_BY = "TOPO_STARTED_BY"


def tag_of(flow_run: FlowRun) -> str:
    """Return the tag that the stages of a flow run have."""
    return f"started by {flow_run.name}"


@contextmanager
def started_by() -> Iterator[None]:
    """Tag the flow runs of a block with the run that started them, if there is one."""
    # Imported only now: Prefect reads the server's address when it is imported.
    from prefect import tags

    with tags(*filter(None, [os.environ.get(STARTED_BY)])):
        yield


def end_stages(flow: Any, flow_run: FlowRun, state: Any) -> None:
    """Mark the stages of a run that has ended as ended; a hook.

    A stage that was killed could not tell the server so itself.
    """
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter
    from prefect.client.schemas.objects import TERMINAL_STATES
    from prefect.states import Cancelled, Crashed

    unfinished = FlowRunFilter.model_validate(
        {
            "tags": {"all_": [tag_of(flow_run)]},
            "state": {"type": {"not_any_": sorted(TERMINAL_STATES)}},
        }
    )
    message = f"{flow.name} ({flow_run.name}), which started it, has ended"
    ended = Cancelled if state.is_cancelling() or state.is_cancelled() else Crashed
    with get_client(sync_client=True) as client:
        for stage in client.read_flow_runs(flow_run_filter=unfinished):
            client.set_flow_run_state(stage.id, ended(message=message), force=True)


def end_killed(flow: Any) -> None:
    """Mark runs of a flow that were killed together with their server as ended, with their stages.

    Nobody could tell that server. Each would hold for ever the place that the next run needs. The
    caller has seen to it that none of them is alive.
    """
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowFilter, FlowRunFilter
    from prefect.states import Crashed

    named = FlowFilter.model_validate({"name": {"any_": [flow.name]}})
    begun = FlowRunFilter.model_validate(
        {"state": {"type": {"any_": ["PENDING", "RUNNING", "CANCELLING"]}}}
    )
    killed = Crashed(message="it was killed together with its server")
    with get_client(sync_client=True) as client:
        for run in client.read_flow_runs(flow_filter=named, flow_run_filter=begun):
            client.set_flow_run_state(run.id, killed, force=True)
            end_stages(flow, run, killed)
