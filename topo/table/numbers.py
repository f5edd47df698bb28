"""Numbers as a reader wants them: no digit more than is known."""

from __future__ import annotations

import math

_DIGITS = 4
_PAPER_DIGITS = 5
#: An interval narrower than this share of the mean is rounding error.
_NOISE = 1e-9


def format_number(value: float, digits: int = _DIGITS) -> str:
    """Write a number with so many significant digits, without an exponent where that is short.

    Trailing zeros stay, since they are significant.
    """
    if not math.isfinite(value):
        return "nan" if math.isnan(value) else str(value)
    if value == 0:
        return "0"
    exponent = _exponent(value, digits)
    if -5 < exponent < 6:
        return f"{value:.{max(0, digits - 1 - exponent)}f}"
    return f"{value:.{digits - 1}e}"


def format_paper(value: float) -> str:
    """Write a value of the paper, with the digits that it printed up to five."""
    return f"{value:.{_PAPER_DIGITS}g}" if abs(value) < 10**_PAPER_DIGITS else f"{value:.0f}"


def format_estimate(mean: float, half_width: float) -> str:
    """Write a mean with its interval.

    The half width has two digits if they are at most 35, else one; the mean ends at the same
    place. Without an interval (NaN, or no wider than rounding error) the mean has four digits.
    """
    if not math.isfinite(mean) or math.isnan(half_width) or half_width <= _NOISE * abs(mean):
        return format_number(mean)
    if math.isinf(half_width):
        return f"{format_number(mean)} ± inf"
    exponent, digits = _exponent(half_width, 2), _interval_digits(half_width)
    largest = max(abs(mean), half_width)
    if 1e-4 <= largest < 1e6:
        decimals = max(0, digits - 1 - exponent)
        return f"{mean:.{decimals}f} ± {half_width:.{decimals}f}"
    scale = _exponent(largest, _DIGITS)
    decimals = max(0, scale + digits - 1 - exponent)
    unit = 10.0**scale
    return f"({mean / unit:.{decimals}f} ± {half_width / unit:.{decimals}f})e{scale:+03d}"


def printed_mean(mean: float, half_width: float) -> float:
    """Return the mean that a reader sees where `format_estimate` has written it."""
    text = format_estimate(mean, half_width)
    if text.startswith("("):
        digits, _, exponent = text.removeprefix("(").partition(")")
        return float(digits.partition(" ")[0] + exponent)
    return float(text.partition(" ")[0])


def _interval_digits(half_width: float) -> int:
    """Significant digits of an interval: two while they are at most 35, as in particle data."""
    return 2 if float(f"{half_width:.1e}".partition("e")[0]) <= 3.5 else 1


def _exponent(value: float, digits: int) -> int:
    """Power of ten of the first digit, after rounding to so many digits."""
    return int(f"{abs(value):.{digits - 1}e}".partition("e")[2])
