"""AnnData's .h5ad: its matrix X, names of variables and a column of ``obs``, by h5py."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topo.files.contents import Contents, check_label, choose
from topo.files.hdf5 import Folder, open_file
from topo.files.sparse import Parts, compressed

_SPARSE = {"csr_matrix": "csr", "csc_matrix": "csc"}


def read_h5ad(
    path: Path, *, label: str | None = None, columns: Sequence[str] | None = None
) -> Contents:
    """Read X of an AnnData file: dense, or sparse by rows or columns.

    The columns have the names of ``var``, and the label is one of ``obs``.
    """
    with open_file(path) as root:
        X = _matrix(root, path)
        names = _names(root, path)
        if len(names) != X.shape[1]:
            raise ValueError(f"{path} is damaged: {X.shape[1]:,} columns, {len(names):,} names")
        labels = None if label is None else _labels(root, label, path)
    if labels is not None and labels.shape != X.shape[:1]:
        raise ValueError(f"{path} is damaged: {X.shape[0]:,} rows, {len(labels):,} classes")
    places = choose(path, names, label=None, columns=columns)
    if columns is not None:
        X = X[:, places]
    return Contents(X, tuple(names[i] for i in places), labels)


def _matrix(root: Folder, path: Path) -> Any:
    if "X" not in root:
        raise ValueError(
            f"{path} has no matrix X: put one there, for example adata.X = adata.layers['counts']"
        )
    if root.is_folder("X"):
        return _sparse(root.folder("X"), path)
    shape = root.shape("X")
    if len(shape) != 2:
        raise ValueError(f"{path}: X must have two axes, got shape {shape}")
    return root.array("X")


def _sparse(group: Folder, path: Path) -> Any:
    layout = _SPARSE.get(str(group.attribute("encoding-type")))
    if layout is None:
        raise _too_old(path, "X")
    shape = np.asarray(group.attribute("shape"))
    parts = (group.array(name) for name in ("data", "indices", "indptr"))
    return compressed(Parts(layout, shape, *parts), path)


def _names(root: Folder, path: Path) -> list[str]:
    """Return the names of the variables."""
    group = root.folder("var")
    names = [str(each) for each in _column(group, _index(group, path), path).tolist()]
    if len(set(names)) < len(names):
        raise ValueError(
            f"{path}: variables must have names of their own: call adata.var_names_make_unique()"
        )
    return names


def _index(group: Folder, path: Path) -> str:
    index = group.attribute("_index")
    if not isinstance(index, str):
        raise _too_old(path, "var")
    return index


def _labels(root: Folder, label: str, path: Path) -> NDArray[Any]:
    if not root.is_folder("obs") or "__categories" in root.folder("obs"):
        raise _too_old(path, "obs")
    group = root.folder("obs")
    check_label(path, label, group.names)
    return _column(group, label, path)


def _column(group: Folder, name: str, path: Path) -> NDArray[Any]:
    """Return a column of ``obs`` or ``var``, None where a value is missing."""
    if not group.is_folder(name):
        return group.array(name)
    parts = group.folder(name)
    kind = str(parts.attribute("encoding-type"))
    if kind == "categorical":
        codes = parts.array("codes")
        categories = _column(parts, "categories", path).tolist()
        if codes.dtype.kind not in "iu" or (len(codes) and int(codes.max()) >= len(categories)):
            raise ValueError(f"{path} is damaged: a code has no category: save it again")
        # Code -1 is a missing value.
        chosen = [None if code < 0 else categories[code] for code in codes.tolist()]
        return np.asarray(chosen, dtype=object)
    if kind.startswith("nullable-"):
        values, mask = parts.array("values"), parts.array("mask")
        if values.shape != mask.shape or mask.dtype.kind != "b":
            raise ValueError(f"{path} is damaged: values and their mask differ: save it again")
        filled = values.astype(object)
        filled[mask] = None
        return np.asarray(filled)
    raise ValueError(f"{path}: a column of the kind {kind[:40]!a} is not read: convert it to text")


def _too_old(path: Path, part: str) -> ValueError:
    return ValueError(
        f"{path}: {part} is not as anndata 0.8 or newer writes it: read and write it once by a "
        "newer one, anndata.read_h5ad(path).write_h5ad(new)"
    )
