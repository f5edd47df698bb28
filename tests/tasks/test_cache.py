from __future__ import annotations

import os
import time
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


def test_unreadable_file_is_a_unit_to_run_again(tmp_path: Path) -> None:
    cache = UnitCache(tmp_path)
    cache.path(KEY).mkdir(parents=True)
    with pytest.warns(UserWarning, match="cannot be read .*: the unit runs again"):
        assert cache.get(KEY) is None
