"""Which loss notices the theory's counterexamples: a circle whose loop vanishes."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from topo.homology.cycles import representative_loops
from topo.nn.distances import batch_distances
from topo.nn.topological_autoencoder import TERMS
from topo.theory.chains import CircleUnrolled, Figure4
from topo.theory.dimension_0_faithful import lattice

PARAMETERS = {"n_points": 24, "gap_ratio": 1.1}
#: Input and image; a circle's loop is lost in both, and of a lattice sheared all loops.
PAIRS = {
    "unrolled": CircleUnrolled(**PARAMETERS).points(),
    "hairpin": Figure4(**PARAMETERS, row_gap=0.5).points(),
    "sheared": (lattice(5, 90), lattice(5, 61)),
}
#: Losses that are 0, to rounding, although the loops are gone. MOOR divides the input's distances
#: by the largest of a batch, and so is never 0 without its scale trained.
BLIND = {("unrolled", "topoae"), ("sheared", "topoae")}
LOSSES = sorted(set(TERMS) - {"topoae_moor"})


@pytest.mark.parametrize("pair", PAIRS)
def test_loops_are_lost(pair: str) -> None:
    X, Z = PAIRS[pair]
    before, after = (
        np.diff(representative_loops(batch_distances(torch.tensor(P)).numpy()).diagram).max(
            initial=0
        )
        for P in (X, Z)
    )
    assert before > 0.3 and after < 0.2 * before


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("pair", PAIRS)
def test_a_loss_notices_or_not(pair: str, loss: str) -> None:
    X, Z = (torch.tensor(points) for points in PAIRS[pair])
    own, value = (TERMS[loss]().double()(batch_distances(X), P).item() for P in (X, Z))
    assert own == pytest.approx(0, abs=1e-12)
    assert (value < 1e-12) == ((pair, loss) in BLIND), f"{value:g}"


def test_moors_loss_is_blind_to_the_same_once_its_scale_is_trained() -> None:
    X, Z = (torch.tensor(points) for points in PAIRS["unrolled"])
    term = TERMS["topoae_moor"]().double()
    term.latent_scale.data = batch_distances(X).max()
    assert term(batch_distances(X), Z).item() == pytest.approx(0, abs=1e-12)
    term.latent_scale.data = 2 * term.latent_scale.data
    assert term(batch_distances(X), Z).item() > 1e-3
