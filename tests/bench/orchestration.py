"""What a unit costs that does nothing: keys, Ray, the unit cache; and the memory of it all."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from pathlib import Path

import psutil

from tasks.cache import UnitCache
from tasks.fanout import FanOut
from tasks.unit import Unit
from tests.bench.measure import Goal, Number, Section, Side, compare, seconds_of
from tests.bench.sampling import MIB, forget_peak_memory, largest, sampled
from tests.bench.size import Size
from tests.bench.unit import nothing

AIM = 10.0
WORKERS = 2


def orchestration(size: Size) -> Section:
    """Compare the fan-out with Ray's bare tasks, at few and at many units."""
    from flows.services.local import ray_cluster

    section = Section(
        "What a unit costs",
        f"Units that do nothing, through the fan-out on a local Ray of {WORKERS} cores: key, "
        "attempts, bounded flight, one file per unit in the unit cache. Against bare Ray tasks, "
        "all submitted at once, with nothing kept.",
    )
    folder = Path(tempfile.mkdtemp(prefix="bench-units-"))
    # The benchmarks before this one ran in this process, with all distances of 8,000 points.
    forget_peak_memory()
    try:
        with ray_cluster(WORKERS):
            for n in (4,) if size.smallest else (200, 10_000):
                _measure(section, n, folder, size)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return section


def _measure(section: Section, n: int, folder: Path, size: Size) -> None:
    fresh = (folder / f"{n}-{number}" for number in range(100))
    before = psutil.Process().memory_info().rss / MIB
    # Looking costs time too: seldom.
    with sampled(seconds=1.0) as trace:
        ratio = compare(
            f"{n:,} units",
            Side("the fan-out", lambda: _fan_out(n, next(fresh)), lambda: _fan_out(4, next(fresh))),
            Side("bare Ray tasks", lambda: _bare(n), lambda: _bare(4)),
            rounds=1 if n > 1000 else size.few_rounds,
            clock=time.perf_counter,
        )
    section.ratios.append(ratio)
    # The first of the folders that holds all of them.
    again = seconds_of(lambda: _fan_out(n, folder / f"{n}-1"), clock=time.perf_counter)
    writing = _milliseconds_to_keep(folder / "writing")
    milliseconds = 1e3 * ratio.slower_seconds / n
    section.numbers += [
        Number(f"{n:,} units: per unit", milliseconds, "ms"),
        Number(f"{n:,} units: per unit, all of them kept before", 1e3 * again / n, "ms"),
        Number(f"{n:,} units: writing one unit's file", writing, "ms"),
        Number(f"{n:,} units: memory that this process gained",
               psutil.Process().memory_info().rss / MIB - before, "MiB"),
    ]  # fmt: skip
    if n > 1000 or size.smallest:
        section.numbers += [
            Number(f"peak of one process: {'this one, the driver' if role == 'other' else role}",
                   peak, "MiB")
            for role, peak in largest(trace.peaks)
        ]  # fmt: skip
    reason = (
        f"a bare Ray task takes {1e3 * ratio.faster_seconds / n:.2f} ms, writing a unit's file "
        f"{writing:.2f} ms"
    )
    section.goals.append(Goal(f"a unit, of {n:,}", "≤", AIM, milliseconds, "ms", reason))


def seconds_per_unit(n: int) -> float:
    """Return what each of n units that do nothing takes, once the workers have started."""
    from flows.services.local import ray_cluster

    with tempfile.TemporaryDirectory(prefix="bench-units-") as folder, ray_cluster(WORKERS):
        _fan_out(2 * WORKERS, Path(folder) / "first")
        return seconds_of(lambda: _fan_out(n, Path(folder) / "rest"), clock=time.perf_counter) / n


def _fan_out(n: int, folder: Path) -> None:
    async def run() -> None:
        fanout = FanOut(UnitCache(folder))
        units = [Unit(f"unit {i}", nothing, {"number": i}, {}, ()) for i in range(n)]
        outcomes = await asyncio.gather(*(fanout.run(unit) for unit in units))
        failed = [each.reason for each in outcomes if each.state == "failed"]
        if failed:
            raise RuntimeError(f"{len(failed)} units failed, the first because: {failed[0]}")

    asyncio.run(run())


def _bare(n: int) -> None:
    import ray

    task = ray.remote(nothing)
    ray.get([task.remote(number=i) for i in range(n)])


def _milliseconds_to_keep(folder: Path) -> float:
    """Measure what the unit cache takes for one unit: a file, on the disk for certain."""
    cache = UnitCache(folder)
    result = nothing(number=0)

    def keep() -> None:
        for number in range(50):
            cache.put(f"{number:064x}", result)

    return 1e3 * seconds_of(keep, clock=time.perf_counter) / 50
