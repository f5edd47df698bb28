"""The input's side of every comparison, computed once against once per unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np

from tasks.evaluate import Reference, evaluate_embedding, make_reference
from tests.bench.clouds import ROOT, spheres, study
from tests.bench.measure import Number, Section, Side, compare, seconds_of
from tests.bench.size import Size
from topo.params import load_params
from topo.plan import plan_benchmark

N_UNITS = 4


def shared_input(size: Size) -> Section:
    """Score embeddings of one input, which is measured once or for every one of them."""
    n = 60 if size.smallest else 2000
    data = spheres(n)
    rows, names = np.arange(n), study()["benchmark"]["metrics"]
    rng = np.random.default_rng(0)
    embeddings = [rng.normal(size=(n, 2)) for _ in range(N_UNITS)]
    section = Section(
        "The input's side, shared",
        f"{N_UNITS} embeddings of the same {n:,} points of SPHERES scored by params.yaml's "
        "metrics: distances, ranks, densities and diagram of the input computed once, against "
        f"once for each of them. In params.yaml's benchmark {_largest_group()} share one input.",
    )

    def score(reference: Reference, embedding: np.ndarray) -> None:
        evaluate_embedding(
            parts=[name for name in names if name not in ("tsne_kl", "reconstruction_error")],
            scalars={},
            outer=data.outer,
            reference=reference,
            embedding=embedding,
            labels=data.y,
        )

    sides = (Side("once per unit", _anew(data.X, rows, embeddings, score)),
             Side("once", _shared(data.X, rows, embeddings, score)))  # fmt: skip
    section.ratios.append(compare(f"{N_UNITS} embeddings", *sides, rounds=size.few_rounds))
    reference = make_reference(data.X, rows)
    section.numbers += [
        Number("the input's side", seconds_of(lambda: make_reference(data.X, rows)), "s"),
        Number("scoring one embedding", seconds_of(lambda: score(reference, embeddings[0])), "s"),
        Number("the input's side in the object store", _bytes(reference) / 2**20, "MiB"),
    ]
    return section


Score = Callable[[Reference, np.ndarray], None]


def _largest_group() -> str:
    jobs = plan_benchmark(load_params(ROOT / "params.yaml"), {})
    sizes = Counter((job.dataset, job.split) for job in jobs).values()
    return f"from {min(sizes)} to {max(sizes)} embeddings"


def _anew(X: np.ndarray, rows: np.ndarray, embeddings: list[np.ndarray], score: Score):
    return lambda: [score(make_reference(X, rows), embedding) for embedding in embeddings]


def _shared(X: np.ndarray, rows: np.ndarray, embeddings: list[np.ndarray], score: Score):
    def call() -> None:
        reference = make_reference(X, rows)
        for embedding in embeddings:
            score(reference, embedding)

    return call


def _bytes(reference: Reference) -> int:
    arrays = [*reference.rows]
    for space in reference.spaces:
        arrays += [space.points, space.distances, space.ranks]
        arrays += [*space.densities.values(), *space.diagrams.values()]
    return sum(array.nbytes for array in arrays)
