"""What a person sees while units run: one line now and then, in the terminal and in Prefect."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

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
