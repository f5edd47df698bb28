"""Parameters in, jobs out: which embeddings a stage needs. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from topo.methods.base import Method
from topo.params import Params
from topo.seeding import derive_seed


@dataclass(frozen=True)
class Job:
    """One embedding to make and to score.

    Attributes
    ----------
    dataset, method_name
        Names.
    split
        Which random split of the dataset, from 0.
    model_seed
        Which of the method's seeds on that split, from 0.
    method
        The method with its hyperparameters.
    part
        Which part of the split is embedded and scored.
    """

    dataset: str
    split: int
    method_name: str
    model_seed: int
    method: Method
    part: Literal["test", "validation"] = "test"

    @property
    def name(self) -> str:
        """Readable and unique within a benchmark."""
        extra = f", model seed {self.model_seed}" if self.model_seed else ""
        return f"{self.dataset}/{self.method_name}/split {self.split}{extra}"

    @property
    def seed(self) -> int:
        """Seed of the method's randomness: a hash of the job's coordinates."""
        return derive_seed(self.dataset, self.method_name, self.split, self.model_seed)


def plan_benchmark(params: Params) -> tuple[Job, ...]:
    """Expand the benchmark into jobs.

    Repetition r is split r with model seed 0; further model seeds follow on split 0, for methods
    that have any randomness.

    Parameters
    ----------
    params
        All parameters.

    Returns
    -------
    tuple of Job
        In the order of params.yaml.
    """
    stage = params.benchmark
    return tuple(
        Job(dataset, split, name, model_seed, params.methods[name].on(dataset))
        for dataset in stage.datasets
        for name in stage.methods
        for split, model_seed in _repetitions(params, name, dataset)
    )


def _repetitions(params: Params, name: str, dataset: str) -> list[tuple[int, int]]:
    stage = params.benchmark
    repetitions = [(split, 0) for split in range(stage.repetitions)]
    if params.methods[name].on(dataset).stochastic:
        repetitions += [(0, seed) for seed in range(1, stage.extra_model_seeds + 1)]
    return repetitions
