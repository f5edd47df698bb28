"""Which numbers of a table are marked: the best, and what repetitions do not tell from it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import combinations, product
from operator import gt, lt

import numpy as np
import pandas as pd

from topo.inference import compare, holm
from topo.metrics.base import Direction

#: Values of everyone, by repetition.
Repetitions = Mapping[str, "pd.Series[float]"]

_BETTER = {"lower": lt, "higher": gt}


def rank_printed(
    values: Mapping[str, float], printed: Mapping[str, float], direction: Direction
) -> dict[str, int]:
    """Rank values; those that are printed as one number are equal.

    Parameters
    ----------
    values
        Of everyone that competes. They decide, since wide intervals have few digits printed.
    printed
        What is printed for each.
    direction
        Which values are better; "none" gives no ranks.

    Returns
    -------
    dict
        1 for the best. Equal numbers share a rank, and as many ranks after it are left out.
    """
    if direction == "none":
        return {}
    better = _BETTER[direction]
    return {
        name: 1
        + sum(better(values[each], value) and printed[each] != printed[name] for each in values)
        for name, value in values.items()
    }


def earned(
    printed: Mapping[str, float], bounds: Collection[float], direction: Direction
) -> frozenset[str]:
    """Return who may be marked: whose number beats all that means nothing.

    Parameters
    ----------
    printed
        What is printed for everyone that competes.
    bounds
        What is printed for the controls and for the empty diagram, where they have a number.
    direction
        Which values are better; "none" gives nobody a mark.

    Returns
    -------
    frozenset of str
        Those better than every bound, and better than somebody: where all that compete have one
        number and there is no bound, a mark would say nothing.
    """
    if direction == "none":
        return frozenset()
    better = _BETTER[direction]
    beaten = [*bounds, *printed.values()]
    return frozenset(
        name
        for name, value in printed.items()
        if all(better(value, bound) for bound in bounds)
        and any(better(value, other) for other in beaten)
    )


def marks(
    values: Repetitions, bounds: Repetitions, direction: Direction, *, test_to_train: float = 0.0
) -> dict[str, int]:
    """Mark the best by the mean, and who is not distinguishable from it.

    The test is that of the verdicts: paired comparisons over the repetitions, corrected by Holm.
    One family is all pairs of those that compete, another what they are to beat.

    Parameters
    ----------
    values
        Of everyone that competes.
    bounds
        Of the controls, and of the empty diagram where the metric has one.
    direction
        Which values are better; "none" gives nobody a mark.
    test_to_train
        As in `topo.inference.half_width`.

    Returns
    -------
    dict
        1 for the best and whoever equals it in every repetition, 2 for those not shown to be
        worse. Only those have a mark that are shown to be better than every bound; without bounds,
        where somebody is shown to be worse than the best. One repetition shows nothing.
    """
    if direction == "none" or not values:
        return {}
    sign = 1 if direction == "higher" else -1
    best = max(values, key=lambda name: sign * values[name].mean())
    pairs = list(combinations(values, 2))
    worse = _shown(pairs, values, sign, test_to_train)
    beaten = _shown(list(product(values, bounds)), {**values, **bounds}, sign, test_to_train)
    if not bounds and not any(winner == best for winner, _ in worse):
        return {}
    return {
        name: 1 if _equal(values[name], values[best]) else 2
        for name in values
        if (best, name) not in worse and all((name, bound) in beaten for bound in bounds)
    }


def _shown(
    pairs: Sequence[tuple[str, str]], values: Repetitions, sign: int, test_to_train: float
) -> set[tuple[str, str]]:
    """Return who is shown to be better than whom, in a family of pairs."""
    if not pairs:
        return set()
    found = []
    frame = pd.concat(values, axis=1)
    numbers = {name: frame[name].to_numpy(np.float64) for name in frame}
    for a, b in pairs:
        both = ~np.isnan(numbers[a]) & ~np.isnan(numbers[b])
        if both.any():
            compared = compare(numbers[a][both], numbers[b][both], test_to_train=test_to_train)
            found.append(((a, b), compared))
    corrected = holm([each.p_value for _, each in found])
    sides = [each.side(p) * sign for (_, each), p in zip(found, corrected, strict=True)]
    return {
        pair if side > 0 else (pair[1], pair[0])
        for (pair, _), side in zip(found, sides, strict=True)
        if side
    }


def _equal(a: pd.Series[float], b: pd.Series[float]) -> bool:
    both = pd.concat([a, b], axis=1, keys=(0, 1)).dropna()
    return len(both) > 0 and compare(both[0], both[1]).n_ties == len(both)
