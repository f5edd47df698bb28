"""Parameters in, jobs out: which embeddings a stage needs. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from topo.methods.base import Method
from topo.params import Params
from topo.scores import Hyperparameters
from topo.seeding import derive_seed
from topo.splits import Split


@dataclass(frozen=True)
class Job:
    """One embedding to make and to score.

    Attributes
    ----------
    split
        Which random split of the dataset, from 0.
    model_seed
        Which of the method's seeds on that split, from 0.
    part
        Which part of the split is embedded and scored.
    variant
        What sets it apart from the benchmark's job of that place, such as "perplexity 750".
    """

    dataset: str
    split: int
    method_name: str
    model_seed: int
    method: Method
    part: Literal["test", "validation"] = "test"
    variant: str = ""

    @property
    def name(self) -> str:
        """Readable and unique within a benchmark."""
        extra = f", model seed {self.model_seed}" if self.model_seed else ""
        method = f"{self.method_name} {self.variant}".strip()
        return f"{self.dataset}/{method}/split {self.split}{extra}"

    @property
    def hyperparameters(self) -> Hyperparameters:
        """Those of the method."""
        return Hyperparameters.of(self.method.model_dump())

    @property
    def seed(self) -> int:
        """Seed of the method's randomness: a hash of the job's coordinates.

        The variant is none of them: variants of a job differ by their hyperparameters alone.
        """
        return derive_seed(self.dataset, self.method_name, self.split, self.model_seed)

    def rows(self, split: Split) -> NDArray[np.int64]:
        """Rows of the points that are embedded: the split's test or validation part."""
        return split.test if self.part == "test" else split.validation


#: Chosen hyperparameters by dataset and method.
Chosen = Mapping[str, Mapping[str, Mapping[str, Any]]]


def plan_benchmark(params: Params, chosen: Chosen) -> tuple[Job, ...]:
    """Expand the benchmark into jobs, with tuned hyperparameters, in the order of params.yaml.

    Repetition r is split r with model seed 0; further model seeds follow on split 0, for methods
    that have any randomness.
    """
    stage = params.benchmark
    jobs = []
    for dataset, name in stage.uses():
        method = params.method(name, dataset, _chosen_for(dataset, name, params, chosen))
        repetitions = [(split, 0) for split in range(stage.repetitions)]
        if method.stochastic:
            repetitions += [(0, seed) for seed in range(1, stage.extra_model_seeds + 1)]
        jobs += [Job(dataset, split, name, seed, method) for split, seed in repetitions]
    return tuple(jobs)


def plan_untuned(params: Params) -> tuple[Job, ...]:
    """Return the jobs of the benchmark that no tuning changes, in the order of params.yaml."""
    search = params.tune.search
    return tuple(
        job
        for job in plan_benchmark(params, {})
        if job.method_name not in search.get(_tuned_on(job.dataset, params), {})
    )


def plan_stability(params: Params, chosen: Chosen) -> tuple[Job, ...]:
    """Expand the draws of the stability into jobs on split 0.

    Draw k has model seed k, and points of its own: `topo.splits.resample`.
    """
    stage = params.benchmark
    if stage.stability is None:
        return ()
    jobs = []
    for dataset, name in stage.uses():
        method = params.method(name, dataset, _chosen_for(dataset, name, params, chosen))
        jobs += [
            Job(dataset, 0, name, draw, method, variant=f"draw {draw}")
            for draw in range(stage.stability.draws)
        ]
    return tuple(jobs)


def _chosen_for(dataset: str, name: str, params: Params, chosen: Chosen) -> Mapping[str, Any]:
    return chosen.get(_tuned_on(dataset, params), {}).get(name, {})


def _tuned_on(dataset: str, params: Params) -> str:
    """Name the dataset whose tuned hyperparameters a dataset takes: its own, where no other's."""
    return params.tune.takes_from.get(dataset, dataset)


def plan_sweep(params: Params) -> tuple[Job, ...]:
    """Expand the sweeps of perplexity and of epochs into jobs, in the order of params.yaml."""
    jobs = []
    for dataset, stage in params.sweep.datasets.items():
        for value, split in product(params.swept_perplexities(dataset), range(stage.repetitions)):
            method = params.method("tsne", dataset, {"perplexity": value})
            variant = f"perplexity {value:g}"
            jobs.append(Job(dataset, split, "tsne", 0, method, variant=variant))
    return (*jobs, *_plan_epochs(params))


def _plan_epochs(params: Params) -> Iterator[Job]:
    epochs = params.sweep.epochs
    if epochs is None:
        return
    for n_epochs, split in product(epochs.values, range(epochs.repetitions)):
        method = params.method("topoae", epochs.dataset, {"epochs": n_epochs})
        variant = f"{n_epochs} epochs"
        yield Job(epochs.dataset, split, "topoae", 0, method, variant=variant)
