"""Arrays as bytes: nothing is unpickled, and nothing else gets in."""

from __future__ import annotations

import hashlib
import io
import json
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays, scalar_dtypes
from numpy.typing import NDArray

from flows import store
from tasks.arrays import pack_arrays, unpack_arrays
from tasks.cache import UnitCache
from tasks.result import Result

KEY = "ab" * 32


class Malice:
    """Its pickle makes a file where it is read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return Path.touch, (self.path,)


def npz_of_objects(*objects: object) -> bytes:
    array: NDArray[Any] = np.empty(len(objects), dtype=object)
    array[:] = objects
    buffer = io.BytesIO()
    np.savez(buffer, X=array)
    return buffer.getvalue()


def test_the_pickle_that_the_tests_use_would_be_noticed(tmp_path: Path) -> None:
    np.load(io.BytesIO(npz_of_objects(Malice(tmp_path / "ran"))), allow_pickle=True)["X"]
    assert (tmp_path / "ran").exists()


def malicious(path: Path) -> dict[str, bytes]:
    raw = pickle.dumps(Malice(path))
    npy = io.BytesIO()
    np.save(npy, np.array([Malice(path)], dtype=object), allow_pickle=True)
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("X.npy", raw)
    return {
        "npz": npz_of_objects(Malice(path)),
        "npy": npy.getvalue(),
        "pickle": raw,
        "pickle in npz": zipped.getvalue(),
    }


@pytest.mark.parametrize("kind", ["npz", "npy", "pickle"])
def test_pickles_are_refused_unread(tmp_path: Path, kind: str) -> None:
    content = malicious(tmp_path / "ran")[kind]
    with pytest.raises(ValueError, match=r"must be an npz file of numbers and text, .*: delete it"):
        unpack_arrays(content)
    (tmp_path / "arrays.npz").write_bytes(content)
    with pytest.raises(ValueError, match="must be an npz file of numbers and text"):
        store.read_arrays(tmp_path / "arrays.npz")
    assert not (tmp_path / "ran").exists()


def test_a_pickle_as_a_member_is_not_read_as_one(tmp_path: Path) -> None:
    try:
        unpack_arrays(malicious(tmp_path / "ran")["pickle in npz"])
    except ValueError as error:
        assert "must be an npz file of numbers and text" in str(error)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("kind", ["npz", "npy", "pickle", "pickle in npz"])
def test_a_malicious_unit_is_removed_unread_though_its_checksum_fits(
    tmp_path: Path, kind: str
) -> None:
    body = malicious(tmp_path / "ran")[kind]
    cache = UnitCache(tmp_path / "units")
    place = cache.path(KEY)
    place.parent.mkdir(parents=True)
    place.write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
    with pytest.warns(UserWarning, match="is damaged: removed, the unit runs again"):
        assert cache.get(KEY) is None
    assert not place.exists()
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("key", ["", "..", "../../x", "/etc/passwd", "ab", KEY.upper(), KEY + "\n"])
def test_no_key_leads_out_of_the_cache(tmp_path: Path, key: str) -> None:
    cache = UnitCache(tmp_path)
    for call in (cache.path, cache.get, lambda key: cache.put(key, Result())):
        with pytest.raises(ValueError, match="a unit's key must be 64 hexadecimal digits, got"):
            call(key)


numbers = arrays(scalar_dtypes(), array_shapes(min_dims=0, min_side=0, max_dims=3, max_side=4))
names = st.text("abc/. é-", min_size=1, max_size=6) | st.just("file")


@given(st.dictionaries(names, numbers, max_size=3))
def test_any_arrays_of_numbers_come_back(given_arrays: Any) -> None:
    content = pack_arrays(given_arrays)
    assert content == pack_arrays(given_arrays)
    back = unpack_arrays(content)
    assert set(back) == set(given_arrays)
    for name, array in given_arrays.items():
        assert back[name].dtype == array.dtype
        np.testing.assert_array_equal(back[name], array)


CONTENT = pack_arrays({"X": np.arange(6.0).reshape(2, 3), "name": np.array("text")})


def test_every_python_writes_the_same_bytes() -> None:
    digest = hashlib.sha256(CONTENT).hexdigest()
    assert digest == "0e1e2131355ce32a5b9bc02b46a9e496958de53fcade0a8e44f8f326ac8f9563"


@pytest.mark.parametrize("write", [np.savez, np.savez_compressed])
def test_what_numpy_wrote_is_read(write: Any) -> None:
    buffer = io.BytesIO()
    write(buffer, X=np.arange(6.0))
    np.testing.assert_array_equal(unpack_arrays(buffer.getvalue())["X"], np.arange(6.0))


@settings(max_examples=4 * settings.default.max_examples)
@given(st.integers(0, len(CONTENT)), st.integers(0, 9), st.binary(max_size=9))
def test_altered_content_is_arrays_or_one_error(start: int, cut: int, added: bytes) -> None:
    try:
        back = unpack_arrays(CONTENT[:start] + added + CONTENT[start + cut :])
    except ValueError as error:
        assert "must be an npz file of numbers and text" in str(error)
    else:
        assert all(not array.dtype.hasobject for array in back.values())


json_values = st.recursive(
    st.none() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=3), children)
    ),
    max_leaves=6,
)


@given(json_values)
def test_any_values_come_back_from_the_cache(tmp_path_factory: Any, values: Any) -> None:
    cache = UnitCache(tmp_path_factory.mktemp("units"))
    cache.put(KEY, Result({}, values))
    kept = cache.get(KEY)
    assert kept is not None
    assert kept.values == json.loads(json.dumps(values)) == values
