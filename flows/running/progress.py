"""What a person sees while units run: lines, and on Prefect's pages a table and its progress."""

from __future__ import annotations

import asyncio
import itertools
import logging
import math
import os
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, nullcontext
from typing import Any
from uuid import UUID

from prefect import get_run_logger
from prefect.artifacts import (
    TableArtifact,
    acreate_progress_artifact,
    acreate_table_artifact,
    aupdate_progress_artifact,
)
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import ArtifactUpdate
from prefect.runtime import flow_run
from rich.live import Live

from flows.environment import STAGES_OF_RUN
from flows.running.durations import (
    Chain,
    Durations,
    format_core_seconds,
    format_seconds,
    keep_durations,
    read_durations,
)
from flows.running.live import draw, live_display, terminal
from tasks.fanout import FanOut

_SECONDS_BETWEEN_LINES, _SECONDS_BETWEEN_PICTURES = 10.0, 0.5


def place_in_run(stage: str) -> str:
    """Return "stage 4 of 7" where all of the study is run, else nothing."""
    stages = os.environ.get(STAGES_OF_RUN, "").split()
    return f"stage {stages.index(stage) + 1} of {len(stages)}" if stage in stages else ""


def status_line(
    fanout: FanOut, *, n_units: int, left: float | None, place: str = "", now: float | None = None
) -> str:
    """Say how many of `n_units` are done, what runs since when, and how long it may still take.

    `left` is in seconds; `place` is the stage's in the run; `now` in monotonic seconds, those of
    this moment if None.
    """
    units = f"{len(fanout.outcomes)} of {n_units} units"
    parts = [f"{place}: {units}" if place else units, *summarise(fanout, left=left)]
    if fanout.running:
        now = time.monotonic() if now is None else now
        running = sorted(dict(fanout.running).items())
        each = (f"{name} ({format_seconds(now - since)})" for name, since in running)
        parts.append("running " + ", ".join(each))
    return "; ".join(parts)


def end_line(fanout: FanOut, *, n_units: int, elapsed: float) -> str:
    """Say how the units of a stage ended, after `elapsed` seconds."""
    computed = [each for each in fanout.outcomes if each.state == "computed"]
    n_found = sum(each.state == "cached" for each in fanout.outcomes)
    seconds = sum(each.seconds for each in fanout.outcomes)
    parts = [
        f"{len(fanout.outcomes)} of {n_units} units in {format_seconds(elapsed)}",
        f"{len(computed)} computed in {format_core_seconds(seconds)}",
        f"{n_found} found finished",
        *summarise(fanout, left=None),
    ]
    return "; ".join(parts)


def summarise(fanout: FanOut, *, left: float | None) -> Iterator[str]:
    """Yield what has failed, what was tried again or not kept, and how long it may still take."""
    n_failed = sum(outcome.state == "failed" for outcome in fanout.outcomes)
    if n_failed:
        yield f"{n_failed} failed"
    if fanout.retries:
        reasons = sorted({each for retries in fanout.retries.values() for each in retries})
        yield f"{len(fanout.retries)} tried again ({', '.join(reasons)})"
    if fanout.not_kept:
        reason = next(iter(fanout.not_kept.values()))
        yield f"{len(fanout.not_kept)} could not be kept for later runs ({reason})"
    if left is not None:
        # To five seconds: it is known no better.
        yield f"about {format_seconds(5 * math.ceil(left / 5))} left"


@asynccontextmanager
async def show_progress(fanout: FanOut, chains: Iterable[Chain]) -> AsyncIterator[None]:
    """Show how far a flow's units are while the block runs, and keep how long they took.

    A terminal has a display that is drawn anew; elsewhere there is a line every few seconds. What
    fails, and what is tried again, has a line at once.
    """
    stage, logger = str(flow_run.flow_name), get_run_logger()
    place = place_in_run(stage)
    durations = Durations(chains, read_durations(stage))
    started, console = time.monotonic(), terminal()
    news = News(fanout, logger)

    def elapsed() -> float:
        return time.monotonic() - started

    def log() -> None:
        left = durations.left(fanout)
        logger.info(status_line(fanout, n_units=durations.n_units, left=left, place=place))

    async def log_now_and_then() -> None:
        for number in itertools.count(1):
            await asyncio.sleep(_SECONDS_BETWEEN_PICTURES)
            news.tell()
            if number * _SECONDS_BETWEEN_PICTURES % _SECONDS_BETWEEN_LINES == 0:
                log()

    async def draw_often(display: Live) -> None:
        while True:
            news.tell()
            parts = [*summarise(fanout, left=durations.left(fanout))]
            parts.append(f"{format_seconds(elapsed())} so far")
            picture = draw(
                f"{stage}, {place}" if place else stage,
                fanout,
                n_units=durations.n_units,
                summary="; ".join(parts),
                console=display.console,
            )
            display.update(picture, refresh=True)
            await asyncio.sleep(_SECONDS_BETWEEN_PICTURES)

    with nullcontext() if console is None else live_display(console) as display:
        ticking = asyncio.create_task(
            log_now_and_then() if display is None else draw_often(display)
        )
        try:
            yield
        finally:
            ticking.cancel()
            await asyncio.gather(ticking, return_exceptions=True)
            news.tell()
            logger.info(end_line(fanout, n_units=durations.n_units, elapsed=elapsed()))
            keep_durations(stage, durations.measured(fanout))


class News:
    """Says of every failure and of every further attempt what it was, once."""

    def __init__(self, fanout: FanOut, logger: logging.Logger | logging.LoggerAdapter[Any]) -> None:
        self._fanout = fanout
        self._logger = logger
        self._n_told = 0
        self._retries: dict[str, int] = {}

    def tell(self) -> None:
        """Log what has happened since the last time."""
        for name, reasons in dict(self._fanout.retries).items():
            for reason in reasons[self._retries.get(name, 0) :]:
                self._logger.warning("%s is tried again: %s", name, reason)
            self._retries[name] = len(reasons)
        ended = self._fanout.outcomes[self._n_told :]
        self._n_told += len(ended)
        for each in ended:
            if each.state == "failed":
                self._logger.error("%s failed: %s", each.name, each.reason)


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
