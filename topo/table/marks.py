"""Which numbers of a table are marked as best and second: those that a reader sees to be so."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from operator import gt, lt

from topo.metrics.base import Direction

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
