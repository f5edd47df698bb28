from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy.spatial.distance import pdist
from sklearn.base import BaseEstimator, clone
from sklearn.decomposition import PCA
from sklearn.utils.estimator_checks import check_estimator

from topo.nn.distances import batch_distances
from topo.nn.estimators import Autoencoder
from topo.nn.topological_autoencoder import TERMS, TopologicalAutoencoder
from topo.nn.topological_loss import topological_loss

SMALL: dict[str, Any] = {"hidden": (8,), "epochs": 3, "batch_size": 16, "random_state": 0}


def cloud(n: int = 50, n_features: int = 5, seed: int = 0) -> NDArray[np.float64]:
    return np.random.default_rng(seed).normal(size=(n, n_features))


def weights(model: Autoencoder) -> dict[str, Any]:
    return {name: tensor.tolist() for name, tensor in model.network_.state_dict().items()}


@pytest.mark.parametrize(
    "estimator",
    [
        Autoencoder(epochs=2),
        Autoencoder((), epochs=2),
        TopologicalAutoencoder(epochs=2),
        TopologicalAutoencoder(epochs=2, loss="topoae_moor"),
        TopologicalAutoencoder(epochs=2, loss="mmae"),
        TopologicalAutoencoder(epochs=2, loss="topoae_cascade"),
        TopologicalAutoencoder(epochs=2, loss="rtd_lite", n_neighbors=1),
    ],
    ids=repr,
)
def test_is_a_scikit_learn_estimator(estimator: BaseEstimator) -> None:
    check_estimator(estimator)


@pytest.mark.parametrize(
    "model",
    [
        TopologicalAutoencoder(**SMALL, lam=0),
        TopologicalAutoencoder(**SMALL, lam=0, loss="topoae_moor"),
        *(TopologicalAutoencoder(**SMALL, lam=0, loss=loss) for loss in sorted(TERMS)),
        TopologicalAutoencoder(**SMALL, lam=0, n_neighbors=5),
    ],
    ids=repr,
)
def test_lambda_0_is_the_autoencoder_bit_by_bit(model: Autoencoder) -> None:
    plain, penalised = Autoencoder(**SMALL).fit(cloud()), clone(model).fit(cloud())
    assert weights(plain) == weights(penalised)
    assert plain.loss_history_.tolist() == penalised.loss_history_.tolist()
    np.testing.assert_array_equal(plain.transform(cloud()), penalised.transform(cloud()))


def test_one_seed_gives_one_network_bit_by_bit() -> None:
    model = TopologicalAutoencoder(**SMALL)
    assert weights(clone(model).fit(cloud())) == weights(clone(model).fit(cloud()))
    other = clone(model).set_params(random_state=1)
    assert weights(model.fit(cloud())) != weights(other.fit(cloud()))


def test_a_fit_of_more_epochs_begins_as_one_of_fewer() -> None:
    longer = TopologicalAutoencoder(**{**SMALL, "epochs": 5}).fit(cloud())
    shorter = TopologicalAutoencoder(**{**SMALL, "epochs": 2}).fit(cloud())
    assert longer.loss_history_[:2].tolist() == shorter.loss_history_.tolist()


def test_global_random_states_are_left_alone() -> None:
    torch_state, numpy_state = torch.get_rng_state(), np.random.get_state()[1].copy()
    TopologicalAutoencoder(**SMALL).fit_transform(cloud())
    assert torch.equal(torch_state, torch.get_rng_state())
    np.testing.assert_array_equal(numpy_state, np.random.get_state()[1])


def test_a_pickled_model_maps_alike() -> None:
    model = TopologicalAutoencoder(**SMALL).fit(cloud())
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(model.transform(cloud()), again.transform(cloud()))
    assert again.loss_history_.shape == (3,)


def test_an_image_does_not_depend_on_the_points_beside_it() -> None:
    model = Autoencoder(**SMALL).fit(cloud())
    np.testing.assert_allclose(model.transform(cloud())[3:4], model.transform(cloud()[3:4]))
    assert model.transform(cloud()).dtype == np.float64


def test_the_input_may_be_read_only_and_stays_as_it_is() -> None:
    frozen = cloud().astype(np.float32)
    frozen.flags.writeable = False
    Autoencoder(**SMALL).fit(frozen).inverse_transform(np.zeros((1, 2)))


def test_reconstruction_has_the_inputs_shape_and_improves_with_training() -> None:
    X = cloud()
    errors = []
    for epochs in (1, 100):
        model = Autoencoder(**{**SMALL, "epochs": epochs}, learning_rate=0.01).fit(X)
        reconstruction = model.inverse_transform(model.transform(X))
        assert reconstruction.shape == X.shape
        errors.append(np.square(X - reconstruction).mean())
    assert errors[1] < 0.8 * errors[0]


def test_without_hidden_layers_it_comes_as_close_as_pca() -> None:
    X = cloud(200) * [5, 3, 1, 0.5, 0.2] + 1
    pca = PCA(2).fit(X)
    best = np.square(X - pca.inverse_transform(pca.transform(X))).mean()
    model = Autoencoder((), epochs=150, batch_size=32, learning_rate=0.01, random_state=0).fit(X)
    error = np.square(X - model.inverse_transform(model.transform(X))).mean()
    assert best <= error < 1.05 * best


def test_the_topological_loss_falls_by_training_for_it() -> None:
    X = cloud(100, 10) * 5
    A_X = batch_distances(torch.tensor(X))
    options = {**SMALL, "epochs": 30, "learning_rate": 0.01}
    plain, topological = (
        topological_loss(A_X, torch.tensor(model.fit_transform(X))).item()
        for model in (Autoencoder(**options), TopologicalAutoencoder(**options, lam=1.0))
    )
    assert topological < 0.7 * plain


def test_a_plane_in_space_is_laid_out_with_its_distances() -> None:
    plane = cloud(100, 2) @ np.random.default_rng(1).normal(size=(2, 5))
    options: dict[str, Any] = {"epochs": 200, "batch_size": 20, "learning_rate": 0.01}
    model = TopologicalAutoencoder((), **options, loss="mmae", random_state=0)
    Z = model.fit_transform(plane)
    np.testing.assert_allclose(pdist(Z), pdist(plane), rtol=0, atol=0.02 * pdist(plane).mean())


@pytest.mark.parametrize("loss", sorted(TERMS))
def test_every_loss_falls_by_training_for_it(loss: Any) -> None:
    X = cloud(60, 5)
    term, A_X = TERMS[loss](), batch_distances(torch.tensor(X))
    options = {**SMALL, "epochs": 40, "learning_rate": 0.01, "batch_size": 60}
    plain, penalised = (
        term(A_X, torch.tensor(model.fit_transform(X))).item()
        for model in (Autoencoder(**options), TopologicalAutoencoder(**options, loss=loss))
    )
    if loss != "topoae_moor":  # whose scale is trained too
        assert penalised < 0.9 * plain


def test_a_graph_of_neighbours_takes_the_place_of_euclidean_distances() -> None:
    far = np.concatenate([cloud(20, 3), cloud(20, 3, seed=1) + 50])
    model = TopologicalAutoencoder(**SMALL, loss="mmae", n_neighbors=3).fit(far)
    plain = TopologicalAutoencoder(**SMALL, loss="mmae").fit(far)
    assert weights(model) != weights(plain)
    # The two pieces of the graph are joined, which is said.
    (edge,) = model.joining_edges_
    assert edge[0] < 20 <= edge[1]
    assert len(plain.joining_edges_) == 0
    with pytest.raises(ValueError, match="with 40 neighbours need more than 40 points"):
        TopologicalAutoencoder(**SMALL, n_neighbors=40).fit(far)


def test_names_of_the_two_coordinates() -> None:
    names = Autoencoder(**SMALL).fit(cloud()).get_feature_names_out()
    assert names.tolist() == ["autoencoder0", "autoencoder1"]


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"hidden": (8, 0)}, "width in hidden == 0, must be >= 1"),
        ({"epochs": 0}, "epochs == 0, must be >= 1"),
        ({"batch_size": 1}, "batch_size == 1, must be >= 2"),
        ({"learning_rate": 0.0}, "learning_rate == 0.0, must be > 0"),
        ({"lam": -1.0}, "lam == -1.0, must be >= 0"),
        ({"device": "tpu"}, r"device must be one of \['cpu', 'cuda'\], got 'tpu'"),
        ({"loss": "topoea"}, r"loss must be one of \['mmae', 'rtd_lite', .*\], got 'topoea'"),
    ],
)
def test_parameters_out_of_range_are_named(parameters: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        TopologicalAutoencoder(**{**SMALL, **parameters}).fit(cloud())


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")
def test_device_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match=r"device 'cuda' needs a GPU .* and found none: use"):
        Autoencoder(**SMALL, device="cuda").fit(cloud())


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU and PyTorch with CUDA")
@pytest.mark.parametrize(
    "model",
    [
        TopologicalAutoencoder(**SMALL, lam=0.1),
        TopologicalAutoencoder(**SMALL, lam=0.1, loss="topoae_moor"),
        TopologicalAutoencoder(**SMALL, lam=0.1, loss="mmae"),
    ],
    ids=repr,
)
def test_gpu_trains_nearly_the_same_network(model: Autoencoder) -> None:
    on_cpu, on_gpu = (
        clone(model).set_params(device=device).fit(cloud()) for device in ("cpu", "cuda")
    )
    # Other last bits of the points move losses by 2e-7 of themselves, and images of size 1 by 1e-6.
    np.testing.assert_allclose(on_gpu.loss_history_, on_cpu.loss_history_, rtol=1e-4)
    images = [model.transform(cloud()) for model in (on_gpu, on_cpu)]
    np.testing.assert_allclose(*images, rtol=0, atol=1e-3)
    pickle.loads(pickle.dumps(on_gpu)).transform(cloud())


@pytest.mark.parametrize(
    ("X", "words"),
    [
        (np.ones((5, 3)), "at least two different points, got 5 equal ones"),
        (np.ones((1, 3)), "minimum of 2 is required"),
        (np.array([[0.0, np.nan], [1, 2]]), "contains NaN"),
    ],
)
def test_points_that_cannot_be_fitted_are_refused(X: NDArray[Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Autoencoder(**SMALL).fit(X)


def test_inverse_transform_wants_points_of_the_plane() -> None:
    with pytest.raises(ValueError, match="have 2 coordinates, got 3: pass what transform returns"):
        Autoencoder(**SMALL).fit(cloud()).inverse_transform(np.zeros((4, 3)))
