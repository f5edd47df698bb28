"""Training on points made in blocks: what is counted, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from tests.topo.questions.small import BLOCK, SMALL
from topo.datasets.spheres import Spheres
from topo.questions.large_scale import LargeScale, draw_block

TINY = SMALL["large_scale"]


def test_distances_are_those_of_the_batches_whatever_the_number_of_points() -> None:
    parts = LargeScale(**TINY).parts()
    assert list(parts) == ["n=40/batch=8", "n=40/batch=16", "n=120/batch=8", "n=120/batch=16"]
    # A block of 40 has batches of 16, 16 and 8.
    pairs = (2 * 16 * 15 + 8 * 7) / 2
    # Layers of 8, 4, 2, 4 and 8; products of a distance in 8 and in 2 dimensions.
    weights = 8 * 4 + 4 * 2 + 2 * 4 + 4 * 8
    share = 10 * pairs / 40 / (10 * pairs / 40 + 3 * weights)
    for name in ("n=40/batch=16", "n=120/batch=16"):
        found = {value.metric: value for value in parts[name].compute({}, seed=0).values}
        assert found["distances_per_point"].value == pairs / 40
        assert found["distances_per_point_ae"].value == 0
        assert found["share_of_products"].value == pytest.approx(share)
        assert 0 < found["topological_loss_ratio"].value < 2
        assert found["distances_per_point"].case == f"large_scale/{name}"


def test_blocks_lie_on_the_same_spheres() -> None:
    spheres = Spheres(**BLOCK)
    centres = np.random.default_rng(0).normal(size=(2, 8))
    first, again, other = (draw_block(spheres, number) for number in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert first.dtype == np.float32 and not np.isin(first, other).any()
    for block in (first, other):
        radii = [
            np.linalg.norm(block[10 * i : 10 * i + 10] - centre, axis=1)
            for i, centre in enumerate(centres)
        ]
        np.testing.assert_allclose(radii, 5, rtol=1e-5)
        np.testing.assert_allclose(np.linalg.norm(block[20:], axis=1), 25, rtol=1e-5)


def test_a_batch_is_no_larger_than_a_block() -> None:
    with pytest.raises(ValidationError, match=r"a batch has points of one block, 40, got .* 41"):
        LargeScale(**{**TINY, "batch_sizes": [41]})
