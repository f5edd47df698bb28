"""What a person sees while units run: lines, and on Prefect's pages a table and its progress."""

from __future__ import annotations

import asyncio
import logging
import time
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

from tasks.fanout import FanOut

_SECONDS_BETWEEN_LINES = 10.0

#: Share of the work that must be done before the rest is estimated from it.
_KNOWN_FROM = 0.05


def status_line(fanout: FanOut, *, n_units: int, cost: float, elapsed: float) -> str:
    """Say how many of `n_units` are done, what runs, and how long it may still take.

    `cost` is that of all units together, `elapsed` the seconds since the stage began.
    """
    n_done = len(fanout.outcomes)
    n_failed = sum(outcome.state == "failed" for outcome in fanout.outcomes)
    parts = [f"{n_done} of {n_units} units"]
    if n_failed:
        parts.append(f"{n_failed} failed")
    if fanout.retries:
        reasons = sorted({each for retries in fanout.retries.values() for each in retries})
        parts.append(f"{len(fanout.retries)} tried again ({', '.join(reasons)})")
    if fanout.not_kept:
        reason = next(iter(fanout.not_kept.values()))
        parts.append(f"{len(fanout.not_kept)} could not be kept for later runs ({reason})")
    computed = sum(each.cost for each in fanout.outcomes if each.state == "computed")
    # A first unit or two would promise anything.
    if computed > _KNOWN_FROM * cost:
        left = cost - sum(each.cost for each in fanout.outcomes)
        parts.append(f"about {format_seconds(elapsed * max(0.0, left) / computed)} left")
    if fanout.running:
        parts.append("running " + ", ".join(sorted(fanout.running)))
    return "; ".join(parts)


def format_seconds(seconds: float) -> str:
    """Write a duration for people: seconds below two minutes, else minutes."""
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


@asynccontextmanager
async def log_progress(
    fanout: FanOut, logger: logging.Logger, *, n_units: int, cost: float
) -> AsyncIterator[None]:
    """Log a status line every few seconds while the block runs, and one at its end."""
    started = time.monotonic()

    def log() -> None:
        elapsed = time.monotonic() - started
        logger.info(status_line(fanout, n_units=n_units, cost=cost, elapsed=elapsed))

    async def log_now_and_then() -> None:
        while True:
            await asyncio.sleep(_SECONDS_BETWEEN_LINES)
            log()

    ticking = asyncio.create_task(log_now_and_then())
    try:
        yield
    finally:
        ticking.cancel()
        log()


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
