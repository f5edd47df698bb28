from __future__ import annotations

import gudhi
import numpy as np
import pytest

from topo.homology.planar import planar_loops


def circle(n: int, radius: float) -> np.ndarray:
    angles = np.linspace(0, 2 * np.pi, n, endpoint=False)
    return radius * np.column_stack([np.cos(angles), np.sin(angles)])


def loops_by_gudhi(points: np.ndarray) -> np.ndarray:
    tree = gudhi.AlphaComplex(points=points).create_simplex_tree()
    tree.compute_persistence()
    return 2 * np.sqrt(tree.persistence_intervals_in_dimension(1)).reshape(-1, 2)


def sorted_persistent(diagram: np.ndarray) -> np.ndarray:
    """Sort both columns, each by itself, without the pairs that rounding makes."""
    return np.sort(diagram[diagram[:, 1] - diagram[:, 0] > 1e-7], axis=0)


@pytest.mark.parametrize("scale", [1e-100, 1.0, 1e100])
def test_loop_of_a_circle_lives_from_its_side_to_its_diameter(scale: float) -> None:
    loops = planar_loops(scale * np.random.default_rng(0).permutation(circle(60, 1.0))) / scale
    np.testing.assert_allclose(
        loops[loops[:, 1] - loops[:, 0] > 1e-7], [[2 * np.sin(np.pi / 60), 2]]
    )


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("kind", ["cloud", "lattice", "ring", "strip"])
def test_agrees_with_gudhi(kind: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = {
        "cloud": rng.normal(size=(60, 2)),
        "lattice": rng.integers(0, 6, size=(40, 2)).astype(float),
        "ring": circle(70, 5.0) + 0.2 * rng.normal(size=(70, 2)),
        "strip": rng.normal(size=(50, 2)) * [1.0, 1e-3],
    }[kind]
    ours, theirs = (sorted_persistent(loops(points)) for loops in (planar_loops, loops_by_gudhi))
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)


@pytest.mark.parametrize(
    "points",
    [np.zeros((1, 2)), np.zeros((10, 2)), np.outer(np.arange(10.0), [1.0, 2.0]), np.eye(3)[:, :2]],
    ids=["one", "equal", "on a line", "three"],
)
def test_degenerate_points_have_no_loop(points: np.ndarray) -> None:
    assert planar_loops(points).shape == (0, 2)


def test_points_elsewhere_are_refused() -> None:
    with pytest.raises(ValueError, match=r"need an \(n, 2\) array of points, got shape \(5, 3\)"):
        planar_loops(np.zeros((5, 3)))
