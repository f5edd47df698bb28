"""Chaos: start a small run, kill something at a random moment, run again, compare bit by bit.

``python -m tests.chaos --seed 0 --rounds 30``. Rounds share a Prefect server and a Ray cluster of
two nodes, apart from those that kill the front door with all that it has started. After every round
the tables must be those of the undisturbed run, byte for byte, and the second run must have
computed exactly what the first had not finished.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from flows.environment import set_environment

set_environment()

from tests.cluster import LocalCluster, local_cluster, wait_for  # noqa: E402
from tests.flows.checkout import Checkout, copy_project  # noqa: E402

#: What a run survives by itself; after anything else the same command goes on.
SURVIVED = ("worker", "node", "Prefect server")


@dataclass
class Chaos:
    """A checkout, the services that its runs share, and what an undisturbed run gives.

    Attributes
    ----------
    checkout
        A copy of the project with small parameters.
    cluster
        Where its units run.
    server
        Returns the process of the Prefect server.
    tables
        SHA-256 of every result of the undisturbed run.
    n_units
        How many units it computed.
    seconds
        How long it took.
    waits
        Seconds from every resumed run's command to its first finished unit.
    """

    checkout: Checkout
    cluster: LocalCluster
    server: Callable[[], int]
    tables: dict[str, str] = field(default_factory=dict)
    n_units: int = 0
    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)

    def prepare(self) -> None:
        """Have the stages before the benchmark done, and the benchmark on one worker of its own."""
        for stage in ("fetch", "prepare", "tune"):
            self._require(self.checkout.run("flows", stage))
        with without(self.checkout.environment, "RAY_ADDRESS", "TOPO_LOCAL_RAY"):
            self._require(self.checkout.run("flows", "benchmark", "--workers", "1"))
        self.tables = self.read_tables()

    def take_from(self, other: Checkout) -> None:
        """Take what `prepare` makes from a checkout where it was made."""
        for name in ("data", "results"):
            shutil.copytree(other.folder / name, self.checkout.folder / name)
        self.tables = self.read_tables()

    def run_undisturbed(self) -> None:
        """Have the benchmark run from nothing on the cluster, and compare."""
        self.forget()
        started = time.monotonic()
        self._require(self.checkout.run("flows", "benchmark"))
        self.seconds = time.monotonic() - started
        self.n_units = self.count("computed")
        self._compare(n_computed=self.n_units)

    def forget(self) -> None:
        """Remove every finished unit and every result of the benchmark."""
        for folder in (".cache/units", "results/benchmark"):
            shutil.rmtree(self.checkout.folder / folder, ignore_errors=True)

    def read_tables(self) -> dict[str, str]:
        """Return the SHA-256 of every result of the benchmark."""
        folder = self.checkout.folder / "results/benchmark"
        return {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.iterdir())
        }

    def count(self, state: str) -> int:
        """Return how many units of the last run ended in a state."""
        text = (self.checkout.folder / "results/provenance/benchmark.json").read_text()
        return sum(unit["state"] == state for unit in json.loads(text)["units"])

    def kept(self) -> list[Path]:
        """Return the files of finished units."""
        return sorted((self.checkout.folder / ".cache/units").glob("??/[0-9a-f]*"))

    def round(self, kind: str, rng: random.Random) -> str:
        """Kill something in mid-run, go on, and compare; return what happened.

        Raises
        ------
        AssertionError
            Where something was lost, computed twice or came out otherwise.
        """
        self.forget()
        moment = rng.uniform(0.2, 0.95) * self.seconds
        process = self.checkout.start("flows", "benchmark")
        time.sleep(moment)
        killed = self._kill(kind, process, rng)
        output = process.communicate(timeout=600)[0]
        if kind in SURVIVED:
            assert process.returncode == 0, output
            self._compare(n_computed=self.n_units)
            return f"{killed}, {moment:.1f} s after the start: survived"
        n_kept = len(self.kept())
        if n_kept and kind == "damage":
            _damage(rng.choice(self.kept()), rng)
            n_kept -= 1
        output = self._resume(n_kept)
        self._compare(n_computed=self.n_units - n_kept)
        if kind == "damage" and n_kept:
            assert "is damaged: removed, the unit runs again" in output, output
        return f"{killed}, {moment:.1f} s after the start: {n_kept} of {self.n_units} units kept"

    def _resume(self, n_kept: int) -> str:
        started = time.monotonic()
        process = self.checkout.start("flows", "benchmark")
        if wait_for(lambda: len(self.kept()) > n_kept or process.poll() is not None):
            self.waits.append(time.monotonic() - started)
        output = process.communicate(timeout=600)[0]
        assert process.returncode == 0, output
        return output

    def front_door_round(self, rng: random.Random) -> str:
        """Kill the front door, which has services of its own, and have it finish the second time.

        Raises
        ------
        AssertionError
            Where a process stays, or the tables came out otherwise.
        """
        self.forget()
        # DVC would bring the results back from its own cache, and nothing would be computed.
        (self.checkout.folder / "dvc.lock").unlink(missing_ok=True)
        shutil.rmtree(self.checkout.folder / ".dvc/cache", ignore_errors=True)
        with without(self.checkout.environment, "PREFECT_API_URL", "RAY_ADDRESS", "TOPO_LOCAL_RAY"):
            moment = rng.uniform(0.5, 2.5) * self.seconds
            process = self.checkout.start("flows", "reproduce")
            time.sleep(moment)
            process.kill()
            process.communicate(timeout=120)
            ended = wait_for(lambda: not left_in(self.checkout), seconds=120)
            assert ended, f"still there: {left_in(self.checkout)}"
            n_kept = len(self.kept())
            self._require(self.checkout.run("flows", "reproduce"))
        assert self.read_tables() == self.tables, "the tables differ"
        return f"kill -9 of the front door, {moment:.1f} s after the start: {n_kept} units kept"

    def _compare(self, *, n_computed: int) -> None:
        assert self.read_tables() == self.tables, "the tables differ from the undisturbed run's"
        assert self.count("computed") == n_computed, (
            f"{self.count('computed')} units were computed, {n_computed} were missing"
        )
        assert not list((self.checkout.folder / "results").rglob(".writing-*"))

    def _kill(self, kind: str, process: subprocess.Popen[str], rng: random.Random) -> str:
        if kind == "worker":
            return _kill_worker(self.cluster, rng)
        if kind == "node":
            self.cluster.kill_node()
            self.cluster.replace_node()
            return "kill -9 of a Ray node"
        if kind == "Prefect server":
            os.kill(self.server(), signal.SIGKILL)
            return "kill -9 of the Prefect server"
        signals = {"driver": signal.SIGKILL, "damage": signal.SIGKILL, "interrupt": signal.SIGINT}
        process.send_signal(signals.get(kind, signal.SIGTERM))
        damage = ", and a changed byte in a finished unit" if kind == "damage" else ""
        return f"{signals.get(kind, signal.SIGTERM).name} to the driver{damage}"

    @staticmethod
    def _require(done: subprocess.CompletedProcess[str]) -> None:
        assert done.returncode == 0, done.stdout + done.stderr


KINDS = ("driver", "worker", "node", "damage", "Prefect server", "interrupt", "request to end")


def _kill_worker(cluster: LocalCluster, rng: random.Random) -> str:
    workers = [
        child
        for raylet in cluster.raylets()
        for child in raylet.children()
        if child.name().startswith("ray::") and "Agent" not in child.name()
    ]
    if not workers:
        return "no Ray worker was there to kill"
    rng.choice(workers).kill()
    return "kill -9 of a Ray worker"


def _damage(path: Path, rng: random.Random) -> None:
    content = bytearray(path.read_bytes())
    content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    path.write_bytes(content)


@contextmanager
def without(environment: dict[str, str], *names: str) -> Iterator[None]:
    """Take variables out of an environment for a block."""
    taken = {name: environment.pop(name) for name in names}
    try:
        yield
    finally:
        environment.update(taken)


def left_in(checkout: Checkout) -> list[str]:
    """Return the processes that work in a checkout, other than this one and its descendants."""
    own = psutil.Process()
    known = {own.pid, *(process.pid for process in own.children(recursive=True))}
    found = []
    for process in psutil.process_iter(["cmdline"]):
        try:
            if process.pid not in known and process.cwd().startswith(str(checkout.folder)):
                found.append(" ".join(process.info["cmdline"] or [])[:100].strip())
        except psutil.Error:
            continue
    return found


@contextmanager
def chaos(folder: Path, like: Checkout | None = None) -> Iterator[Chaos]:
    """Have a checkout with two undisturbed runs behind it, and shared services, for a block.

    Parameters
    ----------
    folder
        Empty folder for the checkout.
    like
        A checkout with the same parameters in which the study has run; made anew if None.
    """
    checkout = copy_project(folder)
    before = Path.cwd()
    os.chdir(folder)
    try:
        from flows.prefect_server import prefect_server
        from flows.store import CACHE

        CACHE.mkdir()
        with prefect_server() as server, local_cluster(2) as cluster:
            server.wait_until_healthy()
            for name in ("PREFECT_API_URL", "RAY_ADDRESS", "RAY_AUTH_MODE", "RAY_AUTH_TOKEN_PATH"):
                checkout.environment[name] = os.environ[name]
            # All nodes are this machine: their packages need no comparison, nor a copy of the code.
            checkout.environment["TOPO_LOCAL_RAY"] = os.environ["RAY_ADDRESS"]
            made = Chaos(checkout, cluster, lambda: server.process_id)
            if like is None:
                made.prepare()
            else:
                made.take_from(like)
            made.run_undisturbed()
            yield made
    finally:
        os.chdir(before)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the rounds; return 0 where every one of them came out right."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="of the kinds and moments")
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args(arguments)
    # A shell has its background jobs ignore it, and so would the runs that are to be interrupted.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    rng = random.Random(options.seed)
    started = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    try:
        with chaos(folder) as made:
            print(f"undisturbed: {made.n_units} units in {made.seconds:.1f} s", flush=True)
            for number in range(options.rounds):
                kind = _kind_of_round(number, rng)
                front_door = kind == "front door"
                said = made.front_door_round(rng) if front_door else made.round(kind, rng)
                print(f"round {number + 1} of {options.rounds}: {said}", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(
        f"{options.rounds} rounds in {time.monotonic() - started:.0f} s: the same bits each time; "
        f"from a command to its first unit at most {max(made.waits, default=0.0):.1f} s"
    )
    return 0


def _kind_of_round(number: int, rng: random.Random) -> str:
    """Every eighth round is the front door's, which takes longest; the others take turns."""
    if number % 8 == 7:
        return "front door"
    return KINDS[number] if number < len(KINDS) else rng.choice(KINDS)


if __name__ == "__main__":
    sys.exit(main())
