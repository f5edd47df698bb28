"""Unit functions for the tests; at module level, so that Ray's workers can import them."""

from __future__ import annotations

import os
import time
from collections import deque
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np

from tasks.result import Result
from tasks.unit import Input, Unit, digest_array

ARRAY = np.arange(6.0).reshape(3, 2)


def double(*, factor: int, X: Any) -> Result:
    return Result({"doubled": factor * X}, {"sum": float(X.sum())})


def fail(*, message: str) -> Result:
    raise ValueError(message)


def die(*, counter: str) -> Result:
    """Kill the worker on the first two attempts."""
    path = Path(counter)
    attempts = len(path.read_text()) if path.exists() else 0
    path.write_text("x" * (attempts + 1))
    if attempts < 2:
        os._exit(1)
    return Result(values=attempts)


def fail_once(*, marker: str) -> Result:
    """Fail where the marker is not there yet, and make it."""
    path = Path(marker)
    if path.exists():
        return Result(values="second")
    path.touch()
    raise ValueError("first")


def always_die() -> Result:
    os._exit(1)


def sleep(*, seconds: float) -> Result:
    time.sleep(seconds)
    return Result(values=time.time())


def hang() -> Result:
    """Loop for ever in compiled code that keeps Python's lock: no signal handler ever runs."""
    deque(repeat(None), maxlen=0)
    return Result(values="never")


def threads() -> Result:
    from threadpoolctl import threadpool_info

    np.zeros((4, 4)) @ np.zeros((4, 4))
    return Result(values=[each["num_threads"] for each in threadpool_info()])


def make_shared(X: Any, marker: str) -> Any:
    with Path(marker).open("a") as file:
        file.write("made\n")
    return X + 1


def make_slowly(marker: str, seconds: float) -> Any:
    Path(marker).touch()
    time.sleep(seconds)
    return ARRAY


def read_shared(*, shared: Any, number: int) -> Result:
    return Result({"X": shared * number}, bool(shared.flags.writeable))


def unit(
    function: Any, name: str = "unit", cost: float = 1.0, gpus: float = 0.0, **parameters: Any
) -> Unit:
    return Unit(name, function, parameters, {}, (), cost, gpus)


def doubling(factor: int = 2) -> Unit:
    inputs = {"X": Input(ARRAY, digest_array(ARRAY))}
    return Unit(f"double {factor}", double, {"factor": factor}, inputs, ())


def large() -> Result:
    return Result({"X": np.arange(2**17, dtype=np.float64)})


def fill_memory(*, gigabytes: float) -> Result:
    blocks = []
    for _ in range(int(gigabytes * 16)):
        blocks.append(np.ones(2**23))
        time.sleep(0.05)
    time.sleep(5)
    return Result(values=len(blocks))


def measure(*, parts: list[str], X: Any) -> Result:
    return Result({f"{name}/at": X[:1] for name in parts}, {name: [name, len(X)] for name in parts})


def measuring(*parts: str, modules: tuple[str, ...] = ()) -> Unit:
    inputs = {"X": Input(ARRAY, digest_array(ARRAY))}
    return Unit("measure", measure, {}, inputs, (), parts=dict.fromkeys(parts, modules))


def idle(*, number: int) -> Result:
    return Result(values=number)


def own_gpus(*, on: str = "core") -> Result:
    """How many GPUs the unit has, and its process."""
    import ray

    return Result(values=[on, len(ray.get_gpu_ids()), os.getpid()])


def embed_slowly(*, seed: int, seconds: float) -> Result:
    """An embedding whose bits can be compared, and where and when it was made."""
    import ray

    from topo.methods import METHODS

    started = time.time()
    X = np.random.default_rng(seed).normal(size=(60, 5)).astype(np.float32)
    method = METHODS["topoae"](hidden=(8,), epochs=3, batch_size=16, learning_rate=0.01, lam=1.0)
    points = method.embed(X[:40], X[40:], seed=seed).points
    time.sleep(seconds)
    place = ray.get_runtime_context().get_node_id()
    return Result({"embedding": points}, {"node": place, "began": started, "ended": time.time()})


def time_out() -> Result:
    raise TimeoutError("nobody answered")


def return_no_json() -> Result:
    return Result(values=np.float32(1.0))
