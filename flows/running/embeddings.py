"""Embeddings and their diagrams as one file per dataset: `results/<stage>/<dataset>.npz`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from flows import store
from topo.scores import Hyperparameters

if TYPE_CHECKING:
    from flows.running.jobs import JobRun, JobRunner


@dataclass(frozen=True)
class StoredLoops:
    """Loops of an embedding and of its input, of the Vietoris–Rips filtration.

    Attributes
    ----------
    diagram, input_diagram : (k, 2) float64 arrays
        Births and deaths of all loops, by death.
    unit, input_unit
        Median distance of either side. A loop's life is its persistence divided by this.
    cycles
        By row of `input_diagram`, a representative of every loop of the input that lives longer
        than `topo.metrics.loops.LONG`: (l, 2) edges, each two rows of the embedding's points.
    same : (j, 2) float64 array
        Births and deaths in the embedding of what these cycles span; see
        `topo.metrics.loops.same_loops`.
    """

    diagram: NDArray[np.float64]
    unit: float
    input_diagram: NDArray[np.float64]
    input_unit: float
    cycles: Mapping[int, NDArray[np.int64]]
    same: NDArray[np.float64]


@dataclass(frozen=True)
class StoredEmbedding:
    """An embedding of a stage, with what was computed of it.

    Attributes
    ----------
    method
        Name of the method.
    variant
        What sets it apart within a sweep, such as "perplexity 750"; else empty.
    draw, split, model_seed
        Where it stands in the benchmark or the sweep.
    hyperparameters
        Of the method.
    points : (n, 2) float64 array
        The embedding.
    diagram, input_diagram : (n - 1, 2) float64 arrays
        Dimension-0 persistence diagrams of the embedding and of its input.
    labels : (n,) int64 array
        Class of every point.
    loops : (k, 2) float64 array or None
        Dimension-1 persistence diagram of the embedding, of the alpha filtration (see
        `topo.homology.planar.planar_loops`); None where no metric asked for it.
    rips
        Loops of both sides; None where no metric asked for them.
    """

    method: str
    variant: str
    draw: int
    split: int
    model_seed: int
    hyperparameters: Hyperparameters
    points: NDArray[np.float64]
    diagram: NDArray[np.float64]
    input_diagram: NDArray[np.float64]
    labels: NDArray[np.int64]
    loops: NDArray[np.float64] | None = None
    rips: StoredLoops | None = None


#: What metrics keep, of an embedding and of its input; see `topo.metrics.base.Metric.keep`.
_OF_EMBEDDING = frozenset({"diagram_1", "loops", "loops_unit", "same_loops"})
_OF_INPUT = frozenset({"input_loops", "input_loops_unit", "input_cycles"})


def write_embeddings(path: Path, runs: Iterable[JobRun], runner: JobRunner) -> None:
    """Write the embeddings of one dataset; runs without an embedding or diagrams are left out."""
    arrays: dict[str, NDArray[Any]] = {}
    for run in runs:
        if run.embedded.result is None or run.scored is None or run.scored.result is None:
            continue
        job = run.job
        rows = job.rows(runner.split_of(job))
        name = str(_Name(job.method_name, job.variant, job.draw, job.split, job.model_seed))
        split = _input_name(job.draw, job.split)
        arrays[f"{name}/hyperparameters"] = np.array(job.hyperparameters.text)
        arrays[f"{name}/points"] = run.embedded.result.arrays["embedding"]
        arrays[f"{name}/diagram"] = run.scored.result.arrays["diagram_0"]
        scored = run.scored.result.arrays
        for kept, array in scored.items():
            if kept in _OF_EMBEDDING or kept in _OF_INPUT:
                arrays[f"{name if kept in _OF_EMBEDDING else split}/{kept}"] = array
        arrays[f"{split}/diagram"] = run.scored.result.arrays["input_diagram_0"]
        arrays[f"{split}/labels"] = runner.datasets[job.data].y[rows]
    store.write_arrays(path, **arrays)


def read_embeddings(path: Path) -> list[StoredEmbedding]:
    """Read what `write_embeddings` wrote, by method, variant, draw, split and model seed."""
    arrays = store.read_arrays(path)
    names = [key.removesuffix("/points") for key in sorted(arrays) if key.endswith("/points")]
    return [_embedding(name, arrays) for name in names]


class _Name(NamedTuple):
    """What the arrays of one embedding are named after."""

    method: str
    variant: str
    draw: int
    split: int
    model_seed: int

    @classmethod
    def parse(cls, text: str) -> Self:
        method, variant, *numbers = text.split("/")
        return cls(method, variant, *map(int, numbers))

    def __str__(self) -> str:
        return "/".join(map(str, self))


def _input_name(draw: int, split: int) -> str:
    return f"input//{draw}/{split}"


def _embedding(name: str, arrays: Mapping[str, NDArray[Any]]) -> StoredEmbedding:
    place = _Name.parse(name)
    side = _input_name(place.draw, place.split)
    return StoredEmbedding(
        **place._asdict(),
        hyperparameters=Hyperparameters.parse(str(arrays[f"{name}/hyperparameters"])),
        points=arrays[f"{name}/points"],
        diagram=arrays[f"{name}/diagram"],
        input_diagram=arrays[f"{side}/diagram"],
        labels=arrays[f"{side}/labels"],
        loops=arrays.get(f"{name}/diagram_1"),
        rips=_rips(name, side, arrays) if f"{name}/same_loops" in arrays else None,
    )


def _rips(name: str, side: str, arrays: Mapping[str, NDArray[Any]]) -> StoredLoops:
    edges = arrays[f"{side}/input_cycles"]
    return StoredLoops(
        diagram=arrays[f"{name}/loops"],
        unit=float(arrays[f"{name}/loops_unit"]),
        input_diagram=arrays[f"{side}/input_loops"],
        input_unit=float(arrays[f"{side}/input_loops_unit"]),
        cycles={int(k): edges[edges[:, 0] == k, 1:] for k in np.unique(edges[:, 0])},
        same=arrays[f"{name}/same_loops"],
    )
