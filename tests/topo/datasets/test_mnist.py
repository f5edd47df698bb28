"""MNIST, read from small files that are made here in the published format."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydantic import ValidationError

from topo.datasets.idx import read_idx, unpack
from topo.datasets.mnist import (
    MIRRORS,
    MNIST_FILES,
    MOST_BYTES,
    PART_FILES,
    Mnist,
    Part,
    find_mnist_file,
    read_images,
    spellings,
)

N = 20


def idx(array: NDArray[Any]) -> bytes:
    header = bytes([0, 0, 8, array.ndim]) + b"".join(n.to_bytes(4, "big") for n in array.shape)
    return header + array.astype(np.uint8).tobytes()


@pytest.fixture
def images() -> NDArray[Any]:
    return np.random.default_rng(0).integers(0, 256, size=(N, 28, 28))


@pytest.fixture
def labels() -> NDArray[Any]:
    return np.arange(N) % 10


@pytest.fixture(params=["train", "test"])
def part(request: pytest.FixtureRequest) -> Part:
    answer: Part = request.param
    return answer


@pytest.fixture
def folder(tmp_path: Path, part: Part, images: NDArray[Any], labels: NDArray[Any]) -> Path:
    (tmp_path / "mnist").mkdir()
    for name, array in zip(PART_FILES[part], (images, labels), strict=True):
        (tmp_path / "mnist" / name).write_bytes(idx(array))
    return tmp_path / "mnist"


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let the checksums of the small files be the published ones."""
    for path in folder.iterdir():
        checksum = hashlib.sha256(path.read_bytes()).hexdigest()
        monkeypatch.setitem(MNIST_FILES, path.name, checksum)


def mnist(part: Part, n_images: int = 7) -> Mnist:
    return Mnist(images=part, n_images=n_images, mean=0.1307, std=0.3081)


@pytest.mark.usefixtures("known")
def test_pixels_are_standardised(
    folder: Path, part: Part, images: NDArray[Any], labels: NDArray[Any]
) -> None:
    points = mnist(part).load(folder.parent)
    expected = (images[:7].reshape(7, 784) / 255 - 0.1307) / 0.3081
    assert points.X.dtype == np.float32
    assert pytest.approx(expected, abs=1e-6) == points.X
    assert points.y.dtype == np.int64
    assert points.y.tolist() == labels[:7].tolist()
    assert points.outer is None
    assert mnist(part).n_points == 7


def test_load_refuses_files_that_are_others(folder: Path, part: Part) -> None:
    with pytest.raises(ValueError, match="20 images of 28 x 28, but other ones") as error:
        mnist(part).load(folder.parent)
    for word in (str(folder / PART_FILES[part][0]), "Fashion-MNIST's, say", "fetch it again"):
        assert word in str(error.value)


@pytest.mark.usefixtures("known")
def test_checksum_covers_every_byte(folder: Path) -> None:
    for path in folder.iterdir():
        found = find_mnist_file(folder, path.name)
        assert found is not None
        content = bytearray(path.read_bytes())
        assert found.content == content
        content[-1] ^= 1
        path.write_bytes(content)
        with pytest.raises(ValueError, match="other ones"):
            find_mnist_file(folder, path.name)


def packed(content: bytes, level: int = 9) -> bytes:
    """The same bytes every time: a test that is named after them has one name."""
    return gzip.compress(content, level, mtime=0)


#: What people do to the files: unzip them, compress them anew, have a browser unzip them.
FORMS: dict[str, Callable[[bytes], bytes]] = {
    "as it is": lambda content: content,
    "compressed": lambda content: gzip.compress(content, 9, mtime=0),
    "compressed anew": lambda content: gzip.compress(content, 1, mtime=99),
    "in two members": lambda content: gzip.compress(content[:99]) + gzip.compress(content[99:]),
}


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("number", range(4))
def test_files_count_by_their_content(
    folder: Path, part: Part, images: NDArray[Any], form: str, number: int
) -> None:
    for name in PART_FILES[part]:
        content = (folder / name).read_bytes()
        (folder / name).unlink()
        spellings(folder, name)[number].write_bytes(FORMS[form](content))
    assert np.array_equal(read_images(folder, part)[0], images)


def test_names_that_mirrors_give() -> None:
    assert [str(path) for path in spellings(Path("in"), "t10k-images-idx3-ubyte")] == [
        "in/t10k-images-idx3-ubyte",
        "in/t10k-images.idx3-ubyte",
        "in/t10k-images-idx3-ubyte.gz",
        "in/t10k-images.idx3-ubyte.gz",
    ]


@pytest.mark.usefixtures("known")
def test_the_right_one_of_several_files_counts(folder: Path, part: Part) -> None:
    name = PART_FILES[part][0]
    own, dotted, *_ = spellings(folder, name)
    own.rename(dotted)
    own.write_bytes(b"damaged")
    found = find_mnist_file(folder, name)
    assert found is not None
    assert found.path == dotted


@pytest.mark.usefixtures("known")
def test_folder_in_the_place_of_a_file_is_named(folder: Path, part: Part) -> None:
    own, dotted, *_ = spellings(folder, PART_FILES[part][0])
    own.rename(dotted)
    own.mkdir()
    assert find_mnist_file(folder, own.name) is not None
    dotted.unlink()
    with pytest.raises(ValueError, match=f"{own} must be a file, and is a folder: move it away"):
        mnist(part).load(folder.parent)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "an empty file"),
        (b"\n<!DOCTYPE html><html>404</html>", "an HTML page"),
        (b"<html>404</html>", "an HTML page"),
        (b"<?xml version='1.0'?><Error><Code>AccessDenied</Code>", "an XML document"),
        (b"version https://git-lfs.github.com/spec/v1", "a Git LFS pointer"),
        (b"PK\x03\x04rest", "a zip archive"),
        (b"anything", "a file that begins with 616e7974"),
        (packed(b"<html>404</html>"), "an HTML page"),
        (
            packed(idx(np.zeros((4, 28, 28))))[:-9],
            "a complete gzip file is needed, got one that is cut short",
        ),
        (
            packed(bytes(99))[:-8] + bytes(8),
            r"a complete gzip file .* got a damaged one \(CRC check failed",
        ),
        (idx(np.zeros((4, 28, 28)))[:-9], "4 x 28 x 28 = 3136 bytes are needed .* got 3127;"),
        (idx(np.zeros(4)), "an IDX file with 1 axes"),
        (idx(np.zeros((1234, 2, 3))), "it has 1,234 images of 2 x 3, but other"),
        (packed(bytes(MOST_BYTES + 1), 1), "at most 50,000,000 bytes are needed, got more"),
    ],
)
def test_what_is_found_is_said(tmp_path: Path, content: bytes, found: str) -> None:
    name = PART_FILES["test"][0]
    path = tmp_path / f"{name}.gz"
    path.write_bytes(content)
    wanted = f"{re.escape(str(path))} is not MNIST's {name}, compressed by gzip or not: "
    with pytest.raises(ValueError, match=wanted + ".*" + found):
        find_mnist_file(tmp_path, name)


def test_labels_of_another_set_are_said(tmp_path: Path) -> None:
    (tmp_path / PART_FILES["test"][1]).write_bytes(idx(np.zeros(10_000)))
    with pytest.raises(ValueError, match="it has 10,000 labels, other ones or in another order"):
        find_mnist_file(tmp_path, PART_FILES["test"][1])


@pytest.mark.usefixtures("known")
def test_another_file_of_the_same_set_is_named(folder: Path, part: Part) -> None:
    images, labels = PART_FILES[part]
    (folder / labels).rename(folder / images)
    with pytest.raises(ValueError, match=f": it is {labels};"):
        find_mnist_file(folder, images)


def test_file_that_would_grow_is_not_decompressed_whole() -> None:
    bomb = gzip.compress(bytes(10**8), 9)
    tracemalloc.start()
    with pytest.raises(ValueError, match="at most 1,000 bytes are needed"):
        unpack(bomb, at_most=1000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10**6


@pytest.mark.skipif(not os.environ.get("MNIST_DIR"), reason="MNIST_DIR names no MNIST files")
def test_published_files_pass() -> None:
    images, labels = read_images(Path(os.environ["MNIST_DIR"]), "test")
    assert images.shape == (10_000, 28, 28)
    assert labels[:5].tolist() == [7, 2, 1, 0, 4]


def test_missing_file_says_where_it_is_published(tmp_path: Path, part: Part) -> None:
    with pytest.raises(FileNotFoundError, match="is missing") as error:
        mnist(part).load(tmp_path)
    assert f"{MIRRORS[0]}{PART_FILES[part][0]}.gz" in str(error.value)


def test_checksums_are_sha256_and_every_part_has_them() -> None:
    assert {name for names in PART_FILES.values() for name in names} == set(MNIST_FILES)
    assert all(len(bytes.fromhex(checksum)) == 32 for checksum in MNIST_FILES.values())
    assert all(mirror.startswith("https://") and mirror.endswith("/") for mirror in MIRRORS)


@pytest.mark.parametrize(("part", "size"), [("train", 60_000), ("test", 10_000)])
def test_number_of_images_is_bounded_by_the_file(part: Part, size: int) -> None:
    assert mnist(part, size).n_points == size
    with pytest.raises(
        ValidationError, match=f"at most {size}, the number of {part} images, got {size + 1}"
    ):
        mnist(part, size + 1)


@pytest.mark.parametrize("shape", [(5,), (2, 3, 4), (0, 3, 4)])
def test_idx_comes_back(shape: tuple[int, ...]) -> None:
    array = np.random.default_rng(0).integers(0, 256, size=shape)
    assert np.array_equal(read_idx(idx(array), n_axes=len(shape)), array)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (bytes([0, 0, 8, 1, 0, 0]), "ends inside its header"),
        (bytes([0, 0, 8, 1, 0, 0, 0, 3, 1, 2]), "3 = 3 bytes are needed .*got 2"),
        (bytes([0, 0, 8, 1, 0, 0, 0, 1, 1, 2]), "1 = 1 bytes are needed .*got 2"),
    ],
)
def test_broken_idx(content: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_idx(content, n_axes=1)


def test_damage_inside_the_compressed_bytes(images: NDArray[Any]) -> None:
    content = bytearray(gzip.compress(idx(images)))
    content[200:220] = b"\xff" * 20
    with pytest.raises(ValueError, match="got a damaged one"):
        unpack(bytes(content), at_most=MOST_BYTES)


def test_absurd_header_does_not_overflow() -> None:
    with pytest.raises(ValueError, match=f"= {(2**32 - 1) ** 3} bytes are needed after"):
        read_idx(bytes([0, 0, 8, 3]) + b"\xff" * 12, n_axes=3)
