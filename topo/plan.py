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


def data_name(dataset: str, draw: int) -> str:
    """Return the name of a draw of a dataset, after which units and seeds are named."""
    return f"{dataset} draw {draw}" if draw else dataset


@dataclass(frozen=True)
class Job:
    """One embedding to make and to score.

    Attributes
    ----------
    draw
        Which draw of the dataset, from 0; see `topo.datasets.base.Dataset.drawn`.
    split
        Which random split of that draw, from 0.
    model_seed
        Which of the method's seeds on that split, from 0.
    part
        Which part of the split is embedded and scored, by a method fitted on the training part; or
        "all": all points are embedded and scored, by a method fitted on all of them.
    variant
        What sets it apart from the benchmark's job of that place, such as "perplexity 750".
    """

    dataset: str
    draw: int
    split: int
    method_name: str
    model_seed: int
    method: Method
    part: Literal["test", "validation", "all"] = "test"
    variant: str = ""

    @property
    def data(self) -> str:
        """Name of the draw: units and seeds are named after it."""
        return data_name(self.dataset, self.draw)

    @property
    def name(self) -> str:
        """Readable and unique within a benchmark."""
        extra = f", model seed {self.model_seed}" if self.model_seed else ""
        method = f"{self.method_name} {self.variant}".strip()
        return f"{self.data}/{method}/split {self.split}{extra}"

    @property
    def hyperparameters(self) -> Hyperparameters:
        """Those of the method."""
        return Hyperparameters.of(self.method.model_dump())

    @property
    def seed(self) -> int:
        """Seed of the method's randomness: a hash of the job's coordinates.

        The variant is none of them: variants of a job differ by their hyperparameters alone.
        """
        return derive_seed(self.data, self.method_name, self.split, self.model_seed)

    def rows(self, split: Split) -> NDArray[np.int64]:
        """Rows of the points that are embedded: those of the part, ascending."""
        return {"test": split.test, "validation": split.validation, "all": split.all}[self.part]

    def rows_fitted(self, split: Split) -> NDArray[np.int64]:
        """Rows of the points that the method is fitted on, ascending."""
        return split.all if self.part == "all" else split.train


#: Chosen hyperparameters by dataset and method.
Chosen = Mapping[str, Mapping[str, Mapping[str, Any]]]


def plan_benchmark(params: Params, chosen: Chosen) -> tuple[Job, ...]:
    """Expand the benchmark into jobs, with tuned hyperparameters, in the order of params.yaml."""
    return tuple(
        Job(dataset, draw, split, name, seed, method)
        for dataset, name in params.benchmark.uses()
        for method in [params.method(name, dataset, _chosen_for(dataset, name, params, chosen))]
        for draw, split, seed in _places(params, dataset, method)
    )


def plan_second_best(params: Params, second_best: Chosen) -> tuple[Job, ...]:
    """Return jobs of the tuned methods with the second-best hyperparameters of their tuning.

    They are some of the benchmark's repetitions, with the same data, splits and seeds.
    """
    return tuple(
        Job(dataset, draw, split, name, 0, method, variant="second best")
        for dataset, name in params.benchmark.uses()
        for changed in [_chosen_for(dataset, name, params, second_best)]
        if changed
        for method in [params.method(name, dataset, changed)]
        for draw, split in _repetitions(params, dataset, params.benchmark.on(dataset).second_best)
    )


def _places(params: Params, dataset: str, method: Method) -> list[tuple[int, int, int]]:
    """Return draw, split and model seed of every fit of a method in the benchmark.

    First the repetitions, then those of the crossed ones that are none of them.
    """
    stage, made = params.benchmark.on(dataset), params.datasets[dataset].draws
    crossed = product(
        range(stage.crossed.draws if made else 1),
        range(stage.crossed.splits),
        range(stage.crossed.model_seeds if method.stochastic else 1),
    )
    repeated = ((*place, 0) for place in _repetitions(params, dataset, stage.repetitions))
    return list(dict.fromkeys([*repeated, *crossed]))


def plan_untuned(params: Params) -> tuple[Job, ...]:
    """Return the jobs of the benchmark that no tuning changes, in the order of params.yaml."""
    search = params.tune.search
    return tuple(
        job
        for job in plan_benchmark(params, {})
        if job.method_name not in search.get(_tuned_on(job.dataset, params), {})
    )


def plan_defaults(params: Params) -> tuple[Job, ...]:
    """Return jobs of the tuned methods as they are without tuning, to tell what it gains.

    They are some of the benchmark's repetitions, with the same data, splits and seeds.
    """
    search = params.tune.search
    return tuple(
        Job(dataset, draw, split, name, 0, params.method(name, dataset, {}), variant="default")
        for dataset, name in params.benchmark.uses()
        if name in search.get(_tuned_on(dataset, params), {})
        for draw, split in _repetitions(params, dataset, params.benchmark.defaults)
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
            Job(dataset, 0, 0, name, draw, method, variant=f"draw {draw}")
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
        for value, place in product(
            params.swept_perplexities(dataset), _repetitions(params, dataset, stage.repetitions)
        ):
            method = params.method("tsne", dataset, {"perplexity": value})
            jobs.append(Job(dataset, *place, "tsne", 0, method, variant=f"perplexity {value:g}"))
    return (*jobs, *_plan_epochs(params))


def _plan_epochs(params: Params) -> Iterator[Job]:
    epochs = params.sweep.epochs
    if epochs is None:
        return
    places = _repetitions(params, epochs.dataset, epochs.repetitions)
    for n_epochs, place in product(epochs.values, places):
        method = params.method("topoae", epochs.dataset, {"epochs": n_epochs})
        yield Job(epochs.dataset, *place, "topoae", 0, method, variant=f"{n_epochs} epochs")


def plan_replay(params: Params) -> Iterator[Job]:
    """Yield jobs that look at a training after so many epochs, on the first repetition.

    Each is a fit of its own. Since a fit of more epochs begins with the same steps, together they
    are one training that is looked at on its way.
    """
    replay = params.sweep.replay
    if replay is None:
        return
    for name, n_epochs in product(replay.methods, replay.epochs):
        method = params.method(name, replay.dataset, {"epochs": n_epochs})
        yield Job(replay.dataset, 0, 0, name, 0, method, variant=f"{n_epochs} epochs")


def plan_loops(params: Params) -> tuple[Job, ...]:
    """Expand the stage of loops into jobs on all points, in the order of params.yaml.

    A repetition has a model seed of its own by the number of its split, though nothing is split.
    """
    stage = params.loops
    return tuple(
        Job(dataset, *place, name, 0, stage.method(name, dataset), part="all")
        for dataset, name in stage.uses()
        for place in _repetitions(params, dataset, stage.datasets[dataset].repetitions)
    )


#: Draws and splits are the tuning's own from here on; those of benchmark and sweep come before.
FIRST_OF_TUNING = 1000


def plan_trial(
    params: Params,
    dataset: str,
    name: str,
    hyperparameters: Mapping[str, Any],
    *,
    repetition: int,
    variant: str,
) -> Job:
    """Return the job of a trial, or with a repetition above 0 that which judges it again."""
    draw, split = _repetition(params, dataset, FIRST_OF_TUNING + repetition)
    method = params.method(name, dataset, hyperparameters)
    return Job(dataset, draw, split, name, 0, method, "validation", variant)


def _repetitions(params: Params, dataset: str, n: int) -> list[tuple[int, int]]:
    return [_repetition(params, dataset, number) for number in range(n)]


def _repetition(params: Params, dataset: str, number: int) -> tuple[int, int]:
    """Return draw and split of a repetition.

    Repetition r is draw r and split r; of a dataset that is not drawn at random it is split r of
    the one there is.
    """
    return (number if params.datasets[dataset].draws else 0), number
