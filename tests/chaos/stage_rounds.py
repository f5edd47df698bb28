"""Rounds that strike a stage in mid-run: it survives, or the same command goes on."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any

import psutil

from tests.chaos.strikes import busy_workers, damage, edit, fill, restored, small_disk
from tests.chaos.study import Study
from tests.cluster import wait_for

_SIGNALS = {
    "driver": signal.SIGKILL,
    "damage": signal.SIGKILL,
    "interrupt": signal.SIGINT,
    "request to end": signal.SIGTERM,
}
#: What a run survives by itself; after anything else the same command goes on.
_SURVIVED = ("worker", "node", "Prefect server", "full disk")
IN_RUN = (*_SIGNALS, *_SURVIVED, "edit")

_SECONDS_TO_FIND = 120.0
_SECONDS_OF_A_UNIT = 0.3


def strike_stage(made: Study, kind: str, rng: random.Random) -> str:
    """Strike the benchmark in mid-run, go on, and compare; return what happened."""
    made.forget("benchmark")
    began = time.time()
    # So many are finished when it is struck, and the last ones are finished together. A moment in
    # seconds would miss on a machine that has less to do than when it was measured.
    n_before = rng.randrange(1, made.n_benchmark * 3 // 4)
    later = rng.uniform(0.0, _SECONDS_OF_A_UNIT)
    try:
        with _taken_back(made, kind), made.started("flows", "benchmark") as process:
            wait_for(lambda: len(made.kept()) >= n_before or process.poll() is not None)
            time.sleep(later)
            struck = _strike(made, kind, process, rng)
            # Much is left to do: whatever was done is noticed.
            early = len(made.kept()) < made.n_benchmark
            output = process.communicate(timeout=600)[0]
            n_kept = len(made.kept())
    except PermissionError as error:
        return made.tally.leave_out(kind, str(error))
    said = f"{struck or 'it had ended'}, {n_before} units and {later:.1f} s after the start"
    if kind == "edit" and struck and early:
        assert process.returncode == 1, output
        assert "what is read of benchmark.crossed.model_seeds" in output, output
    if kind not in _SURVIVED:
        hit = process.returncode in (-signal.SIGKILL, 130, 1)
        return _go_on(made, kind, said, hit=hit, rng=rng)
    assert process.returncode == 0, output
    made.compare(n_computed=made.n_benchmark, since=began)
    if kind == "full disk":
        hit = struck != "" and n_kept < made.n_benchmark
        return made.tally.told(kind, hit, f"{said}: {n_kept} of {made.n_benchmark} units kept")
    return _tell_of_survival(made, kind, said, began)


def _taken_back(made: Study, kind: str) -> AbstractContextManager[None]:
    """Return what takes a fault back when the struck run has ended."""
    if kind == "edit":
        return restored(made.params)
    return small_disk(made.units) if kind == "full disk" else nullcontext()


def _tell_of_survival(made: Study, kind: str, said: str, began: float) -> str:
    again = sum(unit["attempts"] > 1 for unit in made.run_units(began))
    hit = said.startswith("kill") and (again > 0 or kind == "Prefect server")
    return made.tally.told(kind, hit, f"{said}: survived, {again} units tried again")


def _go_on(made: Study, kind: str, said: str, *, hit: bool, rng: random.Random) -> str:
    """Run again after a run that was ended, and compare."""
    kept = made.kept()
    n_kept = len(kept)
    damaged = kind == "damage" and n_kept > 0
    if damaged:
        damage(rng.choice(kept), rng)
        n_kept -= 1
    resumed = time.time()
    output = _resume(made, n_kept)
    made.compare(n_computed=made.n_benchmark - n_kept, since=resumed)
    if damaged:
        assert "is damaged: removed, the unit runs again" in output, output
        said += ", and a changed bit in a finished unit"
    hit = hit and len(kept) > 0
    return made.tally.told(kind, hit, f"{said}: {n_kept} of {made.n_benchmark} units kept")


def _resume(made: Study, n_kept: int) -> str:
    started = time.monotonic()
    with made.started("flows", "benchmark") as process:
        more = wait_for(lambda: len(made.kept()) > n_kept or process.poll() is not None)
        if more and n_kept < made.n_benchmark:
            made.tally.waits.append(time.monotonic() - started)
        output = process.communicate(timeout=600)[0]
    assert process.returncode == 0, output
    return output


def _strike(made: Study, kind: str, process: subprocess.Popen[str], rng: random.Random) -> str:
    """Wait until there is something to hit, and hit it at once; return what was done, if it was."""
    deadline = time.monotonic() + _SECONDS_TO_FIND
    while not (found := _targets(made, kind)) and process.poll() is None:
        assert time.monotonic() < deadline, f"nothing to hit for {kind!r}"
        time.sleep(0.02)
    if process.poll() is not None:
        return ""
    if kind in _SIGNALS:
        process.send_signal(_SIGNALS[kind])
        return f"{_SIGNALS[kind].name} to the driver"
    if kind == "worker":
        with suppress(psutil.NoSuchProcess):
            rng.choice(found).kill()
        return "kill -9 of a busy Ray worker"
    if kind == "node":
        made.cluster.kill_node()
        made.cluster.replace_node()
        return "kill -9 of a Ray node"
    if kind == "Prefect server":
        os.kill(made.server(), signal.SIGKILL)
        return "kill -9 of the Prefect server"
    if kind == "full disk":
        fill(made.units)
        return "a full disk"
    edit(made.params)
    return "an edit of params.yaml"


def _targets(made: Study, kind: str) -> list[Any]:
    """Return what must be there for a fault to show something: busy workers, or kept units."""
    if kind == "worker":
        return busy_workers(made.cluster.raylets())
    if kind == "node":
        return busy_workers(made.cluster.raylets()[-1:])
    return made.kept()
