"""The fan-out: the one place where units meet Ray.

Every unit is one Ray task. The driver bounds how many are in flight, starts the costliest first,
counts attempts (Ray's own retries are off, so that every attempt is seen), and keeps each result
in the unit cache as it returns. Workers write nothing and need no shared disk.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import math
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import cache, wraps
from typing import Any, Literal

import ray
import ray.exceptions

from tasks.cache import UnitCache
from tasks.result import Result
from tasks.unit import Shared, Unit
from tasks.versions import installed_versions, require_versions

#: Failures of the machine, not of the unit: worth another attempt.
TRANSIENT = (
    ray.exceptions.WorkerCrashedError,
    ray.exceptions.NodeDiedError,
    ray.exceptions.ObjectLostError,
    ray.exceptions.ObjectStoreFullError,
    ray.exceptions.OutOfDiskError,
    ray.exceptions.OutOfMemoryError,
    ray.exceptions.LocalRayletDiedError,
    ray.exceptions.RpcError,
)
ATTEMPTS = 3

#: To ask Ray what the cluster has takes longer than many a unit's way through this file.
_SECONDS_BETWEEN_LOOKS = 0.5

State = Literal["cached", "computed", "failed"]


@dataclass(frozen=True)
class Outcome:
    """How a unit ended.

    Attributes
    ----------
    name, key, cost
        The unit's.
    state
        "cached": it had been finished before; "computed": now; "failed": see the reason.
    result
        What the unit returned; None where it failed.
    seconds
        From submission to return, all attempts together; 0 where cached. The wait for a free core
        is left out, but for that of the one unit which stands ready in Ray's queue.
    attempts
        How many times it was submitted.
    reason
        Empty unless it failed.
    """

    name: str
    key: str
    cost: float
    state: State
    result: Result | None = None
    seconds: float = 0.0
    attempts: int = 0
    reason: str = ""


@dataclass
class _Lane:
    """Units that ask for the same resources; those that wait stand with the costliest first."""

    waiting: list[tuple[float, int, asyncio.Future[None]]] = field(default_factory=list)
    in_flight: int = 0


class FanOut:
    """Runs units on the connected Ray cluster.

    Parameters
    ----------
    cache
        Where finished units are kept.
    time_limit
        Seconds that one attempt of a unit may take; None for no limit.

    Attributes
    ----------
    outcomes
        Every unit that has ended, in order.
    running
        Name of what runs, and since when (monotonic seconds).
    not_kept
        Why a finished unit could not be kept, by its name: it counts in this run, and a later one
        computes it again.
    """

    def __init__(self, cache: UnitCache, *, time_limit: float | None = None) -> None:
        self.cache = cache
        self.time_limit = time_limit
        self.outcomes: list[Outcome] = []
        self.running: dict[str, float] = {}
        self.not_kept: dict[str, str] = {}
        self._lanes: defaultdict[float, _Lane] = defaultdict(_Lane)
        self._limits: dict[float, tuple[float, int]] = {}
        self._order = itertools.count()
        self._shared: dict[str, asyncio.Task[Any]] = {}
        self._seconds: dict[str, float] = {}

    async def run(self, unit: Unit) -> Outcome:
        """Finish a unit, from the cache where it is there.

        Parameters
        ----------
        unit
            What to run.

        Returns
        -------
        Outcome
            A unit that fails is an outcome with a reason, not an exception.
        """
        kept = self.cache.get(unit.key)
        if kept is not None:
            outcome = Outcome(unit.name, unit.key, unit.cost, "cached", kept)
        else:
            outcome = await self._compute(unit)
        self.outcomes.append(outcome)
        return outcome

    async def _compute(self, unit: Unit) -> Outcome:
        attempt, result, reason = 0, None, "never ran"
        while result is None and attempt < ATTEMPTS:
            attempt += 1
            try:
                result = await self._attempt(unit)
            except Exception as error:
                reason = self._reason(error)
                if not is_transient(error):
                    break
                self._forget_shared(unit)
        seconds = self._seconds.pop(unit.name, 0.0)
        if result is None:
            return Outcome(unit.name, unit.key, unit.cost, "failed", None, seconds, attempt, reason)
        self._keep(unit, result)
        return Outcome(unit.name, unit.key, unit.cost, "computed", result, seconds, attempt)

    def _keep(self, unit: Unit, result: Result) -> None:
        try:
            self.cache.put(unit.key, result)
        except OSError as error:
            # A full disk costs what is kept, not what is computed.
            self.not_kept[unit.name] = error.strerror or str(error)

    async def _attempt(self, unit: Unit) -> Result:
        inputs = {name: await self._resolve(each.value) for name, each in unit.inputs.items()}
        async with self._slot(unit.cost, unit.name, unit.gpus):
            task = _remote(unit.function, unit.name, gpus=unit.gpus)
            result: Result = await self._wait(task.remote(**unit.parameters, **inputs))
            return result

    async def _wait(self, reference: Any) -> Any:
        try:
            async with asyncio.timeout(self.time_limit):
                return await reference
        except (TimeoutError, asyncio.CancelledError):
            # Compiled loops hear no signal: only ending the worker stops them.
            ray.cancel(reference, force=True)
            raise

    def _reason(self, error: Exception) -> str:
        if isinstance(error, TimeoutError):
            return f"took longer than the time limit of {self.time_limit:g} s"
        if is_transient(error):
            return f"{type(_cause(error)).__name__} on each of {ATTEMPTS} attempts"
        cause = _cause(error)
        return f"{type(cause).__name__}: {cause}"

    async def _resolve(self, value: Any) -> Any:
        if not isinstance(value, Shared):
            return value
        if value.name not in self._shared:
            self._shared[value.name] = asyncio.create_task(self._compute_shared(value))
        return await asyncio.shield(self._shared[value.name])

    async def _compute_shared(self, shared: Shared) -> Any:
        task = _remote(_keep_in_store, shared.name, num_returns=2)
        async with self._slot(shared.cost, shared.name):
            reference, finished = task.remote(shared.function, shared.arguments)
            await self._wait(finished)
            return reference

    def _forget_shared(self, unit: Unit) -> None:
        """Have shared inputs computed again: the node that held them may be gone."""
        for each in unit.inputs.values():
            if isinstance(each.value, Shared):
                self._shared.pop(each.value.name, None)

    @asynccontextmanager
    async def _slot(self, cost: float, name: str, gpus: float = 0.0) -> AsyncIterator[None]:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        lane = self._lanes[gpus]
        heapq.heappush(lane.waiting, (-cost, next(self._order), turn))
        # Later in this turn of the event loop, so that all that is planned together is ordered.
        asyncio.get_running_loop().call_soon(self._start_waiting)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                lane.in_flight -= 1
            raise
        try:
            with self._shown(name):
                yield
        finally:
            lane.in_flight -= 1
            self._start_waiting()

    @contextmanager
    def _shown(self, name: str) -> Iterator[None]:
        started = self.running[name] = time.monotonic()
        try:
            yield
        finally:
            self.running.pop(name, None)
            spent = time.monotonic() - started
            self._seconds[name] = self._seconds.get(name, 0.0) + spent

    def _start_waiting(self) -> None:
        for gpus, lane in self._lanes.items():
            limit = self._limit(gpus) if lane.waiting else 0
            while lane.waiting and lane.in_flight < limit:
                _, _, turn = heapq.heappop(lane.waiting)
                if not turn.done():
                    lane.in_flight += 1
                    turn.set_result(None)

    def _limit(self, gpus: float) -> int:
        looked, limit = self._limits.get(gpus, (-math.inf, 0))
        if time.monotonic() - looked > _SECONDS_BETWEEN_LOOKS:
            limit = in_flight_limit(gpus)
            self._limits[gpus] = (time.monotonic(), limit)
        return limit


def in_flight_limit(gpus: float = 0.0) -> int:
    """Return how many units are submitted at once: as many as the cluster can run, and one more.

    The one more waits in Ray's queue, so that no core idles while a result travels to the driver.

    Parameters
    ----------
    gpus
        Share of a GPU that each takes; a core each if 0.
    """
    resources: Mapping[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]
    places = resources.get("GPU", 0.0) / gpus if gpus else resources.get("CPU", 1.0)
    return max(1, math.floor(places)) + 1


def is_transient(error: BaseException) -> bool:
    """Whether a failure is the machine's and not the unit's."""
    return isinstance(error, TRANSIENT) or isinstance(_cause(error), TRANSIENT)


def _cause(error: BaseException) -> BaseException:
    if isinstance(error, ray.exceptions.RayTaskError) and error.cause is not None:
        cause: BaseException = error.cause
        return cause
    return error


def _remote(
    function: Callable[..., Any], name: str, *, gpus: float = 0.0, num_returns: int = 1
) -> Any:
    return _remote_function(function).options(
        name=name, num_cpus=1, num_gpus=gpus or None, max_retries=0, num_returns=num_returns
    )


@cache
def _remote_function(function: Callable[..., Any]) -> Any:
    """One per function: each of them is sent to the cluster once."""
    expected = installed_versions()

    @wraps(function)
    def checked(*arguments: Any, **named: Any) -> Any:
        require_versions(expected)
        return function(*arguments, **named)

    return ray.remote(checked)


def _keep_in_store(function: Callable[..., Any], arguments: Mapping[str, Any]) -> tuple[Any, bool]:
    """Return the value and a flag: the driver waits for the flag and leaves the value there."""
    return function(**{name: _fetch(value) for name, value in arguments.items()}), True


def _fetch(value: Any) -> Any:
    """Fetch what a reference inside a dict points to; Ray resolves top-level arguments only."""
    return ray.get(value) if isinstance(value, ray.ObjectRef) else value
