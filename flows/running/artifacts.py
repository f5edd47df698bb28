"""What Prefect's pages show of work under way: a table that is kept up, and its progress."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from prefect.artifacts import (
    TableArtifact,
    acreate_progress_artifact,
    acreate_table_artifact,
    aupdate_progress_artifact,
)
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import ArtifactUpdate

#: States of what has not ended.
WAITING, RUNNING = "waiting", "running"

Rows = list[dict[str, Any]]

#: A table is sent whole: every few seconds, and more rarely the longer it is, so that thousands of
#: units cost no more than tens.
_SECONDS_BETWEEN_UPDATES, _ROWS_PER_SECOND = 5.0, 200


@asynccontextmanager
async def publish_table(key: str, *, table: str, rows: Callable[[], Rows]) -> AsyncIterator[None]:
    """Show a table and its progress while the block runs, and as they are at its end.

    Their names begin with `key`; that of the table ends with `table`. Every row has a "state".
    """
    key = key.replace("_", "-").lower()
    now = rows()
    progress = await acreate_progress_artifact(_percent(now), key=f"{key}-progress")
    place = await acreate_table_artifact(now, key=f"{key}-{table}")

    async def update_now_and_then() -> None:
        before = now
        while True:
            await asyncio.sleep(max(_SECONDS_BETWEEN_UPDATES, len(before) / _ROWS_PER_SECOND))
            current = rows()
            if current != before:
                await _update(place, progress, current)
                before = current

    ticking = asyncio.create_task(update_now_and_then())
    try:
        yield
    finally:
        ticking.cancel()
        # What a tick could not send, the last one sends, or says why it cannot.
        await asyncio.gather(ticking, return_exceptions=True)
        await _update(place, progress, rows())


async def _update(place: UUID, progress: UUID, rows: Rows) -> None:
    # Prefect has a function that updates a progress, and none for a table.
    data = await TableArtifact(table=rows).aformat()
    async with get_client() as client:
        await client.update_artifact(artifact_id=place, artifact=ArtifactUpdate(data=data))
        await aupdate_progress_artifact(progress, _percent(rows), client=client)


def _percent(rows: Rows) -> float:
    ended = sum(row["state"] not in (WAITING, RUNNING) for row in rows)
    return 100.0 * ended / len(rows) if rows else 100.0
