"""AnnData's files, written here as anndata 0.12 writes them, and hostile ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import h5py
import numpy as np
import pytest
import scipy.sparse

from topo.files import read_table

X = np.arange(12.0).reshape(4, 3).astype(np.float32) % 5
GENES = ["CD3E", "<script>", "MS4A1"]
TEXT = h5py.string_dtype()


def group(parent: h5py.Group, name: str, kind: str) -> h5py.Group:
    made = parent.create_group(name)
    made.attrs["encoding-type"] = kind
    return made


@contextmanager
def anndata(matrix=X, genes=GENES) -> Iterator[h5py.File]:
    """Write a file, which the caller may then spoil."""
    with h5py.File("t.h5ad", "w") as file:
        if matrix is None:
            pass
        elif scipy.sparse.issparse(matrix):
            sparse = group(file, "X", f"{matrix.format}_matrix")
            sparse.attrs["shape"] = matrix.shape
            for name in ("data", "indices", "indptr"):
                sparse[name] = getattr(matrix, name)
        else:
            file.create_dataset("X", data=matrix, chunks=True, compression="gzip")
        for name, index in (("obs", [f"c{i}" for i in range(4)]), ("var", genes)):
            frame = group(file, name, "dataframe")
            frame.attrs["_index"] = "_index"
            frame.create_dataset("_index", data=index, dtype=TEXT)
        kinds = group(file["obs"], "kind", "categorical")
        kinds["codes"] = np.array([1, 0, 1, 1], dtype=np.int8)
        kinds.create_dataset("categories", data=["B cell", "T cell"], dtype=TEXT)
        yield file


def refused(words: str, label: str | None = None) -> None:
    with pytest.raises(ValueError) as caught:
        read_table("t.h5ad", label=label)
    assert words in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("layout", [None, "csr", "csc"])
def test_matrix_names_and_classes(layout: str | None) -> None:
    with anndata(X if layout is None else scipy.sparse.csr_matrix(X).asformat(layout)):
        pass
    table = read_table("t.h5ad", label="kind")
    assert scipy.sparse.issparse(table.X) == (layout is not None)
    np.testing.assert_array_equal(table.X if layout is None else table.X.toarray(), X)
    assert table.columns == tuple(GENES)
    assert table.labels is not None
    assert table.labels.tolist() == ["T cell", "B cell", "T cell", "T cell"]
    chosen = read_table("t.h5ad", columns=["MS4A1"]).X
    np.testing.assert_array_equal(chosen if layout is None else chosen.toarray(), X[:, 2:])


def test_columns_of_every_kind_give_classes() -> None:
    with anndata() as file:
        file["obs"]["whole"] = [1, 2, 1, 2]
        file["obs"].create_dataset("text", data=["a", "b", "a", "b"], dtype=TEXT)
        for name, values in (("Int64", [3, 4, 3, 4]), ("string", np.array(list("abab"), "S1"))):
            nullable = group(file["obs"], name, f"nullable-{name}")
            nullable["values"] = values
            nullable["mask"] = [False] * 4
    for label, names in {"whole": "12", "text": "ab", "Int64": "34", "string": "ab"}.items():
        labels = read_table("t.h5ad", label=label).labels
        assert labels is not None and labels.tolist() == list(names) * 2


@pytest.mark.parametrize(("part", "value"), [("codes", -1), ("mask", True)])
def test_cells_without_a_class_are_refused(part: str, value) -> None:
    with anndata() as file:
        nullable = group(file["obs"], "n", "nullable-integer")
        nullable["values"], nullable["mask"] = [1, 2, 1, 2], [False] * 4
        file["obs"]["kind" if part == "codes" else "n"][part][2] = value
    refused("every row needs a class, 1 of 4 have none (first: row 2)",
            label="kind" if part == "codes" else "n")  # fmt: skip


def secret() -> None:
    """Write what no table may show."""
    with h5py.File("secret.h5", "w") as file:
        file["X"] = np.full((4, 3), 42.0)
    np.full((4, 3), 42.0).tofile("secret.bin")


def test_links_and_storage_that_lead_elsewhere_are_not_followed() -> None:
    secret()
    with anndata(None) as file:
        file["X"] = h5py.ExternalLink("secret.h5", "/X")
    refused("/X is a link, which is not followed")
    with anndata(None) as file:
        file["hidden"] = X
        file["X"] = h5py.SoftLink("/hidden")
    refused("/X is a link, which is not followed")
    with anndata(None) as file:
        file.create_dataset("X", (4, 3), "f8", external=[("secret.bin", 0, 96)])
    refused("/X lies in another file, which is not opened")
    layout = h5py.VirtualLayout((4, 3), "f8")
    layout[:] = h5py.VirtualSource("secret.h5", "X", (4, 3))
    with anndata(None) as file:
        file.create_virtual_dataset("X", layout)
    refused("/X lies in another file, which is not opened")


def test_paths_within_a_name_are_not_followed() -> None:
    secret()
    with anndata() as file:
        file["out"] = h5py.ExternalLink("secret.h5", "/")
        file["var"].attrs["_index"] = "../out/X"
    refused("/var/../out/X is missing")
    with anndata():
        pass
    refused("has no column '../obs/kind'", label="../obs/kind")


@pytest.mark.parametrize(
    ("place", "spoilt", "words"),
    [
        ("X", np.zeros(3), "X must have two axes, got shape (3,)"),
        ("X", np.zeros((4, 2)), "2 columns, 3 names"),
        ("X", np.full((4, 3), np.nan), "points must be finite, got nan in row 0, column CD3E"),
        ("X", np.zeros((4, 3), "f8,f8"), "X must be numbers or names, got"),
        ("obs/kind/codes", np.array([0, 1, 2, 0]), "a code has no category"),
        ("obs/kind/codes", np.array([0, 1]), "4 rows, 2 classes"),
        ("obs/kind/codes", np.array([0.0, 1, 1, 1]), "a code has no category"),
        ("var/_index", np.array([b"a", b"a", b"b"]), "call adata.var_names_make_unique()"),
        (
            "var/_index",
            np.array([b"a\x1b[2J", b"a", b"b"]),
            "the name of a column must be one line",
        ),
    ],
)
def test_spoilt_parts(place: str, spoilt, words: str) -> None:
    with anndata() as file:
        del file[place]
        file[place] = spoilt
    refused(words, label="kind")


def test_what_older_versions_wrote_is_told_how_to_renew() -> None:
    with anndata() as file:
        group(file["obs"], "__categories", "dict")
    refused("is not as anndata 0.8 or newer writes it: read and write it once", label="kind")
    with anndata() as file:
        del file["var"].attrs["_index"]
    refused("is not as anndata 0.8 or newer writes it")
    with anndata(None):
        pass
    refused("has no matrix X: put one there")


def test_shapes_without_data_are_refused_before_memory_is_taken() -> None:
    with anndata(None) as file:
        file.create_dataset("X", (10**9, 10**9), "f8", chunks=(1, 1000))
    assert Path("t.h5ad").stat().st_size < 10**5
    refused("at most 100,000,000 numbers are read, got 1000000000 x 1000000000")
    with anndata(None) as file:
        file.create_dataset("X", (4, 3), "f8", maxshape=(None, None), chunks=(2**14, 2**12))
    refused("/X has chunks of more than 256 MiB")
    with anndata(scipy.sparse.csr_matrix(X)) as file:
        file["X"].attrs["shape"] = [4, 10**12]
    refused("a sparse matrix may have from 1 to")
    with anndata(scipy.sparse.csr_matrix(X)) as file:
        file["X"]["indices"][0] = 3
    refused("an index lies outside 0 … 2")


def test_one_long_text_behind_many_names_is_refused(monkeypatch) -> None:
    monkeypatch.setattr("topo.files.hdf5.MOST_NAME_BYTES", 10**6)
    with anndata() as file:
        file["obs"].create_dataset("text", data=["x" * 10**5] * 40, dtype=TEXT)
    refused("names in /obs/text take more than", label="text")


def test_filters_that_are_loaded_from_elsewhere_are_refused() -> None:
    with anndata(None) as file:
        plan = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plan.set_chunk((4, 3))
        plan.set_filter(32015, h5py.h5z.FLAG_OPTIONAL, ())  # Zstandard, a plugin
        space = h5py.h5s.create_simple((4, 3))
        h5py.h5d.create(file.id, b"X", h5py.h5t.IEEE_F64LE, space, plan)
    refused("/X is packed by a filter that is not part of HDF5: save it with compression='gzip'")
