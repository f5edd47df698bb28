"""What every format has in common: names, classes, notes, and one clear line for a refusal."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse

from topo.files import read_labels, read_table
from topo.files.table import count_coinciding


def write(text: str, name: str = "t.csv") -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


def test_notes_say_what_is_unusual() -> None:
    rows = "".join(f"{i % 2},{i},7,{c}\n" for i, c in zip([0, 1, 2, 0], "aab-", strict=True))
    table = read_table(write("x,y,z,k\n" + rows.replace("-", "-1")), label="k")
    assert table.notes == (
        "1 of 3 columns are constant, which no distance sees: 'z'.",
        "1 of 4 rows coincide with an earlier row.",
        "Label -1 (1 rows), by which clusterings mark noise, is taken as a class like any other.",
        "Classes of one row: '-1', 'b'.",
    )
    assert table.labels is not None and table.labels.tolist() == ["a", "a", "b", "-1"]
    assert table.label_name == "k"


@pytest.mark.parametrize("kind", [np.asarray, scipy.sparse.csr_array])
def test_coinciding_rows_are_counted_whatever_the_sign_of_zero(kind) -> None:
    X = np.array([[0.0, 1.0], [1.0, 0.0], [-0.0, 1.0], [0.0, 1.0], [1.0, 1e-300]])
    assert count_coinciding(kind(X)) == 2


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "=cmd()", "../../x", "a;rm -rf", "é"]
)
def test_names_stay_as_they_are(name: str) -> None:
    table = read_table(write(f'"{name}",k\n1,"{name}"\n2,"{name}"\n'), label="k")
    assert table.columns == (name,)
    assert table.labels is not None and set(table.labels) == {name}


@pytest.mark.parametrize("name", ["a\nb", "a\x1b[31m", "\u202ered", "x" * 201, "\x00"])
@pytest.mark.parametrize("what", ["column", "class"])
def test_names_that_would_act_on_a_terminal_are_refused(name: str, what: str) -> None:
    header, cell = (name, "c") if what == "column" else ("x", name)
    np.savez("t.npz", X=np.ones((2, 1)), y=np.array([cell, cell]))
    path = write(f'"{header}",k\n1,"{cell}"\n') if what == "column" else "t.npz"
    with pytest.raises(ValueError) as caught:
        read_table(path, label="k" if what == "column" else "y")
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (
            np.array([0.5, 1]),
            "classes must be names or whole numbers, got 0.5: leave the label out",
        ),
        (np.array([np.nan, 1]), "every row needs a class, 1 of 2 have none (first: row 0)"),
        (np.array(["a", " "]), "every row needs a class, 1 of 2 have none (first: row 1)"),
        (np.array([1j, 2]), "classes must be names or whole numbers, got complex"),
        (np.array([1, 2, 3]), "'y' must have one class per row, shape (2,), got (3,)"),
    ],
)
def test_labels_that_are_none(labels, words: str) -> None:
    np.savez("t.npz", X=np.ones((2, 1)), y=labels)
    with pytest.raises(ValueError) as caught:
        read_table("t.npz", label="y")
    assert words in str(caught.value)


def test_numbers_of_few_rows_each_are_a_measurement() -> None:
    write("x,k\n" + "".join(f"{i},{i % 30 + 10}\n" for i in range(120)))
    with pytest.raises(ValueError, match="30 different numbers for 120 rows are a measurement"):
        read_table("t.csv", label="k")
    write("x,k\n" + "".join(f"{i},{i % 24 + 10}\n" for i in range(120)))
    assert len(set(read_table("t.csv", label="k").labels)) == 24
    write("x,k\n" + "".join(f"{i},c{i % 30}\n" for i in range(120)))
    assert len(set(read_table("t.csv", label="k").labels)) == 30


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (np.array([3, -1]), ["3", "-1"]),
        (np.array([2.0, 10.0]), ["2", "10"]),
        (np.array([True, False]), ["True", "False"]),
        (np.array([b"x", b"\xff"]), ["x", "\\xff"]),
    ],
)
def test_classes_become_names(labels, names: list[str]) -> None:
    np.savez("t.npz", X=np.ones((2, 1)), y=labels)
    table = read_table("t.npz", label="y")
    assert table.labels is not None and table.labels.tolist() == names


def test_columns_are_chosen_by_name_in_the_order_given() -> None:
    table = read_table(write("a,b,c,k\n1,2,3,x\n4,5,6,y\n"), label="k", columns=["c", "a"])
    assert table.columns == ("c", "a")
    np.testing.assert_array_equal(table.X, [[3, 1], [6, 4]])


@pytest.mark.parametrize(
    ("label", "columns", "words"),
    [
        ("kind", None, "has no column 'kind': choose from 'kinds'"),
        (None, ["zz"], "has no column 'zz': choose from 'a', 'b', 'kinds'"),
        ("kinds", ["a", "kinds"], "column 'kinds' cannot be both label and point"),
        (None, ["kinds"], "points must be numbers, got columns without: 'kinds'"),
    ],
)
def test_columns_that_do_not_fit(label, columns, words: str) -> None:
    with pytest.raises(ValueError) as caught:
        read_table(write("a,b,kinds\n1,2,x\n3,4,y\n"), label=label, columns=columns)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("t.xlsx", "pandas.read_excel('X.xlsx').to_csv"),
        ("t.pkl", "run code when they are opened"),
        ("t.mtx", "scipy.io.mmread"),
        ("t.csv.gz", "unpack it first"),
        ("t", "got a name without one: save a table by"),
        ("t.unknown", "got .unknown: save a table by"),
    ],
)
def test_formats_that_are_not_known_are_told_how_to_convert(name: str, words: str) -> None:
    with pytest.raises(ValueError) as caught:
        read_table(write("", name))
    assert "formats are .csv, .tsv, .npy, .npz, .parquet, .h5ad, got" in str(caught.value)
    assert words in str(caught.value)


def test_conversion_of_a_matrix_market_file_works() -> None:
    import scipy.io

    matrix = scipy.sparse.random(5, 4, density=0.5, random_state=0)
    scipy.io.mmwrite("X.mtx", matrix)
    scipy.sparse.save_npz("X.npz", scipy.io.mmread("X.mtx").tocsr())
    np.testing.assert_array_equal(read_table("X.npz").X.toarray(), matrix.toarray())


@pytest.mark.parametrize("name", ["t.csv", "t.npy", "t.npz", "t.parquet", "t.h5ad"])
@pytest.mark.parametrize(
    "content", [b"", b"\x93NUMPY", b"PK\x03\x04", b"PAR1", b"\x89HDF\r\n\x1a\n", b"\x00" * 64]
)
def test_rubbish_is_refused_in_one_line(name: str, content: bytes) -> None:
    Path(name).write_bytes(content)
    with pytest.raises(ValueError) as caught:
        read_table(name)
    assert str(caught.value).startswith(name)
    assert str(caught.value).isprintable()


def test_what_is_no_file_is_refused() -> None:
    os.mkfifo("t.csv")  # opened, it would wait for ever
    Path("t.npy").mkdir()
    for name in ("t.csv", "t.npy", "missing.csv"):
        with pytest.raises(FileNotFoundError, match="is missing or no file"):
            read_table(name)


@pytest.mark.parametrize("text", ["k\na\nb\n01\n", "a\nb\n01\n", ",k\n0,a\n1,b\n2,01\n"])
def test_classes_of_a_text_file(text: str) -> None:
    assert read_labels(write(text), 3).tolist() == ["a", "b", "01"]


def test_classes_of_an_array_file() -> None:
    np.save("y.npy", np.array(["b", "a"]))
    assert read_labels("y.npy", 2).tolist() == ["b", "a"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a\nb\n", "3 points need 3 labels, got shape (2,); save one class per row"),
        ("a,b\n" * 3, "must have one column, of classes"),
        ("", "must have one column, of classes"),
        ("a\n\x00\nb\n", "must be text"),
    ],
)
def test_text_files_that_are_no_classes(text: str, words: str) -> None:
    with pytest.raises(ValueError) as caught:
        read_labels(write(text), 3)
    assert words in str(caught.value)


def test_classes_of_another_format_or_nowhere() -> None:
    with pytest.raises(ValueError, match=r"classes are read from \.npy, \.csv and \.tsv files"):
        read_labels(write("", "y.xlsx"), 3)
    with pytest.raises(FileNotFoundError, match="give the path of the classes"):
        read_labels("y.npy", 3)
