"""What the losses that see loops take: a batch, a step, memory over epochs."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from tests.bench.clouds import ROOT, spheres
from tests.bench.measure import Goal, Number, Section, seconds_at_best, seconds_of
from tests.bench.size import Size
from topo.names import dataset_title, method_title
from topo.nn.distances import batch_distances
from topo.nn.topological_autoencoder import TERMS, TopologicalAutoencoder
from topo.params import Params, load_params

BATCH, MOST_MILLISECONDS = 128, 10.0
LOSSES = ("topoae", "topoae_h1", "topoae_cascade", "topoae_cycles", "rtd_lite")
#: Milliseconds of a step of TopoAE++'s own C++ loss on all points (Clémot, Digne and Tierny, TTK;
#: one seed, on two cores like those of the other numbers), and the share that is aimed at.
PEER, SHARE = {"k4": 39.5, "twist": 4.6}, 0.5
FEW_EPOCHS, MANY_EPOCHS = 100, 1000


def loops(size: Size) -> Iterator[Section]:
    """Time losses with their gradients on batches, and whole steps; watch the memory."""
    torch.set_num_threads(1)
    params = load_params(ROOT / "params.yaml")
    section = Section(
        "Losses that see loops",
        "Distances, the pairs in dimension 0 and 1 of both sides, loss and gradient by the latent "
        f"points, of a batch of {BATCH}: the best of several calls. Steps of training on all "
        "points, beside those of TopoAE++'s own code. Memory of this process as it trains.",
    )
    for name, points in _batches(params).items():
        for loss in LOSSES:
            call = _call(loss, points)
            milliseconds = 1e3 * seconds_at_best(call)
            case = f"{loss}, batch {BATCH} of {name}"
            section.numbers.append(Number(case, milliseconds, "ms"))
            section.goals.append(Goal(case, "≤", MOST_MILLISECONDS, milliseconds, "ms", ""))
    yield section
    for dataset, peer in PEER.items():
        for name in LOSSES:
            step = _step_milliseconds(params, dataset, name, epochs=2 if size.smallest else 200)
            case = f"a step of {method_title(name)} on {dataset_title(dataset)}"
            section.numbers.append(Number(case, step, "ms"))
            section.goals.append(Goal(case, "≤", SHARE * peer, step, "ms", f"TopoAE++: {peer} ms"))
    yield section
    grown = _grown_memory(params, *((2, 4) if size.smallest else (FEW_EPOCHS, MANY_EPOCHS)))
    what = f"memory that {MANY_EPOCHS} epochs take beyond {FEW_EPOCHS}, K4"
    section.goals.append(Goal(what, "≤", 1.0, grown, "MB", ""))
    yield section


def _batches(params: Params) -> dict[str, NDArray[np.float32]]:
    rng = np.random.default_rng(0)
    drawn = {
        dataset_title(name): params.datasets[name].load(Path()).X for name in ("k4", "noisy_circle")
    }
    clouds = {**drawn, "SPHERES": spheres(1000).X}
    return {name: X[rng.choice(len(X), BATCH, replace=False)] for name, X in clouds.items()}


def _call(loss: str, points: NDArray[np.float32]) -> Callable[[], None]:
    """Return the work of a step but for the network's: another tensor has its edges found anew."""
    X, term = torch.from_numpy(points), TERMS[loss]()
    Z = torch.randn(len(X), 2, generator=torch.Generator().manual_seed(0)).requires_grad_()

    def call() -> None:
        Z.grad = None
        value: Tensor = term(batch_distances(X), Z)
        torch.autograd.backward(value)

    return call


def _step_milliseconds(params: Params, dataset: str, name: str, *, epochs: int) -> float:
    X = params.datasets[dataset].load(Path()).X
    method = params.loops.method(name, dataset)
    _fit(X, method.model_dump(), name, epochs=1)  # compiles
    seconds = seconds_of(lambda: _fit(X, method.model_dump(), name, epochs=epochs))
    return 1e3 * seconds / epochs


def _fit(X: NDArray[np.float32], fields: dict[str, object], loss: str, *, epochs: int) -> None:
    model = TopologicalAutoencoder(**{**fields, "loss": loss, "epochs": epochs}, random_state=0)
    model.fit(X)


def _grown_memory(params: Params, few: int, many: int) -> float:
    """Return by how many MB the most memory grows from a short training to a long one."""
    X = params.datasets["k4"].load(Path()).X
    fields = params.loops.method("topoae_cycles", "k4").model_dump()
    _fit(X, fields, "topoae_cycles", epochs=few)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    _fit(X, fields, "topoae_cycles", epochs=many)
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1000
