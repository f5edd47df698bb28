"""Table 1 as a frame."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest

from tests.topo.table.synthetic_scores import scores, table_of
from topo.methods.roles import PAPER_METHODS
from topo.metrics import METRICS
from topo.table.layout import MAIN, NAMED


def cell(table: pd.DataFrame, dataset: str, method: str, metric: str, scaling: str = "raw") -> Any:
    found = table[
        (table["dataset"] == dataset)
        & (table["method"] == method)
        & (table["metric"] == metric)
        & (table["scaling"] == scaling)
    ]
    assert len(found) == 1
    return found.iloc[0]


def test_frame_has_one_row_per_cell(table: pd.DataFrame) -> None:
    assert list(table.columns) == [
        *(
            "dataset",
            "method",
            "metric",
            "scaling",
            "group",
            "mean",
            "half_width",
            "half_width_splits",
            "n",
        ),
        *("planned", "draws"),
        *("rank_all", "mark_all", "rank_paper", "mark_paper", "paper", "status", "reason"),
    ]
    assert not table.duplicated(["dataset", "method", "metric", "scaling"]).any()
    # Six methods, all columns and nesting, two distances to the empty diagram, three datasets.
    assert len(table) == 3 * (6 * (len(MAIN) + len(NAMED) + 1) + 2)


def test_every_column_is_a_metric_of_the_registry() -> None:
    for column in (*MAIN, *NAMED):
        assert column.scaling in [metric.scaling for metric in METRICS[column.metric]]


def test_methods_of_the_paper_come_first_and_in_its_order(table: pd.DataFrame) -> None:
    order = ["tsne", "umap", "ae", "topoae", "pca", "random", "empty diagram"]
    for dataset in ("spheres", "mnist"):
        assert table[table["dataset"] == dataset]["method"].unique().tolist() == order


def test_ranks_follow_each_metrics_direction(table: pd.DataFrame) -> None:
    lower = [cell(table, "spheres", method, "rmse")["rank_all"] for method in PAPER_METHODS]
    assert lower == [2, 1, 4, 3]
    higher = [
        cell(table, "spheres", method, "trustworthiness")["rank_all"] for method in PAPER_METHODS
    ]
    assert higher == [3, 4, 1, 2]


def test_every_method_is_ranked_and_the_papers_four_among_themselves_too() -> None:
    starts = {"umap": 1, "isomap": 2, "ae": 3, "tsne": 4, "topoae_moor": 5, "topoae": 6}
    rows = [row for method, start in starts.items() for row in scores(method, float(start))]
    table = table_of([*rows, *scores("random", 90.0), *scores("pca", 95.0)])
    found = [cell(table, "spheres", method, "rmse") for method in starts]
    assert [each["rank_all"] for each in found] == [1, 2, 3, 4, 5, 6]
    # The values of two methods differ by the same in all repetitions, which leaves no doubt.
    marks = [each["mark_all"] for each in found]
    assert marks[0] == 1 and all(pd.isna(each) for each in marks[1:])
    papers = {each["method"]: each for each in found if pd.notna(each["rank_paper"])}
    assert {name: each["rank_paper"] for name, each in papers.items()} == {
        **{"umap": 1, "ae": 2, "tsne": 3, "topoae": 4}
    }
    assert papers["umap"]["mark_paper"] == 1
    assert pd.isna(papers["ae"]["mark_paper"])
    order = ["tsne", "umap", "ae", "topoae", "isomap", "topoae_moor", "pca", "random"]
    assert table["method"].unique().tolist()[:8] == order


def test_controls_and_what_has_no_direction_have_no_rank(table: pd.DataFrame) -> None:
    controls = table["method"].isin(["pca", "random", "empty diagram"])
    assert table[controls]["rank_all"].isna().all()
    rows = [*scores("tsne", only=[("matched_share", "raw"), ("rmse", "raw")])]
    found = table_of(rows)
    assert pd.isna(cell(found, "spheres", "tsne", "matched_share")["rank_all"])
    assert cell(found, "spheres", "tsne", "rmse")["rank_all"] == 1


def test_metrics_stand_in_the_papers_columns_or_in_their_group(table: pd.DataFrame) -> None:
    groups = dict(zip(table["metric"] + " " + table["scaling"], table["group"], strict=True))
    assert groups["rmse raw"] == groups["bottleneck empty"] == "Table 1"
    assert groups["bottleneck sum"] == "homology"
    assert groups["nesting raw"] == "enclosure"
    assert set(table["metric"]) == {column.metric for column in (*MAIN, *NAMED)} | {"nesting"}


def test_papers_values_stand_beside_ours(table: pd.DataFrame) -> None:
    assert cell(table, "spheres", "tsne", "rmse")["paper"] == 8.461
    assert cell(table, "mnist", "ae", "bottleneck")["paper"] == 14.033038
    assert cell(table, "spheres", "umap", "kl_raw_0.01")["paper"] == 0.02501
    for place in (("spheres", "pca", "rmse"), ("digits", "tsne", "rmse")):
        assert math.isnan(cell(table, *place)["paper"])
    assert math.isnan(cell(table, "spheres", "tsne", "bottleneck", "sum")["paper"])


def test_mean_and_interval_are_those_of_the_scores(table: pd.DataFrame) -> None:
    row = cell(table, "spheres", "tsne", "rmse")
    assert (row["mean"], row["n"], row["planned"], row["status"]) == (4, 3, 3, "ok")
    plain = 4.302653 / math.sqrt(3)
    assert row["half_width_splits"] == pytest.approx(plain, rel=1e-6)
    assert row["half_width"] == pytest.approx(plain * math.sqrt(2), rel=1e-6)


def test_empty_diagram_has_a_row_of_its_own(table: pd.DataFrame) -> None:
    rows = table[(table["method"] == "empty diagram") & (table["dataset"] == "spheres")]
    assert rows["metric"].tolist() == ["bottleneck", "sliced_wasserstein"]
    assert rows["mean"].tolist() == [70, 70]


def test_empty_diagram_is_taken_where_most_repetitions_are() -> None:
    late = ("failed", "timed out")
    rows = [*scores("tsne", missing=late), *scores("umap", splits=(0, 1)), *scores("ae")]
    assert cell(table_of(rows), "spheres", "empty diagram", "bottleneck", "empty")["n"] == 3


def test_diagrams_of_dimension_one_stay_out() -> None:
    rows = scores("tsne") + scores("tsne", 50.0, dimension=1, only=[("bottleneck", "raw")])
    assert cell(table_of(rows), "spheres", "tsne", "bottleneck")["mean"] == 2


def test_what_was_not_run_says_so() -> None:
    rows = scores("tsne") + scores("ae", only=[("rmse", "raw")])
    row = cell(table_of(rows), "spheres", "ae", "bottleneck")
    assert (row["status"], row["n"], row["planned"]) == ("not run", 0, 0)
    assert row["reason"]


def test_methods_left_out_on_a_dataset_have_no_row_there() -> None:
    table = table_of([*scores("tsne"), *scores("pca"), *scores("tsne", dataset="mnist")])
    methods = table[table["metric"] == "rmse"].groupby("dataset")["method"].agg(list)
    assert methods.to_dict() == {"mnist": ["tsne"], "spheres": ["tsne", "pca"]}


def test_metrics_that_nobody_has_are_left_out() -> None:
    table = table_of(scores("tsne", only=[("rmse", "raw")]))
    assert table["metric"].unique().tolist() == ["rmse"]
