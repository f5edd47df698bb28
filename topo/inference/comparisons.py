"""Two methods compared over the repetitions that both have."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from topo.inference.means import LEVEL, MeanInterval, finite_numbers, mean_interval

#: Values that differ by less than this share of themselves are equal: the order of additions.
ROUNDING = 1e-9
#: Share of ties from which means say little, so that dominance is counted.
_MANY_TIES = 1 / 3


@dataclass(frozen=True)
class Comparison:
    """What repetitions say of a difference, or of how far it lies from a bound.

    Attributes
    ----------
    difference
        Mean difference with its 95 % interval.
    bound
        What the difference is held against.
    n_above, n_below, n_ties
        Repetitions whose difference is above the bound, below it, and at it.
    test
        "t": the t-test that belongs to the interval. "sign": so many repetitions tie (a third of
        them) that it is counted how often either side wins, exactly. "none": one repetition, or
        nothing but ties.
    p_value
        Two-sided; 1 where all tie, NaN where there is one repetition.
    least_p
        The smallest that `p_value` can become with so many repetitions, whatever they say.
    """

    difference: MeanInterval
    bound: float
    n_above: int
    n_below: int
    n_ties: int
    test: Literal["t", "sign", "none"]
    p_value: float
    least_p: float

    @property
    def equal(self) -> bool:
        """Whether all of several repetitions tie."""
        return self.difference.n > 1 and self.n_ties == self.difference.n

    def side(self, p_value: float | None = None) -> int:
        """Say on which side of the bound the difference lies.

        Parameters
        ----------
        p_value
            In place of the comparison's own: the one that is corrected for its family.

        Returns
        -------
        int
            1 above, −1 below, 0 where the repetitions do not show it at the level 0.05.
        """
        p_value = self.p_value if p_value is None else p_value
        if not p_value < LEVEL:
            return 0
        above = (
            self.n_above > self.n_below
            if self.test == "sign"
            else self.difference.mean > self.bound
        )
        return 1 if above else -1


def differences(a: ArrayLike, b: ArrayLike) -> NDArray[np.float64]:
    """Subtract one method's numbers from another's, repetition by repetition.

    Returns
    -------
    (n,) float64 array
        a − b; 0 where they differ by rounding alone. What is beyond a float's range is at its end.

    Raises
    ------
    ValueError
        As `topo.inference.mean_interval`, or if the two have not as many repetitions.
    """
    first, second = finite_numbers(a), finite_numbers(b)
    if len(first) != len(second):
        raise ValueError(
            f"a paired comparison needs as many repetitions of both, got {len(first)} and "
            f"{len(second)}: keep those that both have"
        )
    with np.errstate(over="ignore"):
        found: NDArray[np.float64] = np.nan_to_num(first - second)
    found[np.isclose(first, second, rtol=ROUNDING, atol=0)] = 0.0
    return found


def compare(
    a: ArrayLike, b: ArrayLike, *, bound: float = 0.0, test_to_train: float = 0.0
) -> Comparison:
    """Compare two methods, repetition by repetition.

    Parameters
    ----------
    a, b
        As in `differences`.
    bound
        What a − b is held against, such as a margin below which a difference does not matter.
    test_to_train
        As in `topo.inference.half_width`.

    Raises
    ------
    ValueError
        As `differences`.
    """
    return compare_with(bound, differences(a, b), test_to_train=test_to_train)


def compare_with(bound: float, values: ArrayLike, *, test_to_train: float = 0.0) -> Comparison:
    """Hold paired differences against a bound.

    Parameters
    ----------
    bound
        In their unit.
    values
        Differences, one finite number per repetition.
    test_to_train
        As in `topo.inference.half_width`. Splits of one dataset are no independent trials, so that
        no count of wins over them shows anything: its p-value is 1.

    Raises
    ------
    ValueError
        As `topo.inference.mean_interval`.
    """
    numbers = finite_numbers(values)
    mean = mean_interval(numbers, test_to_train=test_to_train)
    ties = np.isclose(numbers, bound, rtol=ROUNDING, atol=0)
    n_ties, n_above = int(ties.sum()), int((~ties & (numbers > bound)).sum())
    n_below = mean.n - n_ties - n_above
    test: Literal["t", "sign", "none"] = "t"
    p_value, least_p = _t_test(mean, bound), 0.0
    if mean.n < 2:
        test, p_value, least_p = "none", math.nan, math.nan
    elif n_ties == mean.n:
        test, p_value, least_p = "none", 1.0, 1.0
    elif n_ties >= _MANY_TIES * mean.n:
        test, p_value, least_p = "sign", 1.0, 1.0
        if test_to_train == 0:
            p_value, least_p = _sign_test(n_above, n_below), 2.0 ** (1 - mean.n)
    return Comparison(mean, bound, n_above, n_below, n_ties, test, p_value, least_p)


def _t_test(mean: MeanInterval, bound: float) -> float:
    """Return the p-value of the t-test whose interval `mean` has."""
    from scipy.special import stdtr, stdtrit

    if mean.n < 2:
        return math.nan
    distance = abs(mean.mean - bound)
    if mean.half_width == 0:
        return 0.0 if distance else 1.0
    t = distance / mean.half_width * stdtrit(mean.n - 1, 1 - LEVEL / 2)
    return float(2 * stdtr(mean.n - 1, -t))


def _sign_test(n_above: int, n_below: int) -> float:
    """Return the exact two-sided p-value of so many wins of either side, ties left out."""
    from scipy.special import bdtr

    n = n_above + n_below
    return min(1.0, 2 * float(bdtr(min(n_above, n_below), n, 0.5)))
