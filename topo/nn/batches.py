"""Training points in batches, whether they are in memory or made in blocks that never all are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor


@dataclass(frozen=True)
class Blocks:
    """Points that a function makes, or reads, block by block, anew in every epoch.

    Attributes
    ----------
    make
        Returns the points of a block, (n, d) float32, by its number: the same ones every time.
    n_blocks, block_size
        Number of blocks, from 0 on, and the points n >= 2 of each.
    """

    make: Callable[[int], NDArray[np.float32]]
    n_blocks: int
    block_size: int

    def __len__(self) -> int:
        """Return the number of points of all blocks."""
        return self.n_blocks * self.block_size

    def batches(self, batch_size: int, *, generator: Generator) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield all points in batches, and their numbers: blocks in random order, so their points.

        No batch has points of two blocks, so the last one of a block has what is left of it.
        """
        for number in torch.randperm(self.n_blocks, generator=generator).tolist():
            points = torch.from_numpy(self.make(number))
            first = number * self.block_size
            for batch in shuffled_batches(self.block_size, batch_size, generator=generator):
                yield points.index_select(0, batch), first + batch
            del points


def batches(
    X: Tensor | Blocks, batch_size: int, *, generator: Generator
) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield all points in random order, in batches, and their indices."""
    if isinstance(X, Blocks):
        yield from X.batches(batch_size, generator=generator)
        return
    for batch in shuffled_batches(len(X), batch_size, generator=generator):
        yield X.index_select(0, batch.to(X.device)), batch


def shuffled_batches(n: int, batch_size: int, *, generator: Generator) -> Iterator[Tensor]:
    """Yield the indices 0 … n - 1 in random order, in batches of `batch_size`.

    The last batch has what is left. One point left over joins the batch before it, since
    BatchNorm and a spanning tree need two.
    """
    order = torch.randperm(n, generator=generator)
    starts = list(range(0, n, batch_size))
    if n - starts[-1] == 1 and len(starts) > 1:
        starts.pop()
    yield from torch.tensor_split(order, starts[1:])
