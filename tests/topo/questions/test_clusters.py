"""How many clusters methods draw of data that have none."""

from __future__ import annotations

import numpy as np
import pytest

from tests.topo.questions.small import SMALL, images
from topo.methods.base import Embedding
from topo.methods.umap import UMAP
from topo.questions.clusters import Clusters, normal_like, quantity

TINY = SMALL["clusters"]


def test_every_source_has_a_part_for_every_draw() -> None:
    parts = Clusters(**TINY).parts()
    sources = ("digits", "digits_null", "ball", "sheet")
    assert sorted(parts) == sorted(f"{source}/{n}" for source in sources for n in (0, 1))
    assert parts["digits_null/1"].datasets == ("digits",) and not parts["ball/0"].datasets
    # TopoAE has fewer repetitions, and costs more than none.
    assert all(parts[f"{each}/0"].cost() > parts[f"{each}/1"].cost() > 0 for each in sources)


def test_a_part_counts_clusters_of_each_method_and_keeps_the_first_pictures(monkeypatch) -> None:
    # To import umap-learn takes seconds.
    plane = lambda self, X_train, X, *, seed: Embedding(X[:, :2].astype(np.float64))  # noqa: E731
    monkeypatch.setattr(UMAP, "embed", plane)
    parts, data = Clusters(**TINY).parts(), images(80)
    first, second = (parts[f"digits/{n}"].compute(data, seed=1) for n in (0, 1))
    names = {quantity(2.0, 0.1), quantity(3.0, 0.1)}
    assert {value.case for value in first.values} == {
        f"clusters/digits/{method}" for method in ("tsne", "umap", "topoae")
    }
    assert {value.metric for value in first.values} == names
    assert {value.case for value in second.values} == {
        "clusters/digits/tsne",
        "clusters/digits/umap",
    }
    assert {value.repetition for value in second.values} == {1} and not second.arrays
    for method in ("tsne", "umap", "topoae"):
        assert first.arrays[method].shape == (40, 2)
        for value in first.values:
            if value.case == f"clusters/digits/{method}":
                assert first.arrays[f"{method}/{value.metric}"].max() + 1 == value.value


def test_samples_have_no_point_in_common_and_nulls_are_drawn_anew() -> None:
    parts, data = Clusters(**TINY).parts(), images(80)

    def drawn(name: str) -> np.ndarray:
        return parts[name].draw(data, seed=1)  # type: ignore[attr-defined]

    both = np.concatenate([drawn("digits/0"), drawn("digits/1")])
    np.testing.assert_array_equal(np.unique(both, axis=0), np.unique(data["digits"].X, axis=0))
    for source in ("digits_null", "ball", "sheet"):
        first, again, other = (drawn(f"{source}/{n}") for n in (0, 0, 1))
        np.testing.assert_array_equal(first, again)
        assert len(first) == 40 and not np.isin(first, other).any()
    with pytest.raises(ValueError, match=r"2 samples of 40 points .* need 80 .* digits has 79"):
        parts["digits/1"].compute(images(79), seed=1)


def test_a_null_has_the_mean_and_the_covariance() -> None:
    rng = np.random.default_rng(0)
    # In a plane of three dimensions: a covariance without inverse.
    X = (rng.exponential(size=(300, 2)) @ [[3, 1, 0], [0, 1, 2]] + 5).astype(np.float32)
    null = normal_like(X, 20_000, rng=rng)
    np.testing.assert_allclose(null.mean(axis=0), X.mean(axis=0), atol=0.1)
    np.testing.assert_allclose(np.cov(null.T), np.cov(X.T), rtol=0.05, atol=0.1)
    assert np.linalg.eigvalsh(np.cov(null.T))[0] == pytest.approx(0, abs=1e-5)
    # Normal, which X is not: of exponential numbers the third moment tells.
    for points, skewed in ((null, False), (X, True)):
        z = (points[:, 0] - points[:, 0].mean()) / points[:, 0].std()
        assert ((z**3).mean() > 0.5) == skewed
