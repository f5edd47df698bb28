"""What a table says, before it is written."""

from __future__ import annotations

import pytest

from topo.table.description import Word, Words, subscripted, symbols
from topo.table.layout import MAIN, NAMED


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("d_SW/Σ ↓", (Word("d"), Word("SW", is_subscript=True), Word("/Σ ↓"))),
        ("KL_0.01", (Word("KL"), Word("0.01", is_subscript=True))),
        ("RMSE", (Word("RMSE"),)),
        ("", ()),
    ],
)
def test_what_follows_an_underscore_stands_below_the_line(text: str, words: Words) -> None:
    assert subscripted(text) == words


def test_no_title_has_an_underscore_left() -> None:
    titles = [subscripted(column.title) for column in (*MAIN, *NAMED)]
    assert not any("_" in word.text for words in titles for word in words)


def test_in_a_sentence_only_distances_of_diagrams_stand_below_the_line() -> None:
    words = symbols("May one trust d_SW of my_data?")
    assert words == (
        Word("May one trust d"), Word("SW", is_subscript=True), Word(" of my_data?"),
    )  # fmt: skip
