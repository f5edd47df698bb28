"""Copies of the project that run as a whole, with parameters of the benchmark's choice."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from dvc.utils.serialize import dumps_yaml

from tests.bench.clouds import mnist_folder, study
from tests.bench.sampling import Trace, has_unit, sampled
from tests.flows.checkout import Checkout, copy_project

#: From here on the whole run has all datasets of params.yaml, below only the first and the digits.
ALL_DATASETS_FROM = 0.25


@dataclass(frozen=True)
class Run:
    """A command that has ended: seconds, what its processes used, what it printed.

    Attributes
    ----------
    seconds
        From start to end.
    first_unit
        Seconds to the first unit at work in a Ray worker; None where none was seen.
    trace
        Cores and memory.
    output
        All that it printed.
    """

    seconds: float
    first_unit: float | None
    trace: Trace
    output: str


@contextmanager
def checkout(params: dict[str, Any] | None = None) -> Iterator[Checkout]:
    """Have a copy of the project for a block, with small parameters if none are given."""
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        made = copy_project(folder)
        if params is not None:
            (folder / "params.yaml").write_text(dumps_yaml(params))
            made.environment["MNIST_DIR"] = str(mnist_folder().absolute())
        # Its own, as in any checkout: this one's compiled code is of no use to it.
        made.environment.pop("NUMBA_CACHE_DIR", None)
        yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(made: Checkout, *command: str) -> Run:
    """Run a command of Python in a checkout and watch it.

    Raises
    ------
    RuntimeError
        Where it fails; with all that it printed.
    """
    return watch(made.folder, made.environment, *command)


def watch(folder: Path, environment: dict[str, str], *command: str) -> Run:
    """Run a command of Python in a folder, and watch all of its processes.

    Raises
    ------
    RuntimeError
        Where it fails; with all that it printed.
    """
    with tempfile.TemporaryFile("w+") as output:
        started = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=folder,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            with sampled(process.pid) as trace:
                first = _wait(process, started)
        finally:
            _end(process)
        seconds = time.monotonic() - started
        output.seek(0)
        text = output.read()
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed:\n{text}")
    return Run(seconds, first, trace, text)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a run that is still there because this one was interrupted."""
    if process.poll() is None:
        process.terminate()
        process.wait()


def _wait(process: subprocess.Popen[bytes], started: float) -> float | None:
    """Wait for the end; return the seconds to the first unit at work, if one was seen."""
    first = None
    while process.poll() is None:
        if first is None and _unit_at_work(process.pid):
            first = time.monotonic() - started
        time.sleep(0.2 if first is None else 0.05)
    return first


def _unit_at_work(process_id: int) -> bool:
    try:
        children = psutil.Process(process_id).children(recursive=True)
        return any(has_unit(child.cmdline()) for child in children)
    except psutil.Error:
        return False


def computed_units(made: Checkout) -> list[dict[str, Any]]:
    """Return what provenance says of all units that a run computed."""
    paths = (made.folder / "results/provenance").glob("*.json")
    units = [unit for path in paths for unit in json.loads(path.read_text())["units"]]
    return [unit for unit in units if unit["state"] == "computed"]


def scaled(scale: float) -> dict[str, Any]:
    """Return the study's parameters with a share of its work.

    Repetitions, trials, perplexities and epochs are multiplied by the scale, at least 1 (trials:
    2). Below scale 1 the theory, which has no counterpart in a script, is one small experiment, and
    nothing is asked of loops and of open questions.
    """
    params = json.loads(json.dumps(study()))
    if scale < ALL_DATASETS_FROM:
        keep_datasets(params, ("spheres", "digits"))

    def share(whole: int, least: int = 1) -> int:
        return max(least, round(scale * whole))

    for given in params["methods"].values():
        if "epochs" in given:
            given["epochs"] = share(given["epochs"])
    tune, benchmark, sweep = params["tune"], params["benchmark"], params["sweep"]
    tune["n_trials"] = share(tune["n_trials"], least=2)
    tune["n_startup_trials"] = share(tune["n_startup_trials"])
    fewer = [each for methods in tune["fewer"].values() for each in methods.values()]
    for part in (tune, *fewer):
        if "judged_again" in part:
            part["judged_again"] = share(part["judged_again"])
    for part in fewer:
        if "n_trials" in part:
            part["n_trials"] = share(part["n_trials"], least=2)
    for part in (benchmark, *benchmark["per_dataset"].values()):
        for name in ("repetitions", "second_best"):
            if name in part:
                part[name] = min(part[name], share(part[name]))
    crossed = benchmark["crossed"]
    benchmark["crossed"] = {level: share(whole) for level, whole in crossed.items()}
    for part in (sweep, *sweep["datasets"].values()):
        if "perplexities" in part:
            part["perplexities"] = _spread(part["perplexities"], share(len(part["perplexities"])))
        if "repetitions" in part:
            part["repetitions"] = share(part["repetitions"])
    epochs = sweep["epochs"]
    epochs["values"] = sorted({share(value) for value in epochs["values"]})
    epochs["repetitions"] = share(epochs["repetitions"])
    if scale < 1:
        experiments = params["theory"]["experiments"]
        params["theory"]["experiments"] = {"circle_unrolled": experiments["circle_unrolled"]}
        params["questions"]["experiments"] = {}
        params["loops"]["datasets"] = {}
        params["sweep"]["replay"] = None
    return params


def keep_datasets(params: dict[str, Any], kept: tuple[str, ...]) -> None:
    """Leave out all other datasets, wherever the parameters name them, and the open questions."""
    params["questions"]["experiments"] = {}
    for place in (params, params["sweep"], params["loops"]):
        place["datasets"] = {k: v for k, v in place["datasets"].items() if k in kept}
    benchmark = params["benchmark"]
    benchmark["datasets"] = list(kept)
    for name in ("leave_out", "per_dataset"):
        benchmark[name] = {k: v for k, v in benchmark[name].items() if k in kept}
    tune = params["tune"]
    for name in ("search", "fewer"):
        tune[name] = {k: v for k, v in tune[name].items() if k in kept}
    tune["takes_from"] = {k: v for k, v in tune["takes_from"].items() if k in kept}


def _spread(values: list[float], n: int) -> list[float]:
    """Take n values, evenly from the list's middle outwards."""
    return [values[round((i + 0.5) * len(values) / n - 0.5)] for i in range(n)]
