"""Rules on the paper's own Table 1, on tables made by hand and on the paper's."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from topo.paper import Mark, paper_mark, paper_methods, paper_metrics
from topo.statements import STATEMENTS, Conclusion, Evidence, Statement, Threshold
from topo.statements.firmness import examine, perturb
from topo.statements.printed import (
    marks_agree,
    printed_keeps_up,
    printed_order_changes,
    printed_range_below,
    printed_within,
)
from topo.statements.quantities import KL, RMSE, SLICED, TRUSTWORTHINESS
from topo.statements.statement import Decide, decided

NOTHING = Evidence()
Column = tuple[float, float, float, float]


def printed(**columns: Column) -> Callable[[str, str, str], float | None]:
    """A table with these columns on every dataset, of t-SNE, UMAP, AE and TopoAE; 1 to 4 else."""

    def value(_: str, method: str, metric: str) -> float:
        return columns.get(metric.replace(".", "_"), (1, 2, 3, 4))[paper_methods().index(method)]

    return value


def marked(wrong: str = "") -> Callable[[str, str, str], Mark]:
    """Marks of the columns 1 to 4; on one metric as if the higher were better, and the reverse."""

    def mark(_: str, method: str, metric: str) -> Mark:
        place = paper_methods().index(method)
        if (metric == "trustworthiness") != (metric == wrong):
            place = 3 - place
        marks: tuple[Mark, ...] = ("first", "second", "", "")
        return marks[place]

    return mark


def test_marks_of_best_and_next_agree() -> None:
    rule = marks_agree("spheres", values=printed(), marks=marked())
    assert rule(NOTHING).outcome == "holds"
    rule = marks_agree("spheres", values=printed(), marks=marked("rmse"))
    verdict = rule(NOTHING)
    assert verdict.outcome == "does not hold"
    assert verdict.numbers["wrong"] == 4
    assert "RMSE of t-SNE is first and marked as neither" in verdict.explanation


def test_equal_numbers_share_a_mark() -> None:
    ties = printed(rmse=(1, 1, 2, 3))
    wrong = marks_agree("spheres", values=ties, marks=marked())(NOTHING)
    assert "RMSE of UMAP is first and marked as second" in wrong.explanation
    assert "RMSE of AE is second and marked as neither" in wrong.explanation


@pytest.mark.parametrize(
    ("column", "outcome"),
    [((3, 4, 2, 1), "holds"), ((3, 4, 1, 2), "does not hold"), ((3, 4, 1, 1), "holds")],
)
def test_place_in_the_printed_column(column: Column, outcome: str) -> None:
    rule = printed_within(
        1, "topoae", datasets=("mnist",), quantities=(RMSE,), values=printed(rmse=column)
    )
    assert rule(NOTHING).outcome == outcome


@pytest.mark.parametrize(
    ("last", "outcome"), [((1, 2, 4, 3), "holds"), ((1, 2, 3, 4), "does not hold")]
)
def test_order_of_printed_columns(last: Column, outcome: str) -> None:
    rule = printed_order_changes("spheres", KL, values=printed(kl_1=last))
    assert rule(NOTHING).outcome == outcome


def test_order_is_held_against_all_columns() -> None:
    # Between neighbours they only meet: the first and the last tell them apart.
    values = printed(kl_0_01=(1, 2, 3, 4), kl_0_1=(1, 1, 1, 1), kl_1=(2, 1, 3, 4))
    assert printed_order_changes("spheres", KL, values=values)(NOTHING).outcome == "holds"


@pytest.mark.parametrize(("bound", "outcome"), [(4.1, "holds"), (3.9, "does not hold")])
def test_range_of_a_printed_column(bound: float, outcome: str) -> None:
    values = printed(sliced_wasserstein=(98, 100, 100, 102))
    rule = printed_range_below(bound, datasets=("spheres",), quantity=SLICED, values=values)
    assert rule(NOTHING).outcome == outcome


@pytest.mark.parametrize(
    ("trust", "rmse", "outcome"),
    [(0.76, 9, "holds"), (0.7, 2.1, "holds"), (0.7, 9, "does not hold"), (0.9, 1, "holds")],
)
def test_keeping_up_in_print(trust: float, rmse: float, outcome: str) -> None:
    values = printed(trustworthiness=(0, 0.8, 0, trust), rmse=(0, 2, 0, rmse))
    rule = printed_keeps_up(
        10,
        dataset="spheres",
        pair=("topoae", "umap"),
        quantities=(TRUSTWORTHINESS, RMSE),
        values=values,
    )
    assert rule(NOTHING).outcome == outcome


@pytest.mark.parametrize(
    "rule",
    [
        marks_agree("digits"),
        printed_within(1, "topoae", datasets=("digits",), quantities=(SLICED,)),
        printed_order_changes("digits", (SLICED, RMSE)),
        printed_range_below(1, datasets=("digits",), quantity=SLICED),
        printed_keeps_up(1, dataset="digits", pair=("topoae", "umap"), quantities=(SLICED,)),
    ],
)
def test_a_table_that_is_not_in_print_is_all_that_leaves_open(rule: Decide) -> None:
    verdict = decided(rule, NOTHING)
    assert verdict.outcome == "not decidable"
    assert re.search("the paper has no .* of every method on digits", verdict.cause)


def test_numbers_in_print_are_never_fragile() -> None:
    # There is no repetition to leave out, and of the other values of a margin those on one side
    # alone can turn a verdict.
    def keeps_up(margin: float) -> Decide:
        return printed_keeps_up(
            margin,
            dataset="spheres",
            pair=("topoae", "umap"),
            quantities=(RMSE,),
            values=printed(rmse=(0, 1, 0, 1.07)),
        )

    found = []
    for value, others in ((10.0, (5.0, 20.0)), (5.0, (2.0, 10.0)), (20.0, (10.0, 40.0))):
        margin = Threshold("margin", value, others, "So.", keeps_up)
        alone = Conclusion("c", "theme", "4", "quote", (Statement.at("r", "", "", margin),))
        judged = examine(alone, NOTHING, perturb(NOTHING)).readings[0]
        assert judged.firmness is not None
        found.append((judged.outcome, judged.firmness.word))
    assert found == [("holds", "fairly firm"), ("does not hold", "fairly firm"), ("holds", "firm")]


def test_every_column_of_the_paper_has_marks() -> None:
    for dataset in ("spheres", "mnist"):
        for metric in paper_metrics():
            marks = [paper_mark(dataset, method, metric) for method in paper_methods()]
            assert any(marks), (dataset, metric)


def test_the_paper_s_own_numbers() -> None:
    """Facts of print: they change with the paper, not with a run."""
    found = {
        each.name: each.judge(NOTHING).outcome
        for each in STATEMENTS
        if each.name.startswith(("printed-", "table-1-"))
    }
    assert sorted(name for name, outcome in found.items() if outcome == "does not hold") == [
        "printed-topoae-competitive-with-umap-spheres",
        "printed-topoae-robust-kl-spheres",
        "table-1-marks-follow-its-numbers-mnist",
        "table-1-marks-follow-its-numbers-spheres",
    ]
    assert "not decidable" not in found.values()
