"""Rules on the paper's own Table 1: what its numbers say, one of each and no interval."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

from topo.metrics.registry import METRICS
from topo.names import dataset_title, method_title
from topo.paper import Mark, paper_mark, paper_methods, paper_metrics, paper_value
from topo.statements.evidence import Evidence
from topo.statements.intervals import ORDINALS, format_bound
from topo.statements.samples import Quantity
from topo.statements.score_tables import MissingEvidenceError
from topo.statements.statement import Decide
from topo.statements.verdicts import Outcome, Verdict

#: Return what stands in a cell: of a dataset, a method and a metric.
Values = Callable[[str, str, str], float | None]
Marks = Callable[[str, str, str], Mark]

_MARKS: tuple[Mark, ...] = ("first", "second")


def marks_agree(dataset: str, *, values: Values = paper_value, marks: Marks = paper_mark) -> Decide:
    """Judge whether the best value of every column is marked as first and the next as second.

    Returns
    -------
    callable
        "holds" where all marks are those of the numbers, else "does not hold". Equal values share
        a mark.
    """

    def decide(_: Evidence) -> Verdict:
        wrong = [
            f"{_title(metric)} of {method_title(method)} is {place or 'neither'} and marked as "
            f"{mark or 'neither'}"
            for metric in paper_metrics()
            for method, value in _column(dataset, metric, values).items()
            for place in [_place(value, dataset, metric, values)]
            for mark in [marks(dataset, method, metric)]
            if mark != place
        ]
        n = len(paper_metrics()) * len(paper_methods())
        words = "; ".join([f"{len(wrong)} of {n} cells of {dataset_title(dataset)}", *wrong])
        return Verdict("does not hold" if wrong else "holds", words, {"wrong": len(wrong), "of": n})

    return decide


def printed_within(
    places: int,
    method: str,
    *,
    datasets: Sequence[str],
    quantities: Sequence[Quantity],
    values: Values = paper_value,
) -> Decide:
    """Judge whether a method is among the best of each column.

    Returns
    -------
    callable
        "holds" where fewer than `places` others are better in every column, else "does not hold".
    """

    def decide(_: Evidence) -> Verdict:
        found = {
            f"{quantity.title} on {dataset_title(dataset)}": 1
            + sum(_is_better(each, column[method], quantity.metric) for each in column.values())
            for dataset in datasets
            for quantity in quantities
            for column in [_column(dataset, quantity.metric, values)]
        }
        worse = [
            f"{ORDINALS[place - 1]} of four in {name}"
            for name, place in found.items()
            if place > places
        ]
        words = f"in the paper {method_title(method)} is " + (
            ", ".join(worse)
            or f"{ORDINALS[max(found.values()) - 1]} of four at worst in {len(found)} columns"
        )
        return Verdict("does not hold" if worse else "holds", words, found)

    return decide


def printed_order_changes(
    dataset: str, quantities: Sequence[Quantity], *, values: Values = paper_value
) -> Decide:
    """Judge whether some two methods change places between two columns."""

    def decide(_: Evidence) -> Verdict:
        columns = [_column(dataset, each.metric, values) for each in quantities]
        changed = [
            f"{method_title(a)} and {method_title(b)}"
            for a, b in combinations(paper_methods(), 2)
            if any((x[a] - x[b]) * (y[a] - y[b]) < 0 for x, y in combinations(columns, 2))
        ]
        titles = ", ".join(each.title for each in quantities)
        who = ", ".join(changed) or "no two methods"
        words = f"between {titles} on {dataset_title(dataset)}, in the paper, change places: {who}"
        return Verdict("holds" if changed else "does not hold", words, {"pairs": len(changed)})

    return decide


def printed_range_below(
    bound: float, *, datasets: Sequence[str], quantity: Quantity, values: Values = paper_value
) -> Decide:
    """Judge whether the methods lie within so many per cent of their mean, on every dataset."""

    def decide(_: Evidence) -> Verdict:
        ranges = {}
        for dataset in datasets:
            column = list(_column(dataset, quantity.metric, values).values())
            mean = sum(column) / len(column)
            ranges[dataset_title(dataset)] = 100 * (max(column) - min(column)) / mean
        outcome: Outcome = "holds" if max(ranges.values()) < bound else "does not hold"
        words = ", ".join(f"{format_bound(each)} % on {name}" for name, each in ranges.items())
        return Verdict(outcome, f"range of {quantity.title} in the paper: {words}", ranges)

    return decide


def printed_keeps_up(
    margin: float,
    *,
    dataset: str,
    pair: tuple[str, str],
    quantities: Sequence[Quantity],
    values: Values = paper_value,
) -> Decide:
    """Judge whether one method is worse than another by so many per cent in at most half."""

    def decide(_: Evidence) -> Verdict:
        losses = {}
        for quantity in quantities:
            column = _column(dataset, quantity.metric, values)
            mine, other = (column[method] for method in pair)
            sign = 1 if _direction(quantity.metric) == "lower" else -1
            losses[quantity.title] = 100 * sign * (mine - other) / abs(other)
        kept = [name for name, loss in losses.items() if loss < margin]
        outcome: Outcome = "holds" if 2 * len(kept) >= len(losses) else "does not hold"
        a, b = map(method_title, pair)
        words = f"in the paper's {dataset_title(dataset)} {a} keeps up with {b} in {len(kept)} of "
        return Verdict(
            outcome,
            f"{words}{len(losses)} columns ({', '.join(kept) or 'none'})",
            {f"loss in {name}, %": loss for name, loss in losses.items()},
        )

    return decide


def _column(dataset: str, metric: str, values: Values) -> dict[str, float]:
    found = {method: values(dataset, method, metric) for method in paper_methods()}
    column = {method: value for method, value in found.items() if value is not None}
    if len(column) < len(found):
        raise MissingEvidenceError(f"the paper has no {metric} of every method on {dataset}")
    return column


def _place(value: float, dataset: str, metric: str, values: Values) -> Mark:
    """Mark that a value deserves: by the different values of its column."""
    different = sorted(
        set(_column(dataset, metric, values).values()), reverse=_direction(metric) == "higher"
    )
    place = different.index(value)
    return _MARKS[place] if place < len(_MARKS) else ""


def _is_better(a: float, b: float, metric: str) -> bool:
    return a > b if _direction(metric) == "higher" else a < b


def _direction(metric: str) -> str:
    return METRICS[metric][0].direction


def _title(metric: str) -> str:
    return Quantity(metric).title
