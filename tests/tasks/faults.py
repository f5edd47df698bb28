"""Faults that need a Ray cluster of their own, each run by a test in a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
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
        wanted = [units.unit(units.sleep, f"{n}", seconds=3 + n / 1000) for n in range(9)]

        def kill_when_all_work() -> None:
            wait_for(lambda: len(fanout.outcomes) >= 3, seconds=180)
            time.sleep(1.0)
            cluster.kill_node()

        threading.Thread(target=kill_when_all_work, daemon=True).start()
        _print(asyncio.run(_all(fanout, wanted)))
        ray.shutdown()


def exceed_memory(folder: Path) -> None:
    """Have a unit take more memory than Ray leaves to all workers, and one that does not."""
    from flows.services.local import ray_cluster

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


def place_of_code() -> list[str]:
    """Return where a worker has this project's code from."""
    import tasks
    import topo

    return [str(module.__file__) for module in (topo, tasks)]


def use_foreign_nodes(folder: Path) -> None:
    """Use a node's GPU, then have a node with another version of a package join."""
    import ray

    from flows.services.cluster import check_device
    from flows.services.local import ray_cluster
    from tests.cluster import local_cluster

    other = folder / "torch-0.1.dist-info"
    other.mkdir()
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: torch\nVersion: 0.1\n")
    with local_cluster(1) as cluster:
        cluster.add_node(num_gpus=1)
        fanout = FanOut(UnitCache(folder))
        with ray_cluster(None):
            check_device("cuda")
            code = ray.get(ray.remote(place_of_code).remote())
            wanted = [
                units.unit(units.own_gpus, "on a core"),
                *(
                    units.unit(units.own_gpus, f"on a GPU {n}", gpus=0.25, on=f"gpu {n}")
                    for n in range(6)
                ),
            ]
            own = [each.result.values for each in asyncio.run(_all(fanout, wanted)) if each.result]
            path = os.pathsep.join([str(folder), os.environ["PYTHONPATH"]])
            cluster.add_node(env_vars={"PYTHONPATH": path})
            wanted = [units.unit(units.sleep, f"{n}", seconds=2 + n / 1000) for n in range(9)]
            reasons = {each.reason for each in asyncio.run(_all(fanout, wanted))}
        try:
            with ray_cluster(None):
                refusal = "none"
        except RuntimeError as error:
            refusal = str(error)
    facts = {"GPUs": own, "code": code, "reasons": sorted(reasons), "refusal": refusal}
    print(json.dumps(facts))


def change_nodes(folder: Path) -> None:
    """Have a node join and another one die while units run; compare with one worker's bits."""
    import ray

    from flows.services.local import ray_cluster
    from tests.cluster import local_cluster, wait_for

    fanout = FanOut(UnitCache(folder / "nodes"))
    wanted = [units.unit(units.embed_slowly, f"{n}", seed=n, seconds=2.0) for n in range(60)]
    with local_cluster(3) as cluster, ThreadPoolExecutor(1) as thread:
        ray.init(address=cluster.address, log_to_driver=False, logging_level="ERROR")
        work = thread.submit(asyncio.run, _all(fanout, wanted))
        moments = []
        # Ray starts nodes in the main thread only.
        for n_done, change in ((15, cluster.add_node), (35, cluster.kill_node)):
            wait_for(lambda n=n_done: len(fanout.outcomes) >= n, seconds=180)
            change()
            moments.append(time.time())
        outcomes = work.result()
        ray.shutdown()
    with ray_cluster(1):
        alone = [units.unit(units.embed_slowly, f"{n}", seed=n, seconds=0.0) for n in range(60)]
        expected = asyncio.run(_all(FanOut(UnitCache(folder / "alone")), alone))
    print(json.dumps(_compare(outcomes, expected, *moments)))


def _compare(
    outcomes: list[Outcome], expected: list[Outcome], joined: float, left: float
) -> dict[str, Any]:
    spans = [each.result.values for each in outcomes if each.result]
    embeddings = [[each.result.arrays["embedding"] for each in side if each.result]
                  for side in (outcomes, expected)]  # fmt: skip
    return {
        "states": sorted({each.state for each in outcomes}),
        "again": sum(each.attempts > 1 for each in outcomes),
        "at once": [
            _most_at_once(each for each in spans if each["began"] < joined),
            _most_at_once(each for each in spans if joined < each["began"] < left),
            _most_at_once(each for each in spans if each["began"] > left),
        ],
        "equal": all(map(np.array_equal, *embeddings)) and len(embeddings[0]) == len(expected),
    }


def _most_at_once(spans: Iterable[dict[str, Any]]) -> int:
    spans = list(spans)
    return max(
        sum(other["began"] <= each["began"] < other["ended"] for other in spans) for each in spans
    )


async def _all(fanout: FanOut, wanted: list[units.Unit]) -> list[Outcome]:
    return list(await asyncio.gather(*(fanout.run(unit) for unit in wanted)))


def _print(outcomes: list[Outcome]) -> None:
    rows = [[each.name, each.state, each.attempts, each.reason] for each in outcomes]
    print(json.dumps(rows), flush=True)


if __name__ == "__main__":
    started = time.monotonic()
    faults = {
        "node": lose_node,
        "memory": exceed_memory,
        "foreign": use_foreign_nodes,
        "change": change_nodes,
    }
    faults[sys.argv[1]](Path(sys.argv[2]))
    print(f"{time.monotonic() - started:.0f} s", file=sys.stderr)
