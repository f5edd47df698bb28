"""Table 1 as a frame, as Markdown and as text."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from topo.metrics import METRICS
from topo.scores import Hyperparameters, ScoreRow, aggregate, score_frame, spread
from topo.table import spread_markdown, spread_text, table1, table1_markdown, table1_text
from topo.table.layout import MAIN, RANKED, RAW_KL
from topo.table.numbers import format_estimate, format_number, format_paper

NAN = math.nan
SHOWN = [(column.metric, column.scaling) for column in (*MAIN, *RAW_KL)]
SHOWN += [("bottleneck", "empty"), ("sliced_wasserstein", "empty"), ("nesting", "raw")]
NO_FILE = "t10k-images-idx3-ubyte.gz is in no folder | and on no mirror"


def scores(
    method: str,
    start: float = 1.0,
    *,
    dataset: str = "spheres",
    splits: Sequence[int] = (0, 1, 2),
    model_seeds: Sequence[int] = (),
    missing: tuple[str, str] | None = None,
    only: Sequence[tuple[str, str]] = SHOWN,
    dimension: int = 0,
) -> list[ScoreRow]:
    """Make rows of every metric shown, the values start, start + 1, … over splits and seeds."""
    places = [(split, 0) for split in splits] + [(0, seed) for seed in model_seeds]
    status, reason = missing or ("ok", "")
    rows = []
    for metric, scaling in only:
        for index, (split, model_seed) in enumerate(places):
            is_diagram = metric in ("bottleneck", "sliced_wasserstein")
            rows.append(
                ScoreRow(
                    stage="benchmark",
                    dataset=dataset,
                    split=split,
                    method=method,
                    model_seed=model_seed,
                    seed=index,
                    hyperparameters=Hyperparameters(),
                    metric=metric,
                    dimension=dimension if is_diagram else None,
                    scaling=scaling,
                    value=NAN if missing else (70.0 if scaling == "empty" else start + index),
                    status=status,
                    reason=reason,
                )
            )
    return rows


def without(rows: list[ScoreRow], metric: str, status: str, reason: str) -> list[ScoreRow]:
    return [
        row._replace(value=NAN, status=status, reason=reason) if row.metric == metric else row
        for row in rows
    ]


def benchmark() -> list[ScoreRow]:
    rows = []
    for dataset in ("spheres", "digits"):
        for start, method in enumerate(("random", "umap", "tsne", "topoae", "ae", "pca"), 1):
            made = scores(method, float(start), dataset=dataset)
            if method in ("random", "umap", "tsne"):
                made = without(made, "reconstruction_error", "not applicable", "needs a decoder")
            rows += made
        rows += scores("ae", 5.0, dataset=dataset, splits=(), model_seeds=(1, 2))
    for method in ("random", "umap", "tsne", "topoae", "ae", "pca"):
        rows += scores(method, dataset="mnist", missing=("unavailable", NO_FILE))
    return rows


def table_of(rows: list[ScoreRow]) -> pd.DataFrame:
    return table1(aggregate(score_frame(rows)))


def cell(table: pd.DataFrame, dataset: str, method: str, metric: str, scaling: str = "raw") -> Any:
    found = table[
        (table["dataset"] == dataset)
        & (table["method"] == method)
        & (table["metric"] == metric)
        & (table["scaling"] == scaling)
    ]
    assert len(found) == 1
    return found.iloc[0]


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return table_of(benchmark())


@pytest.fixture(scope="module")
def spreads() -> pd.DataFrame:
    return spread(score_frame(benchmark()))


def markdown_rows(markdown: str, title: str) -> list[list[str]]:
    """Cells of the table under a title, read as a Markdown reader does."""
    _, _, rest = markdown.partition(f"## {title}\n")
    lines = [line for line in rest.split("\n## ")[0].splitlines() if line.startswith("|")]
    return [re.split(r"(?<!\\)\|", line)[1:-1] for line in lines]


# The frame


def test_frame_has_one_row_per_cell(table: pd.DataFrame) -> None:
    assert list(table.columns) == [
        *("dataset", "method", "metric", "scaling", "mean", "half_width", "n", "planned"),
        *("rank", "paper", "status", "reason"),
    ]
    assert not table.duplicated(["dataset", "method", "metric", "scaling"]).any()
    # Six methods, all columns, and two distances to the empty diagram, on three datasets.
    assert len(table) == 3 * (6 * (len(MAIN) + len(RAW_KL)) + 2)


def test_every_column_is_a_metric_of_the_registry() -> None:
    for column in (*MAIN, *RAW_KL):
        assert column.scaling in [metric.scaling for metric in METRICS[column.metric]]


def test_methods_of_the_paper_come_first_and_in_its_order(table: pd.DataFrame) -> None:
    order = ["tsne", "umap", "ae", "topoae", "random", "pca", "empty diagram"]
    for dataset in ("spheres", "mnist"):
        assert table[table["dataset"] == dataset]["method"].unique().tolist() == order


def test_ranks_follow_each_metrics_direction(table: pd.DataFrame) -> None:
    lower = [cell(table, "spheres", method, "rmse")["rank"] for method in RANKED]
    assert lower == [2, 1, 4, 3]
    higher = [cell(table, "spheres", method, "trustworthiness")["rank"] for method in RANKED]
    assert higher == [3, 4, 1, 2]


def test_controls_and_the_other_kl_have_no_rank(table: pd.DataFrame) -> None:
    assert table[~table["method"].isin(RANKED)]["rank"].isna().all()
    assert table[table["metric"].str.startswith("kl_raw")]["rank"].isna().all()
    assert table[table["metric"] == "kl_0.1"]["rank"].notna().any()


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
    assert row["half_width"] == pytest.approx(4.302653 / math.sqrt(3), rel=1e-6)


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


def test_metrics_that_nobody_has_are_left_out() -> None:
    table = table_of(scores("tsne", only=[("rmse", "raw")]))
    assert table["metric"].unique().tolist() == ["rmse"]


# Markdown


def test_markdown_tables_are_rectangular(table: pd.DataFrame) -> None:
    for title in ("SPHERES", "Digits", "KL on raw distances"):
        rows = markdown_rows(table1_markdown(table), title)
        assert len(rows) > 6
        assert {len(row) for row in rows} == {len(rows[0])}


def test_markdown_shows_means_ranks_and_the_paper(table: pd.DataFrame) -> None:
    heading, _, *rows = markdown_rows(table1_markdown(table), "SPHERES")
    rmse = heading.index(" RMSE ↓ ")
    by_method = {
        row[0].strip(): row[rmse].strip().replace("\N{NO-BREAK SPACE}", " ") for row in rows
    }
    assert by_method["UMAP"] == "**<ins>3.0 ± 2.5</ins>**<br>(7.564)"
    assert by_method["t-SNE"] == "**4.0 ± 2.5**<br>(8.461)"
    assert by_method["TopoAE"] == "5.0 ± 2.5<br>(2.049)"
    assert by_method["PCA"] == "7.0 ± 2.5"
    assert by_method["Empty diagram"] == "–"


def test_controls_stand_below_a_line(table: pd.DataFrame) -> None:
    labels = [row[0].strip() for row in markdown_rows(table1_markdown(table), "SPHERES")[2:]]
    assert labels == [
        *("t-SNE", "UMAP", "AE", "TopoAE", "*not ranked*", "Random", "PCA", "Empty diagram"),
    ]


def test_every_direction_has_its_arrow(table: pd.DataFrame) -> None:
    heading = markdown_rows(table1_markdown(table), "SPHERES")[0]
    assert " Trustworthiness ↑ " in heading
    assert " d<sub>SW</sub> ↓ " in heading
    assert all(title.strip()[-1] in "↑↓" for title in heading[1:])


def test_unavailable_dataset_stands_in_every_table_with_its_reason(
    table: pd.DataFrame, spreads: pd.DataFrame
) -> None:
    escaped = NO_FILE.replace("|", "\\|")
    markdown = table1_markdown(table)
    assert f"## MNIST\n\nUnavailable: {escaped}\n" in markdown
    assert f"| *MNIST, unavailable: {escaped}* |" in markdown
    assert f"| *MNIST, unavailable: {escaped}* |" in spread_markdown(spreads)
    for text in (table1_text(table), spread_text(spreads)):
        assert f"MNIST, unavailable: {NO_FILE}" in text


def test_a_foreign_reason_cannot_break_the_markdown() -> None:
    reason = "`x` | *y*\n| <script> [z](w) \\"
    markdown = table1_markdown(table_of(scores("tsne", missing=("unavailable", reason))))
    shown = markdown.partition("Unavailable: ")[2].splitlines()[0]
    assert shown == r"\`x\` \| \*y\* \| \<script> \[z](w) \\"


# Partial results


def partial() -> list[ScoreRow]:
    rows = scores("tsne") + scores("umap", splits=(0, 2))
    rows += scores("umap", splits=(1,), missing=("failed", "ran longer than its limit of 60 s"))
    return rows + without(scores("ae"), "rmse", "failed", "distances overflow")


@pytest.mark.parametrize(
    ("write", "title"), [(table1_markdown, "# Table 1"), (table1_text, "Table 1")]
)
def test_title_says_partial_only_if_something_is_missing(write: Any, title: str) -> None:
    assert write(table_of(scores("tsne"))).splitlines()[0] == title
    text = write(table_of(partial()))
    assert text.splitlines()[0] == f"{title}, partial"
    assert (
        "- SPHERES, UMAP: 2 of 3 repetitions; split 1: ran longer than its limit of 60 s\n" in text
    )
    assert "- SPHERES, AE (RMSE): 0 of 3 repetitions; distances overflow\n" in text


def test_not_applicable_is_nothing_missing(table: pd.DataFrame) -> None:
    head = table1_markdown(table).partition("## SPHERES")[0]
    assert "- MNIST is unavailable: " in head
    assert "decoder" not in head


def test_cells_of_partial_results_are_marked() -> None:
    heading, _, *rows = markdown_rows(table1_markdown(table_of(partial())), "SPHERES")
    rmse = heading.index(" RMSE ↓ ")
    by_method = {row[0].strip(): row[rmse] for row in rows}
    assert "†" in by_method["UMAP"]
    assert "†" not in by_method["t-SNE"]
    assert by_method["AE"].strip() == "failed<br>(2.789)"


# Text


def test_text_fits_terminals(table: pd.DataFrame, spreads: pd.DataFrame) -> None:
    for text in (table1_text(table), spread_text(spreads)):
        assert max(map(len, text.splitlines())) <= 110
        assert not any(markup in text for markup in ("<", "**", "|\n", "&"))


@pytest.mark.parametrize("start", [1e-12, 1e-4, 123456.789, 1e140])
def test_text_fits_terminals_whatever_the_numbers(start: float) -> None:
    rows = []
    for method in (*RANKED, "topoae_moor", "a_method_with_a_name_of_some_length"):
        rows += [
            row._replace(value=row.value * start * (1 + row.split / 7)) for row in scores(method)
        ]
    text = table1_text(table_of(rows))
    assert max(map(len, text.splitlines())) <= 110


def test_long_reasons_are_wrapped_not_cut() -> None:
    reason = "it could not be had since " + "every mirror was asked and " * 20 + "none answered"
    rows = scores("tsne") + scores("tsne", dataset="mnist", missing=("unavailable", reason))
    for text in (table1_text(table_of(rows)), spread_text(spread(score_frame(rows)))):
        assert max(map(len, text.splitlines())) <= 110
        assert reason in " ".join(text.split())


def test_text_shows_means_ranks_and_the_paper(table: pd.DataFrame) -> None:
    lines = table1_text(table).splitlines()
    start = next(i for i, line in enumerate(lines) if "RMSE ↓" in line)
    end = lines[start].index("RMSE ↓") + len("RMSE ↓")
    width = len("6.0 ± 2.5²")
    column = {line[:13].strip(): line[:end][-width:].strip() for line in lines[start : start + 16]}
    assert (column["t-SNE"], column["UMAP"], column["AE"]) == (
        "4.0 ± 2.5²",
        "3.0 ± 2.5¹",
        "6.0 ± 2.5",
    )
    assert "(8.461)" in [line[:end].split()[-1] for line in lines[start : start + 10]]


def test_columns_line_up(table: pd.DataFrame) -> None:
    lines = table1_text(table).splitlines()
    start = next(i for i, line in enumerate(lines) if "RMSE ↓" in line)
    places = {
        match.start()
        for line in lines[start : start + 12]
        if (match := re.search(r"±", line)) is not None
    }
    assert len(places) == 1


@pytest.mark.parametrize(
    ("splits", "words"),
    [((0, 1, 2), "Means over 3 splits ± half"), ((0,), "Values on one split, hence without int")],
)
def test_introduction_says_what_the_numbers_are(splits: tuple[int, ...], words: str) -> None:
    table = table_of(scores("tsne", splits=splits))
    for text in (table1_markdown(table), table1_text(table)):
        assert words in text
    assert ("±" in table1_text(table).partition("SPHERES")[2]) == (len(splits) > 1)


def test_nothing_at_all_is_said_plainly() -> None:
    rows = scores("tsne", missing=("unavailable", NO_FILE))
    for text in (table1_markdown(table_of(rows)), table1_text(table_of(rows))):
        assert "No dataset has values." in text


# Spread


def test_spread_table_has_splits_and_seeds(spreads: pd.DataFrame) -> None:
    heading, _, *rows = markdown_rows(spread_markdown(spreads), "Spread of the diagram distances")
    assert [title.strip() for title in heading] == [
        "",
        *("d<sub>b</sub>, splits", "d<sub>b</sub>, seeds"),
        *("d<sub>SW</sub>, splits", "d<sub>SW</sub>, seeds"),
    ]
    by_method = {row[0].strip(): [each.strip() for each in row[1:]] for row in rows}
    # Values 1, 2, 3 above the start on the splits; the seeds have 0, 0 and 1.
    assert by_method["AE"] == ["1.0", "0.58", "1.0", "0.58"]
    assert by_method["PCA"] == ["1.0", "–", "1.0", "–"]
    assert {len(row) for row in rows} == {5}


def test_spread_says_over_how_many(spreads: pd.DataFrame) -> None:
    for text in (spread_markdown(spreads), spread_text(spreads)):
        assert "splits, over 3 splits; seeds, over 3 seeds" in " ".join(text.split())


# Numbers


@pytest.mark.parametrize(
    ("mean", "half_width", "text"),
    [
        (13828.3, 266.2, "13828 ± 266"),
        (0.00139071, 0.0000162, "0.001391 ± 0.000016"),
        (0.046138, 0.00067, "0.0461 ± 0.0007"),
        (13.0104, 0.0354, "13.010 ± 0.035"),
        (13.0104, 0.0356, "13.01 ± 0.04"),
        (13.0104, 0.0996, "13.01 ± 0.10"),
        (2.0, 9.96, "2 ± 10"),
        (0.5, 9.6, "0 ± 10"),
        (-0.25, 0.031, "-0.250 ± 0.031"),
        (0.0, 0.2, "0.00 ± 0.20"),
        (1.2e-7, 3e-8, "(1.20 ± 0.30)e-07"),
        (9.9996e-5, 4e-6, "(1.00 ± 0.04)e-04"),
        (123456789.0, 2000000.0, "(1.235 ± 0.020)e+08"),
        (1e-3, 5.0, "0 ± 5"),
        (13.01, NAN, "13.01"),
        (13.01, 0.0, "13.01"),
        (13.01, 1e-14, "13.01"),
        (0.0, 0.0, "0"),
        (1e300, math.inf, "1.000e+300 ± inf"),
    ],
)
def test_estimates(mean: float, half_width: float, text: str) -> None:
    assert format_estimate(mean, half_width) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (13828.3, "13828"),
        (0.00139071, "0.001391"),
        (9.99996, "10.00"),
        (1.0, "1.000"),
        (0.0, "0"),
        (1.5e-9, "1.500e-09"),
        (2.5e12, "2.500e+12"),
        (-3.14159, "-3.142"),
        (NAN, "nan"),
        (math.inf, "inf"),
    ],
)
def test_numbers(value: float, text: str) -> None:
    assert format_number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(14035.74009, "14036"), (0.00040908, "0.00040908"), (13.0615, "13.062"), (11.5, "11.5")],
)
def test_numbers_of_the_paper(value: float, text: str) -> None:
    assert format_paper(value) == text


def test_estimate_never_claims_more_than_it_shows() -> None:
    rng = np.random.default_rng(0)
    for mean, half_width in zip(
        10 ** rng.uniform(-8, 8, 500), 10 ** rng.uniform(-8, 8, 500), strict=True
    ):
        text = format_estimate(mean, half_width)
        if "±" not in text:
            continue
        shown, width = (float(each) for each in text.partition(")")[0].strip("()").split(" ± "))
        scale = float(f"1{text.partition(')')[2]}") if ")" in text else 1.0
        assert width * scale == pytest.approx(half_width, rel=0.15, abs=0.5)
        assert abs(shown * scale - mean) <= max(0.5 * half_width, 0.5)
