"""Who may submit a unit next: so many in flight at once, the costliest first."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import math
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

import ray

#: To ask Ray what the cluster has takes longer than many a unit's way through the fan-out.
_SECONDS_BETWEEN_LOOKS = 0.5
#: How soon a node that joins is given work, where no unit ends meanwhile.
_SECONDS_BETWEEN_STARTS = 1.0


class _Turn(NamedTuple):
    """A unit that waits; the lowest in order is next: the costliest, and of these the first."""

    minus_cost: float
    number: int
    begins: asyncio.Future[None]


@dataclass
class _Queue:
    """Units that ask for the same resources, those that wait as a heap."""

    waiting: list[_Turn] = field(default_factory=list)
    in_flight: int = 0

    def forget_cancelled(self) -> None:
        """Take those from the front that nobody waits for any more."""
        while self.waiting and self.waiting[0].begins.done():
            heapq.heappop(self.waiting)


class Slots:
    """Bounds how many units are in flight: a queue for every share of a GPU that units ask for.

    Parameters
    ----------
    limit
        Says how many units with a given share of a GPU may be in flight now. Its answer is asked
        for again every second at the latest.
    """

    def __init__(self, limit: Callable[[float], int]) -> None:
        self._ask_limit = limit
        self._queues: defaultdict[float, _Queue] = defaultdict(_Queue)
        self._limits: dict[float, tuple[float, int]] = {}
        self._order = itertools.count()
        self._looks_again = False

    @asynccontextmanager
    async def acquire(self, cost: float, gpus: float = 0.0) -> AsyncIterator[None]:
        """Wait for a unit's turn, and have it count as in flight for the length of a block.

        The costliest goes first; `gpus` is the share of a GPU that it takes.
        """
        turn = _Turn(-cost, next(self._order), asyncio.get_running_loop().create_future())
        queue = self._queues[gpus]
        heapq.heappush(queue.waiting, turn)
        # Later in this turn of the event loop, so that all that is planned together is ordered.
        asyncio.get_running_loop().call_soon(self._start_waiting)
        try:
            await turn.begins
        except asyncio.CancelledError:
            if turn.begins.done() and not turn.begins.cancelled():
                queue.in_flight -= 1
            raise
        try:
            yield
        finally:
            queue.in_flight -= 1
            self._start_waiting()

    def _start_waiting(self) -> None:
        for gpus, queue in self._queues.items():
            queue.forget_cancelled()
            limit = self._limit(gpus) if queue.waiting else 0
            while queue.waiting and queue.in_flight < limit:
                heapq.heappop(queue.waiting).begins.set_result(None)
                queue.in_flight += 1
                queue.forget_cancelled()
        if not self._looks_again and any(queue.waiting for queue in self._queues.values()):
            self._looks_again = True
            asyncio.get_running_loop().call_later(_SECONDS_BETWEEN_STARTS, self._look_again)

    def _look_again(self) -> None:
        self._looks_again = False
        self._start_waiting()

    def _limit(self, gpus: float) -> int:
        looked, limit = self._limits.get(gpus, (-math.inf, 0))
        if time.monotonic() - looked > _SECONDS_BETWEEN_LOOKS:
            limit = self._ask_limit(gpus)
            self._limits[gpus] = (time.monotonic(), limit)
        return limit


def in_flight_limit(gpus: float = 0.0) -> int:
    """Return how many units are submitted at once: as many as the cluster can run, and one more.

    The one more waits in Ray's queue, so that no core idles while a result travels to the driver.
    Each takes a share of a GPU, or a core if that is 0.
    """
    return max(1, n_slots(gpus)) + 1


def n_slots(gpus: float = 0.0) -> int:
    """Return how many units, of a share of a GPU or else a core each, can run at once."""
    resources: Mapping[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]
    return math.floor(resources.get("GPU", 0.0) / gpus if gpus else resources.get("CPU", 1.0))
