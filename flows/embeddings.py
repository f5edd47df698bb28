"""Embeddings and their diagrams as one file per dataset: `results/<stage>/<dataset>.npz`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flows import store
from flows.jobs import JobRun, JobRunner
from flows.units import evaluation_rows


@dataclass(frozen=True)
class KeptEmbedding:
    """One embedding as a stage kept it.

    Attributes
    ----------
    method
        Name of the method.
    split, model_seed
        Its repetition.
    points : (n, 2) float64 array
        The embedding.
    diagram, input_diagram : (n - 1, 2) float64 arrays
        Dimension-0 persistence diagrams of the embedding and of its input.
    labels : (n,) int64 array
        Class of every point.
    """

    method: str
    split: int
    model_seed: int
    points: NDArray[np.float64]
    diagram: NDArray[np.float64]
    input_diagram: NDArray[np.float64]
    labels: NDArray[np.int64]


def write_embeddings(path: Path, runs: Iterable[JobRun], runner: JobRunner) -> None:
    """Write the embeddings of one dataset.

    Parameters
    ----------
    path
        The file.
    runs
        Jobs on that dataset; those without an embedding or diagrams are left out.
    runner
        What ran them.
    """
    arrays: dict[str, NDArray[Any]] = {}
    for run in runs:
        if run.embedded.result is None or run.scored is None or run.scored.result is None:
            continue
        job = run.job
        rows = evaluation_rows(job, runner.split_of(job))
        name, split = f"{job.method_name}/{job.split}/{job.model_seed}", f"input/{job.split}"
        arrays[f"{name}/points"] = run.embedded.result.arrays["embedding"]
        arrays[f"{name}/diagram"] = run.scored.result.arrays["diagram_0"]
        arrays[f"{split}/diagram"] = run.scored.result.arrays["input_diagram_0"]
        arrays[f"{split}/labels"] = runner.datasets[job.dataset].y[rows]
    store.write_arrays(path, **arrays)


def read_embeddings(path: Path) -> list[KeptEmbedding]:
    """Read what `write_embeddings` wrote.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    list of KeptEmbedding
        By method, split and model seed.
    """
    arrays = store.read_arrays(path)
    kept = []
    for key in sorted(arrays):
        method, split, *rest = key.split("/")
        if method == "input" or rest[-1] != "points":
            continue
        kept.append(
            KeptEmbedding(
                method=method,
                split=int(split),
                model_seed=int(rest[0]),
                points=arrays[key],
                diagram=arrays[f"{method}/{split}/{rest[0]}/diagram"],
                input_diagram=arrays[f"input/{split}/diagram"],
                labels=arrays[f"input/{split}/labels"],
            )
        )
    return kept
