"""A Ray cluster of several nodes on this machine, for what only several nodes can show."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from flows.services.ray_folder import make_folder, remove_folder, write_token

_SECONDS_TO_NOTICE = 60.0


class LocalCluster:
    """Nodes of one core each; the first is the head, where the driver belongs.

    Attributes
    ----------
    address
        For ``RAY_ADDRESS``.
    """

    def __init__(self, folder: Path, n_nodes: int) -> None:
        from ray.cluster_utils import Cluster

        self._cluster = Cluster(
            initialize_head=True,
            head_node_args={"num_cpus": 1, "temp_dir": str(folder), "include_dashboard": False},
        )
        self.address: str = self._cluster.address
        self._others = [self.add_node() for _ in range(n_nodes - 1)]

    def add_node(self, **options: Any) -> Any:
        """Have one more node join; options are those of Ray's `RayParams`."""
        return self._cluster.add_node(num_cpus=1, **options)

    def kill_node(self) -> None:
        """End a node with all of its processes at once, as a power cut does."""
        node = self._others.pop()
        raylet = psutil.Process(node.all_processes["raylet"][0].process.pid)
        for process in (*raylet.children(recursive=True), raylet):
            process.kill()
        self._cluster.worker_nodes.discard(node)

    def replace_node(self) -> None:
        """Have a node join in the place of one that was killed."""
        self._others.append(self.add_node())

    def raylets(self) -> list[psutil.Process]:
        """Return the process of every node that the workers are children of."""
        nodes = [self._cluster.head_node, *self._others]
        return [psutil.Process(node.all_processes["raylet"][0].process.pid) for node in nodes]

    def shutdown(self) -> None:
        """End all nodes."""
        self._cluster.shutdown()


@contextmanager
def local_cluster(n_nodes: int) -> Iterator[LocalCluster]:
    """Have a cluster for a block, its address and token set for this process and its children."""
    from flows.services.local import auth_token

    folder = make_folder()
    # Ray writes the address of a cluster's head to this place below it too, and does not make it.
    os.environ["RAY_TMPDIR"] = str(folder)
    sessions = folder / "ray"
    sessions.mkdir()
    with auth_token(write_token(folder)):
        cluster = LocalCluster(sessions, n_nodes)
        os.environ["RAY_ADDRESS"] = cluster.address
        try:
            yield cluster
        finally:
            for name in ("RAY_ADDRESS", "RAY_TMPDIR"):
                os.environ.pop(name, None)
            cluster.shutdown()
            remove_folder(folder)


def wait_for(condition: Any, *, seconds: float = _SECONDS_TO_NOTICE) -> bool:
    """Return whether a condition came true within some seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
