"""The topological loss against what it replaces."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from tests.bench.clouds import spheres
from tests.bench.measure import Goal, Number, Section, Side, compare, seconds_at_best
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

#: What was tried at a batch size, measured by hand.
TRIED = {
    32: "one compiled call for both distances, both trees, the sum and its gradient, which takes "
    "the step from 129 to 88 µs, about 21 times; 40 times would be 46 µs, less than an autograd "
    "function that does nothing, the distances and the trees take together"
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
        parts = _parts(batch, X, Z)
        section.numbers += parts
        ratio = next(r for r in section.ratios[-len(PAIRINGS) :] if r.slower == PLAIN).ratio
        what = f"loss, batch {batch}, against plain Python"
        tried = TRIED.get(batch, "")
        section.goals.append(Goal(what, "≥", AIM, ratio, "×", _reason(parts), tried))
    return section


def _batch(n: int) -> tuple[Tensor, Tensor]:
    X = torch.from_numpy(np.ascontiguousarray(spheres(max(n, 20)).X[:n]))
    Z = torch.randn(n, 2, generator=torch.Generator().manual_seed(0))
    return X, Z.requires_grad_()


def _step(X: Tensor, Z: Tensor, pairing: Pairing | None):
    term = PaperTerm()

    def step() -> None:
        Z.grad = None
        loss = term(batch_distances(X), Z) if pairing is None else plain_loss(X, Z, pairing)
        torch.autograd.backward(loss)

    return step


def _parts(batch: int, X: Tensor, Z: Tensor) -> list[Number]:
    """Measure the loss and what it consists of, each alone and all with one clock."""
    distances = batch_distances(X).numpy()
    parts = {
        "the whole": _step(X, Z, None),
        "distances of the input": lambda: batch_distances(X),
        "distances of the embedding": lambda: batch_distances(Z),
        "one spanning tree": lambda: tree_edges(distances),
        "an autograd function that does nothing": _idle_step(Z),
    }
    return [
        Number(f"batch {batch}: {name}", 1e6 * seconds_at_best(call), "µs")
        for name, call in parts.items()
    ]


class _Idle(torch.autograd.Function):
    """A function of one's own that computes nothing, forward or backward."""

    @staticmethod
    def forward(ctx: Any, Z: Tensor, loss: Tensor) -> Tensor:
        ctx.gradient = torch.empty_like(Z)
        return loss.clone()

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, outer: Tensor) -> tuple[Tensor, None]:
        return ctx.gradient, None


def _idle_step(Z: Tensor) -> Callable[[], None]:
    loss = torch.zeros(())

    def step() -> None:
        Z.grad = None
        torch.autograd.backward(_Idle.apply(Z, loss))

    return step


def _reason(parts: list[Number]) -> str:
    whole, of_input, of_latent, tree, idle = (part.value for part in parts)
    rest = max(0.0, whole - of_input - of_latent - 2 * tree)
    return (
        f"of {whole:.0f} µs the distances take {100 * (of_input + of_latent) / whole:.0f} %, the "
        f"two trees {200 * tree / whole:.0f} %, the sum, its gradient and PyTorch's bookkeeping "
        f"{100 * rest / whole:.0f} %; an autograd function that does nothing takes {idle:.0f} µs, "
        f"with distances and trees {idle + whole - rest:.0f} µs"
    )
