"""Faults that need a Ray cluster of their own, each run by a test in a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
import time
from pathlib import Path

import psutil

from tasks.cache import UnitCache
from tasks.fanout import FanOut, Outcome
from tests.tasks import units


def lose_node(folder: Path) -> None:
    """Kill one of three nodes while each of them works."""
    import ray

    from tests.cluster import local_cluster, wait_for

    with local_cluster(3) as cluster:
        ray.init(address=cluster.address, log_to_driver=False, logging_level="ERROR")
        fanout = FanOut(UnitCache(folder))
        wanted = [units.unit(units.sleep, f"{n}", seconds=4 + n / 1000) for n in range(9)]

        def kill_when_all_work() -> None:
            wait_for(lambda: len(fanout.outcomes) >= 3, seconds=180)
            time.sleep(1.0)
            cluster.kill_node()

        threading.Thread(target=kill_when_all_work, daemon=True).start()
        _print(asyncio.run(_all(fanout, wanted)))
        ray.shutdown()


def exceed_memory(folder: Path) -> None:
    """Have a unit take more memory than Ray leaves to all workers, and one that does not."""
    from flows.services import ray_cluster

    memory = psutil.virtual_memory()
    limit = (memory.total - memory.available + 1.5 * 2**30) / memory.total
    settings = {"memory_usage_threshold": f"{limit:.4f}", "memory_monitor_refresh_ms": "50"}
    os.environ.update({f"RAY_{name}": value for name, value in settings.items()})
    with ray_cluster(2):
        wanted = [
            units.unit(units.fill_memory, "greedy", gigabytes=4.0),
            units.unit(units.sleep, "modest", seconds=0.1),
        ]
        _print(asyncio.run(_all(FanOut(UnitCache(folder)), wanted)))


async def _all(fanout: FanOut, wanted: list[units.Unit]) -> list[Outcome]:
    return list(await asyncio.gather(*(fanout.run(unit) for unit in wanted)))


def _print(outcomes: list[Outcome]) -> None:
    rows = [[each.name, each.state, each.attempts, each.reason] for each in outcomes]
    print(json.dumps(rows), flush=True)


if __name__ == "__main__":
    started = time.monotonic()
    {"node": lose_node, "memory": exceed_memory}[sys.argv[1]](Path(sys.argv[2]))
    print(f"{time.monotonic() - started:.0f} s", file=sys.stderr)
