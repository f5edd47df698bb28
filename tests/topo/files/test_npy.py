"""NumPy's arrays, one in a file or several."""

from __future__ import annotations

import io
import pickle
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse
from numpy.lib.recfunctions import structured_to_unstructured

from topo.files import read_table

X = np.arange(12.0).reshape(6, 2)


class Trap:
    """Unpickled, it would leave a file."""

    def __reduce__(self):
        return Path.touch, (Path("unpickled"),)


def refused(path: str, words: str, **options) -> None:
    with pytest.raises(ValueError) as caught:
        read_table(path, **options)
    assert words in str(caught.value)
    assert str(caught.value).isprintable()
    assert not Path("unpickled").exists()


def npy(header: str, data: bytes = b"") -> bytes:
    text = header.encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + data


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.int8, np.uint64, ">f4", ">i2", "g"])
@pytest.mark.parametrize("order", "CF")
def test_points_of_every_number_type(dtype, order) -> None:
    np.save("X.npy", np.asarray(X.astype(dtype), order=order))
    table = read_table("X.npy")
    np.testing.assert_array_equal(table.X, X)
    assert table.X.dtype == np.float64
    assert table.columns == ("0", "1")


def test_label_is_a_column_by_position() -> None:
    np.save("X.npy", np.array([[1.5, 2], [2.5, 0]]))
    table = read_table("X.npy", label="1")
    assert table.labels is not None and table.labels.tolist() == ["2", "0"]
    np.testing.assert_array_equal(table.X, [[1.5], [2.5]])


def test_half_precision_is_said_with_the_rows_that_it_made_one() -> None:
    np.save("X.npy", (2048 + np.arange(6.0).reshape(3, 2)).astype(np.float16))
    table = read_table("X.npy")
    assert table.notes[0] == "Half precision in the file; computed in double precision."
    np.save("X.npy", (np.array([[1.0], [1 + 2.0**-12], [2.0]])).astype(np.float16))
    assert "1 of 3 rows coincide with an earlier row." in read_table("X.npy").notes


@pytest.mark.parametrize("dtype", [np.int64, np.uint64])
def test_whole_numbers_that_no_double_holds_become_differences(dtype) -> None:
    big = np.array([[2**60, 5], [2**60 + 1, 6], [2**60 + 3, 5]], dtype=dtype)
    np.save("X.npy", big)
    table = read_table("X.npy")
    np.testing.assert_array_equal(table.X, [[0, 0], [1, 1], [3, 0]])
    assert "beyond 2^53: each column is its difference" in table.notes[0]


def test_differences_over_the_whole_range_are_exact_or_refused() -> None:
    np.save("X.npy", np.array([[-(2**63)], [-(2**63) + 2**53]]))
    np.testing.assert_array_equal(read_table("X.npy").X, [[0], [2**53]])
    np.save("X.npy", np.array([[-(2**63)], [2**63 - 1]]))
    refused("X.npy", "whole numbers of one column must lie within 2^53 of each other")


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.array([[Trap()]], dtype=object), "never unpickled: save it by numpy.save(path, array."),
        (np.array([Trap()], dtype=object), "names by numpy.save(path, array.astype(str)), rows of"),
        (np.array(Trap(), dtype=object), "a sparse matrix is saved by scipy.sparse.save_npz"),
        (X * 1j, "points must be an array of real numbers, got complex128: save real and imag"),
        (X.astype(str), "points must be an array of real numbers, got <U32: if they are numbers"),
        (X.astype("M8[s]"), "got datetime64[s]: save times as numbers"),
        (np.zeros(3, dtype="f8,i4"), "got records of several fields: save structured_to_un"),
        (X[0], "points must have two axes, (points, features), got shape (2,)"),
        (X[:0], "points must have at least one row and one column, got 0 x 2"),
        (X[:, :0], "points must have at least one row and one column, got 6 x 0"),
        (np.where(X == 5, np.nan, X), "points must be finite, got nan in row 2, column 1 (1 such"),
    ],
)
def test_arrays_that_are_no_points(array, words: str) -> None:
    np.save("X.npy", array, allow_pickle=array.dtype == object)
    refused("X.npy", words)


def test_advice_for_objects_works() -> None:
    rows = np.empty(2, dtype=object)
    rows[:] = [[1, 2], [3, 4]]
    np.save("X.npy", np.vstack(rows).astype(float))
    np.testing.assert_array_equal(read_table("X.npy").X, [[1, 2], [3, 4]])
    np.save("X.npy", np.array([[1, 2.5]], dtype=object).astype(float))
    np.testing.assert_array_equal(read_table("X.npy").X, [[1, 2.5]])
    records = np.array([(1.0, 2)], dtype="f8,i4")
    np.save("X.npy", structured_to_unstructured(records))
    np.testing.assert_array_equal(read_table("X.npy").X, [[1, 2]])


def test_pickles_are_never_opened() -> None:
    Path("X.npy").write_bytes(pickle.dumps(Trap()))
    refused("X.npy", "must be a .npy file, got something else")


def test_bytes_and_arrays_after_the_array_are_refused() -> None:
    with Path("X.npy").open("wb") as file:
        np.save(file, X)
        file.write(b"more")
    refused("X.npy", "must hold one array and nothing else, got 4 bytes after it: save it again")
    with Path("X.npy").open("wb") as file:
        np.save(file, X)
        np.save(file, X)
    refused("X.npy", "got a second array after it")


@pytest.mark.parametrize(("rows", "words"), [(5, "got 16 bytes after it"), (7, "is damaged: its")])
def test_header_that_promises_other_rows_than_there_are(rows: int, words: str) -> None:
    np.save("X.npy", X)
    content = Path("X.npy").read_bytes()
    Path("X.npy").write_bytes(content.replace(b"(6, 2)", b"(%d, 2)" % rows))
    refused("X.npy", words)


@pytest.mark.parametrize(
    "content",
    [
        npy("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999, 2), }"),
        npy("{'descr': '<f8', 'fortran_order': False, 'shape': (-1, 2), }"),
        npy("{'descr': '<f8', 'fortran_order': False, 'shape': (-3, -2), }", bytes(48)),
        npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2,"),
        npy("{'descr': 'zz', 'fortran_order': False, 'shape': (2, 2), }"),
        npy("{'descr': '<U0', 'fortran_order': False, 'shape': (9999999999, 2), }"),
        npy("{'descr': '|O', 'fortran_order': False, 'shape': (2, 2), }"),
        npy("__import__('pathlib').Path('unpickled').touch()"),
        npy("[" * 9000),
        npy("{" + "'a': 1, " * 1200 + "}"),
        b"\x93NUMPY\x01\x00\xff\xff" + b" " * 65535,
        b"\x93NUMPY\x02\x00\xff\xff\xff\xff" + b" " * 100,
        b"\x93NUMPY\x03\x00\x10\x00\x00\x00" + b" " * 100,
        b"\x93NUMPY\x09\x00\x10\x00\x00\x00" + b" " * 100,
        b"\x93NUMPY\x01",
    ],
)
def test_hostile_headers(content: bytes) -> None:
    Path("X.npy").write_bytes(content)
    refused("X.npy", "X.npy")


# Archives


def test_one_array_or_the_one_called_x() -> None:
    np.savez("t.npz", anything=X)
    np.testing.assert_array_equal(read_table("t.npz").X, X)
    np.savez_compressed("t.npz", X=X, y=np.arange(6), other=X)
    table = read_table("t.npz", label="y")
    np.testing.assert_array_equal(table.X, X)
    assert table.labels is not None and table.labels.tolist() == list("012345")
    np.savez("t.npz", a=X, b=X)
    refused("t.npz", "must hold the points as its one array or as X, got 'a', 'b'")
    refused("t.npz", "has no array 'y': choose from 'a', 'b'", label="y")


@pytest.mark.parametrize("layout", ["csr", "csc", "coo"])
def test_sparse_matrices_stay_sparse(layout: str) -> None:
    matrix = scipy.sparse.random(7, 5, density=0.4, format=layout, random_state=0)
    scipy.sparse.save_npz("t.npz", matrix)
    table = read_table("t.npz")
    assert scipy.sparse.issparse(table.X) and table.X.format == "csr"
    np.testing.assert_array_equal(table.X.toarray(), matrix.toarray())
    chosen = read_table("t.npz", columns=["3", "0"])
    np.testing.assert_array_equal(chosen.X.toarray(), matrix.toarray()[:, [3, 0]])
    refused("t.npz", "is a sparse matrix, which has no column of classes", label="0")


def sparse(**changes) -> dict[str, np.ndarray]:
    parts = {
        "format": np.array(b"csr"),
        "shape": np.array([2, 3]),
        "data": np.array([1.0, 2.0]),
        "indices": np.array([0, 2]),
        "indptr": np.array([0, 1, 2]),
    }
    return parts | {name: np.asarray(value) for name, value in changes.items()}


def test_the_matrix_that_is_spoilt_below() -> None:
    np.savez("t.npz", **sparse())
    np.testing.assert_array_equal(read_table("t.npz").X.toarray(), [[1, 0, 0], [0, 0, 2]])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"indices": [0, 3]}, "an index lies outside 0 … 2"),
        ({"indices": [-1, 2]}, "an index lies outside 0 … 2"),
        ({"indices": [0.0, 2.0]}, "indices must be whole numbers"),
        ({"indices": [0]}, "indices and entries differ in number"),
        ({"indptr": [0, 2]}, "2 starts do not fit 2 lines"),
        ({"indptr": [0, 3, 2]}, "starts decrease"),
        ({"indptr": [1, 1, 2]}, "starts do not fit"),
        ({"indptr": [0, 1, 2**40]}, "starts do not fit"),
        ({"shape": [2, 10**9]}, "a sparse matrix may have from 1 to"),
        ({"shape": [10**12, 3]}, "a sparse matrix may have from 1 to"),
        ({"shape": [0, 3]}, "a sparse matrix may have from 1 to"),
        ({"shape": [2, 3, 4]}, "it has no shape of rows and columns"),
        ({"shape": [2.0, 3.0]}, "it has no shape of rows and columns"),
        ({"data": [1.0, np.nan]}, "points must be finite"),
        ({"data": [1j, 2j]}, "entries must be real numbers, got complex128"),
        ({"data": [2**60, 1]}, "a sparse matrix's whole numbers must lie within ±2^53"),
        ({"format": b"bsr"}, "in the layout csr, csc or coo, got 'bsr'"),
        ({"format": [b"csr", b"csr"]}, "in the layout csr, csc or coo"),
        ({"format": b"coo"}, "in the layout csr, csc or coo, got 'coo'"),
    ],
)
def test_sparse_matrices_that_are_none(changes, words: str) -> None:
    np.savez("t.npz", **sparse(**changes))
    refused("t.npz", words)


def test_entries_of_one_place_are_summed_as_scipy_does() -> None:
    np.savez("t.npz", **sparse(indices=[1, 1], indptr=[0, 2, 2]))
    np.testing.assert_array_equal(read_table("t.npz").X.toarray(), [[0, 3, 0], [0, 0, 0]])


def archive(*entries: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> None:
    with zipfile.ZipFile("t.npz", "w", method) as file:
        for name, content in entries:
            file.writestr(name, content)


def array(values: np.ndarray = X) -> bytes:
    file = io.BytesIO()
    np.save(file, values)
    return file.getvalue()


def test_bombs_are_refused_before_they_are_unpacked(monkeypatch) -> None:
    header = "{'descr': '<f8', 'fortran_order': False, 'shape': (10000000, 100), }"
    archive(("X.npy", npy(header, bytes(2_000_000))))
    content = bytearray(Path("t.npz").read_bytes())
    place = content.index(b"PK\x01\x02") + 24  # of the unpacked size, in the directory
    content[place : place + 4] = struct.pack("<I", 2**32 - 2)
    Path("t.npz").write_bytes(bytes(content))
    refused("t.npz", "at most 100,000,000 numbers are read, got 4,294,967,294 bytes unpacked")
    monkeypatch.setattr("topo.files.npz._MOST_BYTES", 1_000_000)
    archive(("X.npy", npy(header, bytes(2_000_000))))
    assert Path("t.npz").stat().st_size < 10_000
    refused("t.npz", "at most 100,000,000 numbers are read, got 2,000,")


@pytest.mark.parametrize(
    ("entries", "method", "words"),
    [
        ([("X.npy", array()), ("X", array())], zipfile.ZIP_STORED, "of different names, got 2"),
        ([(f"{i}.npy", b"") for i in range(1001)], zipfile.ZIP_STORED, "names, got 1,001"),
        ([("X.npy", array())], zipfile.ZIP_LZMA, "packed as numpy.savez or numpy.savez_compressed"),
        ([("X.npy", array() + b"more")], zipfile.ZIP_STORED, "got 4 bytes after it"),
        ([("X.npy", array()[:-8])], zipfile.ZIP_STORED, "is damaged: its header promises 96 bytes"),
        ([("X.npy", pickle.dumps(Trap()))], zipfile.ZIP_STORED, "must be a .npy file"),
        ([("X.npy", npy("{'descr': '|O', 'fortran_order': False, 'shape': (1, 1), }",
                        pickle.dumps(Trap())))], zipfile.ZIP_STORED, "never unpickled"),
        ([], zipfile.ZIP_STORED, "must hold the points as its one array or as X, got "),
        ([("../../X.npy", array()), ("Z.npy", array())], zipfile.ZIP_STORED, "got '../../X', 'Z'"),
    ],
)  # fmt: skip
def test_archives_that_are_refused(entries, method, words: str) -> None:
    archive(*entries, method=method)
    refused("t.npz", words)
    assert sorted(each.name for each in Path().iterdir()) == ["t.npz"]


def test_archive_whose_bytes_were_changed_is_refused() -> None:
    archive(("X.npy", array()), method=zipfile.ZIP_STORED)
    content = bytearray(Path("t.npz").read_bytes())
    content[150] ^= 1
    Path("t.npz").write_bytes(bytes(content))
    refused("t.npz", "t.npz is no .npz file, or damaged (Bad CRC-32")
