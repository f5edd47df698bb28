from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tasks.cache import UnitCache
from tasks.result import Result

KEY = "ab" * 32


def test_result_comes_back_equal(tmp_path: Path) -> None:
    cache = UnitCache(tmp_path)
    values = {"nan": float("nan"), "infinite": float("inf"), "third": 1 / 3, "none": None}
    cache.put(KEY, Result({"X": np.array([[1.0, np.nan]], dtype=np.float32)}, values))
    kept = cache.get(KEY)
    assert kept is not None
    np.testing.assert_array_equal(kept.arrays["X"], np.array([[1.0, np.nan]], dtype=np.float32))
    assert kept.arrays["X"].dtype == np.float32
    assert np.isnan(kept.values["nan"])
    assert {**kept.values, "nan": 0} == {**values, "nan": 0}


def test_missing_unit_is_none(tmp_path: Path) -> None:
    assert UnitCache(tmp_path / "not made").get(KEY) is None


def test_equal_results_are_equal_files(tmp_path: Path) -> None:
    result = Result({"X": np.arange(3)}, [1, "a"])
    first, second = UnitCache(tmp_path / "a"), UnitCache(tmp_path / "b")
    first.put(KEY, result)
    second.put(KEY, result)
    assert first.path(KEY).read_bytes() == second.path(KEY).read_bytes()


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-7], lambda b: b[:90] + b"!" + b[91:], lambda b: b""]
)
def test_damaged_file_is_noticed_and_removed(tmp_path: Path, damage) -> None:
    cache = UnitCache(tmp_path)
    cache.put(KEY, Result({"X": np.arange(3)}, 1))
    cache.path(KEY).write_bytes(damage(cache.path(KEY).read_bytes()))
    with pytest.warns(UserWarning, match="is damaged: removed, the unit runs again"):
        assert cache.get(KEY) is None
    assert not cache.path(KEY).exists()


def test_nothing_is_pickled(tmp_path: Path) -> None:
    cache = UnitCache(tmp_path)
    with pytest.raises(ValueError, match="must hold numbers, got Python objects"):
        cache.put(KEY, Result({"X": np.array([object()])}))
    assert list(tmp_path.rglob("*")) == []


def test_size_is_shown_and_what_was_long_unused_is_pruned(tmp_path: Path) -> None:
    cache = UnitCache(tmp_path)
    old, read, new = ("a" * 64, "b" * 64, "c" * 64)
    for key in (old, read, new):
        cache.put(key, Result({"X": np.arange(3)}, 1))
    long_ago = time.time() - 10 * 86400
    for key in (old, read):
        os.utime(cache.path(key), (long_ago, long_ago))
    half_written = cache.path(new).parent / ".writing-x"
    half_written.write_bytes(b"half")
    assert cache.get(read) is not None
    assert len(list(cache.entries())) == 4
    assert {entry.path for entry in cache.prune(unused_days=7)} == {cache.path(old), half_written}
    assert [cache.get(key) is not None for key in (old, read, new)] == [False, True, True]
    assert all(entry.size > 100 and entry.unused_days < 1 for entry in cache.entries())


def test_nothing_is_kept_on_a_full_disk_and_the_file_before_stays(full_folder: Path) -> None:
    cache = UnitCache(full_folder)
    small, large = Result(values=1), Result({"X": np.zeros(2**20)})
    cache.put(KEY, small)
    with pytest.raises(OSError, match="No space left on device"):
        cache.put(KEY, large)
    assert cache.get(KEY) == small
    assert [entry.path for entry in cache.entries()] == [cache.path(KEY)]


def test_file_of_another_unit_is_none_of_this_one(tmp_path: Path) -> None:
    cache = UnitCache(tmp_path)
    cache.put(KEY, Result({"X": np.arange(3)}, 1))
    other = "cd" * 32
    cache.path(other).parent.mkdir()
    cache.path(other).write_bytes(cache.path(KEY).read_bytes())
    with pytest.warns(UserWarning, match="is damaged: removed, the unit runs again"):
        assert cache.get(other) is None


def make_folder(path: Path) -> None:
    path.mkdir()
    (path / "kept").write_text("whoever put it there may want it")


@pytest.mark.parametrize(
    ("name", "make"),
    [
        (f"ab/{KEY}", make_folder),
        (f"ab/{KEY}", Path.mkdir),
        # To read it would wait for ever.
        (f"ab/{KEY}", os.mkfifo),
        ("ab", Path.touch),
    ],
)
def test_what_is_in_a_unit_s_place_is_moved_aside_and_the_unit_kept_again(
    tmp_path: Path, name: str, make: Callable[[Path], None]
) -> None:
    cache = UnitCache(tmp_path)
    in_the_way = tmp_path / name
    in_the_way.parent.mkdir(exist_ok=True)
    make(in_the_way)
    with pytest.warns(UserWarning, match="moved to .*not-units.*: the unit runs again") as caught:
        assert cache.get(KEY) is None
    assert str(in_the_way) in str(caught[0].message)
    cache.put(KEY, Result(values=1))
    assert cache.get(KEY) == Result(values=1)
    (aside,) = (tmp_path / "not-units").glob(f"{in_the_way.name}-*")
    assert make is not make_folder or (aside / "kept").is_file()
    assert [entry.path for entry in cache.entries()] == [cache.path(KEY)]


def test_pruning_does_not_stop_at_what_is_no_file(tmp_path: Path) -> None:
    cache = UnitCache(tmp_path)
    first, last = ("a" * 64, "c" * 64)
    for key in (first, last):
        cache.put(key, Result(values=1))
    cache.path("b" * 64).parent.mkdir()
    make_folder(cache.path("b" * 64))
    cache.path("d" * 64).parent.mkdir()
    cache.path("d" * 64).symlink_to(tmp_path / "nowhere")
    with pytest.warns(UserWarning, match="moved to"):
        removed = cache.prune(unused_days=0)
    assert {entry.path for entry in removed} == {cache.path(key * 64) for key in "acd"}
    assert list(cache.entries()) == []
    assert len(list((tmp_path / "not-units").rglob("kept"))) == 1
    assert cache.prune(unused_days=0) == []


def test_what_cannot_be_moved_is_a_unit_to_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = UnitCache(tmp_path)
    cache.path(KEY).mkdir(parents=True)

    def refuse(self: Path, target: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.warns(UserWarning, match="cannot be moved .*Permission.*: the unit runs again"):
        assert cache.get(KEY) is None
    with pytest.warns(UserWarning, match="cannot be moved"):
        assert cache.prune(unused_days=0) == []


def test_unreadable_file_is_a_unit_to_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = UnitCache(tmp_path)
    cache.put(KEY, Result(values=1))

    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.warns(UserWarning, match="cannot be read .*: the unit runs again"):
        assert cache.get(KEY) is None
