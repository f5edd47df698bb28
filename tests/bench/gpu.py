"""What a GPU gains: training, and the metrics' distances, ranks and densities."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import torch
from numpy.typing import NDArray

from tests.bench.clouds import images, plane, spheres, study
from tests.bench.measure import Section, Side, compare
from tests.bench.size import Size
from topo.device import Device
from topo.metrics.compute.blocks import local_scores
from topo.metrics.compute.space import Space
from topo.nn.estimators import Autoencoder
from topo.nn.topological_autoencoder import TopologicalAutoencoder

N_TRAIN = 6000
BATCHES = (128, 512, 2048)
SIZES = (500, 1000, 2000, 5000)
N_BLOCKS = 10_000

Work = Callable[[Device], object]


def gpu(size: Size) -> Section:
    """Compare a GPU with one core, where there is one."""
    if torch.cuda.is_available():
        return beside_one_core(size, "cuda")
    section = _section()
    section.skipped.append("all of it: there is no GPU on this machine")
    return section


def beside_one_core(size: Size, device: Device) -> Section:
    """Compare a device with one core at everything that takes a device.

    Parameters
    ----------
    size
        How much is measured.
    device
        The device: the processor itself tries the benchmark, and measures nothing.
    """
    torch.set_num_threads(1)
    section = _section()
    for works in (_trainings(size, section), _metrics(size)):
        for case, work, few in works:
            sides = (_side("one core", "cpu", work, few), _side(device.upper(), device, work, few))
            section.ratios.append(compare(case, *sides, rounds=1, clock=time.perf_counter))
            print(f"  {case}: {section.ratios[-1].ratio:.3g}", flush=True)
    return section


def _section() -> Section:
    return Section(
        "On a GPU",
        "CUDA against one core, on the clock, until the GPU has done all of it and its results are "
        "in the processor's memory. AE and TopoAE of 6,000 points: the nets of params.yaml for "
        "SPHERES (101–32–32) and MNIST (784–1000–500–250), at several batch sizes; the pairing of "
        "the topological term is done on the processor in both. Distances, ranks and densities of "
        "SPHERES, which all metrics share; neighbourhoods by blocks of rows. Above 1 the GPU pays.",
    )


def _side(name: str, device: Device, work: Work, few: Work) -> Side:
    def timed(of: Work) -> Callable[[], None]:
        def call() -> None:
            of(device)
            if device == "cuda":
                # What is still in the GPU's queue counts.
                torch.cuda.synchronize()

        return call

    return Side(name, timed(work), timed(few))


def _trainings(size: Size, section: Section) -> Iterator[tuple[str, Work, Work]]:
    for name, X, given in _trained(60 if size.smallest else N_TRAIN, section):
        for batch_size in (32,) if size.smallest else BATCHES:
            for method in ("AE", "TopoAE"):
                work = _fit(method, X, {**given, "batch_size": batch_size})
                few = _fit(method, X[: 2 * batch_size], {**given, "batch_size": batch_size})
                yield f"{method} of {name}, batches of {batch_size:,}", work, few


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


def _fit(method: str, X: NDArray[Any], given: dict[str, Any]) -> Work:
    usual = {name: value for name, value in given.items() if name != "lam"}
    if method == "AE":
        return lambda device: Autoencoder(**usual, device=device, random_state=0).fit(X)
    return lambda device: TopologicalAutoencoder(**given, device=device, random_state=0).fit(X)


def _metrics(size: Size) -> Iterator[tuple[str, Work, Work]]:
    for n in (60,) if size.smallest else SIZES:
        data = spheres(n)
        for name, points in (("the input", data.X.astype(float)), ("an embedding", plane(data))):
            work, few = _space(points), _space(points[:50])
            yield f"distances, ranks and densities of {name}, n = {n:,}", work, few
    data = spheres(120 if size.smallest else N_BLOCKS)
    X, Z, sizes = data.X, plane(data), (10, 20)

    def neighbourhoods(n: int) -> Work:
        return lambda device: local_scores(X[:n], Z[:n], sizes=sizes, device=device)

    n = len(X)
    yield f"neighbourhoods by blocks, n = {n:,}", neighbourhoods(n), neighbourhoods(100)


def _space(points: NDArray[Any]) -> Work:
    """Work without diagrams, which the processor computes in any case."""
    return lambda device: Space.of(points, (), device=device)
