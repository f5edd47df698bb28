"""What holds for every method of the registry."""

from __future__ import annotations

import pickle
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from pydantic import ValidationError

from topo.methods import METHODS, Method

NETWORK: dict[str, Any] = {
    "hidden": (8,),
    "epochs": 2,
    "batch_size": 16,
    "learning_rate": 0.001,
}
SMALL: dict[str, dict[str, Any]] = {
    "tsne": {"perplexity": 5.0},
    "tsne_barnes_hut": {"perplexity": 5.0},
    "umap": {"n_neighbors": 5},
    "umap_learn": {"n_neighbors": 5},
    "umap_transform": {"n_neighbors": 5},
    "ae": NETWORK,
    "topoae": {**NETWORK, "lam": 1.0},
    "topoae_moor": {**NETWORK, "lam": 1.0},
    "mmae": {**NETWORK, "lam": 1.0},
    "topomap": {},
    "pca": {},
    "random": {},
}
WITH_DECODER = {"ae", "topoae", "topoae_moor", "mmae", "pca"}

every_method = pytest.mark.parametrize("name", METHODS)


def cloud(n: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(size=(n, 6)).astype(np.float32)


TRAINING, POINTS = cloud(50), cloud(30, seed=1)


def small(name: str) -> Method:
    return METHODS[name](**SMALL[name])


@every_method
def test_embedding_is_a_finite_float64_point_of_the_plane_per_row(name: str) -> None:
    embedding = small(name).embed(TRAINING, POINTS, seed=0)
    assert embedding.points.shape == (30, 2)
    assert embedding.points.dtype == np.float64
    assert np.isfinite(embedding.points).all()
    assert all(isinstance(value, float) for value in embedding.scalars.values())
    assert ("reconstruction_error" in embedding.scalars) == (name in WITH_DECODER)
    assert ("tsne_kl" in embedding.scalars) == ("tsne" in name)


@every_method
def test_the_seed_decides_bit_by_bit(name: str) -> None:
    method = small(name)
    first, again, other = (method.embed(TRAINING, POINTS, seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first.points, again.points)
    assert first.scalars == again.scalars
    assert (first.points == other.points).all() == (not method.stochastic)


@every_method
def test_the_largest_seed_is_taken(name: str) -> None:
    small(name).embed(TRAINING, POINTS, seed=2**32 - 1)


@every_method
def test_global_random_states_are_left_alone(name: str) -> None:
    torch_state, numpy_state = torch.get_rng_state(), np.random.get_state()[1].copy()
    small(name).embed(TRAINING, POINTS, seed=0)
    assert torch.equal(torch_state, torch.get_rng_state())
    np.testing.assert_array_equal(numpy_state, np.random.get_state()[1])


@every_method
def test_training_points_count_where_the_method_is_parametric(name: str) -> None:
    method = small(name)
    embeddings = [method.embed(cloud(50, seed), POINTS, seed=0).points for seed in (0, 7)]
    assert (embeddings[0] != embeddings[1]).any() == method.parametric


@every_method
def test_read_only_input_is_taken_and_stays_as_it_is(name: str) -> None:
    frozen = [TRAINING.copy(), POINTS.copy()]
    for points in frozen:
        points.flags.writeable = False
    embedding = small(name).embed(*frozen, seed=0)
    np.testing.assert_array_equal(embedding.points, small(name).embed(*frozen, seed=0).points)


@every_method
@pytest.mark.parametrize(
    ("training", "points", "words"),
    [
        (TRAINING, POINTS * np.float32(np.nan), "points must be finite, got nan in row 0"),
        (TRAINING * np.float32(np.inf), POINTS, "points must be finite, got"),
        (TRAINING, POINTS[0], "two axes"),
        (TRAINING, POINTS[:0], "at least one row"),
        (TRAINING, POINTS[:1], "at least 2 points to embed, got 1: raise the dataset's size"),
        (TRAINING[:1], POINTS, "at least 2 training points, got 1: raise the dataset's size"),
        (TRAINING[:, :5], POINTS, "the same features, got 5 and 6: split one dataset"),
    ],
)
def test_bad_points_are_refused(name: str, training: Any, points: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        small(name).embed(training, points, seed=0)


@every_method
def test_cost_is_a_positive_number_of_seconds(name: str) -> None:
    method = small(name)
    assert 0 < method.cost(600, 200, 101) <= method.cost(6000, 2000, 101) < 3600


@every_method
def test_hyperparameters_are_frozen_complete_and_survive_pickling(name: str) -> None:
    method = small(name)
    assert pickle.loads(pickle.dumps(method)) == method
    assert METHODS[name](**method.model_dump()) == method
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        METHODS[name](**SMALL[name], colour="red")
    for field in SMALL[name]:
        with pytest.raises(ValidationError, match="Field required"):
            METHODS[name](**{key: value for key, value in SMALL[name].items() if key != field})


def test_the_registry_loads_no_heavy_library() -> None:
    heavy = "{'torch', 'umap', 'sklearn', 'numba', 'scipy'}"
    program = f"import sys, topo.methods; print(sorted({heavy} & set(sys.modules)))"
    output = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert output.stdout.decode().strip() == "[]"
