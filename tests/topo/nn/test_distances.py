from __future__ import annotations

import pytest
import torch
from scipy.spatial.distance import cdist
from torch import Tensor

from topo.nn.distances import batch_distances


def cloud(n: int, dimension: int, dtype: torch.dtype = torch.float64) -> Tensor:
    generator = torch.Generator().manual_seed(n * dimension)
    return torch.randn(n, dimension, generator=generator, dtype=dtype)


@pytest.mark.parametrize("dimension", [1, 2, 31, 32, 33, 101])
@pytest.mark.parametrize("n", [1, 2, 17])
def test_equals_scipy(n: int, dimension: int) -> None:
    points = cloud(n, dimension)
    expected = torch.tensor(cdist(points, points))
    torch.testing.assert_close(batch_distances(points), expected, rtol=1e-13, atol=0)


def test_type_follows_the_points() -> None:
    assert batch_distances(cloud(3, 4, torch.float32)).dtype == torch.float32


def test_equal_points_are_at_distance_zero_however_far_out() -> None:
    points = 1e6 + cloud(20, 101, torch.float32)
    distances = batch_distances(torch.cat([points, points]))
    assert (distances[:20, 20:].diagonal() == 0).all()
    assert torch.equal(distances, distances.T)


def test_close_points_far_out_keep_their_distance() -> None:
    # |x|² + |y|² - 2⟨x, y⟩ in float32 gives 0 or 512 here.
    points = torch.tensor([[1e4, 1e4], [1e4, 1e4 + 1]], dtype=torch.float32)
    assert batch_distances(points)[0, 1] == 1


def test_takes_any_memory_layout_and_tensors_with_gradient() -> None:
    points = cloud(6, 5).T.requires_grad_()
    distances = batch_distances(points)
    assert not distances.requires_grad
    torch.testing.assert_close(distances, batch_distances(points.detach().contiguous()))
