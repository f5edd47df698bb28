"""The topological loss against what it replaces."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from tests.bench.clouds import spheres
from tests.bench.measure import Goal, Number, Section, Side, compare, seconds_of
from tests.bench.plain_loss import (
    Pairing,
    pairs_by_lists,
    pairs_by_scipy,
    pairs_by_union_find,
    plain_loss,
)
from tests.bench.size import Size
from topo.homology.pairing import tree_edges
from topo.nn.distances import batch_distances
from topo.nn.topological_loss import PaperTerm

AIM = 40.0
PLAIN = "Python union–find, all edges"
PAIRINGS: dict[str, Pairing] = {
    PLAIN: pairs_by_union_find,
    "Python union–find, lists, early end": pairs_by_lists,
    "scipy's minimum_spanning_tree": pairs_by_scipy,
}


def topological_loss(size: Size) -> Section:
    """Compare forward and backward passes of one batch of SPHERES, 101 coordinates."""
    section = Section(
        "Topological loss",
        "Forward and backward pass of one batch of SPHERES (101 coordinates, float32): distances "
        "of both spaces, both spanning trees, the loss and its gradient. The plain versions take "
        "torch.cdist for the distances and PyTorch's own steps for the sum.",
    )
    torch.set_num_threads(1)
    for batch in (8,) if size.smallest else (32, 128, 512):
        X, Z = _batch(batch)
        rounds = size.few_rounds if batch == 512 else size.rounds
        for name, pairing in PAIRINGS.items():
            plain = Side(name, _step(X, Z, pairing))
            ours = Side("this project", _step(X, Z, None))
            section.ratios.append(compare(f"batch {batch}", plain, ours, rounds=rounds))
        section.numbers += _parts(batch, X, Z)
        ratio = next(r for r in section.ratios[-len(PAIRINGS) :] if r.slower == PLAIN).ratio
        reason = _reason(section.numbers[-3:], section.ratios[-3].faster_seconds)
        section.goals.append(
            Goal(f"loss, batch {batch}, against plain Python", "≥", AIM, ratio, "×", reason)
        )
    return section


def _batch(n: int) -> tuple[Tensor, Tensor]:
    X = torch.from_numpy(np.ascontiguousarray(spheres(max(n, 20)).X[:n]))
    Z = torch.randn(n, 2, generator=torch.Generator().manual_seed(0))
    return X, Z.requires_grad_()


def _step(X: Tensor, Z: Tensor, pairing: Pairing | None):
    term = PaperTerm()

    def step() -> None:
        Z.grad = None
        loss = term(X, Z) if pairing is None else plain_loss(X, Z, pairing)
        torch.autograd.backward(loss)

    return step


def _parts(batch: int, X: Tensor, Z: Tensor) -> list[Number]:
    """Measure what the loss consists of, each part alone."""
    distances = batch_distances(X).numpy()
    parts = {
        "distances of the input": lambda: batch_distances(X),
        "distances of the embedding": lambda: batch_distances(Z),
        "one spanning tree": lambda: tree_edges(distances),
    }
    return [
        Number(f"batch {batch}: {name}", 1e6 * min(seconds_of(call) for _ in range(20)), "µs")
        for name, call in parts.items()
    ]


def _reason(parts: list[Number], whole: float) -> str:
    of_input, of_latent, tree = (1e-6 * part.value for part in parts)
    rest = max(0.0, whole - of_input - of_latent - 2 * tree)
    return (
        f"of {1e6 * whole:.0f} µs the input's distances take {100 * of_input / whole:.0f} %, the "
        f"two trees {200 * tree / whole:.0f} %, PyTorch's bookkeeping and the sum "
        f"{100 * rest / whole:.0f} %"
    )
