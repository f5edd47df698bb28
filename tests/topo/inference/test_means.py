"""Intervals of means, by hand values and by what they must not claim."""

from __future__ import annotations

import math

import numpy as np
import pytest

from topo.inference import MeanInterval, half_width, mean_interval


def test_interval_of_three_independent_repetitions_by_hand() -> None:
    # t(2) at 0.975 is 4.302653; the standard deviation of 1, 2, 6 is the root of 7.
    mean = mean_interval([1.0, 2.0, 6.0])
    assert (mean.mean, mean.n) == (3.0, 3)
    assert mean.half_width == pytest.approx(4.302653 * math.sqrt(7 / 3), rel=1e-6)
    assert (mean.low, mean.high) == (3 - mean.half_width, 3 + mean.half_width)


def test_splits_of_one_dataset_widen_it_as_nadeau_and_bengio_say() -> None:
    values = [1.0, 2.0, 6.0, 3.0, 4.0]
    plain, new_samples = mean_interval(values), mean_interval(values, test_to_train=1 / 3)
    # (1/5 + 1/3) / (1/5) = 8/3, whose root is 1.63.
    assert new_samples.half_width / plain.half_width == pytest.approx(math.sqrt(8 / 3))


def test_one_repetition_has_no_interval() -> None:
    assert math.isnan(mean_interval([2.0]).half_width)
    assert math.isnan(mean_interval([2.0], test_to_train=0.5).half_width)
    assert np.isnan(half_width([1.0, 1.0], [1, 2])).tolist() == [True, False]


def test_values_near_the_ends_of_a_floats_range() -> None:
    mean = mean_interval([1e300, 3e300])
    assert mean.mean == 2e300 and math.isfinite(mean.half_width)
    assert mean_interval([0.0, 0.0]) == MeanInterval(0.0, 0.0, 2)
    tiny = mean_interval([5e-324, 5e-324])
    assert (tiny.mean, tiny.half_width) == (5e-324, 0.0)


@pytest.mark.parametrize("values", [[], [1.0, math.nan], [math.inf, 1.0], [[1.0], [2.0]]])
def test_what_is_no_repetition_is_refused(values: list[float]) -> None:
    with pytest.raises(ValueError, match="must be at least one finite number"):
        mean_interval(values)
