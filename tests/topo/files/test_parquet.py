"""Parquet files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow
import pytest
from pyarrow import parquet

from topo.files import read_table


def write(**columns) -> None:
    parquet.write_table(pyarrow.table(columns), "t.parquet")


def refused(words: str, **options) -> None:
    with pytest.raises(ValueError) as caught:
        read_table("t.parquet", **options)
    assert words in str(caught.value)
    assert str(caught.value).isprintable()


def test_what_pandas_writes() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(20, 2)), columns=["a.b", "<b>"], index=np.arange(20) + 1)
    frame["whole"] = np.arange(20) % 7
    frame["half"] = frame["whole"].astype(np.float16)
    frame["kind"] = pd.Categorical(rng.choice(["one", "two", "-1"], 20))
    frame["who"] = "Ann"
    frame.to_parquet("t.parquet")
    table = read_table("t.parquet", label="kind")
    assert table.columns == ("a.b", "<b>", "whole", "half")
    np.testing.assert_array_equal(table.X, frame[list(table.columns)].to_numpy(float))
    assert table.labels is not None and table.labels.tolist() == frame["kind"].tolist()
    assert table.notes[0] == "Columns without numbers are left out: 'who'."
    assert "Row numbers are left out: '__index_level_0__'." in table.notes


def test_rows_of_several_groups() -> None:
    values = np.arange(20_000.0)
    parquet.write_table(pyarrow.table({"x": values}), "t.parquet", row_group_size=7_000)
    np.testing.assert_array_equal(read_table("t.parquet").X[:, 0], values)


@pytest.mark.parametrize("labels", [[3, 1], [3.0, 1.0], ["3", "1"], [b"3", b"1"]])
def test_classes_of_every_type(labels) -> None:
    write(x=[1.5, 2.5], k=labels)
    table = read_table("t.parquet", label="k")
    assert table.labels is not None and table.labels.tolist() == ["3", "1"]


def test_whole_numbers_that_no_double_holds_are_read_to_the_last() -> None:
    write(x=[2**60, 2**60 + 1], y=[0.5, 0.25])
    table = read_table("t.parquet")
    np.testing.assert_array_equal(table.X, [[0, 0.5], [1, 0.25]])


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"x": [1.0, None]}, "1 of 2 rows lack one (first: row 1) in 'x'"),
        ({"x": [1, None]}, "1 of 2 rows lack one (first: row 1) in 'x'"),
        ({"x": [1.0, float("nan")]}, "1 of 2 rows lack one (first: row 1) in 'x'"),
        ({"x": ["a", "b"]}, "must have a column of numbers, got 'x'"),
        ({"x": [[1, 2], [3, 4]]}, "must have a column of numbers, got 'x'"),
        ({"x": pyarrow.array([], pyarrow.float64())}, "points must have at least one row"),
        ({"x": [1.0, 2.0], "k": ["a", None]}, "every row needs a class, 1 of 2 have none"),
        ({"x": [1.0, 2.0], "k": [["a"], ["b"]]}, "names or whole numbers, got lists"),
    ],
)
def test_what_is_refused(columns, words: str) -> None:
    write(**columns)
    refused(words, label="k" if "k" in columns else None)


def test_bombs_are_refused_before_they_are_unpacked(monkeypatch) -> None:
    """A column of one value is a few bytes, however many rows it has."""
    monkeypatch.setattr("topo.files.contents.MOST_NUMBERS", 10**6)
    monkeypatch.setattr(parquet.ParquetFile, "iter_batches", lambda *given, **names: 1 / 0)
    write(**{f"x{i}": np.zeros(110_000) for i in range(10)})
    assert Path("t.parquet").stat().st_size < 10**5
    refused("at most 1,000,000 numbers are read, got 110000 x 10")


def test_long_text_in_many_rows_is_not_unpacked() -> None:
    word = "x" * 10**6
    write(x=np.zeros(10**4), words=pyarrow.DictionaryArray.from_arrays([0] * 10**4, [word]))
    assert Path("t.parquet").stat().st_size < 10**6  # 10 GB as plain text
    assert read_table("t.parquet").columns == ("x",)
    refused("the name of a class must be one line of at most 200", label="words")


def test_truncated_file() -> None:
    write(x=[1.0, 2.0])
    content = Path("t.parquet").read_bytes()
    for end in (4, len(content) // 2, len(content) - 1):
        Path("t.parquet").write_bytes(content[:end])
        refused("t.parquet is no Parquet file, or damaged")
