"""Which losses notice that a loop is lost where the topological loss may not."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from pydantic import Field

from topo.theory.base import Experiment, Points, TheoryValue
from topo.theory.chains import CircleUnrolled, Figure4
from topo.theory.dimension_0_faithful import lattice


class LostLoops(Experiment):
    """Every loss on pairs of spaces of which the second has lost the loops of the first.

    Cases: ``unrolled``, a circle laid out as a line; ``hairpin``, the same folded
    (`topo.theory.chains` for both); ``sheared``, a square lattice beside the same lattice sheared.

    Attributes
    ----------
    n_points, gap_ratio, row_gap
        As for `topo.theory.chains.Figure4`.
    lattice_side, lattice_angle
        Points along a side, and the sheared lattice's angle in degrees.
    """

    n_points: int = Field(ge=6)
    gap_ratio: float = Field(gt=1, le=1e6)
    row_gap: float = Field(gt=0, le=0.8)
    lattice_side: int = Field(ge=2)
    # From 60 degrees down the short diagonals are no longer than a side.
    lattice_angle: float = Field(gt=60, lt=90)

    def pairs(self) -> dict[str, tuple[Points, Points]]:
        """Return input and image of every case, (n, 2) each; row i of both is the same point."""
        circle = {"n_points": self.n_points, "gap_ratio": self.gap_ratio}
        square, sheared = (lattice(self.lattice_side, angle) for angle in (90, self.lattice_angle))
        return {
            "unrolled": CircleUnrolled(**circle).points(),
            "hairpin": Figure4(**circle, row_gap=self.row_gap).points(),
            "sheared": (square, sheared),
        }

    def compute(self, *, seed: int) -> list[TheoryValue]:
        """Measure every loss of every pair. The seed has no effect.

        Returns
        -------
        list of TheoryValue
            ``loss_NAME``
                Each loss of `topo.nn.topological_autoencoder.TERMS`, from 0; of ``topoae_moor``
                with the scale that it learns at the input's largest distance, where the loss of
                the input itself is 0. Losses have units of their own: it tells whether one is 0.
            ``share_lost``
                Share of the persistence of the input's longest loop that the image's longest lacks;
                0 where the input has none.
        """
        return [
            TheoryValue(f"lost_loops/{case}", name, dimension, 0, value)
            for case, (X, Z) in self.pairs().items()
            for name, dimension, value in _measure(X, Z)
        ]


def _measure(X: Points, Z: Points) -> Iterator[tuple[str, int | None, float]]:
    from topo.nn.topological_autoencoder import TERMS

    for name in TERMS:
        yield f"loss_{name}", None, loss_of(name, X, Z)
    before, after = map(_longest, (X, Z))
    # What has no loop loses none.
    yield "share_lost", 1, 1 - after / before if before else 0.0


def loss_of(name: str, X: Points, Z: Points) -> float:
    """Return a loss of input (n, d) and image (n, k) in double precision, by its name in `TERMS`.

    Other losses than ``topoae_moor`` have no state.
    """
    import torch

    from topo.nn.distances import batch_distances
    from topo.nn.topological_autoencoder import TERMS

    distances, term = batch_distances(torch.from_numpy(X)), TERMS[name]().double()
    for scale in term.parameters():
        scale.data = distances.max()
    value: float = term(distances, torch.from_numpy(Z)).item()
    return value


def _longest(points: Points) -> float:
    from topo.homology.cycles import representative_loops
    from topo.homology.diagrams import persistence
    from topo.metrics.compute.space import pairwise_distances

    diagram = representative_loops(pairwise_distances(points)).diagram
    return float(np.max(persistence(diagram), initial=0.0))
