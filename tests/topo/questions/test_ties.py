"""Ties of outer to inner points, counted and changed by hand."""

from __future__ import annotations

import numpy as np
import pytest

from topo.questions.ties import averaged, evenness, outer_share, with_ties_of

#: Two inner classes of two points, two outer points.
LABELS = np.array([0, 0, 1, 1, 2, 2])
OUTER = 2


def joint(*ties: tuple[float, float, float, float], between_outer: float = 0.0) -> np.ndarray:
    P = np.zeros((6, 6))
    P[4:, :4] = ties
    P[4, 5] = between_outer
    P = P + P.T
    P[0, 1] = P[1, 0] = 0.5
    return P / P.sum()


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        ([(1, 1, 0, 0), (0, 0, 3, 1)], 0.5),
        ([(1, 1, 1, 1), (2, 0, 1, 1)], 1.0),
        ([(1, 0, 0, 0), (1, 1, 1, 1)], 0.75),
        ([(1, 0, 3, 0)] * 2, np.exp(-(0.25 * np.log(0.25) + 0.75 * np.log(0.75))) / 2),
    ],
)
def test_evenness_by_hand(ties: list[tuple[float, ...]], expected: float) -> None:
    assert evenness(joint(*ties), LABELS, outer=OUTER) == pytest.approx(expected)  # type: ignore[arg-type]


def test_share_of_ties_to_inner_points() -> None:
    even = ((1.0, 1.0, 1.0, 1.0),) * 2
    assert outer_share(joint(*even), LABELS, outer=OUTER) == 1
    assert outer_share(joint(*even, between_outer=4.0), LABELS, outer=OUTER) == 0.5


def test_changed_ties_keep_their_sum_and_all_others() -> None:
    P = joint((1, 1, 0, 0), (0, 0, 3, 1), between_outer=2.0)
    other = joint((1, 1, 1, 1), (1, 1, 1, 1))
    changed = with_ties_of(P, other, LABELS, outer=OUTER).astype(np.float64)
    np.testing.assert_array_equal(changed, changed.T)
    assert changed.sum() == pytest.approx(1)
    assert evenness(changed, LABELS, outer=OUTER) == pytest.approx(1)
    assert outer_share(changed, LABELS, outer=OUTER) == pytest.approx(
        outer_share(P, LABELS, outer=OUTER)
    )
    within = (LABELS[:, None] == OUTER) == (LABELS == OUTER)
    np.testing.assert_allclose(changed[within], P[within], rtol=1e-6)


def test_averages_by_hand() -> None:
    P = joint((1, 1, 0, 0), (0, 0, 3, 1), between_outer=2.0)
    found = averaged(P, LABELS, outer=OUTER).astype(np.float64)
    expected = np.zeros((6, 6))
    expected[:4, :4] = 0.5 / 6
    expected[4:, :4] = expected[:4, 4:] = 6 / 8
    expected[4, 5] = expected[5, 4] = 2.0
    np.fill_diagonal(expected, 0)
    np.testing.assert_allclose(found, expected / expected.sum(), rtol=1e-6)
