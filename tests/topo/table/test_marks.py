"""Best and second, in tables made by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from tests.topo.table.synthetic_scores import scores
from topo.scores import SCORES, ScoreRow, aggregate
from topo.table import describe_paper_table1, describe_table1, table1
from topo.table.marks import earned, rank_printed
from topo.table.numbers import format_estimate, printed_mean


def table(values: dict[str, float], *, metric: str, scaling: str = "raw") -> pd.DataFrame:
    """A table of one column: a value for each method, "empty" for the empty diagram."""
    rows: list[ScoreRow] = []
    for method, value in values.items():
        if method == "empty":
            continue
        row, *_ = scores(method, splits=(0,), only=[(metric, scaling)])
        rows.append(row._replace(value=value))
        if "empty" in values:
            rows.append(row._replace(scaling="empty", value=values["empty"]))
    return table1(aggregate(SCORES.frame(rows)))


def marked(values: dict[str, float], *, metric: str, scaling: str = "raw") -> dict[str, int]:
    found = table(values, metric=metric, scaling=scaling)
    found = found[found["mark_all"].notna()]
    return dict(zip(found["method"], found["mark_all"], strict=True))


def test_best_and_second_where_they_beat_the_controls_and_the_empty_diagram() -> None:
    values = {"tsne": 3.0, "umap": 1.0, "ae": 2.0, "pca": 4.0, "random": 5.0, "empty": 6.0}
    assert marked(values, metric="bottleneck") == {"umap": 1, "ae": 2}


def test_all_at_the_empty_diagrams_value_have_no_mark() -> None:
    values = dict.fromkeys(("tsne", "umap", "ae", "pca", "random", "empty"), 13.06)
    assert marked(values, metric="bottleneck") == {}
    # One is nearer; that of the second place is printed as the empty diagram's value.
    values |= {"topoae": 13.02, "ae": 13.0599999}
    assert marked(values, metric="bottleneck") == {"topoae": 1}


def test_where_a_control_wins_nobody_has_a_mark() -> None:
    values = {"tsne": 30.1, "umap": 29.8, "ae": 26.6, "pca": 21.4, "random": 31.7}
    assert marked(values, metric="rmse") == {}
    assert marked({**values, "topoae": 20.0}, metric="rmse") == {"topoae": 1}


def test_a_bound_that_is_printed_with_fewer_digits_must_be_beaten_itself() -> None:
    rows = [
        row._replace(value=value)
        for method, values in {"tsne": (0.1885, 0.1895), "pca": (0.145, 0.229)}.items()
        for row, value in zip(scores(method, splits=(0, 1), only=[("kl_0.1", "raw")]), values,
                              strict=True)
    ]  # fmt: skip
    found = table1(aggregate(SCORES.frame(rows)))
    assert printed_mean(*found.loc[found["method"] == "tsne", ["mean", "half_width"]].iloc[0]) == (
        pytest.approx(0.189)
    )
    # PCA's 0.187 is printed as 0.2.
    assert found["mark_all"].isna().all()


def test_equal_printed_values_share_a_mark_and_the_next_place_is_left_out() -> None:
    values = {"tsne": 0.90001, "umap": 0.90002, "ae": 0.8, "pca": 0.7, "random": 0.5}
    assert marked(values, metric="trustworthiness") == {"tsne": 1, "umap": 1}
    values["topoae"] = 0.95
    assert marked(values, metric="trustworthiness") == {"topoae": 1, "tsne": 2, "umap": 2}


def test_where_all_are_equal_and_nothing_is_beaten_nobody_has_a_mark() -> None:
    assert marked({"tsne": 0.9, "umap": 0.9}, metric="trustworthiness") == {}
    assert marked({"tsne": 0.9}, metric="trustworthiness") == {}
    # The second place of two that nothing bounds is the last one.
    assert marked({"tsne": 0.9, "umap": 0.8}, metric="trustworthiness") == {"tsne": 1}


def test_diagrams_that_are_scaled_are_held_against_the_controls_alone() -> None:
    values = {"tsne": 0.3, "umap": 0.2, "pca": 0.4, "random": 0.5, "empty": 0.1}
    assert marked(values, metric="bottleneck", scaling="sum") == {"umap": 1, "tsne": 2}
    # At the best factor a distance is in the input's unit again.
    assert marked(values, metric="bottleneck", scaling="best") == {}


def test_marks_of_the_papers_four_are_their_own() -> None:
    values = {"tsne": 3.0, "umap": 2.0, "isomap": 1.0, "pca": 4.0, "random": 5.0}
    found = table(values, metric="rmse")
    whole, papers = describe_table1(found), describe_paper_table1(found)
    marks = [
        {row.title: row.cells[0].rank for group in described.tables[0].groups for row in group.rows}
        for described in (whole, papers)
    ]
    assert marks[0] == {"t-SNE": None, "UMAP": 2, "isomap": 1, "PCA": None, "Random": None}
    assert marks[1] == {"t-SNE": 2, "UMAP": 1, "PCA": None, "Random": None}


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
    assert rank_printed({"a": 1.0}, {"a": 1.0}, "none") == {}


def test_a_wide_interval_with_few_digits_does_not_turn_the_order_round() -> None:
    values, printed = {"a": 13.04, "b": 13.02, "c": 13.021}, {"a": 13.0, "b": 13.02, "c": 13.02}
    assert rank_printed(values, printed, "lower") == {"a": 3, "b": 1, "c": 1}
    assert earned({"a": 1.0}, [2.0], "none") == frozenset()
