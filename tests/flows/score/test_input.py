"""Points, embeddings and classes from outside: what fits together, and one line for what does not.

What single files may hold is in the tests of `topo.files`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import scipy.sparse

from flows.score.input import read_score_input

X, Z = np.arange(12.0).reshape(6, 2) ** 2, np.arange(18.0).reshape(6, 3)

pytestmark = pytest.mark.usefixtures("in_folder")


def save(**arrays: np.ndarray) -> None:
    for name, array in ({"X": X, "Z": Z} | arrays).items():
        np.save(f"{name}.npy", array)


def read(*embeddings: str, **options):
    return read_score_input(Path("X.npy"), [Path(each) for each in embeddings or ["Z.npy"]],
                            **options)  # fmt: skip


def refuse(words: str, *embeddings: str, **options) -> None:
    with pytest.raises(ValueError) as caught:
        read(*embeddings, **options)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_points_embeddings_and_classes() -> None:
    save(W=-Z, y=np.array(list("bbaacc")))
    given = read("Z.npy", "W.npy", labels=Path("y.npy"), outer="c")
    np.testing.assert_array_equal(given.X, X)
    assert list(given.embeddings) == ["Z.npy", "W.npy"]
    np.testing.assert_array_equal(given.embeddings["W.npy"], -Z)
    assert given.classes is not None
    assert given.classes.names == ("a", "b", "c")
    assert given.classes.of_points.tolist() == [1, 1, 0, 0, 2, 2]
    assert given.classes.outer == 2
    assert given.notes == ()


def test_what_is_unusual_about_classes_of_a_file_is_said() -> None:
    save(y=np.array([-1, -1, 0, 0, 0, 3]))
    noise, alone = read(labels=Path("y.npy")).notes
    assert noise.startswith("y.npy: Label -1 (2 rows), by which clusterings mark noise")
    assert alone == "y.npy: Classes of one row: '3'."


def test_classes_in_a_column_of_the_points() -> None:
    save()
    rows = "".join(f"{i},{i * i},{'ab'[i % 2]}\n" for i in range(6))
    Path("X.csv").write_text("x,y,kind\n" + rows)
    given = read_score_input(Path("X.csv"), [Path("Z.npy")], label="kind")
    assert given.X.shape == (6, 2)
    assert given.classes is not None and given.classes.names == ("a", "b")


def test_some_columns_are_the_points() -> None:
    save()
    Path("X.csv").write_text("x,y,z\n" + "".join(f"{i},{i * i},{-i}\n" for i in range(6)))
    given = read_score_input(Path("X.csv"), [Path("Z.npy")], columns=["y", "x"])
    np.testing.assert_array_equal(given.X, [[i * i, i] for i in range(6)])
    with pytest.raises(ValueError, match="has no column 'w': choose from"):
        read_score_input(Path("X.csv"), [Path("Z.npy")], columns=["w"])


def test_embeddings_of_one_name_are_told_apart_by_their_folders() -> None:
    save()
    for folder in ("a", "b"):
        Path(folder).mkdir()
        np.save(f"{folder}/Z.npy", Z)
    assert list(read("a/Z.npy", "b/Z.npy").embeddings) == ["a/Z.npy", "b/Z.npy"]
    refuse("every embedding is given once, got one twice", "Z.npy", "Z.npy")


def test_sparse_points_are_written_out_up_to_a_size(monkeypatch) -> None:
    save()
    scipy.sparse.save_npz("S.npz", scipy.sparse.csr_array(X))
    given = read_score_input(Path("S.npz"), [Path("Z.npy")])
    np.testing.assert_array_equal(given.X, X)
    monkeypatch.setattr("flows.score.input._MOST_DENSE", 11)
    with pytest.raises(ValueError, match="scored up to 11 entries, zeros included, got 12: keep"):
        read_score_input(Path("S.npz"), [Path("Z.npy")])


def test_what_was_seen_in_each_file_is_said() -> None:
    Z_equal = np.ones((6, 2))
    save(Z=Z_equal)
    assert read().notes == (
        "Z.npy: 2 of 2 columns are constant, which no distance sees: '0', '1'.",
        "Z.npy: 5 of 6 rows coincide with an earlier row.",
    )


def test_a_matrix_that_looks_like_distances_is_said_and_taken_as_such_when_told() -> None:
    distances = np.linalg.norm(X[:, None] - X, axis=2)
    save(X=distances)
    (note,) = read().notes
    assert "X.npy is square, symmetric and 0 on the diagonal: if it has distances" in note
    given = read(distances=True)
    assert given.is_distances and given.notes == ()
    save(X=X)
    assert not read().notes
    refuse("X.npy: distances must be an (n, n) matrix", distances=True)
    save(X=distances + np.eye(6))
    refuse("a point's distance to itself must be 0", distances=True)
    save(X=np.triu(distances))
    refuse("distances must be symmetric", distances=True)


@pytest.mark.parametrize(
    ("arrays", "options", "words"),
    [
        ({"Z": Z[:5]}, {}, "row i of X.npy and of Z.npy must be the same point, got 6 and 5 rows"),
        ({"X": X[:1], "Z": Z[:1]}, {}, "X.npy: a comparison needs at least 2 points, got 1"),
        ({"y": np.arange(5)}, {"labels": "y.npy"}, "6 points need 6 labels, got shape (5,); save"),
        ({"y": np.arange(6) / 2}, {"labels": "y.npy"}, "names or whole numbers, got 0.5"),
        ({}, {"labels": "y.npy", "label": "0"}, "or in a column (--label): give one"),
        ({}, {"outer": "a"}, "--outer a is a class: give the classes by --labels or --label"),
        ({}, {"label": "1", "outer": "zz"}, "no class is called 'zz': choose from 1, 121, 25"),
        ({}, {"label": "2"}, "X.npy has no column '2': choose from '0', '1'"),
    ],
)
def test_what_does_not_fit(arrays, options, words: str) -> None:
    save(**arrays)
    labels = options.pop("labels", None)
    refuse(words, labels=None if labels is None else Path(labels), **options)
