"""Methods and searches given whatever points there are: an embedding, else an error in words."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.topo.strategies import at_most, attempt, clouds, no_arrays, no_clouds
from topo.methods import METHODS
from topo.methods.base import Embedding, Method
from topo.tuning import Study

#: Fewer examples of those that take long.
EXAMPLES = {"tsne_barnes_hut": 12, "umap": 6, "umap_learn": 6, "umap_transform": 4}

points = clouds(n=st.integers(5, 9), d=st.just(3), scales=(1.0, 1.0, 1e-6, 1e6, 1e-30, 1e30, 1e200))


def check_embedding(embedding: Embedding, n_points: int) -> None:
    assert embedding.points.shape == (n_points, 2)
    assert embedding.points.dtype == np.float64
    assert np.isfinite(embedding.points).all()
    assert all(np.isfinite(value) for value in embedding.scalars.values())


def small(name: str) -> Method:
    return METHODS[name](**METHODS[name].small)


def embed(name: str, X_train: Any, X: Any, seed: int = 0) -> Embedding | None:
    found: Embedding | None = attempt(small(name).embed, X_train, X, seed=seed)
    return found


@pytest.mark.parametrize("name", METHODS)
def test_awkward_points_have_a_finite_embedding_or_are_refused(name: str) -> None:
    @at_most(EXAMPLES.get(name, 25))
    @given(points, points)
    def check(X_train: Any, X: Any) -> None:
        embedding = embed(name, X_train, X)
        if embedding is not None:
            check_embedding(embedding, len(X))

    check()


@pytest.mark.parametrize("name", METHODS)
@given(points, no_clouds() | no_arrays)
def test_what_is_no_point_cloud_is_refused(name: str, X: Any, other: Any) -> None:
    for pair in ((X, other), (other, X)):
        assert embed(name, *pair) is None
        with pytest.raises(ValueError, match=r"points|coordinates|features"):
            small(name).embed(*pair, seed=0)


@pytest.mark.parametrize(
    ("X", "words"),
    [
        (np.ones((6, 3)), "at least two different training points, got 6 equal ones: look at"),
        (1e20 * np.eye(6), r"within ±1e\+15 and differ by at least 1e-15, got up to 1e\+20 and"),
        (
            1e-20 * np.eye(6),
            "differ by at least 1e-15, got up to 1e-20 and differences up to 1e-20",
        ),
        ([[1.0, 2.0]] * 3, "must be an array of real numbers, got list: convert them"),
    ],
)
def test_refusals_say_what_is_wrong(X: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        METHODS["pca"]().embed(X, X, seed=0)


# --- searches ---

ends = st.sampled_from([2.0, 5.0, 5, 50.0, np.nan, np.inf, -np.inf, 1e308])


@at_most(10)
@given(
    st.dictionaries(st.sampled_from(["perplexity", "lam"]), st.tuples(ends, ends), max_size=2),
    st.sampled_from(["lower", "higher", "sideways"]),
    st.integers(-1, 3),
    st.lists(st.sampled_from([0.0, 1.5, 1.5, -1e100, None, np.nan, np.inf]), max_size=4),
)
def test_studies_suggest_within_their_ranges_or_refuse(
    search: Any, direction: Any, n_startup: int, values: list[float | None]
) -> None:
    study = attempt(
        *(Study, METHODS["tsne"], search),
        direction=direction,
        n_startup_trials=n_startup,
        seed=0,
    )
    if study is None:
        return
    for value in values:
        suggested = study.ask()
        assert set(suggested) == set(search)
        for name, (low, high) in search.items():
            assert low <= suggested[name] <= high
        with warnings.catch_warnings():
            # Values at the end of the range do not let the Gaussian process fit its best.
            warnings.simplefilter("ignore", RuntimeWarning)
            attempt(study.tell, value)


def test_values_without_a_trial_are_refused() -> None:
    study = Study(
        METHODS["tsne"], {"perplexity": (5, 50)}, direction="lower", n_startup_trials=1, seed=0
    )
    with pytest.raises(ValueError, match="no trial waits for a value: ask for one"):
        study.tell(1.0)
    study.ask()
    with pytest.raises(ValueError, match="must be finite, or None if it failed, got nan"):
        study.tell(float("nan"))
    study.tell(1.0)
    with pytest.raises(ValueError, match="no trial waits"):
        study.tell(1.0)
