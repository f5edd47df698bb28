"""What more nodes bring: `python -m tests.bench.cluster NODES UNITS SECONDS` measures one case."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from flows.environment import set_environment

set_environment()

from tasks.cache import UnitCache  # noqa: E402
from tasks.fanout import FanOut  # noqa: E402
from tasks.unit import Unit  # noqa: E402
from tests.bench.measure import Number, Section, ratio_of  # noqa: E402
from tests.bench.size import Size  # noqa: E402
from tests.tasks.units import sleep  # noqa: E402

ROOT = Path(__file__).parents[2]


def cluster(size: Size) -> Section:
    """Run units that sleep on clusters of more and more nodes."""
    nodes, n_units, seconds = ((1, 2), 2, 0.1) if size.smallest else ((1, 2, 3, 4), 24, 1.0)
    section = Section(
        "Nodes of a cluster",
        f"{n_units} units that sleep for {seconds:g} s, through the fan-out, on Ray clusters whose "
        "nodes have one core each, all on this machine: those that sleep do not fight over its "
        "cores. What is missing to the number of nodes is what the fan-out costs.",
    )
    taken = {each: _in_own_process(each, n_units, seconds) for each in nodes}
    case = f"{n_units} units of {seconds:g} s"
    for each, elapsed in taken.items():
        named = f"{each} node{'s' if each > 1 else ''}"
        section.numbers.append(Number(f"{named}: throughput", n_units / elapsed, "units/s"))
        if each > 1:
            section.ratios.append(ratio_of(case, "1 node", named, [taken[1]], [elapsed]))
    return section


def _in_own_process(*arguments: float) -> float:
    """Have a cluster in a process of its own: Ray connects a process to one at a time."""
    command = [sys.executable, "-m", "tests.bench.cluster", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return float(json.loads(done.stdout.splitlines()[-1]))


def seconds_on(nodes: int, n_units: int, seconds: float) -> float:
    """Start a cluster, and return how long its nodes take for the units."""
    import ray

    from tests.cluster import local_cluster

    with local_cluster(nodes) as made:
        ray.init(address=made.address, log_to_driver=False, logging_level="ERROR")
        try:
            # Every node starts a worker, which imports this code, before the clock runs.
            _run([2 + number / 1000 for number in range(2 * nodes)])
            return _run([seconds + number / 1e6 for number in range(n_units)])
        finally:
            ray.shutdown()


def _run(seconds: list[float]) -> float:
    async def all_of_them() -> None:
        fanout = FanOut(UnitCache(Path(folder)))
        units = [Unit(f"{each:g} s", sleep, {"seconds": each}, {}, ()) for each in seconds]
        outcomes = await asyncio.gather(*(fanout.run(unit) for unit in units))
        failed = [each.reason for each in outcomes if each.state != "computed"]
        if failed:
            raise RuntimeError(f"{len(failed)} units failed, the first because: {failed[0]}")

    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        asyncio.run(all_of_them())
        return time.perf_counter() - started


if __name__ == "__main__":
    _nodes, _n_units, _seconds = sys.argv[1:]
    print(json.dumps(seconds_on(int(_nodes), int(_n_units), float(_seconds))))
