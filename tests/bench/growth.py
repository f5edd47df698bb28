"""Time and memory of the same work as the points grow in number.

``python -m tests.bench.growth N`` is one size in a process of its own, whose memory is looked at.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from typing import Any

from tests.bench.clouds import ROOT, spheres, study
from tests.bench.measure import Number, Section, ratio_of
from tests.bench.runs import watch
from tests.bench.size import Size

METHODS = ("pca", "topoae", "tsne")
FIRST, FACTORS = 2000, (1, 2, 4)


def growth(size: Size) -> Section:
    """Embed and score at 1, 2 and 4 times the points."""
    sizes = (60, 120) if size.smallest else tuple(FIRST * factor for factor in FACTORS)
    section = Section(
        "Growth with the number of points",
        f"n points of SPHERES embedded by {', '.join(METHODS)} (those that are trained on 3 n "
        "more), and scored by all metrics of params.yaml's benchmark: one process, one thread. The "
        "ratios are to the size before; 4 would be n², 8 n³.",
    )
    found = [_measure_apart(n, smallest=size.smallest) for n in sizes]
    for place, (n, now) in enumerate(zip(sizes, found, strict=True)):
        for name, value in now.items():
            unit = "MiB" if name == "peak memory" else "s"
            section.numbers.append(Number(f"{name}, n = {n:,}", value, unit))
            if place and unit == "s":
                before = f"n = {sizes[place - 1]:,}"
                values = [value], [found[place - 1][name]]
                section.ratios.append(ratio_of(name, f"n = {n:,}", before, *values))
    section.series["growth"] = {"n": list(sizes), "found": found}
    return section


def _measure_apart(n: int, *, smallest: bool) -> dict[str, float]:
    """Measure one size in a process of its own; the smallest in this one."""
    if smallest:
        return {**dict(measure(n)), "peak memory": 1.0}
    done = watch(ROOT, dict(os.environ), "-m", "tests.bench.growth", str(n))
    seconds = json.loads(done.output.strip().splitlines()[-1])
    return {**seconds, "peak memory": max(done.trace.memory, default=0.0)}


def measure(n: int) -> Iterator[tuple[str, float]]:
    """Yield seconds of every part."""
    from tasks.evaluate import evaluate_embedding, make_reference
    from topo.methods import METHODS as BY_NAME

    data = spheres(4 * n)
    X_train, X = data.X[n:], data.X[:n]
    reference, seconds = _timed(make_reference, data.X, slice(0, n))
    yield "the input's side", seconds
    for name in METHODS:
        given = {k: v for k, v in study()["methods"][name].items() if k != "per_dataset"}
        made, seconds = _timed(BY_NAME[name](**given).embed, X_train, X, seed=0)
        yield f"embedding by {name}", seconds
    _, seconds = _timed(
        evaluate_embedding,
        metrics=study()["benchmark"]["metrics"],
        scalars=dict(made.scalars),
        outer=data.outer,
        reference=reference,
        embedding=made.points,
        labels=data.y[:n],
    )
    yield "scoring one embedding", seconds


def _timed(function: Any, *arguments: Any, **named: Any) -> tuple[Any, float]:
    started = time.process_time()
    return function(*arguments, **named), time.process_time() - started


if __name__ == "__main__":
    from flows.environment import set_environment

    set_environment()
    # Compiles what is compiled, so that no size pays for it.
    dict(measure(60))
    print(json.dumps(dict(measure(int(sys.argv[1])))))
