from __future__ import annotations

import asyncio
import threading
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import psutil
import pytest
import ray

from tasks import versions
from tasks.cache import UnitCache
from tasks.fanout import ATTEMPTS, FanOut, Outcome
from tasks.remote import _ray_function
from tasks.slots import in_flight_limit
from tasks.unit import Input, Shared, Unit
from tests.tasks import units

pytestmark = pytest.mark.usefixtures("ray_cluster")


def run(fanout: FanOut, *wanted: Unit) -> list[Outcome]:
    async def all_of_them() -> list[Outcome]:
        return await asyncio.gather(*(fanout.run(unit) for unit in wanted))

    return asyncio.run(all_of_them())


async def n_run(fanout: FanOut, n: int) -> None:
    """Wait until so many units are under way."""
    while len(fanout.running) < n:
        await asyncio.sleep(0.05)


def test_unit_is_computed_once_and_then_read(tmp_path: Path) -> None:
    cache = UnitCache(tmp_path)
    first, second = (run(FanOut(cache), units.doubling())[0] for _ in range(2))
    assert (first.state, second.state) == ("computed", "cached")
    for outcome in (first, second):
        assert outcome.result is not None
        np.testing.assert_array_equal(outcome.result.arrays["doubled"], 2 * units.ARRAY)
        assert outcome.result.values == {"sum": 15.0}


def test_failed_unit_has_its_reason_and_is_not_kept(tmp_path: Path) -> None:
    cache = UnitCache(tmp_path)
    good, bad = units.doubling(), units.unit(units.fail, message="seven is odd")
    outcomes = run(FanOut(cache), bad, good)
    assert [each.state for each in outcomes] == ["failed", "computed"]
    assert outcomes[0].reason == "ValueError: seven is odd"
    assert outcomes[0].attempts == 1
    assert cache.get(bad.key) is None


def test_death_of_a_worker_is_another_attempt(tmp_path: Path) -> None:
    unit = units.unit(units.die, counter=str(tmp_path / "attempts"))
    (outcome,) = run(FanOut(UnitCache(tmp_path)), unit)
    assert (outcome.state, outcome.attempts) == ("computed", 3)
    assert outcome.retries == ("WorkerCrashedError",) * 2


def test_attempts_are_bounded(tmp_path: Path) -> None:
    (outcome,) = run(FanOut(UnitCache(tmp_path)), units.unit(units.always_die))
    assert (outcome.state, outcome.attempts) == ("failed", ATTEMPTS)
    assert outcome.reason == f"WorkerCrashedError on each of {ATTEMPTS} attempts"


def test_worker_killed_from_outside_is_another_attempt(tmp_path: Path) -> None:
    """As the kernel does when memory runs out, or a person with `kill -9`.

    Ray's processes are called after the unit, and that after its stage, as on its dashboard.
    """
    killed: list[int] = []

    def kill_it() -> None:
        while not killed:
            for child in psutil.Process().children(recursive=True):
                with suppress(psutil.NoSuchProcess):
                    if child.name() == "ray::s/victim":
                        child.kill()
                        killed.append(child.pid)
            time.sleep(0.05)

    thread = threading.Thread(target=kill_it, daemon=True)
    thread.start()
    fanout = FanOut(UnitCache(tmp_path), stage="s")
    outcomes = run(fanout, units.unit(units.sleep, "victim", seconds=2), units.doubling(11))
    thread.join(timeout=10)
    assert len(killed) == 1
    assert [(each.state, each.attempts) for each in outcomes] == [("computed", 2), ("computed", 1)]


def test_time_limit_ends_a_unit_that_hangs_in_compiled_code(tmp_path: Path) -> None:
    fanout = FanOut(UnitCache(tmp_path), time_limit=1.0)
    (outcome,) = run(fanout, units.unit(units.hang))
    assert outcome.state == "failed"
    assert outcome.reason == "took longer than the time limit of 1 s"


def test_wait_for_a_worker_does_not_count_in_the_time_limit(tmp_path: Path) -> None:
    # One of them waits in Ray's queue until another one has ended.
    n_units = in_flight_limit()
    wanted = [units.unit(units.sleep, f"{n}", seconds=2 + n / 1000) for n in range(n_units)]
    outcomes = run(FanOut(UnitCache(tmp_path), time_limit=3.5), *wanted)
    assert [each.reason for each in outcomes] == [""] * n_units
    assert all(1.5 < each.seconds < 3.5 for each in outcomes)


def test_time_out_of_the_units_own_is_its_failure(tmp_path: Path) -> None:
    (outcome,) = run(FanOut(UnitCache(tmp_path)), units.unit(units.time_out))
    assert (outcome.reason, outcome.attempts) == ("TimeoutError: nobody answered", 1)


def test_result_that_cannot_be_kept_fails_its_unit_alone(tmp_path: Path) -> None:
    bad, good = units.unit(units.return_no_json), units.doubling(11)
    outcomes = run(FanOut(UnitCache(tmp_path)), bad, good)
    assert [each.state for each in outcomes] == ["failed", "computed"]
    assert outcomes[0].reason.startswith("TypeError: Object of type float32 is not JSON")


def test_place_that_is_added_is_used_at_once(tmp_path: Path) -> None:
    places = [1]
    fanout = FanOut(UnitCache(tmp_path), limit=lambda gpus: len(places))

    async def add_a_place() -> None:
        work = asyncio.gather(
            *(fanout.run(units.unit(units.sleep, f"{n}", seconds=60 + n)) for n in range(2))
        )
        await n_run(fanout, 1)
        assert len(fanout.running) == 1
        places.append(1)
        async with asyncio.timeout(4):
            await n_run(fanout, 2)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work

    asyncio.run(add_a_place())


def test_lost_shared_input_is_made_again_once(tmp_path: Path, monkeypatch) -> None:
    marker = tmp_path / "marker"
    shared = Shared("lost", units.make_shared, {"X": units.ARRAY, "marker": str(marker)})
    wanted = [
        Unit(f"n {n}", units.read_shared, {"number": n}, {"shared": Input(shared, "digest")}, ())
        for n in range(1, 7)
    ]
    fanout = FanOut(UnitCache(tmp_path / "units"))
    value, lost = FanOut._value, set(unit.name for unit in wanted)

    async def lose_first(self: FanOut, stream, name: str):
        reference = await value(self, stream, name)
        if name in lost:
            lost.discard(name)
            raise ray.exceptions.ObjectLostError("00", "", "")
        return reference

    monkeypatch.setattr(FanOut, "_value", lose_first)
    outcomes = run(fanout, *wanted)
    assert {(each.state, each.retries) for each in outcomes} == {("computed", ("ObjectLostError",))}
    assert marker.read_text().count("made") <= 3


def test_shared_input_is_made_in_the_turn_of_the_unit_that_waits_for_it(tmp_path: Path) -> None:
    shared = Shared("shared", units.make_shared, {"X": units.ARRAY, "marker": str(tmp_path / "m")})
    wanted = [
        Unit("costly", units.double, {"factor": 2}, {"X": Input(shared, "digest")}, (), cost=9.0),
        units.unit(units.sleep, "cheap", cost=2.0, seconds=0.0),
        units.unit(units.sleep, "first", cost=20.0, seconds=0.3),
    ]
    fanout = FanOut(UnitCache(tmp_path / "units"), limit=lambda gpus: 1)
    started: list[str] = []
    fanout.running = _Recorder(started)
    run(fanout, *wanted)
    assert started[:2] == ["first", "shared"]


def test_costliest_unit_starts_first(tmp_path: Path) -> None:
    wanted = [
        units.unit(units.sleep, f"cost {cost}", cost=cost, seconds=0.02 + 0.0001 * cost)
        for cost in range(20)
    ]
    fanout = FanOut(UnitCache(tmp_path))
    started: list[str] = []
    fanout.running = _Recorder(started)
    run(fanout, *wanted)
    # Those that are in flight together begin in any order.
    places = {name: place for place, name in enumerate(started)}
    expected = {f"cost {cost}": 19 - cost for cost in range(20)}
    assert all(abs(places[name] - expected[name]) < in_flight_limit() for name in expected)
    assert in_flight_limit() == int(ray.cluster_resources()["CPU"]) + 1


def test_seconds_are_those_of_the_unit_and_not_of_the_queue(tmp_path: Path) -> None:
    wanted = [units.unit(units.sleep, f"{n}", seconds=0.3 + n / 1000) for n in range(8)]
    started = time.monotonic()
    outcomes = run(FanOut(UnitCache(tmp_path)), *wanted)
    elapsed = time.monotonic() - started
    assert all(each.seconds > 0.2 for each in outcomes)
    # Two at a time: waiting for the others would add up to more than that.
    assert sum(each.seconds for each in outcomes) <= ray.cluster_resources()["CPU"] * elapsed


def test_as_many_units_are_in_flight_as_the_cluster_has_places(monkeypatch) -> None:
    monkeypatch.setattr("ray.cluster_resources", lambda: {"CPU": 6.0, "GPU": 2.0})
    assert (in_flight_limit(), in_flight_limit(0.25)) == (7, 9)


def test_units_that_wait_for_a_gpu_hold_up_no_other(tmp_path: Path) -> None:
    async def both_kinds() -> list[Outcome]:
        fanout = FanOut(UnitCache(tmp_path))
        waiting = asyncio.gather(
            *(fanout.run(units.unit(units.sleep, f"{n}", gpus=0.25, seconds=n)) for n in range(9))
        )
        done = [await fanout.run(units.doubling(factor)) for factor in (6, 7, 8)]
        assert not waiting.done()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        return done

    assert {each.state for each in asyncio.run(both_kinds())} == {"computed"}


def test_worker_with_other_packages_computes_nothing(tmp_path: Path, monkeypatch) -> None:
    here = versions.installed_versions()
    monkeypatch.setattr(versions, "_looked_up", lambda: {**here, "numba": "0.1"})
    _ray_function.cache_clear()
    try:
        (outcome,) = run(FanOut(UnitCache(tmp_path)), units.doubling(9))
    finally:
        _ray_function.cache_clear()
    assert outcome.state == "failed"
    assert outcome.reason.startswith("VersionsDifferError: node ")
    assert f"has numba {here['numba']} instead of 0.1: install constraints.txt" in outcome.reason


def test_shared_input_is_made_once_and_only_when_needed(tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    shared = Shared("shared", units.make_shared, {"X": units.ARRAY, "marker": str(marker)})
    wanted = [
        Unit(f"n {n}", units.read_shared, {"number": n}, {"shared": Input(shared, "digest")}, ())
        for n in (1, 2, 3)
    ]
    cache = UnitCache(tmp_path / "units")
    outcomes = run(FanOut(cache), *wanted)
    for number, outcome in enumerate(outcomes, start=1):
        assert outcome.result is not None
        np.testing.assert_array_equal(outcome.result.arrays["X"], (units.ARRAY + 1) * number)
    run(FanOut(cache), *wanted)
    assert marker.read_text() == "made\n"


def test_failure_of_a_shared_input_fails_its_units(tmp_path: Path) -> None:
    shared = Shared("bad", units.fail, {"message": "no such thing"})
    unit = Unit("u", units.read_shared, {"number": 1}, {"shared": Input(shared, "d")}, ())
    (outcome,) = run(FanOut(UnitCache(tmp_path)), unit)
    assert outcome.reason == "ValueError: no such thing"


def test_units_have_one_thread(tmp_path: Path) -> None:
    (outcome,) = run(FanOut(UnitCache(tmp_path)), units.unit(units.threads))
    assert outcome.result is not None
    assert set(outcome.result.values) == {1}


def test_cancelling_the_fan_out_frees_the_workers(tmp_path: Path) -> None:
    async def start_and_cancel() -> None:
        fanout = FanOut(UnitCache(tmp_path))
        work = asyncio.gather(
            *(fanout.run(units.unit(units.sleep, f"{n}", seconds=60 + n)) for n in range(4))
        )
        await n_run(fanout, 2)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work

    asyncio.run(start_and_cancel())
    started = time.monotonic()
    run(FanOut(UnitCache(tmp_path)), units.doubling(5))
    assert time.monotonic() - started < 30


class _Recorder(dict[str, float]):
    def __init__(self, started: list[str]) -> None:
        super().__init__()
        self.started = started

    def __setitem__(self, key: str, value: float) -> None:
        self.started.append(key)
        super().__setitem__(key, value)


def test_shared_input_that_nobody_waits_for_is_broken_off(tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    shared = Shared("slow", units.make_slowly, {"marker": str(marker), "seconds": 60})
    fanout = FanOut(UnitCache(tmp_path / "units"))

    async def break_off() -> float:
        unit = Unit("n", units.read_shared, {"number": 1}, {"shared": Input(shared, "digest")}, ())
        work = asyncio.create_task(fanout.run(unit))
        while not marker.exists():
            await asyncio.sleep(0.05)
        started = time.monotonic()
        work.cancel()
        assert "slow" in fanout.running
        await fanout.close()
        assert fanout.running == {}
        return time.monotonic() - started

    assert asyncio.run(break_off()) < 10
    # All workers have a place again: these would wait for the minute to end.
    fanout, started = FanOut(UnitCache(tmp_path / "units")), time.monotonic()
    run(fanout, *(units.unit(units.sleep, f"{n}", seconds=0.5 + n / 1000) for n in range(4)))
    assert time.monotonic() - started < 30
