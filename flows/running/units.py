"""From jobs to units: what each unit is called with, and what its key is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tasks.embed import embed
from tasks.evaluate import DIAGRAMS, Subsampling, evaluate_embedding, make_reference
from tasks.result import Result
from tasks.unit import GPU_SHARE, Input, Shared, Unit, digest_array
from topo.datasets.base import LabelledPoints
from topo.device import Device
from topo.metrics.compute.space import ON_DEVICE
from topo.metrics.registry import METRICS
from topo.params import SamplingParams
from topo.plan import Job
from topo.seeding import derive_seed
from topo.splits import Split

#: From so many points on a GPU that is asked for compares an embedding with its input: distances,
#: ranks and densities then take a core seconds, about as long as all else that the unit does. Of
#: fewer points a unit's place on the GPU would mostly be held by work for the processor. (Measured
#: on processors only.)
FEWEST_ON_GPU = 5000


@dataclass(frozen=True)
class StoredDataset:
    """A dataset whose points lie in Ray's object store.

    Attributes
    ----------
    X
        The points, all rows.
    shape
        Of the points.
    y : (n,) int64 array
        Class of every point.
    outer
        The class that encloses all others, if there is one.
    """

    X: Input
    shape: tuple[int, int]
    y: NDArray[np.int64]
    outer: int | None


def put_dataset(data: LabelledPoints) -> StoredDataset:
    """Put a dataset's points into the object store, once for all units."""
    import ray

    n_points, n_features = data.X.shape
    points = Input(ray.put(data.X), digest_array(data.X))
    return StoredDataset(X=points, shape=(n_points, n_features), y=data.y, outer=data.outer)


def embed_unit(job: Job, data: StoredDataset, split: Split, device: Device = "cpu") -> Unit:
    """Return the unit that makes a job's embedding.

    Methods that map unseen points are fitted on the training points, or on all of them: see `Job`.
    A GPU's results have keys of their own.

    Returns
    -------
    Unit
        Its result has the array ``embedding``, and what the method measured as values.
    """
    method, rows, fitted = type(job.method), job.rows(split), job.rows_fitted(split)
    on_gpu = method.trains and device != "cpu"
    return Unit(
        name=unit_names(job).embedding,
        function=embed,
        parameters={
            "method": f"{method.__module__}:{method.__qualname__}",
            "hyperparameters": job.method.model_dump(mode="json"),
            "seed": job.seed,
            **({"device": device} if on_gpu else {}),
        },
        inputs={"X": data.X, "train": _index(fitted), "evaluation": _index(rows)},
        modules=(method.__module__,),
        cost=job.method.cost(len(fitted), len(rows), data.shape[1]),
        gpus=GPU_SHARE if on_gpu else 0.0,
    )


def evaluate_unit(
    job: Job,
    data: StoredDataset,
    split: Split,
    embedding: Result,
    *,
    metrics: tuple[str, ...],
    sampling: SamplingParams,
    cost: float,
    device: Device = "cpu",
) -> Unit:
    """Return the unit that scores a job's embedding, the result of its `embed_unit`.

    With the embedding's cost it is scored at once. The device is used where there are enough points
    for it to pay.

    Returns
    -------
    Unit
        Its parts are the metrics and the diagrams: its result has the diagrams as arrays, and as
        values the scores by metric.
    """
    points, rows = embedding.arrays["embedding"], job.rows(split)
    on_gpu = device != "cpu" and _n_compared(rows, sampling) >= FEWEST_ON_GPU
    where = {"device": device} if on_gpu else {}
    return Unit(
        name=unit_names(job).scoring,
        function=evaluate_embedding,
        parameters={
            "scalars": dict(embedding.values),
            "outer": data.outer,
            **where,
        },
        inputs={
            "reference": _reference(job, data, rows, sampling, where),
            "embedding": Input(points, digest_array(points)),
            "labels": _index(data.y[rows]),
        },
        modules=(ON_DEVICE,) if on_gpu else (),
        cost=cost,
        gpus=GPU_SHARE if on_gpu else 0.0,
        parts={DIAGRAMS: (), **{name: _modules_of(name) for name in metrics}},
    )


class UnitNames(NamedTuple):
    """Names of a job's two units."""

    embedding: str
    scoring: str


def unit_names(job: Job) -> UnitNames:
    """Return the names of a job's units."""
    return UnitNames(f"{job.name}/embed", f"{job.name}/evaluate")


def _modules_of(metric: str) -> tuple[str, ...]:
    """Return the modules of a metric, which no import names: the registry does."""
    return tuple(sorted({entry.module for entry in METRICS[metric]}))


def _n_compared(rows: NDArray[np.int64], sampling: SamplingParams) -> int:
    """Return how many points are compared at once."""
    return len(rows) if len(rows) <= sampling.above else sampling.n_points


def _reference(
    job: Job,
    data: StoredDataset,
    rows: NDArray[np.int64],
    sampling: SamplingParams,
    where: Mapping[str, Device],
) -> Input:
    arguments: dict[str, Any] = {"X": data.X.value, "evaluation": rows, **where}
    name = f"{job.data}/split {job.split}/{job.part} input"
    digest = data.X.digest + digest_array(rows)
    if _n_compared(rows, sampling) < len(rows):
        seed = derive_seed("sampling", job.data, job.split, job.part)
        drawn = Subsampling(sampling.n_points, sampling.n_samples, seed)
        arguments["subsampling"] = drawn
        digest += "".join(f"/{number}" for number in drawn)
    gpus = GPU_SHARE if where else 0.0
    return Input(Shared(name, make_reference, arguments, gpus=gpus), digest)


def _index(array: NDArray[np.int64]) -> Input:
    return Input(array, digest_array(array))
