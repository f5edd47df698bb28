"""Metrics of 70,000 points of 784 coordinates, for which no n × n matrix can be had.

``python -m tests.bench.large PART N`` is one part in a process of its own.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.bench.clouds import ROOT, images, plane, source_of_images, study
from tests.bench.measure import Goal, Number, Section, ratio_of
from tests.bench.runs import watch
from tests.bench.sampling import forget_peak_memory, peak_memory
from tests.bench.size import Size

N, N_SMALLEST, N_DENSE = 70_000, 1500, 6000
#: What is exact is computed of so many points by default, and of all at --scale 1.
SIZES = (10_000, 20_000)
N_POINTS, N_SAMPLES = 2000, 5
AIM = 4.0
_SIZES = tuple(range(10, 201, 10))
EXACT = ("exact neighbourhoods", "exact dimension 0")
#: With what made the points and the embedding.
PROCESS = "peak memory of the process"

#: A part, and of how many points.
Place = tuple[str, int]


def large(size: Size) -> Section:
    """Estimate all metrics at 70,000 points; compute some exactly, without a matrix; train once."""
    section = Section("70,000 points of 784 coordinates", "")
    n = N_SMALLEST if size.smallest else N
    try:
        what = source_of_images(n)
    except FileNotFoundError as error:
        section.skipped.append(f"no images: {error}")
        return section
    sizes = (n // 2, n) if size.smallest else SIZES + ((N,) if size.scale >= 1 else ())
    section.about = (
        f"{what}, and its first two principal components. A matrix of all distances would "
        f"take {8 * n**2 / 2**30:,.0f} GiB. All metrics are estimated from {N_SAMPLES} disjoint "
        f"random subsamples; neighbourhoods by blocks of rows and dimension 0 by Prim's algorithm "
        f"in O(n) memory are exact, of up to {sizes[-1]:,} points (all at --scale 1): dotted, what "
        "n² makes of the first. TopoAE is trained for one epoch with params.yaml's net for MNIST. "
        "Every part in a process of its own, one thread; its peak memory has the points in it, "
        "not what made them."
    )
    _measure(section, n, sizes, smallest=size.smallest)
    return section


def _measure(section: Section, n: int, sizes: tuple[int, ...], *, smallest: bool) -> None:
    n_dense = 300 if smallest else N_DENSE
    places: list[Place] = [
        ("estimates", n),
        ("one epoch of TopoAE", n),
        *((part, number) for number in sizes for part in EXACT),
        ("blocks", n_dense),
        ("matrices", n_dense),
    ]
    found = {place: _measure_apart(*place, smallest=smallest) for place in places}
    for (part, number), each in found.items():
        section.numbers += [
            Number(f"{part}, n = {number:,}", each["seconds"], "s"),
            Number(f"{part}, n = {number:,}: peak memory", each["peak memory"], "MiB"),
            *(Number(f"… {name}", value, "") for name, value in each["of"].items()),
        ]
    matrices, blocks = ([found[part, n_dense]["seconds"]] for part in ("matrices", "blocks"))
    case = f"neighbourhoods, n = {n_dense:,}"
    section.ratios.append(ratio_of(case, "whole matrices", "blocks of rows", matrices, blocks))
    section.goals.append(_goal(found, n, sizes))
    section.series["growth"] = {
        "seconds": _lines(found, "seconds"),
        "memory": _lines(found, "peak memory"),
        "guides": list(EXACT),
    }


def _goal(found: dict[Place, dict[str, Any]], n: int, sizes: tuple[int, ...]) -> Goal:
    # Matrices are what is to be done without.
    peaks = {place: each[PROCESS] for place, each in found.items() if place[0] != "matrices"}
    part, number = max(peaks, key=lambda place: peaks[place])
    reason = (
        f"the largest is {part} of {number:,} points, or what made these and their principal "
        f"components; the points alone, as 64-bit numbers, take {n * 784 * 8 / 2**30:.2f} GiB"
    )
    what = f"largest process, estimates and training of {n:,} points, exact parts of {sizes[-1]:,}"
    return Goal(what, "≤", AIM, peaks[part, number] / 1024, "GiB", reason)


def _lines(found: dict[Place, dict[str, Any]], name: str) -> dict[str, list[list[float]]]:
    lines: dict[str, list[list[float]]] = {}
    for (part, n), each in found.items():
        if part not in ("blocks", "matrices"):
            lines.setdefault(part, []).append([n, each[name]])
    return lines


def _measure_apart(part: str, n: int, *, smallest: bool) -> dict[str, Any]:
    """Measure a part in a process of its own; the smallest in this one."""
    if smallest:
        return measure(part, n)
    done = watch(ROOT, dict(os.environ), "-m", "tests.bench.large", part, str(n))
    return json.loads(done.output.strip().splitlines()[-1])


def _estimates(X: np.ndarray, Z: np.ndarray, y: np.ndarray) -> dict[str, float]:
    from topo.metrics import METRICS
    from topo.metrics.sampled import evaluate_sampled

    n_points = min(N_POINTS, len(X) // N_SAMPLES)
    given = {"n_points": n_points, "n_samples": N_SAMPLES, "seed": 0, "labels": y}
    shown = {}
    for estimate in evaluate_sampled(X, Z, list(METRICS), **given):
        score = estimate.score
        if score.status == "ok" and score.scaling == "raw":
            shown[score.metric] = score.value
            shown[f"{score.metric}, standard error"] = estimate.standard_error
    return {name: shown[name] for name in _SHOWN if name in shown}


_SHOWN = [
    name + ending
    for name in ("trustworthiness", "continuity", "rmse", "distance_pearson", "knn_accuracy")
    for ending in ("", ", standard error")
]


def _exact_neighbourhoods(X: np.ndarray, Z: np.ndarray, y: np.ndarray) -> dict[str, float]:
    from topo.metrics.compute.blocks import local_scores

    return local_scores(X, Z, sizes=_sizes(len(X)), labels=y)._asdict()


def _exact_dimension_0(X: np.ndarray, Z: np.ndarray, y: np.ndarray) -> dict[str, float]:
    from topo.homology.points import deaths_of_points

    started = time.process_time()
    of_latent = deaths_of_points(Z)
    seconds = time.process_time() - started
    return {
        "seconds of the embedding's": seconds,
        "last death of the input": float(deaths_of_points(X)[-1]),
        "last death of the embedding": float(of_latent[-1]),
    }


def _matrices(X: np.ndarray, Z: np.ndarray, y: np.ndarray) -> dict[str, float]:
    from topo.metrics.classes import knn_accuracy
    from topo.metrics.compute.ranking import rank_rows
    from topo.metrics.compute.space import pairwise_distances
    from topo.metrics.local import continuity, trustworthiness

    ranks = [rank_rows(pairwise_distances(points.astype(np.float64))) for points in (X, Z)]
    sizes = _sizes(len(X))
    return {
        "trustworthiness": trustworthiness(*ranks, sizes=sizes),
        "continuity": continuity(*ranks, sizes=sizes),
        "knn_accuracy": knn_accuracy(ranks[1], y),
    }


def _one_epoch(X: np.ndarray, Z: np.ndarray, y: np.ndarray) -> dict[str, float]:
    from topo.nn.topological_autoencoder import TopologicalAutoencoder

    given = dict(study()["methods"]["topoae"])
    given |= {**given.pop("per_dataset")["mnist"], "epochs": 1}
    fitted = TopologicalAutoencoder(**given, random_state=0).fit(X)
    return {"loss per point": float(fitted.loss_history_[-1])}


def _sizes(n: int) -> tuple[int, ...]:
    return tuple(k for k in _SIZES if 2 * k < n)


_PARTS: dict[str, Callable[[np.ndarray, np.ndarray, np.ndarray], dict[str, float]]] = {
    "estimates": _estimates,
    "one epoch of TopoAE": _one_epoch,
    "exact neighbourhoods": _exact_neighbourhoods,
    "exact dimension 0": _exact_dimension_0,
    "blocks": _exact_neighbourhoods,
    "matrices": _matrices,
}


def measure(part: str, n: int) -> dict[str, Any]:
    """Run a part once on few points, which compiles it, then on n; time the latter."""
    data = images(n)
    # As one would have them: single precision, and an embedding that costs nothing.
    Z = plane(data)
    few = slice(0, 100)
    _PARTS[part](data.X[few], Z[few], data.y[few])
    before = peak_memory()
    forget_peak_memory()
    started = time.process_time()
    of = _PARTS[part](data.X, Z, data.y)
    seconds, peak = time.process_time() - started, peak_memory()
    return {"seconds": seconds, "peak memory": peak, PROCESS: max(before, peak), "of": of}


if __name__ == "__main__":
    from flows.environment import set_environment

    set_environment()
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
