"""A linear autoencoder against PCA, and sliced against exact distances."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from topo.theory.base import TheoryValue
from topo.theory.linear_autoencoder import Gaussian, LinearAutoencoder, principal_angle
from topo.theory.sliced_against_exact import (
    SlicedAgainstExact,
    _summarise,
    plane_cloud,
    relative_range,
)

SPHERES = {
    "n_inner": 10,
    "n_points_per_inner": 10,
    "n_outer": 100,
    "dimension": 101,
    "inner_radius": 5.0,
    "outer_radius": 25.0,
    "centre_std": 1.0,
    "seed": 0,
}
SLICED: dict[str, Any] = {
    "n_repetitions": 1,
    "n_pairs": 12,
    "n_points": 30,
    "dimension": 3,
    "scales": [1.0, 1e9],
    "scale_spread": 0.3,
    "spheres": SPHERES,
    "n_sampled": 150,
    "latent_max_death": 2.0,
}


def by_case(values: list[TheoryValue]) -> dict[tuple[str, str], float]:
    return {(value.case.split("/")[1], value.metric): value.value for value in values}


# Linear autoencoder


def linear(**changed: Any) -> LinearAutoencoder:
    given: dict[str, Any] = {
        "n_repetitions": 1,
        "gaussian": {"n_points": 200, "standard_deviations": [4.0, 3.0, 1.0, 1.0]},
        "epochs": 800,
        "batch_size": 2048,
        "learning_rate": 0.03,
    }
    return LinearAutoencoder(**{**given, **changed})


def test_linear_autoencoder_finds_the_plane_of_pca():
    values = by_case(linear().compute(seed=0))
    assert values["gaussian", "principal_angle"] < 0.01
    assert values["gaussian", "error_ratio"] == pytest.approx(1, abs=1e-6)
    # The plane, but not PCA's own coordinates in it.
    assert values["gaussian", "latent_condition"] > 1.001
    assert values["digits", "principal_angle"] < 10
    assert 1 <= values["digits", "error_ratio"] < 1.01


def test_without_training_the_plane_is_another():
    values = by_case(linear(epochs=1).compute(seed=0))
    for name in ("gaussian", "digits"):
        assert values[name, "principal_angle"] > 10
        assert values[name, "error_ratio"] > 1.1


def test_principal_angle_by_hand():
    A = np.eye(3)[:, :2]
    turned = np.array([[1, 0], [0, np.cos(0.5)], [0, np.sin(0.5)]])
    assert principal_angle(A, A @ [[2, 1], [0, 3]]) == pytest.approx(0, abs=1e-6)
    assert principal_angle(A, turned) == pytest.approx(np.degrees(0.5))


def test_gaussian_has_its_deviations():
    X = Gaussian(n_points=20000, standard_deviations=(4.0, 2.0, 1.0)).draw(seed=0)
    spread = np.linalg.svd(X - X.mean(axis=0), compute_uv=False) / np.sqrt(len(X))
    assert spread == pytest.approx([4, 2, 1], rel=0.03)
    assert abs(np.corrcoef(X.T)[0, 1]) > 0.05  # turned


def test_a_plane_needs_a_third_direction():
    with pytest.raises(ValidationError, match="standard_deviations"):
        Gaussian(n_points=10, standard_deviations=(1.0, 1.0))


# Sliced Wasserstein distance


@pytest.fixture(scope="module")
def sliced() -> dict[tuple[str, str], float]:
    return by_case(SlicedAgainstExact(**SLICED).compute(seed=0))


def test_against_next_to_nothing_the_ratio_is_known(sliced: dict[tuple[str, str], float]):
    for metric in ("ratio_min", "ratio_mean", "ratio_max"):
        assert sliced["scale=1e+09", metric] == pytest.approx(2 * np.sqrt(2) / np.pi, rel=1e-3)
    assert sliced["scale=1e+09", "rank_correlation"] == pytest.approx(1)


def test_metrics_are_in_order(sliced: dict[tuple[str, str], float]):
    for case in ("scale=1", "spheres"):
        low, mid, high = (sliced[case, f"ratio_{m}"] for m in ("min", "mean", "max"))
        assert 0.6 < low < mid < high < 1.1
        assert -1 <= sliced[case, "rank_correlation"] <= 1
    assert sliced["scale=1", "rank_correlation"] > 0.8


def test_sliced_distance_hardly_notices_small_diagrams(sliced: dict[tuple[str, str], float]):
    assert 3 * sliced["spheres", "sliced_range"] < sliced["spheres", "exact_range"]


def sphere_pairs(scale_spread: float, **changed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    options = {**SLICED, "scale_spread": scale_spread, "n_pairs": 6, **changed}
    experiment = SlicedAgainstExact(**options)
    points = np.random.default_rng(0).normal(size=(200, 5))
    return list(experiment._sphere_pairs(points, np.random.default_rng(1)))


def test_plane_clouds_have_the_death_asked_for_but_for_the_spread():
    assert [E.max() for _, E in sphere_pairs(0.0)] == pytest.approx([2.0] * 6)
    spread, wider = (
        np.log([E.max() / 2 for _, E in sphere_pairs(spread, n_pairs=600, n_sampled=10)])
        for spread in (0.3, 0.6)
    )
    # Standard errors of 600 normal numbers: 0.3 / √600 = 0.012 of the mean, 0.009 of the spread.
    assert spread.mean() == pytest.approx(0, abs=0.04)
    assert spread.std() == pytest.approx(0.3, abs=0.03)
    assert wider == pytest.approx(2 * spread)


def test_shapes_take_turns():
    medians = [float(np.median(E[:, 1]) / E.max()) for _, E in sphere_pairs(0.0)]
    normal, uniform, clusters = medians[::3], medians[1::3], medians[2::3]
    assert max(clusters) < min(normal) < max(normal) < min(uniform)


def test_summary_by_hand():
    # Against the empty-like diagram the exact distance is half of the sum of deaths.
    D = [np.array([[0.0, death]]) for death in (2.0, 4.0, 6.0)]
    nothing = np.array([[0.0, 0.0]])
    values = _summarise("a/case", 3, iter([(d, nothing) for d in D]))
    assert {value.repetition for value in values} == {3}
    numbers = by_case(values)
    assert numbers["case", "exact_range"] == pytest.approx(2 / 2)
    assert numbers["case", "rank_correlation"] == pytest.approx(1)


def test_relative_range_by_hand():
    assert relative_range(np.array([1.0, 2.0, 3.0])) == 1
    assert relative_range(np.array([5.0, 5.0])) == 0


def test_plane_clouds_differ_in_shape():
    rng = np.random.default_rng(0)
    clouds = [plane_cloud(500, shape=shape, rng=rng) for shape in range(3)]
    assert all(cloud.shape == (500, 2) for cloud in clouds)
    assert clouds[1].min() >= 0 and clouds[1].max() <= 1
    spread = [cloud.std() for cloud in clouds]
    assert spread[1] < spread[0] < spread[2]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"scales": [10.0, 10.0]}, "a name of its own in six digits, got 10.0 and 10.0"),
        ({"n_pairs": 2}, "3"),
    ],
)
def test_sliced_refuses_what_cannot_be_ranked(changed: dict[str, Any], words: str):
    with pytest.raises(ValidationError, match=words):
        SlicedAgainstExact(**{**SLICED, **changed})
