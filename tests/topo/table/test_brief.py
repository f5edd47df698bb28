"""Table 1 for one screen."""

from __future__ import annotations

import pandas as pd

from topo.table import describe_brief_table1, describe_paper_table1, to_text


def test_one_screen_has_the_paper_s_columns_and_means_alone(table: pd.DataFrame) -> None:
    whole = describe_paper_table1(table)
    [brief] = describe_brief_table1(whole).tables
    first = whole.tables[0]
    assert brief.columns == first.columns
    assert [group.title for group in brief.groups] == [
        each.title for each in whole.tables if each.columns
    ]
    rows = [row for group in first.groups for row in group.rows]
    for row, short in zip(rows, brief.groups[0].rows, strict=True):
        assert short.title == row.title
        for cell, shorter in zip(row.cells, short.cells, strict=True):
            assert cell.value.split(" ± ")[0] == shorter.value
            assert (shorter.paper, shorter.rank) == ("", cell.rank)
    text = to_text(describe_brief_table1(whole))
    assert "±" not in text
    assert len(text.splitlines()) <= 24


def test_datasets_without_numbers_are_left_out(table: pd.DataFrame) -> None:
    assert "MNIST" in to_text(describe_paper_table1(table))
    assert "MNIST" not in to_text(describe_brief_table1(describe_paper_table1(table)))
