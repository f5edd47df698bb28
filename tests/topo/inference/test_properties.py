"""Awkward repetitions: an answer that can be true, or an error in words."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.topo.strategies import SCALES, attempt
from topo.inference import (
    compare,
    compare_with,
    differences,
    half_width,
    holm,
    mean_interval,
)
from topo.inference.means import finite_numbers

RATIOS = st.sampled_from([0.0, 1 / 3])


@st.composite
def repetitions(draw: Any, n: int | None = None) -> NDArray[np.float64]:
    """Few numbers, tied or not, of any size."""
    n = n or draw(st.integers(1, 8))
    entries = draw(st.sampled_from([st.integers(-2, 2).map(float), st.floats(-1, 1)]))
    return np.array(draw(st.lists(entries, min_size=n, max_size=n))) * draw(st.sampled_from(SCALES))


@given(repetitions(), RATIOS)
def test_a_mean_lies_within_its_interval(values: NDArray[np.float64], ratio: float) -> None:
    mean = mean_interval(values, test_to_train=ratio)
    slack = 1e-9 * np.abs(values).max()
    assert values.min() - slack <= mean.mean <= values.max() + slack
    assert math.isnan(mean.half_width) == (len(values) < 2)
    if len(values) > 1:
        assert mean.low <= mean.mean <= mean.high
        assert mean.half_width >= mean_interval(values).half_width


@given(st.integers(1, 8).flatmap(lambda n: st.tuples(repetitions(n), repetitions(n))), RATIOS)
def test_a_comparison_turned_round_says_the_opposite(
    both: tuple[NDArray[np.float64], NDArray[np.float64]], ratio: float
) -> None:
    there, back = (compare(*each, test_to_train=ratio) for each in (both, both[::-1]))
    assert there.side() == -back.side()
    assert there.p_value == pytest.approx(back.p_value, nan_ok=True)
    assert there.n_above + there.n_below + there.n_ties == len(both[0])
    assert math.isnan(there.p_value) or 0 <= there.p_value <= 1
    assert there.p_value >= there.least_p or math.isnan(there.p_value)
    assert np.isfinite(differences(*both)).all()
    assert compare_with(0.0, differences(*both), test_to_train=ratio) == there or (
        math.isnan(there.p_value)
    )


@given(st.lists(st.floats(0, 1) | st.just(math.nan), max_size=9))
def test_a_correction_only_raises_and_keeps_the_order(p_values: list[float]) -> None:
    corrected = holm(p_values)
    known = [(a, b) for a, b in zip(p_values, corrected, strict=True) if not math.isnan(a)]
    assert [math.isnan(each) for each in corrected] == [math.isnan(each) for each in p_values]
    assert all(a <= b <= 1 for a, b in known)
    assert [b for _, b in sorted(known)] == sorted(b for _, b in known)


@given(st.recursive(st.floats(), lambda inner: st.lists(inner, max_size=3)))
def test_what_is_no_repetition_is_refused_in_words(values: Any) -> None:
    attempt(finite_numbers, values)


def test_widths_of_no_spread_are_0() -> None:
    assert half_width(0.0, 3) == 0
