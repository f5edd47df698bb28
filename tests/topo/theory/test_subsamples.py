"""Theorem 1: subsamples by hand, by brute force and by simulation."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from topo.homology.distances import bottleneck
from topo.homology.pairing import deaths
from topo.metrics.compute.space import pairwise_distances
from topo.theory.base import TheoryValue
from topo.theory.subsamples import (
    SampledSphere,
    Sphere,
    check_sizes,
    compare_subsample,
    diagram_hausdorff,
    largest_violation,
    share_above,
)
from topo.theory.theorem_1 import Theorem1
from topo.theory.theorem_1_limit import Theorem1Limit

THREE_POINTS = {"points": [0.0, 2.0, 4.0], "size": 2, "epsilons": [1.5]}
TWO_PAIRS = {"points": [0.0, 1.0, 5.0, 6.0], "size": 2, "epsilons": [0.75, 1.5]}
CIRCLE = {"n_points": 60, "dimension": 2, "radius": 1.0}
SPHERES = {
    "n_inner": 3,
    "n_points_per_inner": 20,
    "n_outer": 60,
    "dimension": 50,
    "inner_radius": 5.0,
    "outer_radius": 25.0,
    "centre_std": 1.0,
    "seed": 0,
}
LIMIT: dict[str, Any] = {
    "n_repetitions": 5,
    "shares": [0.1, 0.5, 0.9, 1.0],
    "circle": CIRCLE,
    "spheres": SPHERES,
    "batch_of": SPHERES,
    "batch_size": 12,
}

lengths = st.lists(st.floats(0, 10, allow_subnormal=False), min_size=1, max_size=6)
levels = st.lists(st.integers(0, 6).map(float), min_size=1, max_size=8)


def keyed(values: list[TheoryValue], case: str) -> dict[str, float]:
    found = {value.metric: value.value for value in values if value.case == case}
    assert found
    return found


# Distances


def subsample(points: list[float], chosen: list[int]) -> tuple[float, float, float]:
    distances = pairwise_distances(np.array(points)[:, np.newaxis])
    return compare_subsample(distances, deaths(distances), np.array(chosen))


def test_subsample_by_hand():
    # Deaths 2, 2 against 4: the pair (2, 4) costs 2, as does leaving 4 alone.
    assert subsample([0, 2, 4], [0, 2]) == (2, 2, 2)
    # Deaths 1, 1, 4 against 6: 4 and 6 are matched, as sets too.
    assert subsample([0, 1, 5, 6], [0, 3]) == (1, 2, 2)
    # Deaths 1, 1, 4 against 1: 4 is 2 away from the diagonal.
    assert subsample([0, 1, 5, 6], [0, 1]) == (5, 2, 2)


def test_whole_cloud_is_at_distance_0():
    points = np.random.default_rng(0).normal(size=(12, 3))
    distances = pairwise_distances(points)
    assert compare_subsample(distances, deaths(distances), np.arange(12)[::-1]) == (0, 0, 0)


def test_diagram_hausdorff_by_hand():
    assert diagram_hausdorff([10], [7]) == 3
    assert diagram_hausdorff([10], [2]) == 5  # the diagonal is nearer
    assert diagram_hausdorff([10, 10, 10], [10]) == 0  # many may lie near one
    assert diagram_hausdorff([1, 9], [9]) == 0.5


@given(lengths, lengths)
def test_diagram_hausdorff_by_brute_force(a: list[float], b: list[float]):
    def farthest(a: list[float], b: list[float]) -> float:
        return max(min(x / 2, *(abs(x - y) for y in b), x / 2) for x in a)

    value = diagram_hausdorff(a, b)
    assert value == max(farthest(a, b), farthest(b, a))
    assert value == diagram_hausdorff(b, a)
    diagrams = [np.column_stack([np.zeros(len(c)), c]) for c in (a, b)]
    assert value <= bottleneck(*diagrams) + 1e-12


# Both sides


def test_share_above_is_strict():
    assert share_above([1, 2, 3, 4], 2) == 0.5


def test_largest_violation_by_hand():
    assert largest_violation([1, 1, 2], [1, 1, 1]) == pytest.approx(1 / 3)
    assert largest_violation([1, 1, 1], [1, 1, 2]) == 0
    assert largest_violation([0, 0], [0, 0]) == 0
    assert largest_violation([1.0], [0.0]) == 1


def test_rounding_is_no_violation():
    assert largest_violation([0.1 + 0.2], [0.3]) == 0


@given(levels, levels)
def test_largest_violation_by_brute_force(left: list[float], right: list[float]):
    grid = np.arange(0, 8, 0.5)
    expected = max(max(share_above(left, t) - share_above(right, t) for t in grid), 0)
    assert largest_violation(left, right) == pytest.approx(expected, abs=1e-12)


# Theorem 1


def exact(line: dict[str, Any]) -> list[TheoryValue]:
    experiment = Theorem1(lines={"line": line}, spheres={}, n_repetitions=1, n_subsamples=1)
    return experiment.compute(seed=0)


def test_three_points():
    values = exact(THREE_POINTS)
    assert keyed(values, "theorem_1/line") == pytest.approx(
        {
            "violation_printed": 1 / 3,
            "violation_printed_radii": 0,
            "violation_printed_diagrams": 2 / 3,
            "violation_stability": 0,
        }
    )
    assert keyed(values, "theorem_1/line/epsilon=1.5") == pytest.approx(
        {
            "p_bottleneck": 1 / 3,
            "p_bottleneck_radii": 0,
            "p_hausdorff_printed": 0,
            "p_hausdorff_diagrams": 0,
            "p_hausdorff_stability": 1,
            "p_hausdorff_stability_radii": 1,
        }
    )


def test_two_pairs_fail_with_radii_too():
    values = exact(TWO_PAIRS)
    violations = keyed(values, "theorem_1/line")
    assert violations["violation_printed"] == pytest.approx(1 / 2)
    assert violations["violation_printed_radii"] == pytest.approx(1 / 6)
    assert violations["violation_printed_diagrams"] == pytest.approx(1 / 2)
    assert violations["violation_stability"] == 0
    sides = keyed(values, "theorem_1/line/epsilon=0.75")
    assert sides["p_bottleneck_radii"] == pytest.approx(3 / 6)
    assert sides["p_hausdorff_printed"] == pytest.approx(2 / 6)


@given(st.lists(st.integers(0, 12).map(float), min_size=3, max_size=6), st.data())
def test_stability_holds_on_every_line(points: list[float], data: st.DataObject):
    size = data.draw(st.integers(2, len(points)))
    for chosen in combinations(range(len(points)), size):
        d_H, d_b, d_H_diagrams = subsample(points, list(chosen))
        assert d_b <= 2 * d_H
        assert d_H_diagrams <= d_b


def test_simulation_has_every_size_and_repetition():
    sphere = {**CIRCLE, "sizes": [6, 30, 60], "epsilons": [0.1]}
    experiment = Theorem1(lines={}, spheres={"circle": sphere}, n_repetitions=2, n_subsamples=30)
    values = experiment.compute(seed=0)
    assert all(v.value == 0 for v in values if v.metric == "violation_stability")
    assert all(0 <= v.value <= 1 for v in values)
    # Deaths of a circle grow by about d_H: the printed 2 ε is too much to ask.
    assert any(v.value > 0.2 for v in values if v.metric == "violation_printed")
    whole = keyed(values, "theorem_1/circle/m=60/epsilon=0.1")
    assert set(whole.values()) == {0.0}


def test_every_repetition_has_a_cloud_of_its_own():
    # Two of three points: the probability is 0, 1/3, 2/3 or 1, depending on the three.
    sphere = {"n_points": 3, "dimension": 2, "radius": 1.0, "sizes": [2], "epsilons": [1.0]}
    experiment = Theorem1(lines={}, spheres={"circle": sphere}, n_repetitions=8, n_subsamples=200)
    values = experiment.compute(seed=0)
    shares = [v.value for v in values if v.metric == "p_hausdorff_stability_radii"]
    assert max(shares) - min(shares) > 0.25


def test_sphere_lies_on_its_radius():
    points = Sphere(n_points=30, dimension=4, radius=3.0).draw(seed=1)
    assert points.shape == (30, 4)
    assert np.linalg.norm(points, axis=1) == pytest.approx(np.full(30, 3.0))


@pytest.mark.parametrize("size", [1, 6])
def test_subsample_must_fit(size: int):
    with pytest.raises(
        ValueError, match=f"subsample of 5 points must have from 2 to 5 points, got {size}"
    ):
        check_sizes([size], 5)
    with pytest.raises(ValidationError, match="got 61"):
        SampledSphere(**CIRCLE, sizes=[61], epsilons=[1.0])
    with pytest.raises(ValidationError, match="got 9"):
        exact({**THREE_POINTS, "size": 9})


def test_thresholds_must_differ():
    with pytest.raises(ValidationError, match=r"a name of its own .*, got 1\.5 and 1\.5"):
        exact({**THREE_POINTS, "epsilons": [1.5, 1.0, 1.5]})


# Its limit


@pytest.fixture(scope="module")
def limit() -> list[TheoryValue]:
    return Theorem1Limit(**LIMIT).compute(seed=0)


def mean(values: list[TheoryValue], case: str, metric: str) -> float:
    numbers = [v.value for v in values if v.metric == metric and v.case.endswith(case)]
    assert len(numbers) == 5
    return float(np.mean(numbers))


@pytest.mark.parametrize("name", ["circle", "spheres"])
def test_distance_falls_to_exactly_0(limit: list[TheoryValue], name: str):
    means = [mean(limit, f"{name}/share={share:g}", "hausdorff") for share in LIMIT["shares"]]
    assert means == sorted(means, reverse=True)
    whole = {v.value for v in limit if v.case.endswith(f"{name}/share=1")}
    assert whole == {0.0}


def test_a_batch_of_spheres_is_no_closer_than_the_empty_diagram(limit: list[TheoryValue]):
    assert 0.4 < mean(limit, "/batch", "bottleneck_share") < 0.6
    assert mean(limit, "/batch", "diagram_hausdorff_share") < 0.3


def test_shares_are_of_the_largest_death(limit: list[TheoryValue]):
    distances = mean(limit, "/batch", "bottleneck"), mean(limit, "/batch", "hausdorff")
    shares = mean(limit, "/batch", "bottleneck_share"), mean(limit, "/batch", "hausdorff_share")
    assert distances[0] / shares[0] == pytest.approx(distances[1] / shares[1])
    assert 20 < distances[0] / shares[0] < 30  # two points of the outer sphere


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"batch_size": 121}, "from 2 to 120 points, got 121"),
        ({"shares": [0.01]}, "from 2 to 60 points, got 1"),
        ({"shares": [0.5, 0.5]}, "a name of its own in six digits, got 0.5 and 0.5"),
        ({"shares": [1.5]}, "less than or equal to 1"),
    ],
)
def test_limit_refuses_sizes_that_do_not_fit(changed: dict[str, Any], words: str):
    with pytest.raises(ValidationError, match=words):
        Theorem1Limit(**{**LIMIT, **changed})
