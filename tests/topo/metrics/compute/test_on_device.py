"""The metrics' distances, ranks and densities as a GPU computes them, tried on the processor."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
import torch

from topo.metrics.compute import blocks, on_device
from topo.metrics.compute.blocks import local_scores
from topo.metrics.compute.on_device import measure
from topo.metrics.compute.space import Space

ON_A_GPU = pytest.mark.skipif(
    not torch.cuda.is_available(), reason="needs a GPU and PyTorch with CUDA"
)

RNG = np.random.default_rng(0)
X = RNG.normal(size=(150, 20))
# Equal points, and a lattice: ties that no rounding can break.
DUPLICATES = np.repeat(RNG.normal(size=(40, 3)), 3, axis=0)
LATTICE = np.stack(np.meshgrid(np.arange(9.0), np.arange(9.0)), axis=-1).reshape(-1, 2)


@pytest.mark.parametrize("device", ["cpu", pytest.param("cuda", marks=ON_A_GPU)])
@pytest.mark.parametrize("points", [X, DUPLICATES, LATTICE], ids=["random", "equal", "lattice"])
def test_the_same_numbers_as_from_compiled_loops(points, device) -> None:
    space, measured = Space.of(points), measure(points, device)
    # Equal points, and a point and itself, are exactly 0 apart.
    np.testing.assert_allclose(measured.distances, space.distances, rtol=1e-13, atol=0)
    np.testing.assert_array_equal(measured.distances, measured.distances.T)
    np.testing.assert_array_equal(measured.ranks, space.ranks)
    assert (measured.distances.dtype, measured.ranks.dtype) == (np.float64, np.int32)
    assert measured.densities.keys() == space.densities.keys()
    for name, density in measured.densities.items():
        np.testing.assert_allclose(density, space.densities[name], rtol=1e-12)


def test_a_space_asks_the_device(monkeypatch) -> None:
    asked = []

    def on_the_processor(points, device):
        asked.append(device)
        return measure(points, "cpu")

    monkeypatch.setattr(on_device, "measure", on_the_processor)
    space, usual = Space.of(X, device="cuda"), Space.of(X)
    assert asked == ["cuda"]
    np.testing.assert_array_equal(space.ranks, usual.ranks)
    np.testing.assert_allclose(space.diagrams[0], usual.diagrams[0], rtol=1e-6)
    assert not space.distances.flags.writeable
    with pytest.raises(ValueError, match=r"overflow: .* rescale"):
        Space.of(X * 1e160, device="cuda")


def test_neighbourhoods_are_the_same_as_on_the_processor(monkeypatch) -> None:
    labels = np.arange(len(X)) % 3
    for Z in (X[:, :2], np.repeat(RNG.normal(size=(75, 2)), 2, axis=0)):
        given = {"sizes": (5, 10, 40), "labels": labels, "n_rows": 32}
        usual = local_scores(X, Z, **given)
        with monkeypatch.context() as patched:
            on_the_processor = partial(blocks._blocks_on, "cpu")
            patched.setattr(blocks, "_blocks", on_the_processor)
            assert local_scores(X, Z, **given) == usual


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_gpu_that_is_not_there_is_named() -> None:
    for compute in (
        lambda: Space.of(X, device="cuda"),
        lambda: local_scores(X, X[:, :2], sizes=(5,), device="cuda"),
    ):
        with pytest.raises(ValueError, match="device 'cuda' needs a GPU"):
            compute()


@ON_A_GPU
def test_a_gpu_gives_the_same_scores() -> None:
    space = Space.of(X, device="cuda")
    np.testing.assert_allclose(space.diagrams[0], Space.of(X).diagrams[0], rtol=1e-6)
    of_cpu, of_gpu = (
        local_scores(X, X[:, :2], sizes=(5, 40), device=device) for device in ("cpu", "cuda")
    )
    np.testing.assert_allclose(of_gpu, of_cpu, rtol=1e-12, equal_nan=True)
