from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from flows import store
from flows.__main__ import _write_for_nobody_else
from tasks.cache import Result, UnitCache
from topo.datasets.base import LabelledPoints


@pytest.mark.parametrize("outer", [None, 0, 7])
def test_dataset_comes_back_equal(in_folder: Path, outer: int | None) -> None:
    X = np.array([[0.1, 2.0], [3.0, -4.0]], dtype=np.float32)
    store.write_dataset("made", LabelledPoints(X, np.array([7, 0]), outer))
    kept = store.read_dataset("made")
    np.testing.assert_array_equal(kept.X, X)
    np.testing.assert_array_equal(kept.y, [7, 0])
    assert kept.outer == outer


def test_equal_arrays_are_equal_files(in_folder: Path) -> None:
    store.write_arrays(Path("a.npz"), x=np.arange(3), y=np.ones(2))
    store.write_arrays(Path("b.npz"), y=np.ones(2), x=np.arange(3))
    assert Path("a.npz").read_bytes() == Path("b.npz").read_bytes()


def test_folder_that_cannot_be_written_is_refused(in_folder: Path) -> None:
    Path("results").write_text("a file where the folder should be")
    with pytest.raises(
        OSError, match="results/benchmark must be a folder that can be written, but"
    ):
        store.require_writable(Path("results/benchmark"))


def test_folder_without_room_is_refused(full_folder: Path) -> None:
    told = "must be a folder that can be written, but No space left on device; make room there"
    with pytest.raises(OSError, match=told):
        store.require_writable(full_folder / "results")
    with pytest.raises(OSError, match=told):
        store.check_writable(full_folder / "elsewhere")


def test_failed_write_leaves_the_old_file(in_folder: Path, monkeypatch) -> None:
    store.write_text(Path("table.csv"), "old")

    def fail(self: Path, target: Path) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="no space left"):
        store.write_text(Path("table.csv"), "new")
    assert [path.name for path in in_folder.iterdir()] == ["table.csv"]
    assert Path("table.csv").read_text() == "old"


@pytest.mark.parametrize(
    ("umask", "mode_of_files", "mode_of_folders"),
    [(0o000, 0o664, 0o775), (0o002, 0o664, 0o775), (0o022, 0o644, 0o755), (0o077, 0o600, 0o700)],
)
def test_umask_counts_but_never_lets_all_users_write(
    in_folder: Path, umask: int, mode_of_files: int, mode_of_folders: int
) -> None:
    before = os.umask(umask)
    try:
        _write_for_nobody_else()
        store.write_text(Path("results/table.csv"), "1\n")
        store.require_writable(Path(".cache"))
        UnitCache(Path(".cache/units")).put("0" * 64, Result({"x": np.ones(2)}))
    finally:
        os.umask(before)
    made = list(in_folder.rglob("*"))
    assert {path.stat().st_mode & 0o777 for path in made if path.is_file()} == {mode_of_files}
    assert {path.stat().st_mode & 0o777 for path in made if path.is_dir()} == {mode_of_folders}
