"""Numbers as a reader wants them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from topo.table.numbers import format_estimate, format_number, format_paper

NAN = math.nan


@pytest.mark.parametrize(
    ("mean", "half_width", "text"),
    [
        (13828.3, 266.2, "13828 ± 266"),
        (0.00139071, 0.0000162, "0.001391 ± 0.000016"),
        (0.046138, 0.00067, "0.0461 ± 0.0007"),
        (13.0104, 0.0354, "13.010 ± 0.035"),
        (13.0104, 0.0356, "13.01 ± 0.04"),
        (13.0104, 0.0996, "13.01 ± 0.10"),
        (2.0, 9.96, "2 ± 10"),
        (0.5, 9.6, "0 ± 10"),
        (-0.25, 0.031, "-0.250 ± 0.031"),
        (0.0, 0.2, "0.00 ± 0.20"),
        (1.2e-7, 3e-8, "(1.20 ± 0.30)e-07"),
        (9.9996e-5, 4e-6, "(1.00 ± 0.04)e-04"),
        (123456789.0, 2000000.0, "(1.235 ± 0.020)e+08"),
        (1e-3, 5.0, "0 ± 5"),
        (13.01, NAN, "13.01"),
        (13.01, 0.0, "13.01"),
        (13.01, 1e-14, "13.01"),
        (0.0, 0.0, "0"),
        (1e300, math.inf, "1.000e+300 ± inf"),
    ],
)
def test_estimates(mean: float, half_width: float, text: str) -> None:
    assert format_estimate(mean, half_width) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (13828.3, "13828"),
        (0.00139071, "0.001391"),
        (9.99996, "10.00"),
        (1.0, "1.000"),
        (0.0, "0"),
        (1.5e-9, "1.500e-09"),
        (2.5e12, "2.500e+12"),
        (-3.14159, "-3.142"),
        (NAN, "nan"),
        (math.inf, "inf"),
    ],
)
def test_numbers(value: float, text: str) -> None:
    assert format_number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(14035.74009, "14036"), (0.00040908, "0.00040908"), (13.0615, "13.062"), (11.5, "11.5")],
)
def test_numbers_of_the_paper(value: float, text: str) -> None:
    assert format_paper(value) == text


def test_estimate_never_claims_more_than_it_shows() -> None:
    rng = np.random.default_rng(0)
    for mean, half_width in zip(
        10 ** rng.uniform(-8, 8, 500), 10 ** rng.uniform(-8, 8, 500), strict=True
    ):
        text = format_estimate(mean, half_width)
        if "±" not in text:
            continue
        shown, width = (float(each) for each in text.partition(")")[0].strip("()").split(" ± "))
        scale = float(f"1{text.partition(')')[2]}") if ")" in text else 1.0
        assert width * scale == pytest.approx(half_width, rel=0.15, abs=0.5)
        assert abs(shown * scale - mean) <= max(0.5 * half_width, 0.5)
