"""Rules on the order of the paper's four methods, by paired comparisons."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import combinations, product

from topo.inference.comparisons import ROUNDING
from topo.methods.roles import PAPER_METHODS
from topo.names import dataset_title, method_title
from topo.paper import paper_value
from topo.statements.contrasts import Pair, Rule
from topo.statements.evidence import Evidence
from topo.statements.intervals import ORDINALS, format_comparison
from topo.statements.samples import Quantity, Sample
from topo.statements.verdicts import Outcome, Verdict


def ranks_within(places: int, method: str, *, dataset: str, quantity: Quantity) -> Rule:
    """Judge whether a method is among the best of the paper's four.

    Parameters
    ----------
    places
        Last place that counts: 1 for the best alone.

    Returns
    -------
    Rule
        "holds" where at least 4 − `places` others are each shown to be worse or are equal, "does
        not hold" where at least `places` others are shown to be better. Shown is what a paired
        comparison tells after Holm's correction; equal is a difference of exactly 0 in every
        repetition, which shares a place.
    """
    mine, *others = _samples(dataset, quantity, first=method)
    pairs = [Pair(mine, other) for other in others]

    def decide(evidence: Evidence) -> Verdict:
        better = [pair.better(evidence) for pair in pairs]
        n_equal = sum(pair.difference(evidence).equal for pair in pairs)
        n_worse, n_better = better.count(1), better.count(-1)
        outcome: Outcome = "not decidable"
        if n_worse + n_equal >= len(PAPER_METHODS) - places:
            outcome = "holds"
        elif n_better >= places:
            outcome = "does not hold"
        place = _place([evidence.values(sample).mean() for sample in (mine, *others)], quantity)
        what = f"{quantity.title} on {dataset_title(dataset)}, {method_title(method)} minus"
        words = ", ".join(f"{method_title(p.b.method)} {_difference(evidence, p)}" for p in pairs)
        return Verdict(
            outcome,
            f"{what} {words} ({quantity.direction} is better){_lost(evidence, pairs)}; by the "
            f"means it is {ORDINALS[place - 1]} of four{_in_the_paper(mine)}",
            {
                "place": place,
                "better than": n_worse,
                "equal to": n_equal,
                "worse than": n_better,
                **_numbers(evidence, pairs),
            },
        )

    return _rule(decide, pairs)


def each_beats_each(
    best: Sequence[str], rest: Sequence[str], *, dataset: str, quantity: Quantity
) -> Rule:
    """Judge whether each of some methods is better than each of some others.

    Returns
    -------
    Rule
        "holds" where every paired comparison shows it after Holm's correction, "does not hold"
        where one shows the contrary.
    """
    pairs = [_pair(dataset, quantity, *each) for each in product(best, rest)]

    def decide(evidence: Evidence) -> Verdict:
        better = {pair.better(evidence) for pair in pairs}
        outcome: Outcome = "not decidable"
        if -1 in better:
            outcome = "does not hold"
        elif better == {1}:
            outcome = "holds"
        words = ", ".join(f"{_names(pair)} {_difference(evidence, pair)}" for pair in pairs)
        return Verdict(
            outcome,
            f"{quantity.title} on {dataset_title(dataset)} ({quantity.direction} is better): "
            + words
            + _lost(evidence, pairs),
            _numbers(evidence, pairs),
        )

    return _rule(decide, pairs)


def order_changes(dataset: str, quantities: Sequence[Quantity]) -> Rule:
    """Judge whether the order of the four methods depends on the quantity.

    Returns
    -------
    Rule
        "holds" where some two methods are shown to change places between two quantities, both
        times after Holm's correction; "does not hold" where the order of every two is shown to be
        the same everywhere; else "not decidable".
    """
    rows = {
        names: [_pair(dataset, quantity, *names) for quantity in quantities]
        for names in combinations(PAPER_METHODS, 2)
    }

    def decide(evidence: Evidence) -> Verdict:
        better = {names: [pair.better(evidence) for pair in row] for names, row in rows.items()}
        changed = [names for names, found in better.items() if {1, -1} <= set(found)]
        unclear = [names for names, found in better.items() if 0 in found]
        numbers = {"pairs": len(rows), "reversed": len(changed), "unclear": len(unclear)}
        if changed:
            words = _reversal(evidence, rows[changed[0]], better[changed[0]])
            where = f"{len(changed)} of {len(rows)} pairs on {dataset_title(dataset)}"
            return Verdict("holds", f"{words}; so with {where}", numbers)
        titles = ", ".join(quantity.title for quantity in quantities)
        words = f"no two methods change places between {titles} on {dataset_title(dataset)}"
        if unclear:
            are = "is" if len(unclear) == 1 else "are"
            words += f", but {len(unclear)} of {len(rows)} pairs {are} too close"
            return Verdict("not decidable", words, numbers)
        return Verdict("does not hold", words, numbers)

    return _rule(decide, [pair for row in rows.values() for pair in row])


def _samples(dataset: str, quantity: Quantity, *, first: str) -> list[Sample]:
    methods = [first, *(method for method in PAPER_METHODS if method != first)]
    return [Sample(dataset, method, quantity) for method in methods]


def _pair(dataset: str, quantity: Quantity, a: str, b: str) -> Pair:
    return Pair(Sample(dataset, a, quantity), Sample(dataset, b, quantity))


def _rule(decide: Callable[[Evidence], Verdict], pairs: Sequence[Pair]) -> Rule:
    return Rule(decide, tuple(pair.contrast for pair in pairs))


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
    return f", in the paper {ORDINALS[_place(known, mine.quantity) - 1]}"


def _difference(evidence: Evidence, pair: Pair) -> str:
    return format_comparison(pair.difference(evidence))


def _names(pair: Pair) -> str:
    return f"{method_title(pair.a.method)} minus {method_title(pair.b.method)}"


def _lost(evidence: Evidence, pairs: Sequence[Pair]) -> str:
    """Say which differences stand by themselves, but not among all of the family."""
    lost = [
        _names(pair)
        for pair in pairs
        if pair.better(evidence, alone=True) and not pair.better(evidence)
    ]
    if not lost:
        return ""
    return f", of which {', '.join(lost)} not among {len(evidence.family)} comparisons"


def _numbers(evidence: Evidence, pairs: Sequence[Pair]) -> dict[str, float]:
    """Name each difference, its interval, and its p-value before and after the correction."""
    numbers: dict[str, float] = {}
    for pair in pairs:
        found, name = pair.difference(evidence), f"{pair.a.method} minus {pair.b.method}"
        numbers |= {
            name: found.difference.mean,
            f"{name} ±": found.difference.half_width,
            f"{name} p": found.p_value,
            f"{name} p, corrected": evidence.p_value(pair.contrast),
        }
    return numbers


def _reversal(evidence: Evidence, pairs: Sequence[Pair], better: Sequence[int]) -> str:
    first, second = (pairs[better.index(side)] for side in (1, -1))
    a, b = method_title(first.a.method), method_title(first.b.method)
    return (
        f"{a} is better than {b} in {first.a.quantity.title} ({_difference(evidence, first)}) and "
        f"worse in {second.a.quantity.title} ({_difference(evidence, second)})"
    )
