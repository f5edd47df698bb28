"""What nodes bring and what a unit costs: `python -m tests.bench_cluster` measures and prints both.

Every measurement runs in a process of its own, with a cluster of its own on this machine.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from flows.environment import set_environment

set_environment()

ROOT = Path(__file__).parents[1]

#: Columns of a row, or what was measured.
Row = dict[str, float]

_MEBIBYTE = 2**20


def speed_up(most_nodes: int = 4, *, n_units: int = 48, seconds: float = 1.0) -> list[Row]:
    """Time units that sleep on 1 to so many nodes of one core: what is lost is the fan-out's.

    Sleeping nodes do not fight over this machine's cores, of which there may be fewer.
    """
    rows = [
        _in_own_process("sleeping", nodes, n_units, seconds) for nodes in range(1, most_nodes + 1)
    ]
    for row in rows:
        row["speed-up"] = rows[0]["seconds"] / row["seconds"]
    return rows


def overhead(n_units: int = 10_000) -> list[Row]:
    """Time units that do nothing on a local Ray of two cores, and look at the memory."""
    return [_in_own_process("idle", n_units)]


def _in_own_process(*arguments: object) -> Row:
    command = [sys.executable, "-m", "tests.bench_cluster", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    row: Row = json.loads(done.stdout.splitlines()[-1])
    return row


def measure_sleeping(nodes: int, n_units: int, seconds: float) -> Row:
    from tests.cluster import local_cluster

    with local_cluster(nodes) as cluster, _connected(cluster.address):
        # Every node starts a worker, which imports this code, before the clock runs.
        _run([("sleep", {"seconds": 2 + n / 1000}) for n in range(2 * nodes)])
        elapsed = _run([("sleep", {"seconds": seconds + n / 1e6}) for n in range(n_units)])
    return {"nodes": nodes, "units": n_units, "seconds": elapsed}


def measure_idle(n_units: int) -> Row:
    from flows.services import ray_cluster

    with ray_cluster(2):
        _run([("idle", {"number": -1 - n}) for n in range(4)])
        before = _memory()
        elapsed = _run([("idle", {"number": n}) for n in range(n_units)])
        after = _memory()
    row = {"units": n_units, "seconds": elapsed, "ms per unit": 1e3 * elapsed / n_units}
    for name, amount in after.items():
        row[f"{name}, MiB"] = amount
        row[f"{name}, MiB more than before"] = amount - before[name]
    return row


@contextmanager
def _connected(address: str) -> Iterator[None]:
    import ray

    ray.init(address=address, log_to_driver=False, logging_level="ERROR")
    try:
        yield
    finally:
        ray.shutdown()


def _run(calls: list[tuple[str, dict[str, Any]]]) -> float:
    """Run units and return the seconds that they took together."""
    from tasks.cache import UnitCache
    from tasks.fanout import FanOut
    from tests.tasks import units

    wanted = [units.unit(getattr(units, name), f"{n}", **p) for n, (name, p) in enumerate(calls)]

    async def all_of_them() -> list[Any]:
        return await asyncio.gather(*(fanout.run(unit) for unit in wanted))

    with tempfile.TemporaryDirectory() as folder:
        fanout = FanOut(UnitCache(Path(folder)))
        started = time.monotonic()
        outcomes = asyncio.run(all_of_them())
        elapsed = time.monotonic() - started
    if {each.state for each in outcomes} != {"computed"}:
        raise RuntimeError(f"units must all be computed, got {outcomes[0]}: nothing was measured")
    return elapsed


def _memory() -> dict[str, float]:
    """Resident memory of the driver and of the head's processes."""
    driver = psutil.Process()
    processes = {"driver": driver}
    for child in driver.children(recursive=True):
        if child.name() in ("gcs_server", "raylet"):
            processes[child.name()] = child
    return {name: each.memory_info().rss / _MEBIBYTE for name, each in processes.items()}


def main() -> None:
    """Print one measurement, asked for by name, or all of them."""
    match sys.argv[1:]:
        case ["sleeping", nodes, n_units, seconds]:
            print(json.dumps(measure_sleeping(int(nodes), int(n_units), float(seconds))))
        case ["idle", n_units]:
            print(json.dumps(measure_idle(int(n_units))))
        case _:
            for row in (*speed_up(), *overhead()):
                print("  ".join(f"{name} {number:g}" for name, number in row.items()))


if __name__ == "__main__":
    main()
