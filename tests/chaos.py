"""Chaos: start a small run, kill something at a random moment, run again, compare bit by bit.

``python -m tests.chaos --seed 0 --rounds 30``. Rounds share a Prefect server and a Ray cluster of
two nodes, apart from those that kill the front door with all that it has started. After every round
all results must be those of the undisturbed run, byte for byte, and the second run must have
computed exactly what the first had not finished. A kind of fault that never hit anything has shown
nothing, and a resumed run that is slow to compute is a fault as well: the command fails.
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
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from flows.environment import set_environment

set_environment()

from tests.cluster import LocalCluster, local_cluster, wait_for  # noqa: E402
from tests.flows.checkout import Checkout, copy_project  # noqa: E402

KINDS = ("driver", "worker", "node", "damage", "Prefect server", "interrupt", "request to end")
#: What a run survives by itself; after anything else the same command goes on.
SURVIVED = ("worker", "node", "Prefect server")
FRONT_DOOR = "front door"

#: The stages that have units, in an order in which they can run.
STAGES = ("tune", "sweep", "theory", "benchmark")

#: Seconds from a resumed run's command to its first finished unit, where the services are there.
MOST_SECONDS_TO_COMPUTE = 20.0

#: Rounds after which a kind of fault must have hit something.
_ROUNDS_TO_HIT = 2
_SECONDS_TO_FIND = 120.0


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
    n_units, n_benchmark
        How many units the whole study computes, and its benchmark.
    seconds
        How long the whole study took under the front door.
    span
        Seconds from the benchmark's command to its first and its last finished unit.
    waits
        Seconds from every resumed run's command to its first finished unit.
    rounds, hits
        How many rounds every kind of fault had, and in how many of them it hit work in progress.
    """

    checkout: Checkout
    cluster: LocalCluster
    server: Callable[[], int]
    tables: dict[str, str] = field(default_factory=dict)
    n_units: int = 0
    n_benchmark: int = 0
    seconds: float = 0.0
    span: tuple[float, float] = (0.0, 0.0)
    waits: list[float] = field(default_factory=list)
    rounds: Counter[str] = field(default_factory=Counter)
    hits: Counter[str] = field(default_factory=Counter)

    def prepare(self) -> None:
        """Have the whole study done by the front door, on one worker of its own."""
        with without(self.checkout.environment, "PREFECT_API_URL", "RAY_ADDRESS", "TOPO_LOCAL_RAY"):
            started = time.monotonic()
            self._require(self.checkout.run("flows", "reproduce", "--workers", "1"))
            self.seconds = time.monotonic() - started
        self.tables = self.read_tables()

    def take_from(self, other: Checkout) -> None:
        """Take what `prepare` makes from a checkout where it was made."""
        for name in ("data", "results"):
            shutil.copytree(other.folder / name, self.checkout.folder / name)
        self.tables = self.read_tables()

    def run_undisturbed(self) -> None:
        """Have every stage with units run from nothing on the cluster, and compare."""
        self.forget(*STAGES)
        began = time.time()
        for stage in STAGES:
            started = time.time()
            self._require(self.checkout.run("flows", stage))
        self.n_benchmark = self.count("computed", since=started)
        self.n_units = self.count("computed", since=began)
        assert len(self.kept()) == self.n_units
        moments = [path.stat().st_mtime - started for path in self.kept()]
        self.span = min(each for each in moments if each > 0), max(moments)
        self._compare(n_computed=self.n_units, since=began)

    def forget(self, *stages: str) -> None:
        """Remove every finished unit and every result of some stages."""
        for folder in (".cache/units", *(f"results/{stage}" for stage in stages)):
            shutil.rmtree(self.checkout.folder / folder, ignore_errors=True)

    def read_tables(self) -> dict[str, str]:
        """Return the SHA-256 of every result, but of what says when and where a run was."""
        folder = self.checkout.folder / "results"
        return {
            name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
            for name in sorted(str(path.relative_to(folder)) for path in folder.rglob("*.*"))
            if not name.startswith("provenance/")
        }

    def count(self, state: str, *, since: float) -> int:
        """Return how many units ended in a state in the stages that ended since then."""
        return sum(unit["state"] == state for unit in self._units(since))

    def _units(self, since: float) -> list[dict[str, Any]]:
        written = (self.checkout.folder / "results/provenance").glob("*.json")
        texts = [path.read_text() for path in written if path.stat().st_mtime >= since]
        return [unit for text in texts for unit in json.loads(text)["units"]]

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
        self.forget("benchmark")
        began = time.time()
        moment = rng.uniform(*self.span)
        process = self.checkout.start("flows", "benchmark")
        time.sleep(moment)
        killed = self._strike(kind, process, rng)
        output = process.communicate(timeout=600)[0]
        killed += f", {moment:.1f} s or more after the start"
        if kind not in SURVIVED:
            return self._go_on(kind, killed, process.returncode, rng)
        assert process.returncode == 0, output
        self._compare(n_computed=self.n_benchmark, since=began)
        again = sum(unit["attempts"] > 1 for unit in self._units(began))
        hit = killed.startswith("kill") and (again > 0 or kind == "Prefect server")
        return self._told(kind, hit, f"{killed}: survived, {again} units tried again")

    def _go_on(self, kind: str, killed: str, status: int, rng: random.Random) -> str:
        """Run again after a run that was ended, and compare."""
        kept = self.kept()
        n_kept = len(kept)
        damaged = kind == "damage" and n_kept > 0
        if damaged:
            _damage(rng.choice(kept), rng)
            n_kept -= 1
        resumed = time.time()
        output = self._resume(n_kept)
        self._compare(n_computed=self.n_benchmark - n_kept, since=resumed)
        if damaged:
            assert "is damaged: removed, the unit runs again" in output, output
        hit = len(kept) > 0 and status in (-signal.SIGKILL, 130)
        return self._told(kind, hit, f"{killed}: {n_kept} of {self.n_benchmark} units kept")

    def _resume(self, n_kept: int) -> str:
        started = time.monotonic()
        process = self.checkout.start("flows", "benchmark")
        more = wait_for(lambda: len(self.kept()) > n_kept or process.poll() is not None)
        if more and n_kept < self.n_benchmark:
            self.waits.append(time.monotonic() - started)
        output = process.communicate(timeout=600)[0]
        assert process.returncode == 0, output
        return output

    def front_door_round(self, rng: random.Random) -> str:
        """Kill the front door, which has services of its own, and have it finish the second time.

        Raises
        ------
        AssertionError
            Where a process stays, a unit was computed twice, or the results came out otherwise.
        """
        self.forget(*STAGES, "report")
        # DVC would bring the results back from its own cache, and nothing would be computed.
        (self.checkout.folder / "dvc.lock").unlink(missing_ok=True)
        shutil.rmtree(self.checkout.folder / ".dvc/cache", ignore_errors=True)
        with without(self.checkout.environment, "PREFECT_API_URL", "RAY_ADDRESS", "TOPO_LOCAL_RAY"):
            moment = rng.uniform(0.0, self.seconds)
            process = self.checkout.start("flows", "reproduce")
            time.sleep(moment)
            process.kill()
            process.communicate(timeout=120)
            ended = wait_for(lambda: not left_in(self.checkout), seconds=120)
            assert ended, f"still there: {left_in(self.checkout)}"
            n_kept, resumed = len(self.kept()), time.time()
            self._require(self.checkout.run("flows", "reproduce"))
        self._compare(n_computed=self.n_units - n_kept, since=resumed)
        killed = f"kill -9 of the front door, {moment:.1f} s after the start"
        hit = process.returncode == -signal.SIGKILL
        return self._told(FRONT_DOOR, hit, f"{killed}: {n_kept} of {self.n_units} units kept")

    def _compare(self, *, n_computed: int, since: float) -> None:
        assert self.read_tables() == self.tables, "the results differ from the undisturbed run's"
        computed = self.count("computed", since=since)
        assert computed == n_computed, f"{computed} units were computed, {n_computed} were missing"
        assert not list((self.checkout.folder / "results").rglob(".writing-*"))

    def _told(self, kind: str, hit: bool, said: str) -> str:
        self.rounds[kind] += 1
        self.hits[kind] += hit
        return said if hit else f"{said} (nothing in progress was hit)"

    def _strike(self, kind: str, process: subprocess.Popen[str], rng: random.Random) -> str:
        """Wait until there is something to hit, and hit it at once."""
        deadline = time.monotonic() + _SECONDS_TO_FIND
        while not (found := self._targets(kind)) and process.poll() is None:
            assert time.monotonic() < deadline, f"nothing to hit for {kind!r}"
            time.sleep(0.02)
        if process.poll() is not None:
            return "the run had ended before anything was killed"
        if kind == "worker":
            with suppress(psutil.NoSuchProcess):
                rng.choice(found).kill()
            return "kill -9 of a busy Ray worker"
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

    def _targets(self, kind: str) -> list[Any]:
        """Return what must be there for a fault to show something: busy workers, or kept units."""
        if kind == "worker":
            return _busy_workers(self.cluster.raylets())
        if kind == "node":
            return _busy_workers(self.cluster.raylets()[-1:])
        return self.kept()

    def complaints(self) -> list[str]:
        """Return what all rounds together did not show."""
        slowest = max(self.waits, default=0.0)
        never = [
            f"{kind!r} hit nothing in {n} rounds"
            for kind, n in self.rounds.items()
            if n >= _ROUNDS_TO_HIT and not self.hits[kind]
        ]
        if slowest > MOST_SECONDS_TO_COMPUTE:
            return [*never, f"a resumed run computed its first unit after {slowest:.1f} s"]
        return never

    @staticmethod
    def _require(done: subprocess.CompletedProcess[str]) -> None:
        assert done.returncode == 0, done.stdout + done.stderr


def _busy_workers(raylets: Sequence[psutil.Process]) -> list[psutil.Process]:
    """Return the workers that run a unit; Ray gives a worker the name of what it runs."""
    found = []
    for raylet in raylets:
        for child in raylet.children():
            with suppress(psutil.NoSuchProcess):
                name = child.name()
                if name.startswith("ray::") and "IDLE" not in name and "Agent" not in name:
                    found.append(child)
    return found


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
        from flows.services.prefect_server import prefect_server
        from flows.store import CACHE

        CACHE.mkdir()
        # Named before the folder was changed; in a fresh clone it is not there.
        Path(os.environ["PREFECT_HOME"]).mkdir(parents=True, exist_ok=True)
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
    started = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    try:
        with chaos(folder) as made:
            print(f"undisturbed: {made.n_units} units in {made.seconds:.0f} s", flush=True)
            for number in range(options.rounds):
                # How much one round draws depends on what it finds; the next one must not.
                rng = random.Random(f"{options.seed} {number}")
                kind = _kind_of_round(number, rng)
                round_started = time.monotonic()
                front_door = kind == FRONT_DOOR
                said = made.front_door_round(rng) if front_door else made.round(kind, rng)
                took = time.monotonic() - round_started
                print(f"round {number + 1} of {options.rounds}, {took:.0f} s: {said}", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(
        f"{options.rounds} rounds in {time.monotonic() - started:.0f} s: the same bits each time; "
        f"from a command to its first unit at most {max(made.waits, default=0.0):.1f} s; hits: "
        + ", ".join(f"{kind} {made.hits[kind]} of {n}" for kind, n in made.rounds.items())
    )
    for complaint in made.complaints():
        print(f"error: {complaint}", file=sys.stderr)
    return 1 if made.complaints() else 0


def _kind_of_round(number: int, rng: random.Random) -> str:
    """Every eighth round is the front door's, which takes longest; the others take turns."""
    if number % 8 == 7:
        return FRONT_DOOR
    return KINDS[number] if number < len(KINDS) else rng.choice(KINDS)


if __name__ == "__main__":
    sys.exit(main())
