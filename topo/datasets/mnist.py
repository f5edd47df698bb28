"""MNIST: handwritten digits, read from files whose content a checksum vouches for."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, PositiveInt, model_validator

from topo.datasets.base import Dataset, LabelledPoints, Length
from topo.datasets.idx import read_idx, unpack

Part = Literal["train", "test"]

#: SHA-256 of every file's content, uncompressed: which program compressed it says nothing.
MNIST_FILES = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}

#: Where the files are published; a file's address is a mirror, its name and `.gz`.
MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)

#: Images and labels of each part, and how many there are.
PART_FILES: dict[Part, tuple[str, str]] = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}
PART_SIZES: dict[Part, int] = {"train": 60_000, "test": 10_000}

#: More bytes than the largest file has, and than it can have however it is compressed.
MOST_BYTES = 50_000_000


class Mnist(Dataset):
    """The first handwritten digits of 28 x 28 pixels from one part of MNIST (LeCun et al., 1998).

    Attributes
    ----------
    images
        Part of MNIST that the images are taken from: "train" (60,000) or "test" (10,000).
    n_images
        How many of its images, from the first on.
    mean, std
        A pixel p in [0, 1] becomes (p - mean) / std; 0.1307 and 0.3081 are the mean and the
        standard deviation of all training pixels.
    """

    title: ClassVar[str] = "MNIST"
    small: ClassVar[Mapping[str, Any]] = {
        "images": "test",
        "n_images": 300,
        "mean": 0.1307,
        "std": 0.3081,
    }
    downloads: ClassVar[bool] = True
    image_shape: ClassVar[tuple[int, int]] = (28, 28)
    licence: ClassVar[str] = "MNIST by Yann LeCun and Corinna Cortes, CC BY-SA 3.0."

    images: Part
    n_images: PositiveInt
    mean: float = Field(ge=-1e6, le=1e6)
    std: Length

    @model_validator(mode="after")
    def _enough_images(self) -> Mnist:
        if self.n_images > PART_SIZES[self.images]:
            raise ValueError(
                f"n_images must be at most {PART_SIZES[self.images]}, the number of {self.images} "
                f"images, got {self.n_images}: lower it or choose other images"
            )
        return self

    @property
    def n_points(self) -> int:
        """Number of images."""
        return self.n_images

    def load(self, raw: Path) -> LabelledPoints:
        """Read the images from ``raw/mnist``, after a check of both files' content.

        Returns
        -------
        LabelledPoints
            (n_images, 784) points, whose classes are the digits.

        Raises
        ------
        FileNotFoundError
            If a file is missing.
        ValueError
            If a file is another one.
        """
        images, labels = read_images(raw / "mnist", self.images)
        pixels = images[: self.n_images].reshape(self.n_images, -1).astype(np.float32) / 255
        return LabelledPoints(
            X=((pixels - self.mean) / self.std).astype(np.float32),
            y=labels[: self.n_images].astype(np.int64),
        )


def read_images(folder: Path, part: Part) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Read the images and labels of one part.

    Returns
    -------
    images : (n, 28, 28) uint8 array
        Grey values, 0 to 255.
    labels : (n,) uint8 array
        Digits, 0 to 9.

    Raises
    ------
    FileNotFoundError
        If a file is missing.
    ValueError
        If a file is another one.
    """
    images, labels = (_require(folder, name).content for name in PART_FILES[part])
    return read_idx(images, n_axes=3), read_idx(labels, n_axes=1)


class MnistFile(NamedTuple):
    """One of MNIST's files, found and checked, with its content, uncompressed."""

    path: Path
    content: bytes


def find_mnist_file(folder: Path, name: str) -> MnistFile | None:
    """Look for one of MNIST's files, compressed by whatever program or not at all.

    With a dot in place of its second hyphen, or with ``.gz``, a name is as good. None where there
    is no file of such a name.

    Raises
    ------
    ValueError
        If all files of such names are others; says what the first one is.
    """
    faults = []
    for path in filter(Path.exists, spellings(folder, name)):
        if not path.is_file():
            faults.append(ValueError(f"{path} must be a file, and is a folder: move it away"))
            continue
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        try:
            return MnistFile(path, mnist_content(name, content, source=str(path)))
        except ValueError as error:
            faults.append(error)
    if faults:
        raise faults[0]
    return None


def spellings(folder: Path, name: str) -> tuple[Path, ...]:
    """Return the paths that a file of MNIST is looked for at, its own first."""
    dotted = name.replace("-idx", ".idx")
    return tuple(folder / each for each in (name, dotted, f"{name}.gz", f"{dotted}.gz"))


def mnist_content(name: str, content: bytes, *, source: str) -> bytes:
    """Return the content of a file of MNIST, uncompressed; messages name its source.

    Raises
    ------
    ValueError
        If the content is another one; says what was found.
    """
    try:
        unpacked = unpack(content, at_most=MOST_BYTES)
        digest = hashlib.sha256(unpacked).hexdigest()
        if digest == MNIST_FILES[name]:
            return unpacked
        fault = _describe(unpacked, digest, n_axes=3 if "images" in name else 1)
    except ValueError as error:
        fault = str(error)
    raise ValueError(
        f"{source} is not MNIST's {name}, compressed by gzip or not: {fault}; put the right file "
        "there, or delete it and fetch it again"
    )


def _describe(content: bytes, digest: str, *, n_axes: int) -> str:
    """Say what a file's content is that is another one; ValueError says it where it is no IDX."""
    for name, known in MNIST_FILES.items():
        if digest == known:
            return f"it is {name}"
    shape = read_idx(content, n_axes=n_axes).shape
    if n_axes == 1:
        return f"it has {shape[0]:,} labels, other ones or in another order"
    number, height, width = shape
    return f"it has {number:,} images of {height} x {width}, but other ones (Fashion-MNIST's, say)"


def _require(folder: Path, name: str) -> MnistFile:
    found = find_mnist_file(folder, name)
    if found is None:
        raise FileNotFoundError(
            f"{folder / name} is missing: put it there, it is published at {MIRRORS[0]}{name}.gz"
        )
    return found
