"""MNIST, read from small files that are made here in the published format."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydantic import ValidationError

from topo.datasets.idx import read_idx
from topo.datasets.mnist import (
    MIRRORS,
    MNIST_FILES,
    PART_FILES,
    Mnist,
    Part,
    read_images,
    verify_mnist_file,
)

N = 20


def idx(array: NDArray[Any]) -> bytes:
    header = bytes([0, 0, 8, array.ndim]) + b"".join(n.to_bytes(4, "big") for n in array.shape)
    return gzip.compress(header + array.astype(np.uint8).tobytes(), mtime=0)


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


def test_load_refuses_files_that_are_not_the_published_ones(folder: Path, part: Part) -> None:
    path = folder / PART_FILES[part][0]
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(ValueError, match="must have SHA-256") as error:
        mnist(part).load(folder.parent)
    for word in (str(path), MNIST_FILES[path.name], found, "fetch it again"):
        assert word in str(error.value)


@pytest.mark.usefixtures("known")
def test_checksum_covers_every_byte(folder: Path) -> None:
    for path in folder.iterdir():
        verify_mnist_file(path)
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        path.write_bytes(content)
        with pytest.raises(ValueError, match="must have SHA-256"):
            verify_mnist_file(path)


def test_missing_file_says_where_it_is_published(tmp_path: Path, part: Part) -> None:
    with pytest.raises(FileNotFoundError, match="is missing") as error:
        mnist(part).load(tmp_path)
    assert MIRRORS[0] + PART_FILES[part][0] in str(error.value)


def test_strange_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"cats\.gz is no file of MNIST, whose files are train-im"):
        verify_mnist_file(tmp_path / "cats.gz")


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


def test_read_images_needs_no_checksum(folder: Path, part: Part, images: NDArray[Any]) -> None:
    read, labels = read_images(folder, part)
    assert np.array_equal(read, images)
    assert len(labels) == N


@pytest.mark.parametrize(
    ("shape", "n_labels", "words"),
    [
        ((4, 28, 27), 4, "must hold images of 28 x 28, got 28 x 27"),
        ((4, 28, 28), 5, "must be equally long, got 4 images and 5 labels"),
    ],
)
def test_files_that_do_not_fit(
    tmp_path: Path, shape: tuple[int, ...], n_labels: int, words: str
) -> None:
    for name, array in zip(PART_FILES["test"], (np.zeros(shape), np.zeros(n_labels)), strict=True):
        (tmp_path / name).write_bytes(idx(array))
    with pytest.raises(ValueError, match=words):
        read_images(tmp_path, "test")


def test_labels_beyond_nine(tmp_path: Path) -> None:
    for name, array in zip(
        PART_FILES["test"], (np.zeros((1, 28, 28)), np.array([10])), strict=True
    ):
        (tmp_path / name).write_bytes(idx(array))
    with pytest.raises(ValueError, match="must hold digits from 0 to 9, got 10"):
        read_images(tmp_path, "test")


@pytest.mark.parametrize("shape", [(5,), (2, 3, 4), (0, 3, 4)])
def test_idx_comes_back(tmp_path: Path, shape: tuple[int, ...]) -> None:
    array = np.random.default_rng(0).integers(0, 256, size=shape)
    (tmp_path / "a.gz").write_bytes(idx(array))
    assert np.array_equal(read_idx(tmp_path / "a.gz", n_axes=len(shape)), array)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "complete gzip file|an empty file"),
        (b"<html>404</html>", "complete gzip file"),
        (idx(np.arange(9))[:-3], "complete gzip file"),
        (gzip.compress(b""), "magic number 00000801, got an empty file"),
        (idx(np.zeros((2, 2))), "magic number 00000801, got 00000802"),
        (gzip.compress(bytes([0, 0, 8, 1, 0, 0])), "ends inside its header"),
        (gzip.compress(bytes([0, 0, 8, 1, 0, 0, 0, 3, 1, 2])), "must hold 3 = 3 bytes .*got 2"),
        (gzip.compress(bytes([0, 0, 8, 1, 0, 0, 0, 1, 1, 2])), "must hold 1 = 1 bytes .*got 2"),
    ],
)
def test_broken_files(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "broken.gz"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=words) as error:
        read_idx(path, n_axes=1)
    assert str(path) in str(error.value)


def test_damage_inside_the_compressed_bytes(tmp_path: Path, images: NDArray[Any]) -> None:
    content = bytearray(idx(images))
    content[200:220] = b"\xff" * 20
    (tmp_path / "a.gz").write_bytes(content)
    with pytest.raises(ValueError, match="complete gzip file"):
        read_idx(tmp_path / "a.gz", n_axes=3)


def test_absurd_header_does_not_overflow(tmp_path: Path) -> None:
    header = bytes([0, 0, 8, 3]) + b"\xff" * 12
    (tmp_path / "a.gz").write_bytes(gzip.compress(header))
    with pytest.raises(ValueError, match=f"= {(2**32 - 1) ** 3} bytes after its header, got 0"):
        read_idx(tmp_path / "a.gz", n_axes=3)
