"""What is written in every form: what is missing, and what the numbers are."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from tests.topo.table.synthetic_scores import NO_FILE, partial, scores, table_of
from topo.table import Tables, describe_table1, to_markdown, to_text


@pytest.mark.parametrize(("write", "title"), [(to_markdown, "## Table 1"), (to_text, "Table 1")])
def test_title_says_partial_only_if_something_is_missing(
    write: Callable[[Tables], str], title: str
) -> None:
    assert write(describe_table1(table_of(scores("tsne")))).splitlines()[0] == title
    text = write(describe_table1(table_of(partial())))
    assert text.splitlines()[0] == f"{title}, partial"
    assert (
        "- SPHERES, UMAP: 2 of 3 repetitions; split 1: ran longer than its limit of 60 s\n" in text
    )
    assert "- SPHERES, AE (RMSE): 0 of 3 repetitions; distances overflow\n" in text


def test_not_applicable_is_nothing_missing(table: pd.DataFrame) -> None:
    head = to_markdown(describe_table1(table)).partition("## SPHERES")[0]
    assert "- MNIST is unavailable: " in head
    assert "decoder" not in head


@pytest.mark.parametrize(
    ("splits", "words"),
    [
        (
            (0, 1, 2),
            "SPHERES: over 3 splits of the same points, with the interval for new samples of that",
        ),
        ((0,), "SPHERES: one repetition, hence without interval and marks."),
    ],
)
def test_introduction_says_what_the_numbers_are(splits: tuple[int, ...], words: str) -> None:
    described = describe_table1(table_of(scores("tsne", splits=splits)))
    for text in (to_markdown(described), to_text(described)):
        assert words in " ".join(text.split())
    assert ("±" in to_text(described).partition("SPHERES")[2]) == (len(splits) > 1)


def test_introduction_says_which_datasets_are_drawn_anew() -> None:
    drawn = [row._replace(draw=row.split) for row in scores("tsne")]
    described = describe_table1(table_of([*drawn, *scores("tsne", dataset="digits")]))
    text = " ".join(to_text(described).split())
    assert "SPHERES: over 3 draws of the data, each with its own split and model seed; " in text
    assert "Digits: over 3 splits of the same points, with the interval for new samples" in text


def test_nothing_at_all_is_said_plainly() -> None:
    rows = scores("tsne", missing=("unavailable", NO_FILE))
    described = describe_table1(table_of(rows))
    for text in (to_markdown(described), to_text(described)):
        assert "No dataset has values." in text
