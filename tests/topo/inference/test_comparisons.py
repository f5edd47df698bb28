"""Paired comparisons: t and sign tests by hand values, ties, and what few repetitions show."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from topo.inference import compare, compare_with, mean_interval


def test_p_value_is_that_of_the_paired_t_test() -> None:
    a, b = [1.0, 2.5, 3.0, 5.0], [0.5, 2.0, 3.5, 3.0]
    found = compare(a, b)
    assert found.p_value == pytest.approx(stats.ttest_rel(a, b).pvalue)
    assert (found.test, found.n_above, found.n_below, found.n_ties) == ("t", 3, 1, 0)


@pytest.mark.parametrize("test_to_train", [0.0, 1 / 3])
def test_p_value_and_interval_are_of_one_test(test_to_train: float) -> None:
    rng = np.random.default_rng(0)
    for shift in np.linspace(0, 3, 40):
        differences = rng.normal(shift, 1, 6)
        found = compare_with(0.5, differences, test_to_train=test_to_train)
        mean = mean_interval(differences, test_to_train=test_to_train)
        outside = (mean.low > 0.5) - (mean.high < 0.5)
        assert found.side() == outside


def test_where_a_third_ties_dominance_is_counted() -> None:
    # Six wins, none lost: 2 / 2^6.
    found = compare([1.0, 1.2, 5.0, 1.1, 1.0, 1.0, 0, 0, 0], [0.0] * 9)
    assert (found.test, found.n_above, found.n_ties) == ("sign", 6, 3)
    assert found.p_value == pytest.approx(2 * 0.5**6)
    assert found.side() == 1
    few = compare([1.0] * 7 + [0, 0], [0.0] * 9)
    assert few.test == "t"


def test_five_repetitions_cannot_show_dominance() -> None:
    found = compare([1.0, 2.0, 1.0, 0.0, 0.0], [0.0] * 5)
    assert (found.test, found.least_p) == ("sign", 0.0625)
    assert found.side() == 0


def test_splits_of_one_dataset_cannot_show_dominance() -> None:
    found = compare([1.0] * 8 + [0.0] * 4, [0.0] * 12, test_to_train=1 / 3)
    assert (found.test, found.p_value, found.least_p, found.side()) == ("sign", 1.0, 1.0, 0)


def test_all_ties_are_equal_and_rounding_ties() -> None:
    found = compare([13.06, 14.0, 15.0], [13.06 * (1 + 1e-12), 14.0, 15.0])
    assert found.equal
    assert (found.test, found.p_value, found.side()) == ("none", 1.0, 0)
    assert not compare([1.0], [1.0]).equal


def test_one_repetition_shows_nothing() -> None:
    found = compare([2.0], [1.0])
    assert (found.test, found.side()) == ("none", 0)
    assert math.isnan(found.p_value) and math.isnan(found.least_p)


def test_a_bound_is_what_the_difference_is_held_against() -> None:
    better, much = compare([1.5, 1.6, 1.4], [1.0] * 3), compare([1.5, 1.6, 1.4], [1.0] * 3, bound=1)
    assert (better.side(), much.side()) == (1, -1)
    assert compare([2.0, 2.0], [1.0, 1.0], bound=1.0).equal
    # A constant difference leaves no doubt.
    assert compare([2.0, 2.0], [1.0, 1.0]).p_value == 0


def test_a_corrected_p_value_decides_in_place_of_its_own() -> None:
    found = compare([1.5, 1.6, 1.4], [1.0] * 3)
    assert (found.side(0.06), found.side(0.04), found.side(math.nan)) == (0, 1, 0)


def test_pairs_must_be_pairs() -> None:
    with pytest.raises(ValueError, match="as many repetitions of both, got 1 and 2"):
        compare([1.0], [1.0, 2.0])
