from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from scipy.spatial.distance import pdist

from flows.stages.prepare import load_checked
from topo.datasets import base
from topo.datasets.file import File
from topo.splits import Fractions

GIVEN = {**File.small, "label": "kind", "n_rows": 12}
FRACTIONS = Fractions(train=0.6, validation=0.2, test=0.2)


def table(folder: Path, kinds: list[str], columns: dict[str, list[float]] | None = None) -> Path:
    columns = columns or {"x": list(map(float, range(len(kinds))))}
    rows = [",".join([*columns, "kind"])]
    for i, kind in enumerate(kinds):
        rows.append(",".join([*(f"{values[i]!r}" for values in columns.values()), kind]))
    path = folder / "table.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


def dataset(path: Path, **changed: Any) -> File:
    return File(**{**GIVEN, "path": str(path), **changed})


def test_classes_keep_their_names_and_numbers_their_order(tmp_path: Path) -> None:
    words = dataset(table(tmp_path, ["b", "a", "c"] * 4)).load(tmp_path)
    assert words.classes == ("a", "b", "c")
    assert words.y.tolist() == [1, 0, 2] * 4
    numbers = dataset(table(tmp_path, ["10", "9", "007"] * 4)).load(tmp_path)
    assert numbers.classes == ("9", "10", "007")


def test_without_a_label_all_points_are_one_class(tmp_path: Path) -> None:
    data = dataset(table(tmp_path, ["1", "2"] * 6), label=None).load(tmp_path)
    assert data.classes == () and data.outer is None
    assert data.X.shape == (12, 2) and set(data.y) == {0}


def test_rows_of_small_classes_are_left_out_and_said(tmp_path: Path) -> None:
    path = table(tmp_path, ["a", "b"] * 6 + ["rare", "rare", "alone"])
    data = dataset(path).load(tmp_path)
    assert data.classes == ("a", "b")
    assert data.X[:, 0].tolist() == list(range(12))
    words = "Left out, since their classes have fewer than 3 rows: 3 of 15 rows (alone, rare)."
    assert words in data.notes


def test_a_label_of_mostly_small_classes_is_refused(tmp_path: Path) -> None:
    path = table(tmp_path, ["a"] * 12 + [f"id{i}" for i in range(13)])
    with pytest.raises(ValueError, match=r"got 12 of 25 in 'kind': join classes, or leave the l"):
        dataset(path).load(tmp_path)


def test_more_classes_than_are_told_apart_are_refused(tmp_path: Path) -> None:
    path = table(tmp_path, [f"c{i % 201}" for i in range(603)])
    with pytest.raises(ValueError, match=r"at most 200 classes of 3 rows or more .* got 201 in 'k"):
        dataset(path).load(tmp_path)


def test_more_rows_than_there_are_is_refused(tmp_path: Path) -> None:
    path = table(tmp_path, ["a"] * 12 + ["b"])
    words = f"n_rows must be at most 12, the rows of {path} that can be used, got 13: lower it"
    with pytest.raises(ValueError, match=re.escape(words)):
        dataset(path, n_rows=13).load(tmp_path)


def test_drawn_rows_have_three_of_every_class_and_are_said(tmp_path: Path) -> None:
    path = table(tmp_path, ["common"] * 500 + ["rare"] * 3)
    data = dataset(path, n_rows=20).load(tmp_path)
    assert np.bincount(data.y).tolist() == [17, 3]
    assert "20 of 503 rows were drawn at random." in data.notes
    again, other = dataset(path, n_rows=20), dataset(path, n_rows=20, seed=1)
    assert np.array_equal(again.load(tmp_path).X, data.X)
    assert not np.array_equal(other.load(tmp_path).X, data.X)


def test_standardised_columns_have_mean_0_and_deviation_1_and_constant_ones_stay(
    tmp_path: Path,
) -> None:
    columns = {"x": [1e3 * i for i in range(12)], "same": [5.0] * 12}
    data = dataset(table(tmp_path, ["a"] * 12, columns), scale="standardise").load(tmp_path)
    np.testing.assert_allclose(data.X.mean(axis=0), [0, 0], atol=1e-6)
    np.testing.assert_allclose(data.X.std(axis=0), [1, 0], atol=1e-6)


def test_columns_far_from_0_keep_their_differences_in_single_precision(tmp_path: Path) -> None:
    columns = {"time": [1e9 + i for i in range(12)]}
    data = dataset(table(tmp_path, ["a"] * 12, columns)).load(tmp_path)
    assert np.diff(data.X[:, 0]).tolist() == [1.0] * 11
    assert any("would lose their digits: 'time'." in note for note in data.notes)


def test_a_column_that_decides_the_distances_is_named(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    columns = {name: rng.normal(size=12).tolist() for name in ("x", "z")}
    path = table(tmp_path, ["a"] * 12, {**columns, "income": (1e3 * rng.normal(size=12)).tolist()})
    (note,) = dataset(path).load(tmp_path).notes[-1:]
    assert note.startswith("Column 'income' has 100 % of the variance") and "--standardise" in note
    standardised = dataset(path, scale="standardise").load(tmp_path)
    assert not any("variance" in note for note in standardised.notes)


@pytest.mark.parametrize(("n_words", "n_kept"), [(30, 18), (2, 3)])
def test_more_columns_than_rows_become_principal_components_at_the_same_distances(
    tmp_path: Path, n_words: int, n_kept: int
) -> None:
    """Twenty rows of thirty words, one of them twice; and of three words but for constants."""
    X = np.random.default_rng(0).normal(size=(20, 30))
    X[:, n_words + 1 :] = 7.0
    X[9] = X[3]
    path = tmp_path / "words.npy"
    np.save(path, X)
    data = dataset(path, label=None, n_rows=20).load(tmp_path)
    assert data.X.shape == (20, n_kept)
    np.testing.assert_allclose(pdist(data.X), pdist(X), rtol=1e-5)
    assert np.array_equal(data.X[9], data.X[3])
    assert data.notes[-1].startswith(f"All {n_kept} principal components stand for the 30 columns")


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"x": [1.0] * 12}, "points must differ, got rows that are all alike"),
        ({"x": [1e300 * i for i in range(12)]}, "got 1.1e+301: scale them down"),
    ],
)
def test_points_without_distances_are_refused(tmp_path: Path, columns, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        dataset(table(tmp_path, ["a"] * 12, columns)).load(tmp_path)


def test_an_edited_file_is_another_dataset(tmp_path: Path) -> None:
    path = table(tmp_path, ["a"] * 12)
    before = dataset(path).made_from
    path.write_text(path.read_text().replace("11.0", "12.0"))
    assert dataset(path).made_from != before


def test_outer_is_a_class_by_its_name(tmp_path: Path) -> None:
    path = table(tmp_path, ["in", "shell"] * 6)
    assert dataset(path, outer="shell").load(tmp_path).outer == 1
    with pytest.raises(ValueError, match="got 'sehll'; they are in, shell"):
        dataset(path, outer="sehll").load(tmp_path)


def test_names_that_are_numbers_may_be_written_as_numbers() -> None:
    named = File(**{**GIVEN, "label": 7, "columns": [0, "x"], "outer": 3})
    assert (named.label, named.columns, named.outer) == ("7", ("0", "x"), "3")


def test_sparse_rows_become_dense_once_they_are_chosen(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "words.npz"
    X = sp.random_array((40, 15), density=0.2, rng=np.random.default_rng(0), format="csr")
    sp.save_npz(path, X)
    monkeypatch.setattr("topo.datasets.file.MOST_COORDINATES", 20 * 15)
    data = dataset(path, label=None, n_rows=20).load(tmp_path)
    rows = {row.tobytes() for row in X.toarray().astype(np.float32)}
    assert data.X.shape == (20, 15)
    assert all(row.tobytes() in rows for row in data.X)
    with pytest.raises(ValueError, match=r"at most 300 numbers, got 21 x 15: .* TruncatedSVD"):
        dataset(path, label=None, n_rows=21).load(tmp_path)
    assert base.MOST_COORDINATES == 10**8


def test_a_missing_file_is_named_and_nothing_offers_to_fetch_it(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"dataset cells: .*gone.csv") as caught:
        load_checked("cells", dataset(tmp_path / "gone.csv"), FRACTIONS)
    assert "fetch" not in str(caught.value)
