"""Means with their 95 % intervals, over independent repetitions and over splits of one dataset."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: Probability with which a test finds what is not there; intervals hold the truth in all else.
LEVEL = 0.05
#: Test points per training point where nothing else is said: 20 % and 60 %.
TEST_TO_TRAIN = 1 / 3


class MeanInterval(NamedTuple):
    """Mean of n repetitions with the half width of its 95 % interval; NaN with fewer than two."""

    mean: float
    half_width: float
    n: int

    @property
    def low(self) -> float:
        """Lower end of the interval."""
        return self.mean - self.half_width

    @property
    def high(self) -> float:
        """Upper end of the interval."""
        return self.mean + self.half_width


def mean_interval(values: ArrayLike, *, test_to_train: float = 0.0) -> MeanInterval:
    """Return the mean of repetitions with its 95 % t-interval.

    Parameters
    ----------
    values
        One finite number per repetition, at least one.
    test_to_train
        As in `half_width`.

    Returns
    -------
    MeanInterval
        Without an interval (NaN) for one repetition: it does not say how repetitions differ.

    Raises
    ------
    ValueError
        If there is no repetition, or a number is not finite.
    """
    numbers = finite_numbers(values)
    # In a unit near the largest, a power of two: squares stay within a float's range.
    unit = float(np.ldexp(1.0, int(np.frexp(np.abs(numbers).max())[1]) - 1)) or 1.0
    mean = float((numbers / unit).mean()) * unit
    if len(numbers) < 2:
        return MeanInterval(mean, math.nan, len(numbers))
    deviation = float((numbers / unit).std(ddof=1)) * unit
    width = float(half_width(deviation, len(numbers), test_to_train=test_to_train))
    return MeanInterval(mean, width, len(numbers))


def half_width(
    deviation: ArrayLike, n: ArrayLike, *, test_to_train: ArrayLike = 0.0
) -> NDArray[np.float64]:
    """Return half the width of the 95 % t-interval of a mean.

    Parameters
    ----------
    deviation
        Standard deviation of the repetitions, with n - 1; any shape.
    n
        How many repetitions, of a shape that broadcasts.
    test_to_train
        0 for independent repetitions. For splits of one dataset, test points per training point:
        then the interval speaks of new samples of that size, by the correction of Nadeau and
        Bengio ("Inference for the generalization error", 2003), which replaces 1/n by
        1/n + `test_to_train`. It is an approximation: no unbiased estimate exists.

    Returns
    -------
    ndarray
        In the unit of `deviation`; NaN where `n` is below 2.
    """
    from scipy.special import stdtrit

    count = np.asarray(n, dtype=np.float64)
    enough = np.where(count > 1, count, np.nan)
    with np.errstate(over="ignore"):
        width: NDArray[np.float64] = (
            stdtrit(enough - 1, 1 - LEVEL / 2)
            * np.asarray(deviation, dtype=np.float64)
            * np.sqrt(1 / enough + np.asarray(test_to_train, dtype=np.float64))
        )
    return width


def finite_numbers(values: ArrayLike) -> NDArray[np.float64]:
    """Return the repetitions as a vector.

    Raises
    ------
    ValueError
        If there is no repetition, or a number is not finite.
    """
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.ndim != 1 or not len(numbers) or not np.isfinite(numbers).all():
        raise ValueError(
            "repetitions must be at least one finite number in one dimension, got "
            f"{len(numbers) if numbers.ndim else numbers} of shape {numbers.shape}: drop those "
            "that have no value first"
        )
    return numbers
