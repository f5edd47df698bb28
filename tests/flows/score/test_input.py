"""Arrays from outside: what is taken, and one clear line for everything else."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from flows.score.input import read_npy, read_score_input

X, Z, LABELS = np.arange(12.0).reshape(6, 2), np.ones((6, 3)), np.arange(6)

pytestmark = pytest.mark.usefixtures("in_folder")


class Trap:
    """Unpickled, it would leave a file."""

    def __reduce__(self):
        return Path.touch, (Path("unpickled"),)


def save(**arrays: np.ndarray) -> None:
    for name, array in ({"X": X, "Z": Z, "y": LABELS} | arrays).items():
        np.save(f"{name}.npy", array, allow_pickle=array.dtype == object)


def read(labels: bool = True):
    return read_score_input(Path("X.npy"), Path("Z.npy"), Path("y.npy") if labels else None)


def refuse(words: str, labels: bool = True, error: type[Exception] = ValueError) -> None:
    with pytest.raises(error) as caught:
        read(labels)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("dtype", [np.float16, np.float64, np.int8, np.uint64, ">f4"])
def test_points_of_every_number_type(dtype) -> None:
    save(X=X.astype(dtype))
    np.testing.assert_array_equal(read().X, X)


@pytest.mark.parametrize("dtype", [np.int8, np.uint16, np.bool_, ">i4"])
def test_labels_of_every_whole_type(dtype) -> None:
    save(y=LABELS.astype(dtype))
    assert read().labels.dtype == np.int64
    np.testing.assert_array_equal(read().labels, LABELS.astype(dtype))
    assert read(labels=False).labels is None


def test_columns_first_files_are_taken() -> None:
    save(X=np.asfortranarray(X))
    np.testing.assert_array_equal(read().X, X)


@pytest.mark.parametrize("name", ["X", "Z", "y"])
def test_missing_file(name: str) -> None:
    save()
    Path(f"{name}.npy").unlink()
    words = f"{name}.npy is missing or no file: give the path of an array that numpy.save wrote"
    refuse(words, error=FileNotFoundError)
    Path(f"{name}.npy").mkdir()
    refuse(words, error=FileNotFoundError)


@pytest.mark.parametrize("content", [b"", b"1,2\n3,4\n", b"\x93NUMP", pickle.dumps(Trap())])
def test_file_of_another_kind(content: bytes) -> None:
    save()
    Path("Z.npy").write_bytes(content)
    refuse("Z.npy must be a .npy file, got something else: use numpy.save")
    assert not Path("unpickled").exists()


def test_several_arrays_in_one_file() -> None:
    save()
    with Path("X.npy").open("wb") as file:
        np.savez(file, X=X)
    refuse("X.npy must be a .npy file, got something else: use numpy.save")


@pytest.mark.parametrize("name", ["X", "Z", "y"])
def test_objects_are_never_unpickled(name: str) -> None:
    save(**{name: np.array([Trap()], dtype=object)})
    refuse(f"{name}.npy must hold numbers, got Python objects, which are never unpickled: convert")
    assert not Path("unpickled").exists()


@pytest.mark.parametrize("end", [8, 40, -1])
def test_truncated_file(end: int) -> None:
    save()
    Path("X.npy").write_bytes(Path("X.npy").read_bytes()[:end])
    refuse("X.npy is damaged (")


def test_header_that_promises_more_than_any_machine_holds() -> None:
    save()
    content = Path("X.npy").read_bytes()
    larger = content.replace(b"(6, 2), }" + 13 * b" ", b"(99999999999999, 2), }")
    assert len(larger) == len(content) and larger != content
    Path("X.npy").write_bytes(larger)
    refuse("X.npy is damaged (")


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.float64(1.5), "points must have two axes, (points, features), got shape ()"),
        (X[0], "points must have two axes, (points, features), got shape (2,)"),
        (X[None], "points must have two axes, (points, features), got shape (1, 6, 2)"),
        (X[:0], "points must have at least one row and one column, got 0 x 2"),
        (X[:, :0], "points must have at least one row and one column, got 6 x 0"),
        (X[:1], "a comparison needs at least 2 points, got 1"),
        (X * 1j, "points must be an array of real numbers, got complex128"),
        (X.astype(str), "points must be an array of real numbers, got <U32"),
        (X > 3, "points must be an array of real numbers, got bool"),
        (np.where(X == 5, np.nan, X), "points must be finite, got nan in row 2, column 1 (1 such"),
        (np.where(X > 9, np.inf, X), "points must be finite, got inf in row 5, column 0 (2 such"),
    ],
)
@pytest.mark.parametrize("name", ["X", "Z"])
def test_what_is_no_matrix_of_points(name: str, array: np.ndarray, words: str) -> None:
    save(**{name: np.asarray(array)})
    refuse(f"{name}.npy: {words}")


def test_points_and_embedding_of_different_length() -> None:
    save(Z=Z[:5])
    refuse("row i of X.npy and of Z.npy must be the same point, got 6 and 5 rows: embed exactly")


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (LABELS[:5], "6 points need 6 labels, got shape (5,); save one class per row"),
        (LABELS[:, None], "6 points need 6 labels, got shape (6, 1); save one class per row"),
        (
            LABELS.astype(float),
            "labels must be an array of whole numbers, got float64: number",
        ),
        (
            LABELS.astype(str),
            "labels must be an array of whole numbers, got <U21: number",
        ),
    ],
)
def test_labels_that_do_not_fit(labels: np.ndarray, words: str) -> None:
    save(y=labels)
    refuse(f"y.npy: {words}")


def test_read_npy_gives_back_any_array_of_numbers() -> None:
    save()
    np.testing.assert_array_equal(read_npy(Path("y.npy")), LABELS)
