"""Every dataset of the registry, and the ones that are made here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydantic import ValidationError
from scipy.spatial.distance import pdist

from topo.checks import check_points
from topo.contracts import DATASET_CHECKS, NotTriedError
from topo.datasets import DATASETS
from topo.datasets.ball import Ball
from topo.datasets.complete_graphs import K4, K5
from topo.datasets.digits import Digits
from topo.datasets.linked_circles import LinkedCircles
from topo.datasets.noisy_circle import NoisyCircle
from topo.datasets.s_shape import SShape
from topo.datasets.spheres import Spheres, uniform_on_sphere
from topo.datasets.three_clusters import ThreeClusters
from topo.datasets.torus import Torus
from topo.datasets.twist import Twist

SMALL = {
    "n_inner": 3,
    "n_points_per_inner": 40,
    "n_outer": 200,
    "dimension": 11,
    "inner_radius": 5,
    "outer_radius": 25,
    "centre_std": 1.0,
    "seed": 0,
}
PAPER = SMALL | {"n_inner": 10, "n_points_per_inner": 500, "n_outer": 5000, "dimension": 101}


@pytest.mark.parametrize("name", DATASETS)
@pytest.mark.parametrize("check", DATASET_CHECKS, ids=lambda check: check.__name__)
def test_contract(name: str, check) -> None:
    folder = Path(os.environ.get("MNIST_DIR", "nowhere"))
    try:
        check(name, folder.parent)
    except NotTriedError as error:
        pytest.skip(str(error))


def test_importing_the_registry_loads_no_heavy_library() -> None:
    heavy = "sklearn scipy torch pandas matplotlib"
    code = f"import sys, topo.datasets; print([m for m in '{heavy}'.split() if m in sys.modules])"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"


def test_spheres_of_the_paper() -> None:
    points = Spheres.model_validate(PAPER).load(Path("nowhere"))
    assert points.X.shape == (10_000, 101)
    assert np.bincount(points.y).tolist() == [500] * 10 + [5000]
    assert points.outer == 10


def test_inner_points_lie_on_spheres_around_normal_centres() -> None:
    points = Spheres.model_validate(PAPER).load(Path("nowhere"))
    centres = []
    for label in range(10):
        cloud = points.X[points.y == label].astype(float)
        # |x - c| = r for all x is linear in c: 2 c.(x - x0) = |x|² - |x0|².
        squares = (cloud**2).sum(axis=1)
        centre, *_ = np.linalg.lstsq(
            2 * (cloud[1:] - cloud[0]), squares[1:] - squares[0], rcond=None
        )
        assert np.linalg.norm(cloud - centre, axis=1) == pytest.approx(5, abs=1e-4)
        centres.append(centre)
    # 1,010 draws: the standard deviation's own standard error is 0.022.
    assert np.std(centres) == pytest.approx(1, abs=0.09)
    assert abs(np.mean(centres)) < 0.13


def test_outer_sphere_is_unshifted_and_encloses_the_others() -> None:
    points = Spheres.model_validate(PAPER).load(Path("nowhere"))
    radii = np.linalg.norm(points.X, axis=1)
    assert radii[points.y == points.outer] == pytest.approx(25, abs=1e-4)
    assert radii[points.y != points.outer].max() < 25


def test_centre_std_scales_the_centres() -> None:
    zero = Spheres.model_validate(SMALL | {"centre_std": 0.0}).load(Path("nowhere"))
    assert np.linalg.norm(zero.X[zero.y == 0], axis=1) == pytest.approx(5, abs=1e-5)


def test_points_are_uniform_on_the_sphere() -> None:
    points = uniform_on_sphere(20_000, 3, 2.0, rng=np.random.default_rng(0))
    # Archimedes: every coordinate of a uniform point on a sphere in space is uniform.
    shares = np.histogram(points, bins=10, range=(-2, 2))[0] / points.size
    assert shares == pytest.approx(0.1, abs=0.006)
    assert np.abs(points.mean(axis=0)).max() < 0.04


def test_seed_decides_the_points() -> None:
    first, other = (Spheres.model_validate(SMALL | {"seed": seed}) for seed in (0, 1))
    assert not np.array_equal(first.load(Path("nowhere")).X, other.load(Path("nowhere")).X)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"outer_radius": 5}, "outer_radius must exceed inner_radius, got 5 and 5"),
        ({"dimension": 1}, "dimension"),
        ({"n_inner": 0}, "n_inner"),
        ({"centre_std": -1}, "centre_std"),
        ({"seed": -1}, "seed"),
    ],
)
def test_impossible_spheres(change: dict[str, float], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Spheres.model_validate(SMALL | change)


def test_complete_graphs_have_their_points_around_their_edges() -> None:
    points = K4(n_points_per_edge=20, noise=0.0, seed=0).load(Path("nowhere"))
    first = points.X[points.y == 0].astype(float)  # from (0, 0, 0) to (1, 1, 0)
    np.testing.assert_allclose(first, ((np.arange(20) + 0.5) / 20)[:, None] * [1, 1, 0], atol=1e-7)
    assert np.bincount(points.y).tolist() == [20] * 6
    assert K5(n_points_per_edge=3, noise=0.0, seed=0).load(Path("nowhere")).X.shape == (30, 3)


def test_linked_circles_pass_through_each_others_centres() -> None:
    points = LinkedCircles(n_points_per_circle=40, noise=0.0, seed=0).load(Path("nowhere"))
    for label, centre, other in ((0, (0, 0, 0), (1, 0, 0)), (1, (1, 0, 0), (0, 0, 0))):
        circle = points.X[points.y == label]
        assert np.linalg.norm(circle - centre, axis=1) == pytest.approx(1, abs=1e-6)
        assert np.linalg.norm(circle - other, axis=1).min() == pytest.approx(0, abs=1e-6)


def test_a_torus_lies_around_its_circle_in_any_space() -> None:
    torus = {"size": 500, "major_radius": 3.0, "minor_radius": 1.0, "noise": 0.0, "seed": 0}
    flat = Torus(**torus, dimension=3).load(Path("nowhere")).X.astype(float)
    to_circle = np.hypot(np.hypot(flat[:, 0], flat[:, 1]) - 3, flat[:, 2])
    assert to_circle == pytest.approx(1, abs=1e-5)
    # More points outside than inside: the mean of cos v is r / 2R.
    assert (np.hypot(flat[:, 0], flat[:, 1]) - 3).mean() == pytest.approx(1 / 6, abs=0.08)
    turned = Torus(**torus, dimension=50).load(Path("nowhere")).X.astype(float)
    assert turned.shape == (500, 50)
    np.testing.assert_allclose(pdist(turned), pdist(flat), atol=1e-5)


def test_a_noisy_circle_lies_in_its_first_two_coordinates() -> None:
    circle = {"size": 200, "dimension": 50, "seed": 0}
    exact, noisy = (NoisyCircle(**circle, noise=s).load(Path("nowhere")).X for s in (0.0, 0.25))
    assert np.linalg.norm(exact[:, :2], axis=1) == pytest.approx(1, abs=1e-6)
    assert not exact[:, 2:].any()
    assert (noisy - exact).std() == pytest.approx(0.25, abs=0.01)


def test_a_ball_is_full_to_its_radius() -> None:
    points = Ball(size=4000, radius=2.0, dimension=5, noise=0.0, seed=0).load(Path("nowhere"))
    radii = np.linalg.norm(points.X.astype(float), axis=1)
    assert radii.max() <= 2 + 1e-6
    # Shares of the volume are uniform.
    shares = np.histogram((radii / 2) ** 5, bins=10, range=(0, 1))[0] / 4000
    assert shares == pytest.approx(0.1, abs=0.02)
    assert np.abs(points.X.mean(axis=0)).max() < 0.05


def test_an_s_shaped_sheet_follows_two_arcs() -> None:
    flat = SShape(size=2000, width=3.0, dimension=4, noise=0.0, seed=0).load(Path("nowhere"))
    for label, side in ((0, -1), (1, 1)):
        x, across, z, rest = flat.X[flat.y == label].astype(float).T
        # Of radius 1, around (0, ∓1), and three quarters of a circle long.
        assert np.hypot(x, z + side) == pytest.approx(1, abs=1e-6)
        angles = np.arctan2(side * x, side * z + 1) % (2 * np.pi)
        assert angles.min() >= 0 and angles.max() <= 1.5 * np.pi + 1e-6
        assert np.histogram(angles, bins=5)[0] / len(x) == pytest.approx(0.2, abs=0.05)
        assert (across.min(), across.max()) == pytest.approx((0, 3), abs=0.02)
        assert not rest.any()


def test_three_clusters_lie_around_their_centres() -> None:
    clusters = ThreeClusters.model_validate(ThreeClusters.small).load(Path("nowhere"))
    means = [clusters.X[clusters.y == label].mean(axis=0) for label in range(3)]
    expected = [(-7.5, 0, 0), (0, 0, 0), (-3.6, 4.8, -0.2)]
    np.testing.assert_allclose(means, expected, atol=0.2)
    assert np.bincount(clusters.y).tolist() == [100, 200, 500]


@pytest.mark.parametrize(
    ("kind", "change", "words"),
    [
        (Twist, {"size": 99}, "size"),
        (K4, {"noise": -1}, "noise"),
        (K5, {"n_points_per_edge": 0}, "n_points_per_edge"),
        (ThreeClusters, {"sizes": (1, 2)}, "sizes"),
        (Torus, {"minor_radius": 2.0}, "major_radius must exceed minor_radius, got 2 and 2"),
        (Torus, {"dimension": 10**7}, "size x dimension must be at most 100,000,000, got 400"),
        (NoisyCircle, {"dimension": 10**7}, "lower size or dimension"),
    ],
)
def test_impossible_shapes(kind: Any, change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        kind.model_validate(kind.small | change)


@pytest.mark.parametrize(
    ("kind", "change", "seen"),
    [
        (NoisyCircle, {"noise": 0.0}, (0.3, 0.5)),
        (NoisyCircle, {"noise": 0.25}, None),
        (K4, {"noise": 0.5}, None),
        (Torus, {"noise": 0.1}, None),
    ],
)
def test_homology_is_seen_only_without_much_noise(kind: Any, change: Any, seen: Any) -> None:
    assert kind.model_validate(kind.small | change).homology.seen == seen


def test_digits_are_in_the_unit_interval() -> None:
    points = Digits().load(Path("nowhere"))
    assert points.X.shape == (1797, 64)
    assert (points.X.min(), points.X.max()) == (0, 1)
    assert points.outer is None


@pytest.mark.parametrize(
    ("X", "words"),
    [
        (np.zeros(3), r"two axes, \(points, features\), got shape \(3,\)"),
        (np.zeros((0, 2)), "at least one row and one column, got 0 x 2"),
        (np.zeros((2, 0)), "at least one row and one column, got 2 x 0"),
        (np.array([["a"]]), "must be an array of real numbers, got <U1"),
        (np.array([[1j]]), "must be an array of real numbers, got complex128"),
        (np.array([[0, 1], [2, np.nan], [np.inf, 0]]), r"got nan in row 1, column 1 \(2 such"),
        (np.array([[0, 1], [-np.inf, 0]]), "got -inf in row 1, column 0"),
    ],
)
def test_points_that_are_none(X: NDArray[Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        check_points(X)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.uint8, np.int64])
def test_real_points_pass(dtype: type) -> None:
    check_points(np.ones((2, 3), dtype=dtype))
