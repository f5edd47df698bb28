"""Tables as text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from topo.files import read_table


def read(text: str | bytes, name: str = "t.csv", **options):
    Path(name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_table(name, **options)


@pytest.mark.parametrize("index", [True, False])
def test_what_pandas_writes(index: bool) -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(20, 3)), columns=["a b", 'q"x', "c,d"])
    frame["kind"] = rng.choice(["one, two", 'say "hi"', "two\nlines"[:3]], 20)
    frame.to_csv("t.csv", index=index)
    table = read_table("t.csv", label="kind")
    np.testing.assert_array_equal(table.X, frame.iloc[:, :3].to_numpy())  # to the last bit
    assert table.columns == ("a b", 'q"x', "c,d")
    assert table.labels is not None and table.labels.tolist() == frame["kind"].tolist()
    assert table.notes == (("Row numbers are left out: ''.",) if index else ())


def test_tabs_byte_order_mark_and_windows_line_ends() -> None:
    table = read(b"\xef\xbb\xbfa\tb\r\n1\t2.5\r\n3\t-4e-3\r\n", "t.tsv")
    assert table.columns == ("a", "b")
    np.testing.assert_array_equal(table.X, [[1, 2.5], [3, -4e-3]])


def test_first_row_of_numbers_is_a_row_but_positions_are_names() -> None:
    table = read("5,1\n3,4\n")
    np.testing.assert_array_equal(table.X, [[5, 1], [3, 4]])
    assert table.columns == ("0", "1")
    assert table.notes[0] == "The first row has numbers: the columns have no names."
    np.testing.assert_array_equal(read("0,1\n5,1\n3,4\n").X, [[5, 1], [3, 4]])


def test_classes_are_text_even_where_they_look_like_numbers() -> None:
    table = read("x,k\n1,01\n2,1\n3,NA\n", label="k")
    assert table.labels is not None and table.labels.tolist() == ["01", "1", "NA"]


def test_text_and_empty_columns_are_left_out_and_named() -> None:
    table = read("x,who,when,void\n1,Ann,2020-01-01,\n2,Bob,2021-01-01,\n")
    assert table.columns == ("x",)
    assert table.notes == (
        "Columns without numbers are left out: 'who', 'when', 'void'; as the label, one of them "
        "gives the classes.",
    )


def test_yes_and_no_are_numbers() -> None:
    table = read("x,b\n1,true\n2,false\n")
    np.testing.assert_array_equal(table.X, [[1, 1], [2, 0]])


def test_type_is_that_of_all_rows() -> None:
    """The first megabyte has whole numbers, the last row has another."""
    rows = ",".join(["1234567"] * 100) + "\n"
    names = ",".join(f"x{i}" for i in range(100)) + "\n"
    table = read(names + rows * 1400 + "0.5," + rows.partition(",")[2])
    assert table.X[-1, 0] == 0.5


def test_whole_numbers_beyond_double_precision_are_told_apart() -> None:
    table = read("x,y\n" + "".join(f"{2**60 + i},{i}\n" for i in range(3)))
    np.testing.assert_array_equal(table.X, [[0, 0], [1, 1], [2, 2]])
    assert "each column is its difference from its smallest" in table.notes[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "must begin with a row of names or numbers"),
        ("a,b\n", "points must have at least one row"),
        ("a,b\n1,\n2,3\n", "1 of 2 rows lack one (first: row 0) in 'b': remove these rows, fill"),
        ("a,b\n1,nan\n2,3\n", "1 of 2 rows lack one (first: row 0) in 'b'"),
        ("a,b\n1,inf\n2,3\n", "points must be finite, got inf in row 0, column b"),
        (
            "a,b\n1,?\n2,3\n3,4\n",
            "column 'b' has 2 numbers, but words in 1 of its cells ('?'): remove",
        ),
        ("a,b\n1,2,3\n", "is no table (CSV parse error: Row #2: Expected 2 columns, got 3"),
        ("a,a\n1,2\n", "columns must have names of their own, got 'a' more than once"),
        (
            "a;b\n1;2\n",
            "must be separated by commas, got semicolons: convert it by pandas.read_csv",
        ),
        ("who\nAnn\n", "must have a column of numbers, got 'who'"),
        ("a\n1\n2".encode("utf-16"), "must be text in UTF-8, got UTF-16: convert it"),
        (b"a,k\n1,\xe9\n", "must be text in UTF-8: convert it, for example by iconv -f LATIN1"),
        (b"\xe9,k\n1,2\n", "must be text in UTF-8: convert it"),
        (b"PK\x03\x04\x00\x00", "must be text, got something else"),
    ],
)
def test_what_is_refused(text: str | bytes, words: str) -> None:
    label = "k" if isinstance(text, bytes) and b"k\n" in text else None
    with pytest.raises(ValueError) as caught:
        read(text, label=label)
    assert words in str(caught.value)
    assert str(caught.value).isprintable()


def test_conversion_from_semicolons_works() -> None:
    Path("old.csv").write_text("a;b\n1,5;2\n3;4,25\n")
    pd.read_csv("old.csv", sep=";", decimal=",").to_csv("new.csv", index=False)
    np.testing.assert_array_equal(read_table("new.csv").X, [[1.5, 2], [3, 4.25]])


def test_too_many_numbers_and_too_much_text_are_refused(monkeypatch) -> None:
    monkeypatch.setattr("topo.files.contents.MOST_NUMBERS", 5)
    with pytest.raises(ValueError, match="at most 5 numbers are read, got 2 x 3: keep fewer"):
        read("a,b,c\n1,2,3\n4,5,6\n")
    monkeypatch.setattr("topo.files.text._MOST_BYTES", 5)
    with pytest.raises(ValueError, match=r"text is read up to 1 GiB, got 3\.6: save it as"):
        read("a,b,c\n1,2,3\n4,5,6\n")
