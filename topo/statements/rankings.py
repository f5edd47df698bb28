"""Rules on the order of the paper's four methods, by paired differences."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations, product

from topo.methods.roles import PAPER_METHODS
from topo.names import dataset_title, method_title
from topo.paper import paper_value
from topo.statements.evidence import Evidence
from topo.statements.intervals import ROUNDING, PairedComparison, paired_comparison
from topo.statements.samples import Quantity, Sample
from topo.statements.statement import Decide
from topo.statements.verdicts import Outcome, Verdict

_ORDINALS = ("first", "second", "third", "fourth")


def ranks_within(places: int, method: str, *, dataset: str, quantity: Quantity) -> Decide:
    """Judge whether a method is among the best of the paper's four.

    Parameters
    ----------
    places
        Last place that counts: 1 for the best alone.

    Returns
    -------
    callable
        "holds" where at least 4 − `places` others are each worse or equal, "does not hold" where
        at least `places` others are better. Better and worse are paired intervals that exclude 0;
        equal is a difference of exactly 0 on every split, which shares a place.
    """
    mine, *others = _samples(dataset, quantity, first=method)

    def decide(evidence: Evidence) -> Verdict:
        comparisons = {other.method: paired_comparison(evidence, mine, other) for other in others}
        n_worse = sum(each.better == "first" for each in comparisons.values())
        n_equal = sum(each.equal for each in comparisons.values())
        n_better = sum(each.better == "second" for each in comparisons.values())
        outcome: Outcome = "not decidable"
        if n_worse + n_equal >= len(PAPER_METHODS) - places:
            outcome = "holds"
        elif n_better >= places:
            outcome = "does not hold"
        place = _place([evidence.values(sample).mean() for sample in (mine, *others)], quantity)
        numbers = {
            f"minus {other}{part}": value
            for other, each in comparisons.items()
            for part, value in (("", each.difference.mean), (" ±", each.difference.half_width))
        }
        what = f"{quantity.title} on {dataset_title(dataset)}, {method_title(method)} minus"
        return Verdict(
            outcome,
            f"{what} {_list(comparisons)} ({quantity.direction} is better); by the means it is "
            f"{_ORDINALS[place - 1]} of four{_in_the_paper(mine)}",
            {
                "place": place,
                "better than": n_worse,
                "equal to": n_equal,
                "worse than": n_better,
                **numbers,
            },
        )

    return decide


def each_beats_each(
    best: Sequence[str], rest: Sequence[str], *, dataset: str, quantity: Quantity
) -> Decide:
    """Judge whether each of some methods is better than each of some others.

    Returns
    -------
    callable
        "holds" where every difference excludes 0 in the claimed direction, "does not hold" where
        one excludes it in the other.
    """
    pairs = list(product(best, rest))

    def decide(evidence: Evidence) -> Verdict:
        comparisons = {pair: _compare(evidence, pair, dataset, quantity) for pair in pairs}
        winners = {each.better for each in comparisons.values()}
        outcome: Outcome = "not decidable"
        if "second" in winners:
            outcome = "does not hold"
        elif winners == {"first"}:
            outcome = "holds"
        words = [f"{_names(pair)} {each.difference}" for pair, each in comparisons.items()]
        numbers = {f"{a} minus {b}": each.difference.mean for (a, b), each in comparisons.items()}
        return Verdict(
            outcome,
            f"{quantity.title} on {dataset_title(dataset)} ({quantity.direction} is better): "
            + ", ".join(words),
            numbers,
        )

    return decide


def order_changes(dataset: str, quantities: Sequence[Quantity]) -> Decide:
    """Judge whether the order of the four methods depends on the quantity.

    Returns
    -------
    callable
        "holds" where some two methods change places between two quantities, with intervals that
        exclude 0 both times; "does not hold" where the order of every two is the same everywhere,
        likewise; else "not decidable".
    """

    def decide(evidence: Evidence) -> Verdict:
        pairs = list(combinations(PAPER_METHODS, 2))
        comparisons = {
            pair: [_compare(evidence, pair, dataset, quantity) for quantity in quantities]
            for pair in pairs
        }
        winners = {pair: {each.better for each in row} for pair, row in comparisons.items()}
        changed = [pair for pair in pairs if {"first", "second"} <= winners[pair]]
        unclear = [pair for pair in pairs if "unclear" in winners[pair]]
        numbers = {"pairs": len(pairs), "reversed": len(changed), "unclear": len(unclear)}
        if changed:
            words = _reversal(changed[0], comparisons[changed[0]], quantities)
            where = f"{len(changed)} of {len(pairs)} pairs on {dataset_title(dataset)}"
            return Verdict("holds", f"{words}; so with {where}", numbers)
        titles = ", ".join(quantity.title for quantity in quantities)
        words = f"no two methods change places between {titles} on {dataset_title(dataset)}"
        if unclear:
            words += f", but {len(unclear)} of {len(pairs)} pairs are too close"
            return Verdict("not decidable", words, numbers)
        return Verdict("does not hold", words, numbers)

    return decide


def wins_as_often(a: str, b: str, *, dataset: str, quantities: Sequence[Quantity]) -> Decide:
    """Judge whether one method is better on at least as many quantities as another.

    Returns
    -------
    callable
        Counted are differences that exclude 0. "holds" where `a` wins at least as often as `b`
        even if `b` won all the unclear ones, "does not hold" where `b` wins more often even if
        `a` won those. A difference of exactly 0 on every split counts for neither.
    """

    def decide(evidence: Evidence) -> Verdict:
        comparisons = {
            quantity.title: _compare(evidence, (a, b), dataset, quantity) for quantity in quantities
        }
        won = [title for title, each in comparisons.items() if each.better == "first"]
        lost = [title for title, each in comparisons.items() if each.better == "second"]
        unclear = [
            title
            for title, each in comparisons.items()
            if each.better == "unclear" and not each.equal
        ]
        outcome: Outcome = "not decidable"
        if len(won) >= len(lost) + len(unclear):
            outcome = "holds"
        elif len(lost) > len(won) + len(unclear):
            outcome = "does not hold"
        return Verdict(
            outcome,
            f"on {dataset_title(dataset)} {method_title(a)} is better than {method_title(b)} in "
            f"{_counted(won)}, worse in {_counted(lost)}, unclear in {_counted(unclear)}",
            {"better": len(won), "worse": len(lost), "unclear": len(unclear)},
        )

    return decide


def _samples(dataset: str, quantity: Quantity, *, first: str) -> list[Sample]:
    methods = [first, *(method for method in PAPER_METHODS if method != first)]
    return [Sample(dataset, method, quantity) for method in methods]


def _place(means: Sequence[float], quantity: Quantity) -> int:
    """Place of the first of some means."""
    mine, *others = means
    sign = 1 if quantity.direction == "higher" else -1
    different = [each for each in others if not math.isclose(each, mine, rel_tol=ROUNDING)]
    return 1 + sum(sign * (each - mine) > 0 for each in different)


def _in_the_paper(mine: Sample) -> str:
    metric = mine.quantity.metric.replace("kl_raw_", "kl_")
    raw = mine.quantity.scaling == "raw"
    order = [mine.method, *(method for method in PAPER_METHODS if method != mine.method)]
    means = [paper_value(mine.dataset, method, metric) if raw else None for method in order]
    known = [mean for mean in means if mean is not None]
    if len(known) < len(PAPER_METHODS):
        return ""
    return f", in the paper {_ORDINALS[_place(known, mine.quantity) - 1]}"


def _compare(
    evidence: Evidence, pair: tuple[str, str], dataset: str, quantity: Quantity
) -> PairedComparison:
    first, second = (Sample(dataset, method, quantity) for method in pair)
    return paired_comparison(evidence, first, second)


def _list(comparisons: dict[str, PairedComparison]) -> str:
    words = [f"{method_title(name)} {each.difference}" for name, each in comparisons.items()]
    return ", ".join(words)


def _names(pair: tuple[str, str]) -> str:
    return f"{method_title(pair[0])} minus {method_title(pair[1])}"


def _reversal(
    pair: tuple[str, str], comparisons: list[PairedComparison], quantities: Sequence[Quantity]
) -> str:
    better, worse = (
        next(
            f"{quantity.title} ({each.difference})"
            for quantity, each in zip(quantities, comparisons, strict=True)
            if each.better == which
        )
        for which in ("first", "second")
    )
    a, b = map(method_title, pair)
    return f"{a} is better than {b} in {better} and worse in {worse}"


def _counted(titles: Sequence[str]) -> str:
    return f"{len(titles)} ({', '.join(titles)})" if titles else "0"
