"""The fan-out: the one place where units meet Ray.

Every unit is one Ray task. The driver bounds how many are in flight, starts the costliest first,
counts attempts (Ray's own retries are off, so that every attempt is seen), and keeps each result
in the unit cache as it returns. Workers write nothing and need no shared disk.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import ray
import ray.exceptions

from tasks.cache import UnitCache
from tasks.parts import add_parts, chosen_parts, missing_parts, only_parts
from tasks.remote import as_ray_task, call
from tasks.result import Result
from tasks.slots import Slots, in_flight_limit
from tasks.unit import Shared, Unit

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

State = Literal["cached", "computed", "failed"]


@dataclass(frozen=True)
class Outcome:
    """How a unit ended.

    Attributes
    ----------
    state
        "cached": it had been finished before; "computed": now; "failed": see the reason.
    seconds
        From the worker's beginning to its end, all attempts together; 0 where cached.
    attempts
        How many times it was submitted.
    reason
        Empty unless it failed.
    retries
        Why it was tried again, once for every further attempt.
    parts
        What of its parts was computed now, where it has any.
    """

    name: str
    key: str
    cost: float
    state: State
    result: Result | None = None
    seconds: float = 0.0
    attempts: int = 0
    reason: str = ""
    retries: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


class TimeLimitError(Exception):
    """A unit ran longer than it may."""


class FanOut:
    """Runs units on the connected Ray cluster.

    Parameters
    ----------
    stage
        What Ray's dashboard has before the names of units.
    time_limit
        Seconds that one attempt of a unit may take once a worker has begun it; None for no limit.
    limit
        Says how many units with a given share of a GPU may be in flight now.

    Attributes
    ----------
    outcomes
        Every unit that has ended, in order.
    running
        Name of what runs, and since when (monotonic seconds).
    not_kept
        Why a finished unit could not be kept, by its name: it counts in this run, and a later one
        computes it again.
    retries
        Why units were tried again, by their names.
    """

    def __init__(
        self,
        cache: UnitCache,
        *,
        stage: str = "",
        time_limit: float | None = None,
        limit: Callable[[float], int] = in_flight_limit,
    ) -> None:
        self.cache = cache
        self.stage = stage
        self.time_limit = time_limit
        self.outcomes: list[Outcome] = []
        self.running: dict[str, float] = {}
        self.not_kept: dict[str, str] = {}
        self.retries: dict[str, tuple[str, ...]] = {}
        self._slots = Slots(limit)
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._shared: dict[str, asyncio.Task[Any]] = {}
        self._seconds: dict[str, float] = {}

    async def run(self, unit: Unit) -> Outcome:
        """Finish a unit, from the cache where it is there; one that fails is an outcome too.

        Of units with equal keys one runs at a time: the next finds what it has kept, and computes
        what is still missing.
        """
        async with self._turns[unit.key]:
            outcome = await self._finish(unit)
        self.outcomes.append(outcome)
        return outcome

    async def _finish(self, unit: Unit) -> Outcome:
        stored = self.cache.get(unit.key)
        missing = missing_parts(unit, stored)
        if stored is None or missing:
            return await self._compute(unit, stored, missing)
        result = chosen_parts(unit, stored)
        return Outcome(unit.name, unit.key, unit.cost, state="cached", result=result)

    async def close(self) -> None:
        """Break off shared inputs that are still being made: no unit will ask for them."""
        tasks = list(self._shared.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _compute(
        self, unit: Unit, stored: Result | None, missing: tuple[str, ...]
    ) -> Outcome:
        attempt, result, reason = 0, None, "never ran"
        while result is None and attempt < ATTEMPTS:
            attempt += 1
            try:
                computed = await self._attempt(only_parts(unit, missing))
                whole = add_parts(unit, stored, computed)
                self._keep(unit, whole)
                result = chosen_parts(unit, whole)
            except Exception as error:
                result, reason = None, self._reason(error)
                if not _is_transient(error):
                    break
                if attempt < ATTEMPTS:
                    again = type(_cause(error)).__name__
                    self.retries[unit.name] = (*self.retries.get(unit.name, ()), again)
        return Outcome(
            name=unit.name,
            key=unit.key,
            cost=unit.cost,
            state="failed" if result is None else "computed",
            result=result,
            seconds=self._seconds.pop(unit.name, 0.0),
            attempts=attempt,
            reason=reason if result is None else "",
            retries=self.retries.get(unit.name, ()),
            parts=missing,
        )

    def _keep(self, unit: Unit, result: Result) -> None:
        try:
            self.cache.put(unit.key, result)
        except OSError as error:
            # A full disk costs what is kept, not what is computed.
            self.not_kept[unit.name] = error.strerror or str(error)

    async def _attempt(self, unit: Unit) -> Result:
        shared = {
            name: self._task_of(each.value, unit.cost)
            for name, each in unit.inputs.items()
            if isinstance(each.value, Shared)
        }
        try:
            inputs = {name: each.value for name, each in unit.inputs.items()}
            for name, task in shared.items():
                inputs[name] = await asyncio.shield(task)
            async with self._slots.acquire(unit.cost, unit.gpus):
                name = self._name_in_ray(unit.name)
                remote = as_ray_task(unit.function, unit.code_modules, name, unit.gpus)
                stream = remote.remote(**unit.parameters, **inputs)
                result: Result = await (await self._value(stream, unit.name))
                return result
        except Exception as error:
            if _is_transient(error):
                self._forget(shared.values())
            raise

    async def _value(self, stream: Any, name: str) -> Any:
        """Return a reference to what a worker made, once it has ended; or raise as it did."""
        try:
            await (await anext(stream))
            with self._timed(name):
                async with asyncio.timeout(self.time_limit) as limit:
                    value = await anext(stream)
                    if await anext(stream, None) is None:
                        await value  # is the reason why no end was reported
                    return value
        except (TimeoutError, asyncio.CancelledError) as error:
            if isinstance(error, TimeoutError) and not limit.expired():
                raise  # the unit's own
            # Compiled loops hear no signal: only ending the worker stops them.
            ray.cancel(stream, force=True)
            if isinstance(error, TimeoutError):
                raise TimeLimitError(
                    f"took longer than the time limit of {self.time_limit:g} s"
                ) from None
            raise

    def _name_in_ray(self, name: str) -> str:
        return f"{self.stage}/{name}" if self.stage else name

    def _reason(self, error: Exception) -> str:
        if isinstance(error, TimeLimitError):
            return str(error)
        if _is_transient(error):
            return f"{type(_cause(error)).__name__} on each of {ATTEMPTS} attempts"
        cause = _cause(error)
        return f"{type(cause).__name__}: {cause}"

    def _task_of(self, shared: Shared, cost: float) -> asyncio.Task[Any]:
        if shared.name not in self._shared:
            self._shared[shared.name] = asyncio.create_task(self._compute_shared(shared, cost))
        return self._shared[shared.name]

    async def _compute_shared(self, shared: Shared, cost: float) -> Any:
        """Make a shared input, in the turn of a unit of this cost, the first that waits for it."""
        modules = (call.__module__, shared.function.__module__)
        async with self._slots.acquire(cost, shared.gpus):
            remote = as_ray_task(call, modules, self._name_in_ray(shared.name), shared.gpus)
            return await self._value(remote.remote(shared.function, shared.arguments), shared.name)

    def _forget(self, lost: Iterable[asyncio.Task[Any]]) -> None:
        """Have shared inputs made again, once: the node that held them may be gone."""
        lost = set(lost)
        self._shared = {name: task for name, task in self._shared.items() if task not in lost}

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        started = self.running[name] = time.monotonic()
        try:
            yield
        finally:
            self.running.pop(name, None)
            spent = time.monotonic() - started
            self._seconds[name] = self._seconds.get(name, 0.0) + spent


def _is_transient(error: BaseException) -> bool:
    """Whether a failure is the machine's and not the unit's."""
    return isinstance(error, TRANSIENT) or isinstance(_cause(error), TRANSIENT)


def _cause(error: BaseException) -> BaseException:
    if isinstance(error, ray.exceptions.RayTaskError) and error.cause is not None:
        cause: BaseException = error.cause
        return cause
    return error
