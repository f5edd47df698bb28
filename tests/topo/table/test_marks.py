"""The best, and what is not distinguishable from it, in tables made by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from tests.topo.table.synthetic_scores import scores
from topo.scores import SCORES, ScoreRow, aggregate
from topo.table import describe_paper_table1, describe_table1, table1
from topo.table.marks import earned, marks, rank_printed
from topo.table.numbers import format_estimate, printed_mean

#: How far five repetitions lie from their middle, each method in an order of its own.
STEPS = (0.0, 1.0, -1.0, 0.5, -0.5)
#: Differences whose p-value is 0.03, and 0.11 after the correction for overlapping splits.
STEPS_AE = (0.05, 0.45, 0.2, 0.4, 0.15)


def around(centre: float, width: float, *, turn: int = 0) -> list[float]:
    """Five repetitions up to `width` from the centre."""
    return [centre + width * step for step in STEPS[turn:] + STEPS[:turn]]


def table(
    values: dict[str, list[float]], *, metric: str, scaling: str = "raw", draws: bool = True
) -> pd.DataFrame:
    """A table of one column: repetitions for each method, "empty" for the empty diagram."""
    rows: list[ScoreRow] = []
    for method in (name for name in values if name != "empty"):
        made = scores(method, splits=range(len(values[method])), only=[(metric, scaling)])
        if "empty" in values:
            made += scores(method, splits=range(len(values["empty"])), only=[(metric, "empty")])
        for row in made:
            own = values["empty" if row.scaling == "empty" and scaling != "empty" else method]
            draw = row.split if draws else 0
            rows.append(row._replace(draw=draw, value=own[row.split]))
    return table1(aggregate(SCORES.frame(rows)))


def marked(
    values: dict[str, list[float]], *, metric: str, scaling: str = "raw", draws: bool = True
) -> dict[str, int]:
    found = table(values, metric=metric, scaling=scaling, draws=draws)
    found = found[found["mark_all"].notna()]
    return dict(zip(found["method"], found["mark_all"], strict=True))


def columns(width: float = 0.02, **centres: float) -> dict[str, list[float]]:
    """Return repetitions of that width for every method, each in another order."""
    return {
        name: around(centre, width, turn=turn % len(STEPS))
        for turn, (name, centre) in enumerate(centres.items())
    }


def test_best_and_what_is_not_distinguishable_from_it() -> None:
    values = columns(tsne=3.0, umap=1.0, ae=1.001, pca=4.0, random=5.0, empty=6.0)
    assert marked(values, metric="bottleneck") == {"umap": 1, "ae": 2}
    assert marked({**values, "ae": around(2.0, 0.02)}, metric="bottleneck") == {"umap": 1}


def test_splits_of_one_dataset_distinguish_less_than_draws() -> None:
    values = columns(0.1, tsne=3.0, umap=1.0, pca=9.0, random=9.5)
    values["ae"] = [value + more for value, more in zip(values["umap"], STEPS_AE, strict=True)]
    assert marked(values, metric="rmse") == {"umap": 1}
    assert marked(values, metric="rmse", draws=False) == {"umap": 1, "ae": 2}


def test_all_at_the_empty_diagrams_value_have_no_mark() -> None:
    same = around(13.06, 0.1)
    values = dict.fromkeys(("tsne", "umap", "ae", "pca", "random", "empty"), same)
    assert marked(values, metric="bottleneck") == {}
    # Nearer in two of five repetitions: that shows nothing.
    some = [same[0] - 0.1, same[1] - 0.2, *same[2:]]
    assert marked({**values, "topoae": some}, metric="bottleneck") == {}
    nearer = [value - 0.05 - 0.01 * i for i, value in enumerate(same)]
    assert marked({**values, "topoae": nearer}, metric="bottleneck") == {"topoae": 1}


def test_where_a_control_wins_nobody_has_a_mark() -> None:
    values = columns(tsne=30.1, umap=29.8, ae=26.6, pca=21.4, random=31.7)
    assert marked(values, metric="rmse") == {}
    assert marked({**values, "topoae": around(20.0, 0.1)}, metric="rmse") == {"topoae": 1}
    # Better than PCA by the mean, but not distinguishable from it.
    assert marked({**values, "topoae": around(21.0, 2.0)}, metric="rmse") == {}


def test_equal_values_share_the_mark_of_the_best() -> None:
    values = columns(tsne=0.9, umap=0.9, ae=0.7, pca=0.6, random=0.5)
    values["umap"] = values["tsne"]
    assert marked(values, metric="trustworthiness") == {"tsne": 1, "umap": 1}
    values["topoae"] = around(1.1, 0.02)
    assert marked(values, metric="trustworthiness") == {"topoae": 1}


def test_without_controls_somebody_must_be_worse() -> None:
    same = around(0.9, 0.01)
    assert marked({"tsne": same, "umap": same}, metric="trustworthiness") == {}
    assert marked({"tsne": same}, metric="trustworthiness") == {}
    worse = {"tsne": same, "umap": around(0.8, 0.01, turn=2)}
    assert marked(worse, metric="trustworthiness") == {"tsne": 1}


def test_one_repetition_shows_nothing() -> None:
    values = {"tsne": [0.9], "umap": [0.8], "pca": [0.5]}
    assert marked(values, metric="trustworthiness") == {}


def test_diagrams_that_are_scaled_are_held_against_the_controls_alone() -> None:
    values = columns(0.002, tsne=0.3, umap=0.2, pca=0.4, random=0.5, empty=0.1)
    assert marked(values, metric="bottleneck", scaling="sum") == {"umap": 1}
    # At the best factor a distance is in the input's unit again.
    assert marked(values, metric="bottleneck", scaling="best") == {}


def test_marks_of_the_papers_four_are_their_own() -> None:
    values = columns(tsne=3.0, umap=2.0, isomap=1.0, pca=4.0, random=5.0)
    found = table(values, metric="rmse")
    whole, papers = describe_table1(found), describe_paper_table1(found)
    marks_of = [
        {row.title: row.cells[0].rank for group in described.tables[0].groups for row in group.rows}
        for described in (whole, papers)
    ]
    assert marks_of[0] == {"t-SNE": None, "UMAP": None, "isomap": 1, "PCA": None, "Random": None}
    assert marks_of[1] == {"t-SNE": None, "UMAP": 1, "PCA": None, "Random": None}


@pytest.mark.parametrize(
    ("mean", "half_width", "printed"),
    [(13.0604, 0.11, 13.06), (0.00012, 0.00031, 0.00012), (1.2345e-7, 3e-8, 1.23e-7),
     (13.01234, math.nan, 13.01), (1e300, math.inf, 1e300), (-0.25, 0.031, -0.25),
     (123456789.0, 2e6, 1.235e8), (0.0, 0.0, 0.0), (5.4321e-9, math.nan, 5.432e-9)],
)  # fmt: skip
def test_a_printed_mean_is_what_stands_before_its_interval(
    mean: float, half_width: float, printed: float
) -> None:
    assert printed_mean(mean, half_width) == printed, format_estimate(mean, half_width)


def test_ranks_and_marks_of_nobody() -> None:
    assert rank_printed({}, {}, "lower") == {}
    assert marks({}, {}, "lower") == {}
    assert marks({"a": pd.Series([1.0, 2.0])}, {}, "none") == {}
    assert rank_printed({"a": 1.0}, {"a": 1.0}, "none") == {}


def test_a_wide_interval_with_few_digits_does_not_turn_the_order_round() -> None:
    values, printed = {"a": 13.04, "b": 13.02, "c": 13.021}, {"a": 13.0, "b": 13.02, "c": 13.02}
    assert rank_printed(values, printed, "lower") == {"a": 3, "b": 1, "c": 1}
    assert earned({"a": 1.0}, [2.0], "none") == frozenset()
