"""What is particular to single methods."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydantic import ValidationError
from sklearn.manifold import TSNE

from topo.methods import METHODS, Method
from topo.methods.base import reconstruction_error
from topo.nn.estimators import Autoencoder
from topo.nn.topological_autoencoder import TopologicalAutoencoder

NETWORK: dict[str, Any] = {
    "hidden": (8,),
    "epochs": 2,
    "batch_size": 16,
    "learning_rate": 0.001,
}


def cloud(n: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(size=(n, 6)).astype(np.float32)


def penalised(name: str, lam: float) -> Method:
    more = {"n_neighbors": None} if "n_neighbors" in METHODS[name].model_fields else {}
    return METHODS[name](**NETWORK, lam=lam, **more)


@pytest.mark.parametrize(
    ("name", "hyperparameters", "words"),
    [
        ("tsne", {"perplexity": 0}, "greater than 0"),
        ("tsne", {"perplexity": float("inf")}, "finite"),
        ("umap", {"n_neighbors": 1}, "greater than or equal to 2"),
        ("ae", {**NETWORK, "hidden": (8, 0)}, "greater than or equal to 1"),
        ("ae", {**NETWORK, "epochs": 0}, "greater than or equal to 1"),
        ("ae", {**NETWORK, "batch_size": 1}, "greater than or equal to 2"),
        ("ae", {**NETWORK, "learning_rate": 0}, "greater than 0"),
        ("topoae", {**NETWORK, "lam": -1}, "greater than or equal to 0"),
        ("mmae", {**NETWORK, "lam": -1}, "greater than or equal to 0"),
    ],
)
def test_hyperparameters_out_of_range(name: str, hyperparameters: Any, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        METHODS[name](**hyperparameters)


def test_tsne_needs_more_points_than_perplexity() -> None:
    words = (
        "^perplexity 750 needs more than 750 points, got 360: "
        r"lower the perplexity or raise the dataset's size$"
    )
    with pytest.raises(ValueError, match=words):
        METHODS["tsne"](perplexity=750).check(10_000, 360)
    with pytest.raises(ValueError, match=r"perplexity 12\.5 needs more than 12\.5 points, got 12"):
        METHODS["tsne"](perplexity=12.5).embed(cloud(50), cloud(12), seed=0)
    METHODS["tsne"](perplexity=359).check(2, 360)


def test_barnes_hut_tsne_is_scikit_learns() -> None:
    theirs = TSNE(perplexity=5, random_state=3)
    embedding = METHODS["tsne_barnes_hut"](perplexity=5).embed(cloud(2), cloud(30), seed=3)
    np.testing.assert_array_equal(embedding.points, theirs.fit_transform(cloud(30)))
    assert embedding.scalars == {"tsne_kl": theirs.kl_divergence_}


@pytest.mark.parametrize(
    ("name", "n_train", "n_points"), [("umap", 500, 15), ("umap_transform", 15, 500)]
)
def test_umap_needs_more_points_than_neighbours(name: str, n_train: int, n_points: int) -> None:
    words = (
        "n_neighbors 15 needs more than 15 points, got 15: "
        "lower n_neighbors or raise the dataset's size"
    )
    method = METHODS[name](n_neighbors=15)
    with pytest.raises(ValueError, match=words):
        method.check(n_train, n_points)
    with pytest.raises(ValueError, match=words):
        method.embed(cloud(n_train), cloud(n_points), seed=0)
    method.check(n_train + 1, n_points + 1)


def test_umap_takes_the_fewest_points_that_it_allows() -> None:
    method = METHODS["umap"](n_neighbors=2)
    with pytest.raises(ValueError, match="n_neighbors 2 needs more than 3 points, got 3"):
        method.check(500, 3)
    assert np.isfinite(method.embed(cloud(2), cloud(4), seed=0).points).all()


@pytest.mark.parametrize(
    "name", ["tsne", "tsne_barnes_hut", "umap", "umap_learn", "umap_transform", "pca"]
)
def test_one_feature_is_too_few(name: str) -> None:
    hyperparameters: dict[str, Any] = {"perplexity": 5} if "tsne" in name else {"n_neighbors": 5}
    hyperparameters = {} if name == "pca" else hyperparameters
    with pytest.raises(ValueError, match="at least 2 features, got 1: choose an autoencoder"):
        METHODS[name](**hyperparameters).embed(cloud(50)[:, :1], cloud(50)[:, :1], seed=0)


def test_pca_is_the_singular_value_decomposition_of_the_training_points() -> None:
    X_train, X = cloud(50).astype(np.float64), cloud(20, seed=1).astype(np.float64)
    mean = X_train.mean(axis=0)
    axes = np.linalg.svd(X_train - mean)[2][:2]
    embedding = METHODS["pca"]().embed(X_train, X, seed=0)
    expected = (X - mean) @ axes.T
    np.testing.assert_allclose(np.abs(embedding.points), np.abs(expected))
    residual = np.linalg.norm(X - mean - expected @ axes) ** 2 / X.size
    assert embedding.scalars["reconstruction_error"] == pytest.approx(residual)


def test_reconstruction_error_by_hand() -> None:
    X = np.array([[0, 1], [2, 3]], dtype=np.float32)
    assert reconstruction_error(X, np.array([[0.0, 2.0], [5.0, 3.0]])) == 2.5


def test_networks_are_fitted_on_training_points_with_the_given_seed() -> None:
    X_train, X = cloud(50), cloud(20, seed=1)
    plain = Autoencoder(**NETWORK, random_state=7).fit(X_train)
    paper = TopologicalAutoencoder(**NETWORK, lam=2.0, random_state=7).fit(X_train)
    moor = TopologicalAutoencoder(**NETWORK, lam=2.0, loss="topoae_moor", random_state=7).fit(
        X_train
    )
    matching = TopologicalAutoencoder(**NETWORK, lam=2.0, loss="mmae", random_state=7).fit(X_train)
    for method, model in (
        (METHODS["ae"](**NETWORK), plain),
        (penalised("topoae", 2.0), paper),
        (penalised("topoae_moor", 2.0), moor),
        (penalised("mmae", 2.0), matching),
    ):
        embedding = method.embed(X_train, X, seed=7)
        np.testing.assert_array_equal(embedding.points, model.transform(X))
        error = np.square(X - model.inverse_transform(model.transform(X))).mean()
        assert embedding.scalars == {"reconstruction_error": pytest.approx(error)}


@pytest.mark.parametrize("name", ["topoae", "topoae_moor", "mmae", "topoae_h1", "topoae_cycles"])
def test_penalised_at_lambda_0_is_ae(name: str) -> None:
    X_train, X = cloud(50), cloud(20, seed=1)
    plain = METHODS["ae"](**NETWORK).embed(X_train, X, seed=0)
    other = penalised(name, 0.0).embed(X_train, X, seed=0)
    np.testing.assert_array_equal(plain.points, other.points)
    assert (penalised(name, 1.0).embed(X_train, X, seed=0).points != plain.points).any()


def test_random_ignores_the_points() -> None:
    first = METHODS["random"]().embed(cloud(5), cloud(2000), seed=0).points
    second = METHODS["random"]().embed(cloud(5), cloud(2000, seed=1), seed=0).points
    np.testing.assert_array_equal(first, second)
    assert first.mean(axis=0) == pytest.approx([0, 0], abs=0.1)
    assert first.std(axis=0) == pytest.approx([1, 1], abs=0.1)
