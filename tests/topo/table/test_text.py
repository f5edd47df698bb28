"""Tables as text for terminals."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from tests.topo.table.synthetic_scores import NO_FILE, scores, table_of
from topo.methods.roles import PAPER_METHODS
from topo.scores import SCORES, spread
from topo.table import describe_spread, describe_table1, to_text


def test_text_fits_terminals(table: pd.DataFrame, spreads: pd.DataFrame) -> None:
    for text in (to_text(describe_table1(table)), to_text(describe_spread(spreads))):
        assert max(map(len, text.splitlines())) <= 110
        assert not any(markup in text for markup in ("<", "**", "|\n", "&"))


@pytest.mark.parametrize("start", [1e-12, 1e-4, 123456.789, 1e140])
def test_text_fits_terminals_whatever_the_numbers(start: float) -> None:
    rows = []
    for method in (*PAPER_METHODS, "topoae_moor", "a_method_with_a_name_of_some_length"):
        rows += [
            row._replace(value=row.value * start * (1 + row.split / 7)) for row in scores(method)
        ]
    text = to_text(describe_table1(table_of(rows)))
    assert max(map(len, text.splitlines())) <= 110


def test_unavailable_dataset_stands_in_every_table_with_its_reason(
    table: pd.DataFrame, spreads: pd.DataFrame
) -> None:
    assert f"MNIST: spreads\nUnavailable: {NO_FILE}" in to_text(describe_spread(spreads))
    text = to_text(describe_table1(table))
    assert f"MNIST\nUnavailable: {NO_FILE}" in text
    # Those of the two other datasets.
    assert text.splitlines()[-1] == "8 tables of other metrics stand on the page and in table1.md."


def test_long_reasons_are_wrapped_not_cut() -> None:
    reason = "it could not be had since " + "every mirror was asked and " * 20 + "none answered"
    rows = scores("tsne") + scores("tsne", dataset="mnist", missing=("unavailable", reason))
    for text in (
        to_text(describe_table1(table_of(rows))),
        to_text(describe_spread(spread(SCORES.frame(rows)))),
    ):
        assert max(map(len, text.splitlines())) <= 110
        assert reason in " ".join(text.split())


def test_text_shows_means_ranks_and_the_paper(table: pd.DataFrame) -> None:
    lines = to_text(describe_table1(table)).splitlines()
    start = next(i for i, line in enumerate(lines) if "RMSE ↓" in line)
    end = lines[start].index("RMSE ↓") + len("RMSE ↓")
    width = len("6.0 ± 2.5²")
    column = {line[:13].strip(): line[:end][-width:].strip() for line in lines[start : start + 16]}
    assert (column["t-SNE"], column["UMAP"], column["AE"]) == (
        "4.0 ± 3.5",
        "3.0 ± 3.5¹",
        # Of its first repetition, the mean over three model seeds: 5, 5 and 6.
        "6.1 ± 2.9",
    )
    assert "(8.461)" in [line[:end].split()[-1] for line in lines[start : start + 10]]


def test_columns_line_up(table: pd.DataFrame) -> None:
    lines = to_text(describe_table1(table)).splitlines()
    start = next(i for i, line in enumerate(lines) if "RMSE ↓" in line)
    places = {
        match.start()
        for line in lines[start : start + 12]
        if (match := re.search(r"±", line)) is not None
    }
    assert len(places) == 1
