"""Tables as Markdown."""

from __future__ import annotations

import re

import pandas as pd

from tests.topo.table.synthetic_scores import NO_FILE, partial, scores, table_of
from topo.table import describe_spread, describe_table1, to_markdown


def markdown_rows(markdown: str, title: str) -> list[list[str]]:
    """Cells of the table under a title, read as a Markdown reader does."""
    _, _, rest = markdown.partition(f"### {title}\n")
    lines = [
        line for line in re.split("\n###|\n<details>", rest)[0].splitlines() if line.startswith("|")
    ]
    return [re.split(r"(?<!\\)\|", line)[1:-1] for line in lines]


def test_markdown_tables_are_rectangular(table: pd.DataFrame) -> None:
    for title in ("SPHERES", "Digits"):
        rows = markdown_rows(to_markdown(describe_table1(table)), title)
        assert len(rows) > 6
        assert {len(row) for row in rows} == {len(rows[0])}


def test_markdown_shows_means_ranks_and_the_paper(table: pd.DataFrame) -> None:
    heading, _, *rows = markdown_rows(to_markdown(describe_table1(table)), "SPHERES")
    rmse = heading.index(" RMSE ↓ ")
    by_method = {
        row[0].strip(): row[rmse].strip().replace("\N{NO-BREAK SPACE}", " ") for row in rows
    }
    assert by_method["UMAP"] == "**<ins>3.0 ± 3.5</ins>**<br>(7.564)"
    assert by_method["t-SNE"] == "4.0 ± 3.5<br>(8.461)"
    assert by_method["TopoAE"] == "5.0 ± 3.5<br>(2.049)"
    assert by_method["PCA"] == "7.0 ± 3.5"
    assert by_method["Empty diagram"] == "–"


def test_controls_stand_below_a_line(table: pd.DataFrame) -> None:
    labels = [
        row[0].strip() for row in markdown_rows(to_markdown(describe_table1(table)), "SPHERES")[2:]
    ]
    assert labels == [
        *("t-SNE", "UMAP", "AE", "TopoAE", "*not ranked*", "PCA", "Random", "Empty diagram"),
    ]


def test_every_direction_has_its_arrow(table: pd.DataFrame) -> None:
    heading = markdown_rows(to_markdown(describe_table1(table)), "SPHERES")[0]
    assert " Trustworthiness ↑ " in heading
    assert " d<sub>SW</sub> ↓ " in heading
    assert all(title.strip()[-1] in "↑↓" for title in heading[1:])


def test_unavailable_dataset_stands_in_every_table_with_its_reason(
    table: pd.DataFrame, spreads: pd.DataFrame
) -> None:
    escaped = NO_FILE.replace("|", "\\|")
    table1, spread = to_markdown(describe_table1(table)), to_markdown(describe_spread(spreads))
    assert f"### MNIST\n\nUnavailable: {escaped}\n" in table1
    assert f"### MNIST: spreads\n\nUnavailable: {escaped}\n" in spread


def test_groups_fold_and_say_what_their_metrics_mean(table: pd.DataFrame) -> None:
    markdown = to_markdown(describe_table1(table))
    summaries = re.findall("<summary>(.*)</summary>", markdown)
    groups = ("densities", "homology", "enclosure", "measured by the method itself")
    assert summaries == [f"{name}: {group}" for name in ("SPHERES", "Digits") for group in groups]
    assert markdown.count("<details>") == markdown.count("</details>") == len(summaries)
    homology = markdown.partition("<summary>SPHERES: homology</summary>")[2]
    heading, _, bottleneck, *_ = homology.strip().splitlines()
    assert heading.startswith("|  | t-SNE | UMAP | AE | TopoAE | PCA | Random |")
    assert bottleneck.startswith(
        "| Bottleneck distance, by its sum ↓<br>Longest way of a dot in the best matching"
    )


def test_a_foreign_reason_cannot_break_the_markdown() -> None:
    reason = "`x` | *y*\n| <script> [z](w) \\"
    markdown = to_markdown(
        describe_table1(table_of(scores("tsne", missing=("unavailable", reason))))
    )
    shown = markdown.partition("Unavailable: ")[2].splitlines()[0]
    assert shown == r"\`x\` \| \*y\* \| \<script> \[z](w) \\"


def test_cells_of_partial_results_are_marked() -> None:
    heading, _, *rows = markdown_rows(to_markdown(describe_table1(table_of(partial()))), "SPHERES")
    rmse = heading.index(" RMSE ↓ ")
    by_method = {row[0].strip(): row[rmse] for row in rows}
    assert "†" in by_method["UMAP"]
    assert "†" not in by_method["t-SNE"]
    assert by_method["AE"].strip() == "failed<br>(2.789)"


def test_spread_table_has_a_row_for_every_level(spreads: pd.DataFrame) -> None:
    markdown = to_markdown(describe_spread(spreads))
    rows = [
        [each.strip() for each in line.strip("| \n").split("|")]
        for line in markdown.partition("SPHERES: spreads")[2]
        .partition("</details>")[0]
        .splitlines()
        if line.startswith("|")
    ]
    rmse = rows[0].index("RMSE")
    start = next(i for i, row in enumerate(rows) if row[0] == "*AE*")
    levels = {row[0]: row[rmse] for row in rows[start + 1 : start + 4]}
    # Splits have 5, 6 and 7, the first one three seeds with 5, 5 and 6. Mean squares: of seeds
    # (2/3) / 2 = 1/3, of splits (32/15) / 2 = 1/3 + 1.4 s²; there is one draw.
    assert levels == {"data": "–", "split": "0.72", "seed": "0.58"}
    assert "Draws of the data: 1, splits: 3, fits: 5." in markdown
