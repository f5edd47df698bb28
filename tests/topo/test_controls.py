"""An embedding beside controls."""

from __future__ import annotations

import numpy as np
import pytest

from topo.controls import compare_with_controls
from topo.methods import METHODS
from topo.methods.roles import CONTROLS

RNG = np.random.default_rng(0)
X, Z = RNG.normal(size=(30, 5)), RNG.normal(size=(30, 3))
LABELS = np.arange(30) % 3


def test_embedding_comes_first_and_all_stand_beside_one_input() -> None:
    compared = list(compare_with_controls(X, Z, LABELS, name="mine"))
    assert [each.name for each in compared] == ["mine", *CONTROLS]
    first, *controls = [each.comparison for each in compared]
    np.testing.assert_array_equal(first.latent.points, Z)
    np.testing.assert_array_equal(first.input.points, X)
    for control in controls:
        assert control.input is first.input
        assert control.latent.points.shape == (30, 2)
        np.testing.assert_array_equal(control.labels, LABELS)


def test_every_subsample_is_compared_with_controls_of_its_own_points() -> None:
    subsamples = [np.arange(0, 30, 2), np.arange(1, 30, 2)]
    compared = list(compare_with_controls(X, Z, LABELS, name="mine", subsamples=subsamples))
    places = [(each.subsample, each.name) for each in compared]
    assert places == [(number, name) for number in (0, 1) for name in ("mine", *CONTROLS)]
    for number, rows in enumerate(subsamples):
        alone = compare_with_controls(X[rows], Z[rows], LABELS[rows], name="mine")
        for one, other in zip(compared[3 * number :], alone, strict=False):
            np.testing.assert_array_equal(one.comparison.input.points, X[rows])
            np.testing.assert_array_equal(one.comparison.labels, LABELS[rows])
            latent, expected = (each.comparison.latent.points for each in (one, other))
            np.testing.assert_array_equal(latent, expected)


def test_controls_have_no_hyperparameters_and_the_projects_own_methods() -> None:
    assert all(not METHODS[name].model_fields for name in CONTROLS)
    _, pca, random = compare_with_controls(X, Z, name="mine")
    for each in (pca, random):
        embedding = METHODS[each.name]().embed(X, X, seed=each.seed)
        np.testing.assert_array_equal(each.comparison.latent.points, embedding.points)
        assert each.comparison.scalars == embedding.scalars


def test_controls_do_not_depend_on_the_embedding() -> None:
    (_, *first), (_, *second) = (
        compare_with_controls(X, other, name=name) for other, name in ((Z, "a"), (-Z, "b"))
    )
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one.comparison.latent.points, other.comparison.latent.points)


def test_control_that_the_points_do_not_allow_says_why() -> None:
    _, pca, random = compare_with_controls(X[:, :1], Z, name="mine")
    assert pca.comparison is None
    assert "at least 2 features, got 1" in pca.reason
    assert random.comparison is not None


def test_bad_points_are_refused() -> None:
    with pytest.raises(ValueError, match="points must be finite, got nan"):
        next(compare_with_controls(X * np.nan, Z, name="mine"))
