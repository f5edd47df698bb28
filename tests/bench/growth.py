"""Time and memory of the same work as the points grow in number.

``python -m tests.bench.growth N`` is one size in a process of its own, which keeps its peak memory.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from tests.bench.clouds import ROOT, spheres, study
from tests.bench.measure import Number, Section, ratio_of
from tests.bench.runs import watch
from tests.bench.sampling import peak_memory
from tests.bench.size import Size

FIRST, FACTORS = 2000, (1, 2, 4, 8)

#: Methods, and up to how many points each is run: the time of all pairs grows like n².
METHODS = {"pca": 16_000, "topoae": 16_000, "tsne": 8000}
EMBEDDED = "topoae"
SCORING, MEMORY = "scoring one embedding", "peak memory"


def growth(size: Size) -> Section:
    """Embed and score at 1, 2, 4 and 8 times the points."""
    sizes = (60, 120) if size.smallest else tuple(FIRST * factor for factor in FACTORS)
    section = Section("Growth with the number of points", _about())
    found = [_measure_apart(n, smallest=size.smallest) for n in sizes]
    for place, (n, now) in enumerate(zip(sizes, found, strict=True)):
        for name, value in now.items():
            unit = "MiB" if name == MEMORY else "s"
            section.numbers.append(Number(f"{name}, n = {n:,}", value, unit))
            if place and unit == "s":
                before = f"n = {sizes[place - 1]:,}"
                values = [value], [found[place - 1][name]]
                section.ratios.append(ratio_of(name, f"n = {n:,}", before, *values))
    lines = {
        name: [[n, now[name]] for n, now in zip(sizes, found, strict=True) if name in now]
        for name in found[0]
    }
    memory = {MEMORY: lines.pop(MEMORY)}
    section.series["growth"] = {"seconds": lines, "memory": memory, "guides": [SCORING, MEMORY]}
    return section


def _about() -> str:
    fewer = ", ".join(f"{name} to {most:,}" for name, most in METHODS.items() if most < 16_000)
    return (
        "The same run at n points of SPHERES: the input is measured, embedded once by each of "
        f"{', '.join(METHODS)} with params.yaml's hyperparameters (those that are trained on 3 n "
        f"points more), and the embedding of {EMBEDDED} is scored by all metrics of its benchmark, "
        "through the same functions as the study's units. One process of its own for each n, one "
        f"thread. Not to the last n, for its time: {fewer} points. The ratios are to the size "
        "before; 4 would be n², 8 n³. Above "
        f"{study()['sampling']['above']:,} points the scores are means over subsamples, as in the "
        "study, and say so."
    )


def _measure_apart(n: int, *, smallest: bool) -> dict[str, float]:
    """Measure one size in a process of its own; the smallest in this one."""
    if smallest:
        return dict(measure(n))
    done = watch(ROOT, dict(os.environ), "-m", "tests.bench.growth", str(n))
    return json.loads(done.output.strip().splitlines()[-1])


def measure(n: int) -> Iterator[tuple[str, float]]:
    """Yield seconds of every part, and at last the process's peak memory in MiB."""
    from tasks.evaluate import Subsampling, evaluate_embedding, make_reference
    from topo.methods import METHODS as BY_NAME

    data = spheres(4 * n)
    X_train, X = data.X[n:], data.X[:n]
    sampling = study()["sampling"]
    drawn = Subsampling(sampling["n_points"], sampling["n_samples"], seed=0)
    sampled = drawn if n > sampling["above"] else None
    reference, seconds = _timed(make_reference, data.X, np.arange(n), sampled)
    yield "the input's side", seconds
    made = {}
    for name in (name for name, most in METHODS.items() if n <= most):
        given = {k: v for k, v in study()["methods"][name].items() if k != "per_dataset"}
        if "perplexity" in given:
            given["perplexity"] = min(given["perplexity"], n / 4)
        made[name], seconds = _timed(BY_NAME[name](**given).embed, X_train, X, seed=0)
        yield f"embedding by {name}", seconds
    _, seconds = _timed(
        evaluate_embedding,
        parts=study()["benchmark"]["metrics"],
        scalars=dict(made[EMBEDDED].scalars),
        outer=data.outer,
        reference=reference,
        embedding=made[EMBEDDED].points,
        labels=data.y[:n],
    )
    yield SCORING, seconds
    yield MEMORY, peak_memory()


def _timed(function: Any, *arguments: Any, **named: Any) -> tuple[Any, float]:
    started = time.process_time()
    return function(*arguments, **named), time.process_time() - started


if __name__ == "__main__":
    from flows.environment import set_environment

    set_environment()
    # Compiles what is compiled, so that no size pays for it.
    dict(measure(60))
    print(json.dumps(dict(measure(int(sys.argv[1])))))
