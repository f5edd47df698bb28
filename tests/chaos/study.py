"""The small study that rounds hit: its services, its undisturbed run, the comparison with it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flows.services.ray_folder import remove_folder
from flows.stage_list import WITH_UNITS
from tests.chaos.tally import Tally
from tests.cluster import LocalCluster, local_cluster, wait_for
from tests.flows.checkout import Checkout, copy_project

#: The stages that have units, in an order in which they can run: the one that is struck is last.
STAGES = (*(stage for stage in WITH_UNITS if stage != "benchmark"), "benchmark")

#: What a killed run has started ends by itself within so many seconds.
MOST_SECONDS_TO_END = 60.0


@dataclass
class Study:
    """A checkout, the services that its runs share, and what an undisturbed run gives.

    Attributes
    ----------
    checkout
        A copy of the project with small parameters.
    cluster
        Where its units run.
    server
        Returns the process of the Prefect server.
    tally
        What the rounds have shown.
    tables
        SHA-256 of every result of the undisturbed run.
    n_units, n_benchmark
        How many units the stages compute, and the benchmark.
    seconds
        How long the whole study took under the front door.
    """

    checkout: Checkout
    cluster: LocalCluster
    server: Callable[[], int]
    tally: Tally = field(default_factory=Tally)
    tables: dict[str, str] = field(default_factory=dict)
    n_units: int = 0
    n_benchmark: int = 0
    seconds: float = 0.0

    @property
    def params(self) -> Path:
        """The parameter file."""
        return self.checkout.folder / "params.yaml"

    @property
    def units(self) -> Path:
        """The folder of finished units."""
        return self.checkout.folder / ".cache/units"

    def prepare(self) -> None:
        """Have the whole study done by the front door, on one worker of its own."""
        with self.own_services():
            started = time.monotonic()
            require(self.checkout.run("flows", "reproduce", "--workers", "1"))
            self.seconds = time.monotonic() - started
        self.tables = self.read_tables()

    def take_from(self, other: Checkout) -> None:
        """Take what `prepare` makes from a checkout where it was made."""
        for name in ("data", "results"):
            shutil.copytree(other.folder / name, self.checkout.folder / name)
        self.tables = self.read_tables()

    def run_undisturbed(self, stages: Sequence[str]) -> None:
        """Have stages run from nothing on the cluster, the benchmark last, and compare."""
        self.forget(*stages)
        began = time.time()
        for stage in stages:
            started = time.time()
            require(self.checkout.run("flows", stage))
        self.n_benchmark = self.count("computed", since=started)
        self.n_units = self.count("computed", since=began)
        assert len(self.kept()) == self.n_units
        self.compare(n_computed=self.n_units, since=began)

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
        return sum(unit["state"] == state for unit in self.run_units(since))

    def run_units(self, since: float) -> list[dict[str, Any]]:
        """Return the records of all units of the stages that ended since then."""
        written = (self.checkout.folder / "results/provenance").glob("*.json")
        texts = [path.read_text() for path in written if path.stat().st_mtime >= since]
        return [unit for text in texts for unit in json.loads(text)["units"]]

    def kept(self) -> list[Path]:
        """Return the files of finished units."""
        return sorted(self.units.glob("??/[0-9a-f]*"))

    def compare(self, *, n_computed: int, since: float) -> None:
        """Require the undisturbed run's results, and so many computed units since then."""
        assert self.read_tables() == self.tables, "the results differ from the undisturbed run's"
        computed = self.count("computed", since=since)
        assert computed == n_computed, f"{computed} units were computed, {n_computed} were missing"
        assert not list((self.checkout.folder / "results").rglob(".writing-*"))

    @contextmanager
    def own_services(self) -> Iterator[None]:
        """Have the checkout's runs start services of their own for a block."""
        environment = self.checkout.environment
        names = ("PREFECT_API_URL", "RAY_ADDRESS", "TOPO_LOCAL_RAY")
        taken = {name: environment.pop(name) for name in names}
        try:
            yield
        finally:
            environment.update(taken)

    @contextmanager
    def started(self, *command: str) -> Iterator[subprocess.Popen[str]]:
        """Have a command run for a block, and not beyond it."""
        process = self.checkout.start(*command)
        assert process.stdout is not None
        try:
            yield process
        finally:
            process.kill()
            # What it has started may have something to say.
            if not process.stdout.closed:
                process.communicate(timeout=120)

    def require_nothing_left(self) -> None:
        """Wait until no process works in the checkout, and nothing lies in its temporary folder."""
        ended = wait_for(lambda: not self._left(), seconds=MOST_SECONDS_TO_END)
        assert ended, f"still there: {self._left()}"

    def _left(self) -> list[str]:
        return [*self.checkout.left_running(), *map(str, self.temporary.iterdir())]

    @property
    def temporary(self) -> Path:
        """The temporary folder of the checkout's runs."""
        return Path(self.checkout.environment["TMPDIR"])


def require(done: subprocess.CompletedProcess[str]) -> None:
    """Refuse a command that failed, and say what it printed."""
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def study(
    folder: Path, like: Checkout | None = None, *, stages: Sequence[str] = STAGES
) -> Iterator[Study]:
    """Have a checkout with two undisturbed runs behind it, and shared services, for a block.

    Parameters
    ----------
    folder
        Empty folder for the checkout.
    like
        A checkout with the same parameters in which the study has run; made anew if None.
    stages
        What runs again on the cluster, to be compared.
    """
    checkout = copy_project(folder)
    # Of its own, so that what stays in it is seen; its path is short, as Ray needs it.
    temporary = Path(tempfile.mkdtemp(prefix="chaos-"))
    checkout.environment["TMPDIR"] = str(temporary)
    # `serve` looks often for runs.
    checkout.environment["PREFECT_RUNNER_POLL_FREQUENCY"] = "1"
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
            made = Study(checkout, cluster, lambda: server.process_id)
            if like is None:
                made.prepare()
            else:
                made.take_from(like)
            made.run_undisturbed(stages)
            yield made
    finally:
        os.chdir(before)
        # After a failed round the last of its processes may still write there.
        remove_folder(temporary)
