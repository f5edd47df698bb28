"""Many comparisons read as one: Holm's correction."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def holm(p_values: Sequence[float]) -> list[float]:
    """Correct the p-values of a family so that they hold for all of it at once.

    Parameters
    ----------
    p_values
        Of all comparisons of the family, which is fixed before any of them is seen. NaN stands for
        a comparison that shows nothing (one repetition): it stays NaN, and asks for no correction.

    Returns
    -------
    list of float
        In the order given, at most 1: the probability that anywhere in the family something is
        found that is not there stays below 0.05 where those below 0.05 are believed. Of a family
        of one, the p-value itself; of none, nothing.

    References
    ----------
    Holm (1979), "A simple sequentially rejective multiple test procedure".
    """
    given = np.asarray(p_values, dtype=np.float64)
    corrected = np.full(len(given), np.nan)
    known = np.flatnonzero(~np.isnan(given))
    order = known[np.argsort(given[known], kind="stable")]
    factors = len(order) - np.arange(len(order))
    corrected[order] = np.minimum(1.0, np.maximum.accumulate(factors * given[order]))
    return [float(each) for each in corrected]
