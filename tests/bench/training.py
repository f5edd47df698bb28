"""Training: what the topological term costs, and what a GPU would gain."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import torch
from numpy.typing import NDArray

from tests.bench.clouds import images, spheres, study
from tests.bench.loss import _batch, _step
from tests.bench.measure import Call, Goal, Ratio, Section, Side, compare, seconds_at_best
from tests.bench.size import Size
from topo.nn.estimators import Autoencoder, TopologicalAutoencoder

AIM = 1.4
N_TRAIN = 6000
BATCHES = (128, 512, 2048)


def training(size: Size) -> Section:
    """Compare a TopoAE with an AE of the same net and epochs, fitted on SPHERES."""
    section = Section(
        "Training TopoAE against training AE",
        "The same net, batches and epochs as in params.yaml on the 6,000 training points of "
        "SPHERES, one thread. The ratio is TopoAE by AE: 1 would be a topological term for "
        "nothing.",
    )
    torch.set_num_threads(1)
    fit_ae, fit_topoae = _fits(size)
    ratio = compare(
        "20 epochs of 6,000 points, batches of 128",
        Side("TopoAE", fit_topoae),
        Side("AE", fit_ae),
        rounds=5 if not size.smallest else 1,
    )
    section.ratios.append(ratio)
    reason = _reason(ratio.slower_seconds, ratio.faster_seconds)
    section.goals.append(Goal("training TopoAE by training AE", "≤", AIM, ratio.ratio, "×", reason))
    return section


def _fits(size: Size) -> tuple[Call, Call]:
    X = spheres(60 if size.smallest else N_TRAIN).X
    given = {k: v for k, v in study()["methods"]["topoae"].items() if k != "per_dataset"}
    if size.smallest:
        given["epochs"] = 1
    usual = {k: v for k, v in given.items() if k != "lam"}

    return (
        lambda: Autoencoder(**usual, random_state=0).fit(X),
        lambda: TopologicalAutoencoder(**given, random_state=0).fit(X),
    )


def _reason(topoae: float, ae: float) -> str:
    given = study()["methods"]["topoae"]
    steps = given["epochs"] * -(-N_TRAIN // given["batch_size"])
    term = seconds_at_best(_step(*_batch(given["batch_size"]), None))
    return (
        f"a step of AE takes {1e3 * ae / steps:.2f} ms, one of TopoAE {1e3 * topoae / steps:.2f} "
        f"ms; the term alone, forward and backward, takes {1e3 * term:.2f} ms of it, "
        f"{100 * term * steps / ae:.0f} % of AE's step"
    )


def gpu_training(size: Size) -> Section:
    """Compare training on a GPU with training on one core, where there is one."""
    section = Section(
        "Training on a GPU",
        "AE and TopoAE of 6,000 points on CUDA against one core, on the clock, until the GPU has "
        "done all of it: the nets of params.yaml for SPHERES (101–32–32) and MNIST "
        "(784–1000–500–250), at several batch sizes. Above 1 the GPU pays. The pairing of the "
        "topological term is done on the processor in both.",
    )
    section.skipped.append("metrics on a GPU: this project computes them on the processor alone")
    if not torch.cuda.is_available():
        section.skipped.append("training on a GPU: there is none on this machine")
        return section
    torch.set_num_threads(1)
    n = 60 if size.smallest else N_TRAIN
    for name, X, given in _trained(n, section):
        for batch_size in (32,) if size.smallest else BATCHES:
            for method in ("AE", "TopoAE"):
                case = f"{method} of {name}, batches of {batch_size:,}"
                section.ratios.append(_on_gpu(case, method, X, {**given, "batch_size": batch_size}))
                print(f"  {case}: {section.ratios[-1].ratio:.3g}", flush=True)
    return section


def _trained(n: int, section: Section) -> Iterator[tuple[str, NDArray[Any], dict[str, Any]]]:
    """Yield names, points and hyperparameters, with as few epochs as still outweigh the start."""
    given = dict(study()["methods"]["topoae"])
    of_mnist = given.pop("per_dataset")["mnist"]
    yield "SPHERES", spheres(n).X, {**given, "epochs": 5}
    try:
        pixels = images(n).X
    except FileNotFoundError as error:
        section.skipped.append(f"MNIST: {error}")
        return
    yield "MNIST", pixels, {**given, **of_mnist, "epochs": 2}


def _on_gpu(case: str, method: str, X: NDArray[Any], given: dict[str, Any]) -> Ratio:
    usual = {k: v for k, v in given.items() if k != "lam"}

    def fit(device: str, points: NDArray[Any] = X) -> None:
        if method == "AE":
            Autoencoder(**usual, device=device, random_state=0).fit(points)
        else:
            TopologicalAutoencoder(**given, device=device, random_state=0).fit(points)
        # What is still in the GPU's queue counts.
        torch.cuda.synchronize()

    few = X[: 2 * given["batch_size"]]
    sides = (
        Side("one core", lambda: fit("cpu"), lambda: fit("cpu", few)),
        Side("CUDA", lambda: fit("cuda"), lambda: fit("cuda", few)),
    )
    return compare(case, *sides, rounds=1, clock=time.perf_counter)
