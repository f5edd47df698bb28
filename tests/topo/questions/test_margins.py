"""How far a point lies beyond others, and how far t-SNE can leave it."""

from __future__ import annotations

import numpy as np
import pytest

from topo.questions.margins import margin_bound, relative_margin, separating_margin

SQUARE = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])


@pytest.mark.parametrize(
    ("point", "margin"),
    [
        # Beyond a side, beyond a corner, inside, on the edge.
        ([0.5, 3.0], 2.0),
        ([4.0, 5.0], 5.0),
        ([0.5, 0.5], 0.0),
        ([1.0, 0.3], 0.0),
    ],
)
def test_margin_is_the_distance_to_the_hull(point: list[float], margin: float) -> None:
    assert separating_margin(np.array(point), SQUARE) == pytest.approx(margin, abs=1e-5)


@pytest.mark.parametrize("factor", [1e-6, 1e6])
def test_margin_has_the_unit_of_the_points(factor: float) -> None:
    point = np.array([4.0, 5.0])
    found = separating_margin(factor * point, factor * SQUARE)
    assert found == pytest.approx(5 * factor, rel=1e-5)


def test_margin_of_equal_points_is_0() -> None:
    assert separating_margin(np.ones(2), np.ones((3, 2))) == 0.0


def test_relative_margin_has_at_least_the_unit_of_the_kernel() -> None:
    far = np.vstack([SQUARE, [0.5, 3.0]])
    assert relative_margin(far) == pytest.approx(2 / 2**0.5, rel=1e-5)
    # A tenth as large, the others are narrower than 1.
    assert relative_margin(far / 10) == pytest.approx(0.2, rel=1e-5)


def test_bound_falls_to_its_limit() -> None:
    bounds = [margin_bound(n) for n in (10, 100, 1000, 10**9)]
    assert bounds == sorted(bounds, reverse=True)
    assert bounds[-1] == pytest.approx(2.078, abs=2e-3)
    # What arXiv 2510.07746 proves for many points.
    assert bounds[-1] < 3.266


@pytest.mark.parametrize("n", [10, 100])
def test_bound_is_above_what_forces_allow_of_one_far_point(n: int) -> None:
    """All others in one point, at distance m: forces balance where Σ p = (n - 1) k / Z."""
    m = np.linspace(0, 5, 5001)
    kernel = 1 / (1 + m**2)
    normaliser = (n - 1) * (n - 2) + 2 * (n - 1) * kernel
    attraction = np.full_like(m, 1 / (2 * n))  # the least that there can be
    largest = m[(n - 1) * kernel / normaliser >= attraction].max()
    assert 0.9 < largest <= margin_bound(n)
