"""Whether one class encloses the others: layouts made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.topo.metrics.layouts import LABELS as LAYOUT_LABELS
from tests.topo.metrics.layouts import layouts
from topo.metrics import METRICS
from topo.metrics.base import Comparison
from topo.metrics.compute.space import Space
from topo.metrics.nesting import FORGIVEN_PERCENT, nesting, split_classes

N_CLASSES = 5
N_PER_CLASS = 40
N_OUTER = 200
LABELS = np.repeat([*range(N_CLASSES), N_CLASSES], [N_PER_CLASS] * N_CLASSES + [N_OUTER])


def score(layout: np.ndarray, labels: np.ndarray = LABELS) -> float:
    return nesting(layout, labels, outer=N_CLASSES)


def ring(*, radius: float = 10.0, degrees: float = 360.0, n: int = N_OUTER) -> np.ndarray:
    angles = np.radians(np.linspace(0, degrees, n, endpoint=False))
    return radius * np.column_stack([np.cos(angles), np.sin(angles)])


def clusters(*, radius: float = 4.0, spread: float = 0.3) -> np.ndarray:
    """Make the inner classes, their centres on a circle."""
    noise = np.random.default_rng(0).normal(size=(N_CLASSES * N_PER_CLASS, 2))
    return np.repeat(ring(radius=radius, n=N_CLASSES), N_PER_CLASS, axis=0) + spread * noise


def layout(inner: np.ndarray, around: np.ndarray) -> np.ndarray:
    return np.vstack([inner, around])


def test_by_hand():
    # One inner class: the corners of a square. Of five outer points one lies in it; its centre
    # sees the others at 0, 90, 180 and 300 degrees: a gap of 120.
    points = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1], [0.5, 0], [3, 0], [0, 3], [-3, 0]])
    points = np.vstack([points, 4 * np.array([[0.5, -np.sqrt(0.75)]])])
    value = nesting(points, np.array([0] * 4 + [1] * 5), outer=1)
    assert value == pytest.approx(4 / 5 * (1 - 120 / 180))


def test_ring_around_clusters_is_nearly_1():
    assert score(layout(clusters(), ring())) > 0.9


def test_ring_whose_centre_is_not_that_of_the_inner_points():
    assert score(layout(clusters(radius=1.5) + np.array([5.0, 3.0]), ring())) > 0.9


def test_classes_side_by_side_are_0():
    assert score(layout(clusters() + 30, ring())) == 0
    assert score(layout(clusters(), 50 + 0.1 * ring())) == 0


def test_outer_points_collapsed_far_away_are_0():
    assert score(layout(clusters(), np.full((N_OUTER, 2), 50.0))) == 0


def test_outer_points_among_the_inner_ones_are_0():
    rng = np.random.default_rng(1)
    assert score(layout(clusters(), 0.5 * rng.normal(size=(N_OUTER, 2)))) == 0


def test_mixed_classes_are_about_0():
    points = np.random.default_rng(1).normal(size=(len(LABELS), 2))
    assert score(points) < 0.15


def test_classes_wrapped_in_a_piece_each_lie_between():
    # As t-SNE at small perplexity; here half of every piece lies among the classes.
    inner = clusters(radius=10)
    haloes = np.vstack([c + ring(radius=2, n=N_OUTER // N_CLASSES) for c in ring(radius=10, n=5)])
    assert 0.4 < score(layout(inner, haloes)) < 0.6


def test_stray_points_of_the_inner_classes_are_forgiven():
    inner = clusters()
    expected = score(layout(inner, ring()))
    inner[[5, 60]] = [[40.0, 0.0], [-40.0, 5.0]]  # 1 of 40 points in two classes
    assert score(layout(inner, ring())) == pytest.approx(expected, abs=0.02)
    inner[:10] = [40.0, 0.0]
    assert score(layout(inner, ring())) < expected - 0.05


def test_open_ring_loses_with_its_mouth():
    inner = clusters(radius=0.5, spread=0.05)
    values = [score(layout(inner, ring(degrees=d))) for d in (360, 330, 270, 225, 180)]
    assert values[1] == pytest.approx(1 - 30 / 180, abs=0.05)
    assert values[2] == pytest.approx(1 - 90 / 180, abs=0.05)
    assert values == sorted(values, reverse=True)
    assert values[-1] < 0.05


@pytest.mark.parametrize(("n_strays", "low", "high"), [(10, 0, 0), (20, 0, 0), (50, 0.2, 0.5)])
def test_few_strays_of_the_outer_class_do_not_make_a_ring(n_strays, low, high):
    # 1,000 outer points beside the inner ones, of which a few lie around these, evenly.
    beside = np.array([30.0, 0.0]) + np.random.default_rng(1).normal(size=(1000 - n_strays, 2))
    points = layout(clusters(), np.vstack([beside, ring(n=n_strays)]))
    labels = np.repeat([*range(N_CLASSES), N_CLASSES], [N_PER_CLASS] * N_CLASSES + [1000])
    assert low <= score(points, labels) <= high


@pytest.mark.parametrize(("degrees", "gap"), [([30, 60], 90), ([22.5, 45, 67.5], 67.5)])
def test_a_hundredth_of_the_outer_points_may_lie_in_a_gap(degrees, gap):
    # Of 200 points two are forgiven: those in the mouth of an open ring close it only as three.
    mouth = np.radians(degrees)
    strays = np.column_stack([np.cos(mouth), np.sin(mouth)])
    around = np.vstack([ring(degrees=-270, n=N_OUTER - len(degrees)), strays])
    points = layout(np.zeros((N_CLASSES * N_PER_CLASS, 2)), around)
    assert score(points) == pytest.approx(1 - gap / 180, abs=0.01)


def test_classes_outside_the_ring_count_by_their_number():
    inner = clusters(radius=3, spread=0.1)
    values = []
    for n_out in range(N_CLASSES + 1):
        moved = inner.copy()
        moved[: n_out * N_PER_CLASS] += np.array([30.0, 0.0])
        values.append(score(layout(moved, ring())))
    assert values == sorted(values, reverse=True)
    assert values[0] > 0.95
    assert values[1] < 0.8
    assert values[3] < 0.4
    assert values[5] == 0


@pytest.mark.parametrize(
    ("inner", "low", "high"),
    [
        (np.zeros((200, 2)), 0.95, 1.0),  # all equal
        (np.outer(np.linspace(-3, 3, 200), [1, 2]), 0.95, 1.0),  # on a line in the ring
        (np.outer(np.linspace(-30, 30, 200), [1, 2]), 0.0, 0.4),  # on a line through it
    ],
)
def test_degenerate_inner_points(inner, low, high):
    assert low <= score(layout(inner, ring())) <= high


def test_points_on_a_line_enclose_nothing():
    line = np.concatenate(
        [np.linspace(-1, 1, 200), np.linspace(-9, -2, 100), np.linspace(2, 9, 100)]
    )
    assert score(np.outer(line, [1.0, 0.0])) == 0
    assert score(np.outer(line, [0.3, 0.7])) == pytest.approx(0, abs=1e-6)


def test_collapsed_embedding_is_0():
    assert score(np.ones((len(LABELS), 2))) == 0


def test_single_points():
    assert nesting(np.array([[0.0, 0.0], [1.0, 0.0]]), np.array([0, 1]), outer=1) == 0


@pytest.mark.parametrize("factor", [1e-8, 1.0, 1e6])
def test_invariance(factor):
    rng = np.random.default_rng(2)
    points = layout(clusters(), 3 * rng.normal(size=(N_OUTER, 2)) + 2)
    expected = score(points)
    assert 0.05 < expected < 0.95
    turn = np.array([[np.cos(1), -np.sin(1)], [np.sin(1), np.cos(1)]])
    assert score(factor * points @ turn + factor * 7) == pytest.approx(expected)
    order = rng.permutation(len(points))
    assert score(points[order], LABELS[order]) == pytest.approx(expected)
    renamed = np.array([3, 0, 4, 1, 2, 5])[LABELS]
    assert score(points, renamed) == pytest.approx(expected)


def test_split_classes():
    points = np.arange(10.0).reshape(5, 2)
    around, classes = split_classes(points, np.array([2, 1, 0, 1, 2]), outer=1)
    assert around.tolist() == [[2, 3], [6, 7]]
    assert [c.tolist() for c in classes] == [[[4, 5]], [[0, 1], [8, 9]]]


@pytest.mark.parametrize(
    ("points", "labels", "words"),
    [
        (np.zeros((4, 3)), [0, 0, 1, 1], r"in the plane.*got shape \(4, 3\)"),
        (np.zeros((4, 2)), [0, 0, 1], "4 points need 4 labels"),
        (np.zeros((4, 2)), [0, 0, 1, 1], r"enclosing class 5 .* got the classes \[0, 1\]"),
        (np.zeros((4, 2)), [5, 5, 5, 5], r"at least one other, got the classes \[5\]"),
    ],
)
def test_bad_input_is_refused(points, labels, words):
    with pytest.raises(ValueError, match=words):
        nesting(points, np.array(labels), outer=5)


@pytest.mark.parametrize("name", layouts())
def test_layouts_are_told_as_the_eye_does(name):
    points, is_enclosed = layouts()[name]
    for forgiven in (0.01, 0.02, 0.05):
        value = nesting(points, LAYOUT_LABELS, outer=N_CLASSES, forgiven=forgiven)
        assert (value > 0.5) == is_enclosed, (forgiven, value)


@pytest.mark.parametrize(("forgiven", "n_wrong"), [(0.0, 6), (0.005, 3), (0.01, 0), (0.1, 3)])
def test_other_forgiven_shares_err(forgiven, n_wrong):
    # Less takes strays for a ring, more takes a thin side for none.
    wrong = [
        name
        for name, (points, is_enclosed) in layouts().items()
        if (nesting(points, LAYOUT_LABELS, outer=N_CLASSES, forgiven=forgiven) > 0.5) != is_enclosed
    ]
    assert len(wrong) == n_wrong, wrong


def test_metrics_of_the_curve_forgive_their_share():
    points, _ = layouts()["mouth of 120° with 5 strays"]
    space = Space.of(points)
    comparison = Comparison(space, space, labels=LAYOUT_LABELS, outer=N_CLASSES)
    for percent in FORGIVEN_PERCENT:
        expected = nesting(points, LAYOUT_LABELS, outer=N_CLASSES, forgiven=float(percent) / 100)
        assert METRICS[f"nesting_{percent}"][0].compute(comparison) == expected
