"""A small study that is hit, run again, and compared with an undisturbed run."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from tests.chaos.strikes import (
    break_dvc,
    busy_workers,
    can_mount,
    damage,
    edited,
    full_disk,
    left_in,
    without,
)
from tests.cluster import LocalCluster, local_cluster, wait_for
from tests.flows.checkout import Checkout, copy_project

#: What happens to a stage in mid-run.
IN_RUN = ("driver", "worker", "node", "damage", "Prefect server", "interrupt", "request to end")
#: What a run survives by itself; after anything else the same command goes on.
SURVIVED = ("worker", "node", "Prefect server", "full disk")
KINDS = (*IN_RUN, "edit", "full disk", "DVC's files", "start-up")
#: Kills of a whole run, which take longest.
LONG_KINDS = ("front door", "serve")

#: The stages that have units, in an order in which they can run.
STAGES = ("tune", "sweep", "theory", "benchmark")

#: Seconds from a resumed run's command to its first finished unit, where the services are there.
MOST_SECONDS_TO_COMPUTE = 20.0

#: Rounds after which a kind of fault must have hit something.
_ROUNDS_TO_HIT = 2
_SECONDS_TO_FIND = 120.0
#: The services of a run are up after so many seconds.
_SECONDS_OF_START = 8.0
#: What a killed run has started ends by itself within so many.
_MOST_SECONDS_TO_END = 60.0


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
        with self._own_services():
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
        """Have one fault, go on, and compare; return what happened.

        Raises
        ------
        AssertionError
            Where something was lost or left, computed twice or came out otherwise.
        """
        if kind == "full disk":
            return self._full_disk_round()
        if kind == "DVC's files":
            return self._broken_dvc_round(rng)
        if kind == "start-up":
            return self._start_up_round(rng)
        return self._whole_round(kind, rng) if kind in LONG_KINDS else self._stage_round(kind, rng)

    def _stage_round(self, kind: str, rng: random.Random) -> str:
        """Strike a stage in mid-run, go on, and compare."""
        self.forget("benchmark")
        began = time.time()
        moment = rng.uniform(*self.span)
        process = self.checkout.start("flows", "benchmark")
        time.sleep(moment)
        with edited(self._params) if kind == "edit" else nullcontext():
            killed = self._strike(kind, process, rng)
            output = process.communicate(timeout=600)[0]
        killed += f", {moment:.1f} s or more after the start"
        if kind not in SURVIVED:
            if kind == "edit":
                assert "extra_model_seeds was 1, is 0" in output, output
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
            damage(rng.choice(kept), rng)
            n_kept -= 1
        resumed = time.time()
        output = self._resume(n_kept)
        self._compare(n_computed=self.n_benchmark - n_kept, since=resumed)
        if damaged:
            assert "is damaged: removed, the unit runs again" in output, output
        hit = len(kept) > 0 and status in (-signal.SIGKILL, 130, 1)
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

    def _full_disk_round(self) -> str:
        """Have no room for most of the finished units: the run goes on without keeping them."""
        if not can_mount():
            return self._told("full disk", True, "left out: only an administrator can fill a disk")
        self.forget("benchmark")
        began = time.time()
        with full_disk(self.checkout.folder / ".cache/units"):
            self._require(self.checkout.run("flows", "benchmark"))
            n_kept = len(self.kept())
        self._compare(n_computed=self.n_benchmark, since=began)
        said = f"a full disk: {n_kept} of {self.n_benchmark} units kept"
        return self._told("full disk", 0 < n_kept < self.n_benchmark, said)

    def _broken_dvc_round(self, rng: random.Random) -> str:
        """Leave a file of DVC's as a crash does: the front door mends it."""
        said, lost = break_dvc(self.checkout.folder, rng)
        n_missing, began = self.n_units - len(self.kept()), time.time()
        done = self.checkout.run("flows", "reproduce")
        self._require(done)
        # Without dvc.lock every stage runs, on finished units.
        self._compare(n_computed=n_missing if lost else 0, since=began)
        return self._told("DVC's files", said.split()[0] in done.stderr, said)

    def _start_up_round(self, rng: random.Random) -> str:
        """Kill the front door while it starts: nothing may stay."""
        moment = rng.uniform(0.0, _SECONDS_OF_START)
        with self._own_services():
            process = self.checkout.start("flows", "reproduce")
            time.sleep(moment)
            began = bool(self._left())
            process.kill()
            process.communicate(timeout=120)
            self._wait_until_nothing_is_left()
        return self._told("start-up", began, f"kill -9 of the front door after {moment:.1f} s")

    def _whole_round(self, kind: str, rng: random.Random) -> str:
        """Kill a whole run with what started it, and have the front door finish it."""
        self.forget(*STAGES, "report")
        # DVC would bring the results back from its own cache, and nothing would be computed.
        (self.checkout.folder / "dvc.lock").unlink(missing_ok=True)
        shutil.rmtree(self.checkout.folder / ".dvc/cache", ignore_errors=True)
        with self._own_services():
            moment = rng.uniform(0.0, self.seconds)
            process = self._start_served() if kind == "serve" else self._start_front_door()
            time.sleep(moment)
            process.kill()
            process.communicate(timeout=120)
            self._wait_until_nothing_is_left()
            n_kept, resumed = len(self.kept()), time.time()
            self._require(self.checkout.run("flows", "reproduce"))
        self._compare(n_computed=self.n_units - n_kept, since=resumed)
        said = f"kill -9 of the {kind}, {moment:.1f} s after the start"
        hit = process.returncode == -signal.SIGKILL
        return self._told(kind, hit, f"{said}: {n_kept} of {self.n_units} units kept")

    def _start_front_door(self) -> subprocess.Popen[str]:
        return self.checkout.start("flows", "reproduce")

    def _start_served(self) -> subprocess.Popen[str]:
        """Have a run of a schedule, on the shared server, begin."""
        self.checkout.environment["PREFECT_API_URL"] = os.environ["PREFECT_API_URL"]
        process = self.checkout.start("flows", "serve", "--cron", "0 3 1 1 *")
        try:
            started = wait_for(
                lambda: (
                    self.checkout.run(
                        *["prefect", "deployment", "run", "reproduce/scheduled"]
                    ).returncode
                    == 0
                ),
                seconds=_SECONDS_TO_FIND,
            )
            assert started, "the deployment is not there"
            assert wait_for(lambda: "flows reproduce" in " ".join(self._left()))
        finally:
            del self.checkout.environment["PREFECT_API_URL"]
        return process

    @contextmanager
    def _own_services(self) -> Iterator[None]:
        with without(self.checkout.environment, "PREFECT_API_URL", "RAY_ADDRESS", "TOPO_LOCAL_RAY"):
            yield

    def _left(self) -> list[str]:
        """Processes of the checkout, and what lies in its temporary folder."""
        folder = Path(self.checkout.environment["TMPDIR"])
        return [*left_in(self.checkout), *map(str, folder.iterdir())]

    def _wait_until_nothing_is_left(self) -> None:
        ended = wait_for(lambda: not self._left(), seconds=_MOST_SECONDS_TO_END)
        assert ended, f"still there: {self._left()}"

    @property
    def _params(self) -> Path:
        return self.checkout.folder / "params.yaml"

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
        if kind == "edit":
            return "an edit of params.yaml"
        process.send_signal(signals.get(kind, signal.SIGTERM))
        damage = ", and a changed byte in a finished unit" if kind == "damage" else ""
        return f"{signals.get(kind, signal.SIGTERM).name} to the driver{damage}"

    def _targets(self, kind: str) -> list[Any]:
        """Return what must be there for a fault to show something: busy workers, or kept units."""
        if kind == "worker":
            return busy_workers(self.cluster.raylets())
        if kind == "node":
            return busy_workers(self.cluster.raylets()[-1:])
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
    # Of its own, so that what stays in it is seen; its path is short, as Ray needs it.
    temporary = Path(tempfile.mkdtemp(prefix="chaos-"))
    checkout.environment["TMPDIR"] = str(temporary)
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
        shutil.rmtree(temporary, ignore_errors=True)
