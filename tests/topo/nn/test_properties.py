"""Networks and losses given whatever points there are: finite numbers, else an error in words."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import pdist, squareform

from tests.topo.strategies import attempt, clouds, no_clouds
from topo.homology.pairing import tree_edges
from topo.nn.distance_loss import distance_loss
from topo.nn.distances import batch_distances
from topo.nn.estimators import Autoencoder
from topo.nn.networks import AutoencoderNetwork
from topo.nn.rtd_lite import rtd_lite_loss
from topo.nn.topological_autoencoder import TERMS, TopologicalAutoencoder
from topo.nn.topological_loss import directed_losses, topological_loss
from topo.nn.training import train

DTYPES = [torch.float64, torch.float64, torch.float32, torch.float16, torch.int64, torch.bool]


@st.composite
def tensors(draw: Any, **kw: Any) -> torch.Tensor:
    points = draw(clouds(**kw)).astype(np.float64).copy()
    tensor = torch.from_numpy(points).to(draw(st.sampled_from(DTYPES)))
    return draw(st.sampled_from([tensor, tensor.T.contiguous().T, tensor[0], tensor[None]]))


@given(tensors())
def test_distances_of_a_batch_are_euclidean_or_refused(points: torch.Tensor) -> None:
    found = attempt(batch_distances, points)
    assert (found is None) == (
        points.ndim != 2 or points.dtype not in (torch.float32, torch.float64)
    )
    if found is None or not torch.isfinite(found).all():
        return
    expected = squareform(pdist(points.double().numpy()))
    info = torch.finfo(points.dtype)
    assert found.dtype == points.dtype
    np.testing.assert_allclose(found, expected, rtol=8 * info.eps, atol=4 * info.tiny**0.5)


@given(tensors(n=st.integers(1, 6)), tensors(n=st.integers(1, 6)))
def test_losses_are_those_of_the_definition_or_refused(X: torch.Tensor, Z: torch.Tensor) -> None:
    distances = attempt(batch_distances, X)
    if distances is None:
        return
    found = attempt(directed_losses, distances, Z)
    if found is None:
        return
    A = {"X": distances.double().numpy(), "Z": batch_distances(Z).double().numpy()}
    for loss, side in zip(found, "XZ", strict=True):
        i, j = tree_edges((distances if side == "X" else batch_distances(Z)).numpy()).T
        expected = np.square(A["X"][i, j] - A["Z"][i, j]).sum() / 2
        # In single precision the difference of two distances may be all rounding.
        eps = max(torch.finfo(each.dtype).eps for each in (X, Z))
        rounding = 50 * eps * (np.square(A["X"][i, j]) + np.square(A["Z"][i, j])).sum()
        assert loss.item() >= 0
        assert loss.item() == pytest.approx(expected, rel=1e-9, abs=rounding + 1e-300)


@given(tensors(n=st.integers(1, 6)), tensors(n=st.integers(1, 6)))
def test_distance_loss_is_that_of_the_definition_or_refused(
    X: torch.Tensor, Z: torch.Tensor
) -> None:
    distances, latent = attempt(batch_distances, X), attempt(batch_distances, Z)
    if distances is None:
        return
    found = attempt(distance_loss, distances, Z)
    if found is None:
        return
    A, B = (squareform(each.double().numpy(), checks=False) for each in (distances, latent))
    eps = max(torch.finfo(each.dtype).eps for each in (X, Z))
    rounding = 50 * eps * (np.square(A) + np.square(B)).mean()
    assert found.item() >= 0
    assert found.item() == pytest.approx(np.square(A - B).mean(), rel=1e-9, abs=rounding + 1e-300)


@given(tensors(n=st.integers(1, 6)), tensors(n=st.integers(1, 6)))
def test_rtd_lite_is_a_number_of_any_distances_or_refused(X: torch.Tensor, Z: torch.Tensor) -> None:
    distances, latent = attempt(batch_distances, X), attempt(batch_distances, Z)
    if distances is None or latent is None:
        return
    found = attempt(rtd_lite_loss, distances, Z)
    assert found is None or found.item() > -1e-5


@given(clouds(n=st.integers(2, 6), scales=(1.0, 1e-3, 1e3)), st.integers(0, 9))
def test_all_terms_have_finite_gradients(points: Any, seed: int) -> None:
    X = torch.from_numpy(points.astype(np.float32).copy())
    Z = torch.randn(len(X), 2, generator=torch.Generator().manual_seed(seed), requires_grad=True)
    for make in TERMS.values():
        loss = make()(batch_distances(X), Z)
        assert loss.item() >= -1e-6  # RTD-Lite is a difference of sums
        (gradient,) = torch.autograd.grad(loss, Z)
        assert torch.isfinite(gradient).all()


def test_input_distances_are_constant_though_they_have_a_gradient() -> None:
    X = torch.eye(3, requires_grad=True)
    loss = topological_loss(torch.cdist(X, X), torch.ones(3, 2, requires_grad=True))
    loss.backward()
    assert X.grad is None


def test_a_loss_beyond_its_type_is_refused() -> None:
    Z = torch.zeros(2, 2)
    with pytest.raises(ValueError, match=r"must be a finite torch.float32, got .*: rescale"):
        topological_loss(torch.tensor([[0, 1e25], [1e25, 0]]), Z)


@pytest.mark.parametrize(
    "kind", [Autoencoder, *(partial(TopologicalAutoencoder, loss=loss) for loss in TERMS)]
)
@given(clouds(n=st.integers(1, 9)) | no_clouds(), clouds(n=st.integers(1, 4)) | no_clouds())
def test_autoencoders_give_finite_images_or_refuse(kind: Any, X: Any, other: Any) -> None:
    model = kind((4,), epochs=1, batch_size=4, random_state=0)
    # scikit-learn's own checks of X are part of what an estimator is.
    fitted = attempt(model.fit, X, _from=("sklearn",))
    if fitted is None:
        return
    assert np.isfinite(fitted.loss_history_).all()
    for points in (X, other):
        Z = attempt(fitted.transform, points, _from=("sklearn",))
        if Z is not None:
            assert Z.shape == (len(points), 2)
            assert np.isfinite(Z).all()
            back = attempt(fitted.inverse_transform, Z)
            assert back is None or np.isfinite(back).all()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"hidden": 5}, r"hidden must be a sequence of widths, got 5: write \(32,\)"),
        ({"hidden": "32"}, "hidden must be a sequence of widths, got '32'"),
        ({"hidden": (0,)}, "width in hidden == 0, must be >= 1"),
        ({"hidden": (2.5,)}, "width in hidden must be an instance of"),
        ({"epochs": 0}, "epochs == 0, must be >= 1"),
        ({"batch_size": 1}, "batch_size == 1, must be >= 2"),
        ({"learning_rate": float("nan")}, "learning_rate must be finite, got nan"),
        ({"learning_rate": -1.0}, r"learning_rate == -1.0, must be > 0"),
        ({"lam": float("inf")}, "lam must be finite, got inf"),
        ({"lam": -1.0}, "lam == -1.0, must be >= 0"),
        ({"loss": "other"}, r"loss must be one of \['mmae', .*\], got 'other'"),
    ],
)
def test_parameters_out_of_range_are_named(changed: Any, words: str) -> None:
    with pytest.raises((ValueError, TypeError), match=words):
        TopologicalAutoencoder(**changed).fit(np.eye(4))


def test_points_far_beyond_training_have_no_image() -> None:
    model = Autoencoder((64,), epochs=1, random_state=0).fit(np.eye(4))
    with pytest.raises(ValueError, match=r"points up to 1.7e\+308 have no finite image: rescale"):
        model.transform(np.full((1, 4), 1.7e308))


@pytest.mark.parametrize(("n", "batch_size"), [(0, 2), (1, 2), (4, 1)])
def test_training_needs_two_points_per_batch(n: int, batch_size: int) -> None:
    generator = torch.Generator().manual_seed(0)
    network = AutoencoderNetwork(3, (), generator=generator)
    settings: dict[str, Any] = {"epochs": 1, "learning_rate": 0.1, "generator": generator}
    with pytest.raises(ValueError, match=f"got {n} points and batches of {batch_size}"):
        train(network, torch.zeros(n, 3), penalty=None, batch_size=batch_size, **settings)
